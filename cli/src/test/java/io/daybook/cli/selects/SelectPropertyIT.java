// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.topology.StateFolders;
import io.daybook.pipeline.topology.TopologyRun;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Binder;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.sql.CatalogueReader;
import io.daybook.schemas.topic.Watermark;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random SELECTs over random tables with random histories: the rollup is what Postgres answers to
 * the SELECT itself. Another seed: {@code -Ddaybook.seed=N}; more: {@code -Ddaybook.selects=N}.
 */
class SelectPropertyIT {
  private static final int SELECTS = 300;
  private static final int ROUNDS = 3;
  private static final int CHANGES = 20;
  private static final int FAILURES_SHOWN = 5;
  private static final int WORKERS = 2;

  @TempDir Path servers;

  @TempDir(factory = StateFolders.class)
  Path state;

  private final Tally tally = new Tally();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  @Test
  void rollupsAreWhatPostgresAnswersToTheirSelects() throws Exception {
    long seed = Long.getLong("daybook.seed", RandomGenerator.getDefault().nextInt(1_000_000));
    int selects = Integer.getInteger("daybook.selects", SELECTS);
    System.out.println("SelectPropertyIT: -Ddaybook.seed=" + seed);
    long start = System.nanoTime();
    AtomicLong next = new AtomicLong(seed);
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(servers))) {
      List<CompletableFuture<Void>> workers =
          Stream.generate(() -> worker(stack.superuser(), next, seed + selects))
              .limit(WORKERS)
              .toList();
      workers.forEach(CompletableFuture::join);
    }
    assertEquals(List.of(), failures);
    System.out.printf(
        "SelectPropertyIT: %d SELECTs in %d s, %s%n",
        selects, (System.nanoTime() - start) / 1_000_000_000, tally);
    if (selects >= SELECTS) {
      requireVariety(selects);
    }
  }

  private CompletableFuture<Void> worker(DataSource database, AtomicLong next, long end) {
    return CompletableFuture.runAsync(
        () -> {
          try (Connection connection = database.getConnection()) {
            execute(connection, "SET timezone = 'UTC'");
            connection.setAutoCommit(false);
            long number = next.getAndIncrement();
            while (number < end && failures.size() < FAILURES_SHOWN) {
              run(number, connection);
              number = next.getAndIncrement();
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task, "select-cases").start());
  }

  /** One case, in one transaction; its number is its seed, so that it can be run alone. */
  private void run(long number, Connection connection) throws SQLException {
    RandomGenerator random = new Random(number);
    DrawnSchema schema = DrawnSchema.draw(random);
    Map<String, String> texts = DrawnSelect.rollup(schema, random, tally);
    String name = "drawn" + number;
    try {
      execute(connection, "CREATE SCHEMA %1$s; SET search_path = %1$s;".formatted(name));
      execute(connection, schema.ddl());
      compare(number, schema, texts, random, connection);
    } catch (AssertionError | RuntimeException | SQLException e) {
      failures.add(
          "%n-Ddaybook.seed=%d -Ddaybook.selects=1%n%s%n%s%n%s%n"
              .formatted(number, schema.ddl(), texts, e));
    } finally {
      connection.rollback();
    }
  }

  private void compare(
      long number,
      DrawnSchema schema,
      Map<String, String> texts,
      RandomGenerator random,
      Connection connection)
      throws SQLException {
    Definition definition = Definition.parse("drawn", "drawn", texts);
    Catalogue catalogue = CatalogueReader.read(connection, definition.selects());
    Rollup rollup = Binder.bind(definition, catalogue, 1);
    requireTypes(rollup);
    Map<String, Table> tables = new HashMap<>();
    catalogue.tables().values().forEach(table -> tables.put(table.name().name(), table));
    DrawnHistory history = new DrawnHistory(schema, tables, connection, random, tally);
    Answer answer = new Answer(rollup);
    boolean empty = true;
    try (TopologyRun topology = new TopologyRun(rollup, state.resolve("case" + number))) {
      history.begin();
      for (int round = 0; round < ROUNDS; round++) {
        history.happen(CHANGES);
        Watermark watermark = history.deliver(topology::pipe);
        topology.settle();
        Map<String, String> expected = answer.expected(connection);
        empty &= expected.isEmpty();
        expected.keySet().forEach(row -> tally.note("row"));
        assertEquals(
            List.of(),
            differences(expected, answer.actual(topology.values())),
            "differences after round " + round);
        assertEquals(
            watermark.epoch() + ":" + watermark.commitLsn(), topology.watermark(), "watermark");
      }
    }
    tally.note(empty ? "empty" : "with rows");
  }

  /** Each expression has the type that Postgres gave its column. */
  private static void requireTypes(Rollup rollup) {
    for (Fact fact : rollup.facts()) {
      for (int i = 0; i < fact.dimensions().size(); i++) {
        assertEquals(
            rollup.dimensions().get(i).type().kind(),
            fact.dimensions().get(i).type().kind(),
            "type of " + rollup.dimensions().get(i).name());
      }
    }
  }

  private static List<String> differences(
      Map<String, String> expected, Map<String, String> actual) {
    TreeSet<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(actual.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String wanted = expected.get(key);
      String given = actual.get(key);
      if (wanted == null || !wanted.equals(given)) {
        differences.add(
            "%s: Postgres %s, rollup %s"
                .formatted(
                    key, wanted == null ? "no row" : wanted, given == null ? "no row" : given));
      }
    }
    return differences;
  }

  private void requireVariety(int selects) {
    assertTrue(tally.of("with rows") * 4 >= selects * 3L, "most have rows: " + tally);
    tally.requireAtLeast(2_000, "row");
    tally.requireAtLeast(50, "JOIN", "LEFT JOIN", "WHERE", "FILTER");
    tally.requireAtLeast(50, "depth 1", "depth 2", "count(*)", "day of a date");
    tally.requireAtLeast(50, "workspace of the fact", "workspace of a parent", "day of the fact");
    tally.requireAtLeast(50, "day of a timestamp", "day of a parent", "dimensions 0");
    tally.requireAtLeast(50, "dimensions 1", "dimensions 2", "composite key");
    tally.requireAtLeast(
        20, "side by side", "depth 3", "two facts", "count(x)", "joins 1", "joins 2", "joins 3");
    tally.requireAtLeast(20, "sum of INT2", "sum of INT4", "sum of INT8", "sum of NUMERIC");
    for (ColumnType type : ColumnType.KEYS) {
      tally.requireAtLeast(20, "key " + type);
    }
    tally.requireAtLeast(1_000, "insert", "update", "delete");
    tally.requireAtLeast(200, "key change", "unavailable value");
    tally.requireAtLeast(40, "by a unique column", "swap");
    tally.requireAtLeast(20, "by a unique column, with parents of its own");
    tally.requireAtLeast(30, "truncate", "lost slot");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
