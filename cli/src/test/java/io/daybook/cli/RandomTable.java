// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static io.daybook.cli.RandomColumn.choice;
import static io.daybook.cli.RandomColumn.html;
import static io.daybook.cli.RandomColumn.key;
import static io.daybook.cli.RandomColumn.millis;
import static io.daybook.cli.RandomColumn.text;
import static io.daybook.cli.RandomColumn.time;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of the reference schema as random statements see them; parents first. */
enum RandomTable {
  CLIENT("Client", 60, 45, 4, "id = ANY(?)", text("name", "a", "b", "c"), time("createdAt")),
  SETTINGS(
      "WorkspaceSettings",
      80,
      30,
      5,
      "\"clientId\" = ANY(?)",
      key("clientId", CLIENT),
      text("timezone", "Europe/Berlin", "Asia/Tokyo", "UTC").orNull()),
  CAMPAIGN(
      "EmailCampaign",
      160,
      110,
      8,
      "\"clientId\" = ANY(?)",
      key("clientId", CLIENT),
      text("name", "Spring", "Autumn", "Winter")),
  LEAD(
      "Lead",
      600,
      420,
      20,
      "\"clientId\" = ANY(?)",
      key("clientId", CLIENT),
      key("emailCampaignId", CAMPAIGN).orNull(),
      text("smsCampaignId", "s1", "s2").orNull(),
      text("status", "new", "contacted", "qualified", "meeting-booked", "blacklisted"),
      text(
              "sentimentTag",
              "Interested",
              "Meeting Requested",
              "Call Requested",
              "Not Interested",
              "")
          .orNull(),
      text("industry", "Software", "Retail").orNull(),
      text("employeeHeadcount", "1-10", "11-50").orNull(),
      choice("alternateEmails", "text[]", "{}", "{a@example.com,\"b, c\"}").orNull(),
      choice("qualificationAnswers", "jsonb", "{}", "{\"budget\": 5}", "null").orNull(),
      time("lastInboundAt").orNull(),
      time("appointmentBookedAt").orNull(),
      time("appointmentStartAt").orNull(),
      time("appointmentCanceledAt").orNull(),
      text("appointmentStatus", "confirmed", "canceled", "showed").orNull(),
      time("createdAt"),
      time("updatedAt")),
  MESSAGE(
      "Message",
      5_000,
      3_500,
      38,
      "\"leadId\" IN (SELECT id FROM \"Lead\" WHERE \"clientId\" = ANY(?))",
      key("leadId", LEAD),
      text("channel", "sms", "email", "linkedin"),
      text("source", "zrg", "inboxxia_campaign"),
      text("direction", "inbound", "outbound"),
      text("body", "short", "a\ttab, a\\ backslash\nand a 'quote'", "größer €", ""),
      html("rawHtml"),
      text("sentBy", "ai", "setter").orNull(),
      text("sentByUserId", "u1", "u2").orNull(),
      choice("isRead", "boolean", "true", "false"),
      time("sentAt"),
      time("createdAt")),
  TIMING(
      "ResponseTimingEvent",
      1_500,
      1_000,
      13,
      "\"clientId\" = ANY(?)",
      key("clientId", CLIENT),
      key("leadId", LEAD),
      text("channel", "sms", "email"),
      time("inboundSentAt"),
      time("setterResponseSentAt").orNull(),
      time("aiResponseSentAt").orNull(),
      millis("setterResponseMs").orNull(),
      millis("aiResponseMs").orNull(),
      millis("aiChosenDelaySeconds").orNull()),
  APPOINTMENT(
      "Appointment",
      1_200,
      800,
      12,
      "\"leadId\" IN (SELECT id FROM \"Lead\" WHERE \"clientId\" = ANY(?))",
      key("leadId", LEAD),
      choice("provider", "\"AppointmentProvider\"", "GHL", "CALENDLY"),
      choice(
          "status",
          "\"AppointmentStatus\"",
          "CONFIRMED",
          "CANCELED",
          "RESCHEDULED",
          "SHOWED",
          "NO_SHOW"),
      time("startAt").orNull(),
      time("createdAt"),
      time("updatedAt"));

  private static final int WEIGHTS = Stream.of(values()).mapToInt(table -> table.weight).sum();

  private final String sqlName;
  private final int ids;
  private final int filled;
  private final int weight;
  private final String scope;
  private final List<RandomColumn> columns;

  /**
   * @param ids how many different ids there are, so that they soon come back
   * @param filled rows to begin with
   * @param weight its share of the statements
   * @param scope the condition for rows of an array of workspaces
   */
  RandomTable(
      String sqlName, int ids, int filled, int weight, String scope, RandomColumn... columns) {
    this.sqlName = sqlName;
    this.ids = ids;
    this.filled = filled;
    this.weight = weight;
    this.scope = scope;
    this.columns = List.of(columns);
  }

  static RandomTable draw(Random random) {
    int ticket = random.nextInt(WEIGHTS);
    for (RandomTable table : values()) {
      ticket -= table.weight;
      if (ticket < 0) {
        return table;
      }
    }
    throw new AssertionError("weights changed");
  }

  boolean isParent() {
    return ordinal() <= LEAD.ordinal();
  }

  String quoted() {
    return '"' + sqlName + '"';
  }

  /** The table and its columns, as INSERT and COPY want them. */
  String target() {
    return columns.stream()
        .map(RandomColumn::quoted)
        .collect(Collectors.joining(", ", quoted() + " (id, ", ")"));
  }

  /** Parameters for a row of {@link #target}. */
  String marks() {
    return columns.stream()
        .map(column -> "?::" + column.type())
        .collect(Collectors.joining(", ", "(?::text, ", ")"));
  }

  int ids() {
    return ids;
  }

  int filled() {
    return filled;
  }

  String scope() {
    return scope;
  }

  /** All columns but the primary key, which is {@code id} everywhere. */
  List<RandomColumn> columns() {
    return columns;
  }

  /** The id with a number below {@link #ids}. */
  String id(int number) {
    return sqlName.charAt(0) + "-" + number;
  }
}
