// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/**
 * The slot is dropped while capture is down or while it runs, and rows are deleted of which no
 * stream will ever tell.
 */
final class SlotLost implements Fault {
  private static final Duration AWAY_MAX = Duration.ofSeconds(3);

  @Override
  public String id() {
    return "F9";
  }

  @Override
  public String title() {
    return "slot dropped, with deletes meanwhile";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    return turn.variant(2) == 0 ? whileCaptureIsDown(site, turn) : whileCaptureRuns(site);
  }

  private static Injection whileCaptureIsDown(Site site, Turn turn) throws Exception {
    Slot slot = new Slot(site.database());
    RoleProcess capture = site.captures().get(0);
    Instant at = Instant.now();
    long pid = capture.kill();
    slot.drop();
    int deleted = deleteSome(site);
    Await.pass(turn.below(AWAY_MAX));
    boolean gone = !slot.exists();
    capture.start();
    return Injection.of(
        at,
        gone && deleted > 0 && Signals.isDead(pid),
        "capture, pid %d, is dead; the slot is gone: %s; %d messages deleted meanwhile"
            .formatted(pid, gone, deleted));
  }

  /** The deletes are under way when the slot goes, and commit before another one is consistent. */
  private static Injection whileCaptureRuns(Site site) throws Exception {
    Slot slot = new Slot(site.database());
    try (Connection connection = site.database().owner();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      int deleted = statement.executeUpdate(DELETE_SOME);
      Instant at = Instant.now();
      slot.drop();
      boolean gone = !slot.exists();
      connection.commit();
      return Injection.of(
          at,
          gone && deleted > 0,
          "the slot is gone: %s; %d messages deleted meanwhile".formatted(gone, deleted));
    }
  }

  private static final String DELETE_SOME =
      "DELETE FROM \"Message\" WHERE id IN"
          + " (SELECT id FROM \"Message\" ORDER BY random() LIMIT 200 FOR UPDATE SKIP LOCKED)";

  private static int deleteSome(Site site) throws SQLException {
    return site.database().change(DELETE_SOME);
  }
}
