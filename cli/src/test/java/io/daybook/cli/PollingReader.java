// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.table.StoredColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Reads one workspace every 20 ms with one prepared statement, and remembers what it got. */
final class PollingReader implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(20);

  /** From this many executions on the driver has the server prepare the statement. */
  private static final int PREPARED_AFTER = 2;

  private final Connection connection;
  private final Rollup rollup;
  private final String workspace;
  private final boolean ofView;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "reader");
  private final Set<Seen> seen = new HashSet<>();
  private final Set<Integer> generations = new TreeSet<>();
  private final List<String> errors = new ArrayList<>();
  private long polls;
  private long live;
  private long worstNanos;

  /**
   * A row of the rollup.
   *
   * @param generation null where the reader is not told
   * @param row keys and measures as text
   */
  record Seen(Integer generation, List<String> row) {}

  private PollingReader(Connection connection, Rollup rollup, String workspace, boolean ofView) {
    this.connection = connection;
    this.rollup = rollup;
    this.workspace = workspace;
    this.ofView = ofView;
    thread.start();
  }

  static PollingReader ofFunction(Connection connection, Rollup rollup, String workspace) {
    return new PollingReader(connection, rollup, workspace, false);
  }

  static PollingReader ofView(Connection connection, Rollup rollup, String workspace) {
    return new PollingReader(connection, rollup, workspace, true);
  }

  private String sql() {
    String columns =
        new RollupTable(rollup)
            .columns().stream()
                .map(StoredColumn::name)
                .map(name -> "t." + Identifier.quote(name) + "::text")
                .collect(Collectors.joining(", "));
    String days = "'-infinity'::date, 'infinity'::date";
    return ofView
        ? "SELECT %s, 'rollup', NULL FROM %s t WHERE t.workspace_id = ?"
            .formatted(columns, DaybookSchema.qualified(rollup.name()))
        : "SELECT %s, t.served_from, t.generation FROM %s(?, %s) t"
            .formatted(columns, DaybookSchema.qualified("read_" + rollup.name()), days);
  }

  private void run() {
    try (PreparedStatement statement = connection.prepareStatement(sql())) {
      statement.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(PREPARED_AFTER);
      statement.setString(1, workspace);
      while (!end.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        long start = System.nanoTime();
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            take(rows);
          }
        }
        worstNanos = Math.max(worstNanos, System.nanoTime() - start);
        polls++;
      }
    } catch (SQLException e) {
      errors.add(e.getSQLState() + " " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount() - 2;
    if (rows.getString(columns + 1).equals("live")) {
      live++;
      return;
    }
    List<String> row = new ArrayList<>();
    for (int i = 1; i <= columns; i++) {
      row.add(rows.getString(i));
    }
    Integer generation = (Integer) rows.getObject(columns + 2);
    if (generation != null) {
      generations.add(generation);
    }
    seen.add(new Seen(generation, row));
  }

  Rollup rollup() {
    return rollup;
  }

  boolean isOfView() {
    return ofView;
  }

  Set<Seen> seen() {
    return seen;
  }

  Set<Integer> generations() {
    return generations;
  }

  List<String> errors() {
    return errors;
  }

  @Override
  public String toString() {
    return "%s of %s by the %s: %d polls, worst %d ms, %d different rows, %d rows live, generations %s"
        .formatted(
            workspace,
            rollup.name(),
            ofView ? "view" : "function",
            polls,
            worstNanos / 1_000_000,
            seen.size(),
            live,
            generations);
  }

  @Override
  public void close() throws SQLException, InterruptedException {
    end.countDown();
    thread.join();
    connection.close();
  }
}
