// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of random statements. */
enum RandomStatement {
  INSERT(22, (session, table) -> insert(session, table, 1, "DO NOTHING")),
  INSERT_MANY(12, (session, table) -> insert(session, table, 8, "DO NOTHING")),
  COPY(6, RandomStatement::copy),
  UPSERT(8, RandomStatement::upsert),
  UPDATE(18, (session, table) -> update(session, table, 1)),
  UPDATE_MANY(6, (session, table) -> update(session, table, 12)),
  UPDATE_NOTHING(4, RandomStatement::updateNothing),
  MOVE(9, RandomStatement::move),
  REKEY(7, RandomStatement::rekey),
  DELETE(6, (session, table) -> delete(session, table, 1)),
  DELETE_MANY(2, (session, table) -> delete(session, table, 4)),
  REPLACE(3, RandomStatement::replace);

  private static final int WEIGHTS = Stream.of(values()).mapToInt(kind -> kind.weight).sum();

  private interface Body {
    int run(RandomSession session, RandomTable table) throws SQLException;
  }

  private final int weight;
  private final Body body;

  RandomStatement(int weight, Body body) {
    this.weight = weight;
    this.body = body;
  }

  static RandomStatement draw(Random random) {
    int ticket = random.nextInt(WEIGHTS);
    for (RandomStatement kind : values()) {
      ticket -= kind.weight;
      if (ticket < 0) {
        return kind;
      }
    }
    throw new AssertionError("weights changed");
  }

  /** Runs one on a table and answers how many rows it hit, cascades left out. */
  int run(RandomSession session, RandomTable table) throws SQLException {
    return body.run(session, table);
  }

  private static int insert(RandomSession session, RandomTable table, int most, String onConflict)
      throws SQLException {
    int count = 1 + session.random().nextInt(most);
    return insert(session, table, session.drawIds(table, count), onConflict);
  }

  /** Inserts rows under those of the ids that are free. */
  static int insertFree(RandomSession session, RandomTable table, Collection<String> ids)
      throws SQLException {
    return insert(session, table, ids, "DO NOTHING");
  }

  private static int insert(
      RandomSession session, RandomTable table, Collection<String> ids, String onConflict)
      throws SQLException {
    List<String[]> rows = session.drawRows(table, ids);
    if (rows.isEmpty()) {
      return 0;
    }
    String marks = String.join(", ", Collections.nCopies(rows.size(), table.marks()));
    return session.execute(
        "INSERT INTO " + table.target() + " VALUES " + marks + " ON CONFLICT " + onConflict,
        rows.stream().flatMap(Stream::of).toArray());
  }

  /** Inserts a row, or writes every column of the one that has its id. */
  private static int upsert(RandomSession session, RandomTable table) throws SQLException {
    String assignments =
        table.columns().stream()
            .map(column -> column.quoted() + " = excluded." + column.quoted())
            .collect(Collectors.joining(", "));
    return insert(session, table, 1, "(id) DO UPDATE SET " + assignments);
  }

  private static int copy(RandomSession session, RandomTable table) throws SQLException {
    TreeSet<String> ids = session.drawIds(table, 5 + session.random().nextInt(20));
    ids.removeAll(
        session.column(
            "SELECT id FROM " + table.quoted() + " WHERE id = ANY(?)", session.array(ids)));
    return session.copy(table, session.drawRows(table, ids));
  }

  /** Writes one to three columns that are no keys. */
  private static int update(RandomSession session, RandomTable table, int most)
      throws SQLException {
    List<RandomColumn> columns =
        new ArrayList<>(table.columns().stream().filter(c -> c.parent() == null).toList());
    Collections.shuffle(columns, session.random());
    int count = Math.min(columns.size(), 1 + session.random().nextInt(3));
    List<String> assignments = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RandomColumn column : columns.subList(0, count)) {
      assignments.add(column.quoted() + " = ?::" + column.type());
      values.add(column.value(session.random()));
    }
    values.add(session.some(table, most));
    return session.execute(
        update(table, String.join(", ", assignments)) + "id = ANY(?)", values.toArray());
  }

  /** Updates rows to what they are. */
  private static int updateNothing(RandomSession session, RandomTable table) throws SQLException {
    List<RandomColumn> columns = table.columns();
    String column = columns.get(session.random().nextInt(columns.size())).quoted();
    return session.execute(
        update(table, column + " = " + column) + "id = ANY(?)", session.some(table, 3));
  }

  /** Gives rows another parent, or none where that is allowed; a workspace gets another key. */
  private static int move(RandomSession session, RandomTable table) throws SQLException {
    List<RandomColumn> keys = table.columns().stream().filter(c -> c.parent() != null).toList();
    if (keys.isEmpty()) {
      return rekey(session, table);
    }
    RandomColumn key = keys.get(session.random().nextInt(keys.size()));
    boolean none = key.nullable() && session.random().nextInt(4) == 0;
    List<String> parents = session.existing(key.parent(), 1);
    if (parents.isEmpty() && !none) {
      return 0;
    }
    return session.execute(
        update(table, key.quoted() + " = ?::text") + "id = ANY(?)",
        none ? null : parents.get(0),
        session.some(table, 5));
  }

  /** Gives a row a primary key that is free; by cascade its children follow. */
  private static int rekey(RandomSession session, RandomTable table) throws SQLException {
    List<String> ids = session.existing(table, 1);
    String fresh = session.drawIds(table, 1).first();
    if (ids.isEmpty()) {
      return 0;
    }
    String free = " AND NOT EXISTS (SELECT 1 FROM " + table.quoted() + " WHERE id = ?::text)";
    return session.execute(
        update(table, "id = ?::text") + "id = ?::text" + free, fresh, ids.get(0), fresh);
  }

  private static int delete(RandomSession session, RandomTable table, int most)
      throws SQLException {
    return session.execute(
        "DELETE FROM " + table.quoted() + " WHERE id = ANY(?)", session.some(table, most));
  }

  /** Deletes a row with all that hangs on it and inserts another one under its id. */
  private static int replace(RandomSession session, RandomTable table) throws SQLException {
    List<String> ids = session.existing(table, 1);
    session.execute("DELETE FROM " + table.quoted() + " WHERE id = ANY(?)", session.array(ids));
    int rows = 0;
    for (String[] row : session.drawRows(table, ids)) {
      rows +=
          session.execute(
              "INSERT INTO " + table.target() + " VALUES " + table.marks(), (Object[]) row);
    }
    return rows;
  }

  private static String update(RandomTable table, String assignments) {
    return "UPDATE " + table.quoted() + " SET " + assignments + " WHERE ";
  }
}
