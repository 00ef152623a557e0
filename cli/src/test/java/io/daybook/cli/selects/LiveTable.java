// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A random table in Postgres. It knows its rows as Postgres prints them, column by column, so that
 * it asks for nothing that a key forbids.
 */
final class LiveTable {
  private final DrawnTable drawn;
  private final Connection connection;
  private final Map<List<String>, Map<String, String>> rows = new LinkedHashMap<>();

  LiveTable(DrawnTable drawn, Connection connection) {
    this.drawn = drawn;
    this.connection = connection;
  }

  List<DrawnColumn> columns() {
    return drawn.columns();
  }

  List<DrawnColumn> keyColumns() {
    return drawn.key();
  }

  Collection<Map<String, String>> rows() {
    return rows.values();
  }

  Map<String, String> anyRow(RandomGenerator random) {
    return new ArrayList<>(rows.values()).get(random.nextInt(rows.size()));
  }

  List<String> key(Map<String, String> row) {
    return drawn.key().stream().map(column -> row.get(column.name())).toList();
  }

  boolean has(List<String> key) {
    return rows.containsKey(key);
  }

  /** Inserts most of the rows that it can have. */
  void fill(RandomGenerator random) throws SQLException {
    insert(2 * drawn.rows(), random);
  }

  /** Inserts up to this many rows in one statement: those that no key forbids. */
  List<Map<String, String>> insert(int tries, RandomGenerator random) throws SQLException {
    List<Map<String, String>> fresh = new ArrayList<>();
    for (int i = 0; i < tries; i++) {
      Map<String, String> row = new HashMap<>();
      drawn.all().forEach(column -> row.put(column.name(), column.value(random)));
      if (!isTaken(row, rows.values()) && !isTaken(row, fresh)) {
        fresh.add(row);
      }
    }
    if (fresh.isEmpty()) {
      return List.of();
    }
    String names = drawn.all().stream().map(DrawnColumn::quoted).collect(joining(", "));
    String values = fresh.stream().map(this::literals).collect(joining(", "));
    return written("INSERT INTO %s (%s) VALUES %s".formatted(drawn.quoted(), names, values));
  }

  /** Gives a row other values of columns that are no part of its key. */
  List<Map<String, String>> update(Map<String, String> row, Map<DrawnColumn, String> values)
      throws SQLException {
    String set =
        values.entrySet().stream()
            .map(each -> each.getKey().quoted() + " = " + each.getKey().literal(each.getValue()))
            .collect(joining(", "));
    return written("UPDATE %s SET %s WHERE %s".formatted(drawn.quoted(), set, is(row)));
  }

  /** Gives a row another key. */
  List<Map<String, String>> rekey(Map<String, String> row, DrawnColumn column, String value)
      throws SQLException {
    rows.remove(key(row));
    return update(row, Map.of(column, value));
  }

  /** Lets two rows exchange their values of a column, in one statement. */
  List<Map<String, String>> swap(
      DrawnColumn column, Map<String, String> one, Map<String, String> other) throws SQLException {
    return written(
        "UPDATE %s SET %s = CASE WHEN %s THEN %s ELSE %s END WHERE %s OR %s"
            .formatted(
                drawn.quoted(),
                column.quoted(),
                is(one),
                column.literal(other.get(column.name())),
                column.literal(one.get(column.name())),
                is(one),
                is(other)));
  }

  void delete(Map<String, String> row) throws SQLException {
    run("DELETE FROM %s WHERE %s".formatted(drawn.quoted(), is(row)));
    rows.remove(key(row));
  }

  void truncate() throws SQLException {
    run("TRUNCATE " + drawn.quoted());
    rows.clear();
  }

  private boolean isTaken(Map<String, String> row, Collection<Map<String, String>> by) {
    List<String> key = key(row);
    return by.stream().anyMatch(other -> key(other).equals(key))
        || drawn.columns().stream().anyMatch(column -> column.isTaken(row.get(column.name()), by));
  }

  private String literals(Map<String, String> row) {
    return drawn.all().stream()
        .map(column -> column.literal(row.get(column.name())))
        .collect(joining(", ", "(", ")"));
  }

  private String is(Map<String, String> row) {
    return drawn.key().stream()
        .map(column -> column.quoted() + " = " + column.literal(row.get(column.name())))
        .collect(joining(" AND ", "(", ")"));
  }

  /** The rows that a statement leaves, as Postgres prints them. */
  private List<Map<String, String>> written(String sql) throws SQLException {
    List<DrawnColumn> columns = drawn.all();
    String printed = columns.stream().map(DrawnColumn::printed).collect(joining(", "));
    List<Map<String, String>> written = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql + " RETURNING " + printed)) {
      while (result.next()) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          row.put(columns.get(i).name(), result.getString(i + 1));
        }
        rows.put(key(row), row);
        written.add(row);
      }
    } catch (SQLException e) {
      throw new SQLException(sql + ": " + e.getMessage(), e.getSQLState(), e);
    }
    return written;
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
