// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * One random rollup over random tables: changes happen in Postgres, the topology is given what
 * capture makes of them, and both are compared, round after round.
 */
final class SelectCase {
  private static final int CHANGES = 20;

  private final String name;
  private final DrawnSchema schema;
  private final Map<String, String> texts;
  private final Connection connection;
  private final Path state;
  private final Tally tally;
  private final RandomGenerator random;
  private final List<Delivery> delivered = new ArrayList<>();
  private Rollup rollup;
  private Answer answer;
  private int comparisons;
  private int withRows;
  private int runs;

  /** Draws tables and SELECTs; the same number gives the same. Its state goes into this folder. */
  SelectCase(long number, Connection connection, Path state, Tally tally) {
    this.name = "drawn" + number;
    this.random = new Random(number);
    this.connection = connection;
    this.state = state.resolve(name);
    this.tally = tally;
    this.schema = DrawnSchema.draw(random);
    this.texts = DrawnSelect.rollup(schema, random, tally);
  }

  DrawnSchema schema() {
    return schema;
  }

  /** The SELECTs by fact. */
  Map<String, String> texts() {
    return texts;
  }

  /** Everything that the topology was given so far. */
  List<Delivery> delivered() {
    return delivered;
  }

  int comparisons() {
    return comparisons;
  }

  /** Comparisons with a rollup that had rows. */
  int withRows() {
    return withRows;
  }

  /** What differs in the first round that ends with differences; the tables stay. */
  List<String> differences(int rounds) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA %1$s; SET search_path = %1$s;".formatted(name));
      statement.execute(schema.ddl());
    }
    Definition definition = Definition.parse("drawn", "drawn", texts);
    Catalogue catalogue = CatalogueReader.read(connection, definition.selects());
    rollup = Binder.bind(definition, catalogue, 1);
    requireTypes(rollup);
    answer = new Answer(rollup);
    Map<String, Table> tables = new HashMap<>();
    catalogue.tables().values().forEach(table -> tables.put(table.name().name(), table));
    DrawnHistory history = new DrawnHistory(schema, tables, connection, random, tally);
    try (TopologyRun topology = new TopologyRun(rollup, state.resolve("all"))) {
      history.begin();
      for (int round = 0; round < rounds; round++) {
        history.happen(CHANGES);
        List<Delivery> next = new ArrayList<>();
        Watermark watermark = history.deliver(record -> next.add(new Delivery.Given(record)));
        next.add(new Delivery.Settled());
        delivered.addAll(next);
        Delivery.give(next, topology);
        List<String> differences = compare(topology);
        if (!differences.isEmpty()) {
          return differences;
        }
        assertEquals(
            watermark.epoch() + ":" + watermark.commitLsn(), topology.watermark(), "watermark");
      }
    }
    tally.note(withRows == 0 ? "empty" : "with rows");
    return List.of();
  }

  private List<String> compare(TopologyRun topology) throws SQLException {
    Map<String, String> expected = answer.expected(connection);
    comparisons++;
    withRows += expected.isEmpty() ? 0 : 1;
    expected.keySet().forEach(row -> tally.note("row"));
    return differences(expected, answer.actual(topology.values()));
  }

  /** What differs where a new topology is given these; null where they make no sense. */
  List<String> differences(List<Delivery> deliveries) {
    Map<String, String> expected = expected(deliveries);
    if (expected == null) {
      return null;
    }
    try (TopologyRun topology = new TopologyRun(rollup, state.resolve("shrink" + runs++))) {
      Delivery.give(deliveries, topology);
      topology.settle();
      return differences(expected, answer.actual(topology.values()));
    } catch (RuntimeException e) {
      return List.of(e.toString());
    }
  }

  /** What Postgres answers with the rows that these leave; null where it refuses them. */
  Map<String, String> expected(List<Delivery> deliveries) {
    DeliveredRows rows = new DeliveredRows();
    for (Delivery each : deliveries) {
      if (each instanceof Delivery.Given given && !rows.apply(given.record())) {
        return null;
      }
    }
    try {
      Savepoint before = connection.setSavepoint();
      try {
        rows.replace(schema.all(), connection);
        return answer.expected(connection);
      } catch (SQLException e) {
        return null;
      } finally {
        connection.rollback(before);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
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
}
