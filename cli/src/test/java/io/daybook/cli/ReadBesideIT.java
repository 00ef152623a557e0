// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table, and then a column, that was not captured before is read beside the stream, while
 * everything about it changes; readers of what is there keep the rollup.
 */
class ReadBesideIT {
  private static final int ROWS = 40_000;
  private static final long POLL_MS = 10;
  private static final String REPAIRS =
      """
      SELECT r.fleet AS workspace_id, r.done AS day, count(*) AS repairs, sum(r.cost) AS cost,
             count(*) FILTER (WHERE length(r.note) > 1000) AS long_notes%s
      FROM repair r GROUP BY 1, 2""";

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> seen = new TreeSet<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private TripSite site;

  @AfterEach
  void stop() {
    end.countDown();
    threads.shutdown();
    if (site != null) {
      site.close();
    }
  }

  @Test
  void readersKeepTheRollupWhileMoreIsRead() throws Exception {
    long seed = Long.getLong("daybook.seed", RandomGenerator.getDefault().nextInt(1_000_000));
    System.out.println("ReadBesideIT: seed " + seed);
    site = TripSite.start(folder, "");
    site.execute(
        "ALTER TABLE repair ADD note text",
        "ALTER TABLE repair ALTER note SET STORAGE EXTERNAL",
        "INSERT INTO repair SELECT n, 'fleet ' || n % 20, date '2026-01-05' + n % 40, n / 3.0,"
            + " CASE WHEN n % 50 = 0 THEN repeat(md5(n::text), 100) END"
            + " FROM generate_series(1000, "
            + ROWS
            + ") n");
    Future<Long> changes = threads.submit(() -> change(new Random(seed)));
    Future<?> reader = threads.submit(this::read);

    site.define("repairs", REPAIRS.formatted(""));
    site.succeed("recompute", "--wait");
    assertEquals(2, site.generation());

    site.execute("ALTER TABLE repair ADD mechanic text DEFAULT 'nobody'");
    site.define("repairs", REPAIRS.formatted(", count(r.mechanic) AS by_somebody"));
    Future<Answer> again = threads.submit(() -> site.run("recompute", "--wait"));
    site.rig().await("a further generation", () -> site.run("status").out().contains(" g3"));
    end.countDown();
    assertTrue(changes.get() > 100, changes::toString);
    reader.get();
    site.rig().stopRoles();
    site.rig().startRoles(false);
    assertEquals(ExitCode.TRUE, again.get().code(), again.get()::err);
    assertEquals(3, site.generation());
    site.assertEqual();
    assertEquals(Set.of("rollup running"), seen, "seed " + seed);
    assertEquals(
        List.of("1"), site.queries("SELECT DISTINCT watermark_epoch FROM daybook.progress"));
  }

  private Void read() throws Exception {
    while (!end.await(POLL_MS, TimeUnit.MILLISECONDS)) {
      seen.add(
          site.query(
              "SELECT served_from || ' ' || reason FROM daybook.source_of_trips_daily('red')"));
    }
    return null;
  }

  /** Rows come, go, change, leave large values as they are, and change their keys. */
  private long change(Random random) throws SQLException {
    long changes = 0;
    try (Connection connection = site.rig().source().getConnection();
        Statement statement = connection.createStatement()) {
      int next = 2 * ROWS;
      while (end.getCount() > 0) {
        int id = random.nextInt(next);
        String of = " WHERE id = " + id;
        String sql =
            switch (random.nextInt(8)) {
              case 0 ->
                  "INSERT INTO repair VALUES (%d, 'fleet %d', date '2026-01-05' + %d, %d, NULL)"
                      .formatted(++next, random.nextInt(20), random.nextInt(40), next);
              case 1 -> "DELETE FROM repair" + of;
              case 2 -> "UPDATE repair SET note = repeat(md5(id::text), 90)" + of;
              case 3 -> "UPDATE repair SET id = " + ++next + of;
              case 4 -> "UPDATE repair SET fleet = 'fleet ' || id % 7" + of;
              default -> "UPDATE repair SET cost = cost + 1 WHERE id % 997 = " + id % 997;
            };
        statement.execute(sql);
        if (++changes == 400) {
          statement.execute("TRUNCATE repair");
          statement.execute(
              "INSERT INTO repair SELECT n, 'fleet ' || n % 20, date '2026-02-05' + n % 40, n, 'x'"
                  + " FROM generate_series(1, 30000) n");
        }
      }
    }
    return changes;
  }
}
