// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.verification.Difference;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Unverified;
import io.daybook.serve.verification.UnverifiedTable;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies each rollup that was read again after the source's history broke, and gives it back to
 * its readers when nothing differs; until then they get the live query.
 *
 * <p>It runs beside every sink: where one is at work, the target can be reached, and without one no
 * rollup is ever complete again. A lock in the target lets one of them verify at a time. When to
 * try again stands in the table, so that it is the same for all of them and after a restart.
 */
final class Verifications implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Verifications.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration END_WITHIN = Duration.ofSeconds(5);

  /** The session that holds it ends with its process. */
  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('daybook-verification', 0))";

  private final List<Rollup> rollups;
  private final DataSource target;
  private final Verifier verifier;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "verifications");
  private String lastTrouble;

  Verifications(Installation installation, List<Rollup> rollups) {
    this.rollups = rollups;
    this.target = installation.target();
    this.verifier = new Verifier(installation.source(), target, Limits.DEFAULT);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stop.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try (Connection connection = target.getConnection()) {
          if (due(connection).isPresent() && isLocked(connection)) {
            Optional<Unverified> first = due(connection); // another one may have verified it
            if (first.isPresent()) {
              verify(first.get());
            }
          }
          lastTrouble = null;
        } catch (SQLException | RuntimeException e) {
          trouble(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Those that an older process does not know are left to others. */
  private Optional<Unverified> due(Connection connection) throws SQLException {
    return UnverifiedTable.read(connection).stream()
        .filter(each -> each.complete() && each.due() && rollup(each).isPresent())
        .findFirst();
  }

  private Optional<Rollup> rollup(Unverified which) {
    return rollups.stream()
        .filter(each -> each.name().equals(which.rollup()))
        .filter(each -> each.generation() == which.generation())
        .findFirst();
  }

  private static boolean isLocked(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TRY_LOCK)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void verify(Unverified which) throws SQLException, InterruptedException {
    List<Rollup> one = List.of(rollup(which).orElseThrow());
    Verification found;
    try {
      found = verifier.verify(one, VerificationProgress.SILENT);
    } catch (SQLException | RuntimeException e) {
      isOpen(which, String.valueOf(e.getMessage()));
      return;
    }
    if (found.foundNothing()) {
      confirm(which, found);
    } else if (found.differenceCount() > 0) {
      differs(which, found);
    } else {
      isOpen(which, String.join("; ", found.reasons()));
    }
  }

  private void confirm(Unverified which, Verification found) throws SQLException {
    try (Connection connection = target.getConnection()) {
      if (UnverifiedTable.confirm(connection, which)) {
        LOG.info(
            "Rollup {} is verified after epoch {}: {} rows compared, none differs; readers get it"
                + " again",
            which.rollup(),
            which.epoch(),
            found.rowsCompared());
      }
    }
  }

  private void differs(Unverified which, Verification found) throws SQLException {
    Difference first = found.differences().get(0);
    String what =
        "differences: %d, the first in %s %s: rollup %s, live %s"
            .formatted(
                found.differenceCount(),
                first.key(),
                first.column(),
                first.rollupValue(),
                first.liveValue());
    if (!what.equals(which.finding())) {
      LOG.error(
          "Rollup {} differs after epoch {}, and readers keep the live query: {}",
          which.rollup(),
          which.epoch(),
          what);
    }
    try (Connection connection = target.getConnection()) {
      UnverifiedTable.differs(connection, which, what);
    }
  }

  private void isOpen(Unverified which, String why) throws SQLException {
    if (!why.equals(which.finding())) {
      LOG.warn(
          "Rollup {} could not be verified after epoch {}, and is tried again: {}",
          which.rollup(),
          which.epoch(),
          why);
    }
    try (Connection connection = target.getConnection()) {
      UnverifiedTable.isOpen(connection, which, why);
    }
  }

  /** Once for each: the sink says it too where the target is away. */
  private void trouble(Exception e) {
    String what = String.valueOf(e.getMessage());
    if (!what.equals(lastTrouble)) {
      LOG.warn("Whether a rollup must be verified cannot be told: {}", what);
      lastTrouble = what;
    }
  }

  @Override
  public void close() {
    stop.countDown();
    thread.interrupt();
    try {
      thread.join(END_WITHIN.toMillis());
      if (thread.isAlive()) {
        LOG.debug("A comparison is still under way, and of no use any more");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
