// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Meetings that are booked and change, and how fast leads were answered. */
final class AppointmentChanges {
  private AppointmentChanges() {}

  static boolean book(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    Draw draw = tx.draw();
    Instant start = tx.now().plusMillis(draw.between(Duration.ofHours(1), Duration.ofDays(21)));
    var meeting =
        new SampleLead.Meeting(
            tx.now(), draw.chance(0.1) ? null : start, "CONFIRMED", draw.of(Draw.PROVIDERS));
    tx.insert(SampleRows.APPOINTMENT, SampleRows.appointment(tx.newId(), lead, meeting));
    tx.changeOne(
        "UPDATE \"Lead\" SET status = 'meeting-booked', \"sentimentTag\" = 'Meeting Requested',"
            + " \"appointmentBookedAt\" = ?, \"appointmentStartAt\" = ?,"
            + " \"appointmentStatus\" = 'confirmed', \"updatedAt\" = ? WHERE id = ?",
        meeting.booked(),
        meeting.start(),
        tx.now(),
        lead);
    return true;
  }

  static boolean change(LiveTransaction tx) throws SQLException {
    String appointment = tx.pickRow("Appointment", "true");
    if (appointment == null) {
      return false;
    }
    String status = tx.draw().of(Draw.APPOINTMENT_STATUSES);
    tx.changeOne(
        "UPDATE \"Appointment\" SET status = ?, \"updatedAt\" = ? WHERE id = ?",
        status,
        tx.now(),
        appointment);
    tx.change(
        "UPDATE \"Lead\" SET \"appointmentStatus\" = ?, \"appointmentCanceledAt\" = ?,"
            + " \"updatedAt\" = ? WHERE id = (SELECT \"leadId\" FROM \"Appointment\" WHERE id = ?)",
        status.toLowerCase(Locale.ROOT),
        status.equals("CANCELED") ? tx.now() : null,
        tx.now(),
        appointment);
    return true;
  }

  static boolean timeResponse(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    String workspace = LeadChanges.workspaceOf(tx, lead);
    tx.insert(
        SampleRows.TIMING,
        SampleRows.timing(tx.newId(), workspace, lead, tx.pastMoment(), tx.draw()));
    return true;
  }

  /** A setter answers, or answers anew. */
  static boolean giveResponse(LiveTransaction tx) throws SQLException {
    String event = tx.pickRow("ResponseTimingEvent", "true");
    if (event == null) {
      return false;
    }
    int millis = tx.draw().responseMs();
    tx.changeOne(
        "UPDATE \"ResponseTimingEvent\" SET \"setterResponseMs\" = ?, \"setterResponseSentAt\" ="
            + " \"inboundSentAt\" + ?::int * interval '1 millisecond' WHERE id = ?",
        millis,
        millis,
        event);
    return true;
  }
}
