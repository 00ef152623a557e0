// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A SELECT as it was written, inside the subset but not yet held against a database.
 *
 * @param fact name of the file without {@code .sql}
 * @param file the file, for messages
 * @param sql its text without comments at the end and without semicolon
 * @param normalized the same statement with comments and layout taken out; what the hash covers
 * @param from everything after FROM and before WHERE, as text
 * @param tables the fact table first, then the joined ones
 * @param where may be null
 * @param keys output columns that are no aggregates
 * @param aggregates output columns that are
 * @param groupedByName names in GROUP BY that were taken for output columns
 */
public record Select(
    String fact,
    String file,
    String sql,
    String normalized,
    String from,
    List<FromTable> tables,
    Node where,
    List<Key> keys,
    List<AggregateCall> aggregates,
    Set<String> groupedByName) {

  /** An output column that is grouped by. */
  public record Key(Place place, String name, Node value) {}

  /** An aggregate with the name of its output column; no {@code argument}: {@code count(*)}. */
  public record AggregateCall(
      Place place, String name, String function, Node argument, Node filter) {}

  /**
   * A table in FROM.
   *
   * @param written its name as written, for Postgres to resolve
   * @param alias by which columns name it
   * @param left true for a LEFT JOIN
   * @param on the columns that a join compares, or null for the fact table
   */
  public record FromTable(Place place, String written, String alias, boolean left, On on) {}

  /** {@code left = right} of a join condition. */
  public record On(Place place, Node.ColumnUse left, Node.ColumnUse right) {}

  /** Where the statement begins, comments left out. */
  public Place place() {
    return Keywords.find(sql, "SELECT");
  }

  public Optional<Key> key(String name) {
    return keys.stream().filter(key -> key.name().equals(name)).findFirst();
  }

  /** Every expression on a row, from the roots down. */
  public Stream<Node> nodes() {
    return roots().flatMap(Node::all);
  }

  /** The outermost ones. */
  Stream<Node> roots() {
    return Stream.of(
            keys.stream().map(Key::value),
            aggregates.stream().map(AggregateCall::argument),
            aggregates.stream().map(AggregateCall::filter),
            Stream.ofNullable(where))
        .flatMap(stream -> stream)
        .filter(node -> node != null);
  }
}
