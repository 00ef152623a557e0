// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;

/** Capture is killed when a tenth, half and nine tenths of a snapshot are written. */
final class SnapshotKilled implements Fault {
  private static final int ROWS = 60_000;
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(120);
  private static final int[] PERCENT = {10, 50, 90};

  @Override
  public String id() {
    return "F20";
  }

  @Override
  public String title() {
    return "snapshot killed at 10, 50 and 90 %, with writes during it";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Messages messages = new Messages(site.database());
    if (site.database().number("SELECT count(*) FROM \"Message\"") < ROWS) {
      messages.insert("snapshot-", ROWS, messages.ownLead("snapshot"));
      Instant inserted = Instant.now();
      Await.until(
          SEEN_WITHIN,
          "the rows that a snapshot will read",
          () -> site.freshness().completeSince(inserted) != null);
    }
    int percent = PERCENT[turn.variant(PERCENT.length)];
    long rows = site.database().number("SELECT count(*) FROM \"Message\"");
    RoleProcess capture = site.captures().get(0);
    capture.terminate();
    long before = site.kafka().written("Message");
    capture.start("--resnapshot");
    long wanted = rows * percent / 100;
    Await.until(
        SEEN_WITHIN,
        percent + " % of the snapshot",
        () -> site.kafka().written("Message") - before >= wanted);
    long pid = capture.kill();
    Instant at = Instant.now();
    long written = site.kafka().written("Message") - before;
    boolean dead = Signals.isDead(pid);
    capture.start();
    return Injection.of(
        at,
        dead && written < rows,
        "capture, pid %d, is dead: %s; %d of %d rows of the snapshot were written"
            .formatted(pid, dead, written, rows));
  }
}
