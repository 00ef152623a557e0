// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.text.Durations;
import java.time.Duration;

/**
 * How far topics have been replayed.
 *
 * @param read offsets that are behind the aggregate; what compaction removed counts as read
 * @param all offsets that there are
 */
public record Replay(long read, long all) {

  /** Of all, 0 to 1. */
  public double share() {
    return all == 0 ? 1 : Math.min(1, (double) read / all);
  }

  /**
   * For people: how much, how fast, and how long still.
   *
   * @param since it began
   */
  public String text(Duration since) {
    double seconds = Math.max(1, since.toMillis()) / 1e3;
    double rate = read / seconds;
    String left =
        share() < 1 && rate > 0
            ? ", about %s left"
                .formatted(Durations.text(Duration.ofSeconds((long) ((all - read) / rate))))
            : "";
    return "%,d of %,d events (%.0f %%), %,.0f events/s%s"
        .formatted(read, all, 100 * share(), rate, left);
  }
}
