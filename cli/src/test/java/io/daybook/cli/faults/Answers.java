// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.SnapshotDifferences;
import io.daybook.cli.installation.Installation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the rollups answer, and whether that is what the live queries answer. */
final class Answers {
  private static final Duration CATCH_UP = Duration.ofSeconds(120);

  private final Installation installation;
  private final Database database;
  private final List<Rollup> rollups;

  Answers(Installation installation, Database database, List<Rollup> rollups) {
    this.installation = installation;
    this.database = database;
    this.rollups = List.copyOf(rollups);
  }

  /**
   * What a comparison of all rows found.
   *
   * @param complaints in words; empty when all is equal
   */
  record Comparison(long rows, long differences, long excused, List<String> complaints) {}

  /** Waits until the rollups are complete through now, and compares; the source must be quiet. */
  Comparison compare() throws SQLException, InterruptedException {
    Verification verified =
        new Verifier(installation.source(), installation.target(), new Limits(CATCH_UP))
            .verify(rollups, VerificationProgress.SILENT);
    List<String> complaints = new ArrayList<>(verified.reasons());
    verified.differences().stream().limit(20).map(Object::toString).forEach(complaints::add);
    if (verified.verdict() != Verdict.EQUAL && complaints.isEmpty()) {
      complaints.add("the verdict is " + verified.verdict());
    }
    List<String> rows = new ArrayList<>();
    if (verified.undecided() == 0 && verified.reasons().isEmpty()) {
      try (Connection connection = database.owner()) {
        for (Rollup rollup : rollups) {
          rows.addAll(SnapshotDifferences.of(connection, rollup));
        }
      }
    }
    rows.stream().limit(20).forEach(complaints::add);
    long differences = Math.max(verified.differenceCount(), rows.size());
    return new Comparison(verified.rowsCompared(), differences, verified.excused(), complaints);
  }

  /** A digest of all that each workspace's readers see. */
  Map<String, String> byWorkspace() throws SQLException {
    Map<String, String> digests = new TreeMap<>();
    try (Connection connection = database.owner();
        Statement statement = connection.createStatement()) {
      for (Rollup rollup : rollups) {
        String sql =
            "SELECT workspace_id, md5(string_agg(r::text, '|' ORDER BY r::text)) FROM (SELECT "
                + SnapshotDifferences.columns(rollup)
                + " FROM "
                + DaybookSchema.qualified(rollup.name())
                + ") r GROUP BY workspace_id";
        try (ResultSet rows = statement.executeQuery(sql)) {
          while (rows.next()) {
            digests.merge(rows.getString(1), rows.getString(2), String::concat);
          }
        }
      }
    }
    return digests;
  }

  /** Workspaces whose increment in Redis is still owed. */
  long owedIncrements() throws SQLException {
    return database.number("SELECT count(*) FROM daybook.note");
  }
}
