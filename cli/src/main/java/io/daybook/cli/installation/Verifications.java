// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Unverified;
import io.daybook.serve.verification.UnverifiedTable;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies each rollup that was read again after the source's history broke, and gives it back to
 * its readers when nothing differs; until then they get the live query. When to try again stands in
 * the table, so that it is the same for all who do this and after a restart.
 */
final class Verifications implements Upkeep.Task {
  private static final Logger LOG = LoggerFactory.getLogger(Verifications.class);

  private final Supplier<List<Rollup>> rollups;
  private final DataSource target;
  private final Verifier verifier;

  Verifications(Installation installation, Supplier<List<Rollup>> rollups) {
    this.rollups = rollups;
    this.target = installation.target();
    this.verifier = new Verifier(installation.source(), target, Limits.DEFAULT);
  }

  @Override
  public boolean isDue(Connection connection) throws SQLException {
    return due(connection).isPresent();
  }

  @Override
  public void run(Connection connection) throws SQLException, InterruptedException {
    Optional<Unverified> first = due(connection);
    if (first.isPresent()) {
      verify(first.get());
    }
  }

  /** Those that an older process does not know are left to others. */
  private Optional<Unverified> due(Connection connection) throws SQLException {
    return UnverifiedTable.read(connection).stream()
        .filter(each -> each.complete() && each.due() && rollup(each).isPresent())
        .findFirst();
  }

  private Optional<Rollup> rollup(Unverified which) {
    return rollups.get().stream()
        .filter(each -> each.is(which.rollup(), which.generation()))
        .findFirst();
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
    String what = found.firstDifference();
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
}
