// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.table.DaybookSchema;
import java.util.ArrayList;
import java.util.List;

/** The statements of one question. Days are added up after the read function has answered. */
final class ReadSql {
  /** More would be no page that anybody looks at. */
  static final int ROWS_MAX = 20_000;

  private static final List<String> OF_FUNCTION =
      List.of("r.served_from", "r.generation", "r.complete_through");
  private static final List<String> LIVE = List.of("'live'", "NULL::int", "NULL::timestamptz");
  private static final List<String> ROLLUP = List.of("'rollup'", "NULL::int", "NULL::timestamptz");

  private final ReadQuery query;
  private final List<String> keys = new ArrayList<>();

  ReadSql(ReadQuery query) {
    this.query = query;
    if (query.group().sql() != null) {
      keys.add(query.group().sql());
    }
    query.dimensions().forEach(each -> keys.add("r." + Identifier.quote(each)));
  }

  /** Where an answer would come from now, as {@link #read} begins; {@code ?} is the workspace. */
  String source() {
    return "SELECT served_from, generation, complete_through, reason FROM %s(?)"
        .formatted(DaybookSchema.qualified("source_of_" + query.rollup().name()));
  }

  /**
   * The answer; {@code ?} are the workspace, and again with first and last day. Each row begins
   * with {@code served_from}, generation, complete through, reason and a time before the snapshot
   * (that of a statement may come after it), then the first three as the rows themselves say them:
   * NULL in a row that is there since there is no other.
   */
  String read() {
    String name = query.rollup().name();
    String rows = DaybookSchema.qualified("read_" + name) + "(?, ?, ?) r";
    return """
    SELECT s.served_from, s.generation, s.complete_through, s.reason, transaction_timestamp(), d.*
    FROM   %s(?) s
    LEFT   JOIN (%s) d ON true
    ORDER  BY %s"""
        .formatted(
            DaybookSchema.qualified("source_of_" + name), rows(rows, OF_FUNCTION), order("d."));
  }

  /**
   * The same from the source's tables alone: workspace and days are {@code $1} to {@code $3}. Each
   * row begins with where it comes from.
   */
  String live() {
    return "%s\nORDER  BY %s"
        .formatted(rows("(\n%s\n) r".formatted(query.rollup().live().query()), LIVE), order(""));
  }

  /** The same from the rollup's table alone; {@code ?} are workspace, first and last day. */
  String rollup() {
    String rows =
        "(SELECT * FROM %s WHERE workspace_id = ? AND day BETWEEN ? AND ?) r"
            .formatted(DaybookSchema.qualified(query.rollup().name()));
    return "%s\nORDER  BY %s".formatted(rows(rows, ROLLUP), order(""));
  }

  /** Names of the columns that follow. */
  List<String> columns() {
    List<String> names = new ArrayList<>();
    if (query.group().sql() != null) {
      names.add(query.group().text());
    }
    names.addAll(query.dimensions());
    names.addAll(query.measures());
    return names;
  }

  private String rows(String from, List<String> origin) {
    boolean whole = query.ofWholeRows();
    List<String> columns = new ArrayList<>(keys);
    for (String each : query.measures()) {
      String measure = "r." + Identifier.quote(each);
      columns.add(whole ? measure : "sum(" + measure + ")");
    }
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < origin.size(); i++) {
      list.append(whole ? origin.get(i) : "min(" + origin.get(i) + ")")
          .append(" AS daybook_origin")
          .append(i)
          .append(i < origin.size() - 1 ? ", " : "");
    }
    for (int i = 0; i < columns.size(); i++) {
      list.append(", ").append(columns.get(i)).append(" AS c").append(i);
    }
    String groups =
        whole
            ? ""
            : keys.isEmpty() ? "\nHAVING count(*) > 0" : "\nGROUP  BY " + String.join(", ", keys);
    return "SELECT " + list + "\nFROM   " + from + groups;
  }

  /** With one row more than there may be, so that it is seen. */
  private String order(String table) {
    List<String> order = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      order.add("%sc%d NULLS FIRST".formatted(table, i));
    }
    String by = order.isEmpty() ? "1" : String.join(", ", order);
    return by + "\nLIMIT  " + (ROWS_MAX + 1);
  }
}
