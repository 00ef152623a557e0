// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.RollupTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;

/** Writes one batch of one rollup in one transaction: offsets, rows and notes, or nothing. */
final class BatchWriter implements AutoCloseable {
  private final Rollup rollup;
  private final String topic;
  private final TargetSession session;
  private final RowStatements table;
  private final ProgressTable progress;
  private final DegradedTable degraded;
  private final UnverifiedTable unverified;
  private final RefreshTable refreshes;

  BatchWriter(Rollup rollup, SinkSettings settings) {
    this.rollup = rollup;
    this.topic = settings.topics().rollup(rollup.name(), rollup.generation()).name();
    this.session =
        new TargetSession(
            settings.target(), "daybook-sink-" + rollup.name() + "-g" + rollup.generation());
    this.table = new RowStatements(new RollupTable(rollup));
    this.progress = new ProgressTable(rollup);
    this.degraded = new DegradedTable(rollup);
    this.unverified = new UnverifiedTable(rollup);
    this.refreshes = new RefreshTable(rollup);
  }

  /** What a committed batch did to the table. */
  record Written(List<Claim> claims, int upserts, int deletes) {}

  ProgressTable.Takeover takeOver(int partition) throws SQLException {
    return session.inTransaction(connection -> progress.takeOver(connection, partition));
  }

  /** Throws where a claim is void. */
  void requireHeld(List<Claim> claims) throws SQLException, FencedException {
    session.<Void, FencedException>inTransaction(
        connection -> {
          progress.requireHeld(connection, claims);
          return null;
        });
  }

  /**
   * @param claims one for each advance of the batch, in its order
   * @throws FencedException when one of the claims is void; nothing is written then
   * @throws SQLException when it may go better later, see {@link Recovery}
   * @throws SinkException when it would fail again
   */
  Written write(Batch batch, List<Claim> claims) throws SQLException, FencedException {
    List<Claim> after =
        IntStream.range(0, claims.size())
            .mapToObj(i -> claims.get(i).after(batch.advances().get(i)))
            .toList();
    try {
      return session.<Written, FencedException>inTransaction(
          connection -> {
            unverified.raise(connection, claims, after);
            progress.advance(connection, claims, after);
            int upserts = batch.upserts().isEmpty() ? 0 : table.upsert(connection, batch.upserts());
            int deletes = batch.deletes().isEmpty() ? 0 : table.delete(connection, batch.deletes());
            degraded.write(connection, batch.doubts());
            refreshes.write(connection, batch.refreshed());
            if (batch.hasNews()) {
              note(connection, batch);
            }
            return new Written(after, upserts, deletes);
          });
    } catch (SQLException e) {
      if (Recovery.from(e) != Recovery.NONE) {
        throw e;
      }
      throw refused(batch, e);
    }
  }

  private void note(Connection connection, Batch batch) throws SQLException {
    NoteTable.write(connection, rollup, batch.concerned());
    for (Doubt doubt : batch.doubts()) {
      if (doubt.workspace() == null) {
        NoteTable.writeAll(connection, rollup, doubt.partition());
      }
    }
  }

  private SinkException refused(Batch batch, SQLException why) throws SQLException {
    String where = "";
    List<Row> suspects = culprit(batch.upserts());
    if (suspects.size() == 1) {
      Row row = suspects.get(0);
      where =
          ", partition %d, offset %d, key %s".formatted(row.partition(), row.offset(), row.key());
    } else if (!batch.advances().isEmpty()) {
      where = ", among the %d records before %s".formatted(batch.records(), ends(batch));
    }
    return new SinkException(
        "The target refuses rollup %s, generation %d (topic %s%s): %s"
            .formatted(rollup.name(), rollup.generation(), topic, where, why.getMessage()),
        why);
  }

  /** The one row that fails by itself, by halving; all of them when none does. */
  private List<Row> culprit(List<Row> rows) throws SQLException {
    List<Row> suspects = rows;
    while (suspects.size() > 1) {
      List<Row> left = suspects.subList(0, suspects.size() / 2);
      List<Row> right = suspects.subList(suspects.size() / 2, suspects.size());
      if (fails(left)) {
        suspects = left;
      } else if (fails(right)) {
        suspects = right;
      } else {
        return rows;
      }
    }
    return suspects;
  }

  private boolean fails(List<Row> rows) throws SQLException {
    try {
      session.inTrial(
          connection -> {
            table.upsert(connection, rows);
            return null;
          });
      return false;
    } catch (SQLException e) {
      if (Recovery.from(e) != Recovery.NONE) {
        throw e;
      }
      return true;
    }
  }

  private static String ends(Batch batch) {
    return String.join(
        ", ",
        batch.advances().stream()
            .map(end -> "offset " + end.next() + " of partition " + end.partition())
            .toList());
  }

  @Override
  public void close() {
    session.close();
  }
}
