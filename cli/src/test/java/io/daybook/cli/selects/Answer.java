// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a rollup must hold: Postgres runs each SELECT as it stands, and rows of several facts meet
 * by key.
 */
final class Answer {
  private final Rollup rollup;

  Answer(Rollup rollup) {
    this.rollup = rollup;
  }

  /** Measures by key, as {@link #line} shows both. */
  Map<String, String> expected(Connection connection) throws SQLException {
    Map<String, List<String>> rows = new TreeMap<>();
    int offset = 0;
    for (Fact fact : rollup.facts()) {
      for (List<String> row : rows(connection, fact)) {
        int keys = rollup.keys().size();
        String key = line(keyColumns(), row.subList(0, keys));
        List<String> merged = rows.computeIfAbsent(key, any -> absent());
        for (int i = 0; i < fact.measures().size(); i++) {
          merged.set(offset + i, row.get(keys + i));
        }
      }
      offset += fact.measures().size();
    }
    Map<String, String> lines = new TreeMap<>();
    rows.forEach((key, measures) -> lines.put(key, line(measureColumns(), measures)));
    return lines;
  }

  /** The same of what the topology has written. */
  Map<String, String> actual(Map<List<String>, List<String>> values) {
    Map<String, String> lines = new TreeMap<>();
    values.forEach(
        (key, measures) -> lines.put(line(keyColumns(), key), line(measureColumns(), measures)));
    return lines;
  }

  private List<String> absent() {
    List<String> values = new ArrayList<>();
    rollup.measures().forEach(measure -> values.add(measure.isCount() ? "0" : null));
    return values;
  }

  private List<List<String>> rows(Connection connection, Fact fact) throws SQLException {
    List<String> columns = new ArrayList<>();
    rollup.keys().forEach(key -> columns.add(printed(key)));
    fact.measures().forEach(measure -> columns.add(printed(column(measure))));
    String sql =
        "SELECT %s FROM (%s) q WHERE workspace_id IS NOT NULL AND day IS NOT NULL"
            .formatted(String.join(", ", columns), fact.sql());
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static String printed(Column column) {
    String name = Identifier.quote(column.name());
    boolean asText = column.type().kind() == Kind.BOOLEAN;
    return "CASE WHEN %s IS NOT NULL THEN %s END"
        .formatted(name, asText ? name + "::text" : "format('%s', " + name + ")");
  }

  private List<Column> keyColumns() {
    return rollup.keys();
  }

  private List<Column> measureColumns() {
    return rollup.measures().stream().map(Answer::column).toList();
  }

  private static Column column(Measure measure) {
    return new Column(measure.name(), measure.type());
  }

  /** Names, types and values; numbers that are equal look the same. */
  private static String line(List<Column> columns, List<String> values) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      String value = values.get(i);
      boolean number = column.type().kind() == Kind.NUMERIC && value != null;
      String shown =
          number && !value.matches("NaN|-?Infinity")
              ? new BigDecimal(value).stripTrailingZeros().toPlainString()
              : value == null ? "NULL" : Identifier.literal(value);
      parts.add(column.name() + "=" + shown);
    }
    return parts.stream().collect(joining(" "));
  }
}
