// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.text.Durations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Says whether rollups hold what the user's SELECTs answer, while both go on changing.
 *
 * <p>For each rollup: take a snapshot of the source and an LSN above all that it sees, wait until
 * the rollup is complete through that LSN, read both sides in key order and merge them. The rollup
 * has then all that the snapshot has, and perhaps later changes; so a key that differs is looked at
 * again at later positions (see {@link Recheck}). Memory holds one batch of differing keys, however
 * many rows there are. Both sides are read the same way when they are one database.
 *
 * <p>It uses up to three connections of the source and two of the target at a time.
 */
public final class Verifier {
  private final DataSource source;
  private final DataSource target;
  private final Limits limits;

  /**
   * @param source a primary: a standby has no insert position
   * @param target where the rollup tables are; may be the same database
   */
  public Verifier(DataSource source, DataSource target, Limits limits) {
    this.source = source;
    this.target = target;
    this.limits = limits;
  }

  /**
   * Compares the current generation of each rollup, all rows.
   *
   * @throws SQLException when a database cannot be read, or has not been migrated
   * @throws InterruptedException when told to end meanwhile
   */
  public Verification verify(List<Rollup> rollups, VerificationProgress progress)
      throws SQLException, InterruptedException {
    return compare(rollups.stream().map(RollupQueries::ofCurrent).toList(), progress);
  }

  /**
   * The same for a day and those after it.
   *
   * @param day the first one, as Postgres prints it
   */
  public Verification verifySince(String day, List<Rollup> rollups, VerificationProgress progress)
      throws SQLException, InterruptedException {
    return compare(
        rollups.stream().map(each -> RollupQueries.ofCurrentSince(each, day)).toList(), progress);
  }

  /**
   * The same for one workspace and some days.
   *
   * @param from the first day, as Postgres prints it
   * @param to the last day
   */
  public Verification verifyPart(
      Rollup rollup, String workspace, String from, String to, VerificationProgress progress)
      throws SQLException, InterruptedException {
    return compare(List.of(RollupQueries.ofCurrent(rollup, workspace, from, to)), progress);
  }

  /** The same for one generation, which readers need not get. */
  public Verification verifyGeneration(Rollup rollup, VerificationProgress progress)
      throws SQLException, InterruptedException {
    return compare(List.of(RollupQueries.ofGeneration(rollup)), progress);
  }

  private Verification compare(List<RollupQueries> rollups, VerificationProgress progress)
      throws SQLException, InterruptedException {
    Findings findings = new Findings(limits.differencesMax());
    CatchUp catchUp = new CatchUp(source, target, limits, progress);
    Recheck recheck = new Recheck(source, catchUp, limits, progress, findings);
    for (RollupQueries rollup : rollups) {
      try {
        new OneRollup(rollup, catchUp, recheck, progress, findings).compare();
      } catch (LiveQueryException e) {
        findings.uncompared(
            0,
            "Rollup '%s' cannot be compared, because your own SELECT fails: %s"
                .formatted(rollup.rollup().name(), e.getMessage()));
      }
    }
    return findings.result();
  }

  /** The comparison of one rollup. */
  private final class OneRollup {
    private final RollupQueries queries;
    private final CatchUp catchUp;
    private final Recheck recheck;
    private final VerificationProgress progress;
    private final Findings findings;
    private final List<Observation> differing = new ArrayList<>();
    private long keys;

    OneRollup(
        RollupQueries queries,
        CatchUp catchUp,
        Recheck recheck,
        VerificationProgress progress,
        Findings findings) {
      this.queries = queries;
      this.catchUp = catchUp;
      this.recheck = recheck;
      this.progress = progress;
      this.findings = findings;
    }

    void compare() throws SQLException, InterruptedException {
      Rollup rollup = queries.rollup();
      try (LiveSnapshot live = LiveSnapshot.open(source, rollup.searchPath())) {
        findings.startedAt(live);
        Optional<Connection> caughtUp = catchUp.await(queries, live.lsn());
        if (caughtUp.isEmpty()) {
          findings.uncompared(
              0,
              "Rollup '%s' is not complete through %s after %s: nothing was compared"
                  .formatted(rollup.name(), live.lsn(), Durations.text(limits.catchUp())));
          return;
        }
        Connection rows = caughtUp.get();
        try (RowCursor rollupRows = cursor(rows, queries.rows(), RowCursor.ROLLUP);
            RowCursor liveRows = cursor(live.connection(), queries.live(), RowCursor.LIVE)) {
          KeyMerge.walk(liveRows, rollupRows, this::visit);
        } finally {
          ReadSession.close(rows);
        }
      }
      flush();
      progress.compared(rollup.name(), keys);
    }

    private void visit(Observation seen) throws SQLException, InterruptedException {
      findings.compared();
      if (++keys % limits.progressEvery() == 0) {
        progress.compared(queries.rollup().name(), keys);
      }
      if (!seen.isEqual()) {
        differing.add(seen);
        if (differing.size() == limits.batchKeys()) {
          flush();
        }
      }
    }

    private void flush() throws SQLException, InterruptedException {
      if (!differing.isEmpty()) {
        recheck.decide(queries, differing);
        differing.clear();
      }
    }

    private RowCursor cursor(Connection connection, String sql, String side) throws SQLException {
      return new RowCursor(connection, queries, sql, side, limits.fetchRows());
    }
  }
}
