// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.time.Duration;
import java.time.Instant;

/**
 * What the other tables of the sample must know of a lead. The seed and the lead's number decide
 * it, so that it is derived again where it is needed and never kept.
 *
 * @param meeting null when none was booked
 */
record SampleLead(String id, Instant created, Meeting meeting) {
  private static final double MEETING_SHARE = 0.12;

  /**
   * A booked meeting.
   *
   * @param start null when it has no date yet
   */
  record Meeting(Instant booked, Instant start, String status, String provider) {}

  static SampleLead of(long seed, int number, long nowMs, Duration window) {
    long kind = SampleRows.LEAD.hashCode();
    Draw draw = new Draw(Draw.mix(seed, kind, number));
    long drawnMs = nowMs - (long) (draw.fraction() * window.toMillis());
    Instant created = Instant.ofEpochMilli(draw.workingHour(drawnMs, nowMs));
    String id = Draw.id(seed, kind, number);
    boolean booked = draw.chance(MEETING_SHARE);
    return new SampleLead(id, created, booked ? meeting(draw, created, nowMs) : null);
  }

  /** A moment after the lead was created, in working hours where possible. */
  Instant momentUntil(Instant now, Draw draw) {
    long spanMs = Duration.between(created, now).toMillis();
    long drawnMs = created.toEpochMilli() + (long) (draw.fraction() * spanMs);
    long moved = draw.workingHour(drawnMs, now.toEpochMilli());
    return Instant.ofEpochMilli(Math.max(moved, created.toEpochMilli()));
  }

  private static Meeting meeting(Draw draw, Instant created, long nowMs) {
    Instant booked =
        new SampleLead("", created, null).momentUntil(Instant.ofEpochMilli(nowMs), draw);
    Instant start = booked.plusMillis(draw.between(Duration.ofHours(4), Duration.ofDays(21)));
    boolean dated = !draw.chance(0.1);
    boolean over = dated && start.toEpochMilli() < nowMs;
    String status =
        over
            ? draw.of("SHOWED", "SHOWED", "NO_SHOW", "CANCELED")
            : draw.of("CONFIRMED", "CONFIRMED", "RESCHEDULED", "CANCELED");
    return new Meeting(booked, dated ? start : null, status, draw.of(Draw.PROVIDERS));
  }
}
