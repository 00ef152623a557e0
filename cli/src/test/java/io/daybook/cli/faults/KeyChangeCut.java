// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;

/**
 * SIGKILL of capture among changes of primary keys, each a delete and a create; with every other
 * seed the engine hands over one event at a time, so that each pair is split.
 */
final class KeyChangeCut implements Fault {
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(60);
  private static final int RECORDS_EACH = 3; // with the tombstone

  @Override
  public String id() {
    return "F2";
  }

  @Override
  public String title() {
    return "capture killed between the halves of a key change";
  }

  @Override
  public SiteSettings site(long seed) {
    return oneByOne(seed)
        ? SiteSettings.usual().with("debezium.max.batch.size", "1").withRate(50)
        : SiteSettings.usual();
  }

  private static boolean oneByOne(long seed) {
    return seed % 2 == 0;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    int rows = oneByOne(turn.seed()) ? 200 : 2_000;
    long before = site.kafka().written("Message");
    int changed =
        site.database()
            .change(
                "UPDATE \"Message\" SET id = id || 'k"
                    + turn.below(1_000_000)
                    + "' WHERE id IN (SELECT id FROM \"Message\" WHERE length(id) < 40"
                    + " ORDER BY random() LIMIT "
                    + rows
                    + ")");
    long wanted = 1 + turn.below(changed * RECORDS_EACH / 2);
    RoleProcess capture = site.captures().get(0);
    Await.until(
        SEEN_WITHIN,
        wanted + " records in the topic",
        () -> site.kafka().written("Message") - before >= wanted);
    long pid = capture.kill();
    Instant at = Instant.now();
    long written = site.kafka().written("Message") - before;
    boolean dead = Signals.isDead(pid);
    capture.start();
    return Injection.of(
        at,
        dead && written > 0 && written < (long) changed * RECORDS_EACH,
        "capture, pid %d, is dead: %s; %d of %d records of key changes were written"
            .formatted(pid, dead, written, changed * RECORDS_EACH));
  }
}
