// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static java.util.stream.Collectors.joining;

import io.daybook.pipeline.topology.Shrinker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Runs random SELECTs over random tables with random histories, some at a time. */
public final class SelectCases {
  private static final int FAILURES_MAX = 5;
  private static final int TRIES_MAX = 500;
  private static final int WORKERS = 2;

  private final DataSource database;
  private final Path state;
  private final int rounds;
  private final Tally tally = new Tally();
  private final AtomicInteger comparisons = new AtomicInteger();
  private final AtomicInteger withRows = new AtomicInteger();
  private final AtomicLong differences = new AtomicLong();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  /**
   * Compares each SELECT as often as there are rounds.
   *
   * @param state folder of the topologies' state
   */
  public SelectCases(DataSource database, Path state, int rounds) {
    this.database = database;
    this.state = state;
    this.rounds = rounds;
  }

  /** Runs the SELECTs from this number on; a number is a seed, so that it can be run alone. */
  public void run(long first, int selects) {
    AtomicLong next = new AtomicLong(first);
    List<CompletableFuture<Void>> workers =
        Stream.generate(() -> worker(next, first + selects)).limit(WORKERS).toList();
    workers.forEach(CompletableFuture::join);
  }

  /** Comparisons of a whole rollup with what Postgres answers. */
  public int comparisons() {
    return comparisons.get();
  }

  /** Comparisons with an answer that had rows. */
  public int withRows() {
    return withRows.get();
  }

  /** Rows that differed. */
  public long differences() {
    return differences.get();
  }

  /** Each with tables, SELECTs and the few records that it needs. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  Tally tally() {
    return tally;
  }

  private CompletableFuture<Void> worker(AtomicLong next, long end) {
    return CompletableFuture.runAsync(
        () -> {
          try (Connection connection = connect(database)) {
            long number = next.getAndIncrement();
            while (number < end && failures.size() < FAILURES_MAX) {
              run(number, connection);
              number = next.getAndIncrement();
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task, "select-cases").start());
  }

  /** One, in a transaction that is rolled back. */
  private void run(long number, Connection connection) throws SQLException {
    SelectCase drawn = new SelectCase(number, connection, state, tally);
    try {
      List<String> found = drawn.differences(rounds);
      if (!found.isEmpty()) {
        differences.addAndGet(found.size());
        failures.add(failure(number, drawn, found + "\n" + shrunk(drawn)));
      }
    } catch (AssertionError | RuntimeException | SQLException e) {
      failures.add(failure(number, drawn, e.toString()));
    } finally {
      connection.rollback();
      comparisons.addAndGet(drawn.comparisons());
      withRows.addAndGet(drawn.withRows());
    }
  }

  private String failure(long number, SelectCase drawn, String what) {
    String again = "-Dit.test=SelectPropertyIT -Ddaybook.seed=%d -Ddaybook.selects=1";
    return ("%n" + again + " -Ddaybook.rounds=%d%n%s%n%s%n%s%n")
        .formatted(number, rounds, drawn.schema().ddl(), sql(drawn.texts()), what);
  }

  private static String sql(Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(each -> "-- " + each.getKey() + "\n" + each.getValue() + ";")
        .collect(joining("\n"));
  }

  private static String shrunk(SelectCase drawn) {
    List<Delivery> all = drawn.delivered();
    Shrinker.Shrunk<Delivery> shrunk =
        Shrinker.shrink(all, TRIES_MAX, each -> differs(drawn.differences(each)));
    return "shrunk from %d records to %d in %d tries%s:%n%s%n%s"
        .formatted(
            all.size(),
            shrunk.left().size(),
            shrunk.tries(),
            shrunk.minimal() ? "" : ", which were too few",
            shrunk.left().stream().map(SelectCases::line).collect(joining("\n")),
            drawn.differences(shrunk.left()));
  }

  private static boolean differs(List<String> differences) {
    return differences != null && !differences.isEmpty();
  }

  private static String line(Delivery delivery) {
    return delivery instanceof Delivery.Given given
        ? DeliveredRows.line(given.record())
        : "(all work in slices is done)";
  }

  /** A connection for cases, in a transaction. */
  static Connection connect(DataSource database) throws SQLException {
    Connection connection = database.getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET timezone = 'UTC'");
    }
    connection.setAutoCommit(false);
    return connection;
  }
}
