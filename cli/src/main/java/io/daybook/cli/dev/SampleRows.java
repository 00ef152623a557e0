// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The tables of the reference schema as COPY targets, and how a row of each is filled. */
final class SampleRows {
  static final String WORKSPACE = "\"Client\" (id, name, \"createdAt\")";
  static final String SETTINGS = "\"WorkspaceSettings\" (id, \"clientId\", timezone)";
  static final String CAMPAIGN = "\"EmailCampaign\" (id, \"clientId\", name)";
  static final String LEAD =
      "\"Lead\" (id, \"clientId\", \"emailCampaignId\", \"smsCampaignId\", status,"
          + " \"sentimentTag\", industry, \"employeeHeadcount\", \"alternateEmails\","
          + " \"qualificationAnswers\", \"lastInboundAt\", \"appointmentBookedAt\","
          + " \"appointmentStartAt\", \"appointmentCanceledAt\", \"appointmentStatus\","
          + " \"createdAt\", \"updatedAt\")";
  static final String MESSAGE =
      "\"Message\" (id, \"leadId\", channel, source, direction, body, \"rawHtml\", \"sentBy\","
          + " \"sentByUserId\", \"isRead\", \"sentAt\", \"createdAt\")";
  static final String APPOINTMENT =
      "\"Appointment\" (id, \"leadId\", provider, status, \"startAt\", \"createdAt\","
          + " \"updatedAt\")";
  static final String TIMING =
      "\"ResponseTimingEvent\" (id, \"clientId\", \"leadId\", channel, \"inboundSentAt\","
          + " \"setterResponseSentAt\", \"aiResponseSentAt\", \"setterResponseMs\","
          + " \"aiResponseMs\", \"aiChosenDelaySeconds\")";

  private static final double ANSWERED_SHARE = 0.4;
  private static final double INBOUND_SHARE = 0.35;

  private SampleRows() {}

  static Object[] lead(
      SampleLead lead, String workspaceId, String campaignId, Draw draw, Instant now) {
    SampleLead.Meeting meeting = lead.meeting();
    boolean answered = meeting != null || draw.chance(ANSWERED_SHARE);
    boolean canceled = meeting != null && meeting.status().equals("CANCELED");
    Instant answeredAt = answered ? lead.momentUntil(now, draw) : null;
    return new Object[] {
      lead.id(),
      workspaceId,
      campaignId,
      draw.orNull(0.8, "sms-a", "sms-b", "sms-c"),
      meeting != null ? "meeting-booked" : draw.of(Draw.STATUSES),
      answered ? draw.of(Draw.SENTIMENTS) : null,
      draw.orNull(0.2, Draw.INDUSTRIES),
      draw.orNull(0.2, Draw.HEADCOUNTS),
      draw.chance(0.1) ? "{" + lead.id() + "@example.com}" : "{}",
      draw.chance(0.1) ? "{\"budget\": " + draw.below(100) + "}" : null,
      answeredAt,
      meeting == null ? null : meeting.booked(),
      meeting == null ? null : meeting.start(),
      canceled ? meeting.booked().plus(Duration.ofHours(1)) : null,
      meeting == null ? null : meeting.status().toLowerCase(Locale.ROOT),
      lead.created(),
      answered ? answeredAt : lead.created()
    };
  }

  static Object[] message(String id, String leadId, Instant sent, Draw draw) {
    boolean inbound = draw.chance(INBOUND_SHARE);
    String sentBy = inbound ? null : draw.orNull(0.2, "ai", "setter");
    return new Object[] {
      id,
      leadId,
      draw.of(Draw.CHANNELS),
      draw.of("zrg", "zrg", "inboxxia_campaign"),
      inbound ? "inbound" : "outbound",
      draw.body(),
      draw.html(),
      sentBy,
      "setter".equals(sentBy) ? "user-" + draw.below(20) : null,
      !inbound || draw.chance(0.7),
      sent,
      sent.plusMillis(draw.below(5_000))
    };
  }

  static Object[] appointment(String id, String leadId, SampleLead.Meeting meeting) {
    return new Object[] {
      id,
      leadId,
      meeting.provider(),
      meeting.status(),
      meeting.start(),
      meeting.booked(),
      meeting.booked()
    };
  }

  /** A quarter was answered by nobody, some by both a setter and the AI. */
  static Object[] timing(String id, String workspaceId, String leadId, Instant inbound, Draw draw) {
    Integer setterMs = draw.chance(0.5) ? draw.responseMs() : null;
    Integer aiMs = draw.chance(0.5) ? draw.responseMs() : null;
    return new Object[] {
      id,
      workspaceId,
      leadId,
      draw.of(Draw.CHANNELS),
      inbound,
      setterMs == null ? null : inbound.plusMillis(setterMs),
      aiMs == null ? null : inbound.plusMillis(aiMs),
      setterMs,
      aiMs,
      aiMs == null ? null : Integer.valueOf(draw.below(aiMs / 1_000))
    };
  }
}
