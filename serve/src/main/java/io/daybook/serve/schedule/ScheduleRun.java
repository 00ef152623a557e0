// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.schedule;

import java.time.Instant;
import java.util.List;

/**
 * A run of the schedule; a row of {@code daybook.schedule_run}. Null for what is not there yet.
 *
 * @param key tells it from others: a second run of the same is the first one
 * @param firstDay it looks at this day and later ones, as Postgres prints it
 * @param position LSN of the source at which it looked
 * @param rows that it compared
 * @param differences keys that it found
 * @param remaining keys that differed after their rows were written once more
 * @param refreshes what it asked for
 * @param finding what keeps it from being all right, in words
 */
public record ScheduleRun(
    String key,
    Instant askedAt,
    String firstDay,
    Instant beganAt,
    Instant endedAt,
    String position,
    Long rows,
    Long differences,
    Long remaining,
    List<Long> refreshes,
    String finding) {

  /** Keys that were mended. */
  public Long healed() {
    return differences == null || remaining == null ? null : differences - remaining;
  }
}
