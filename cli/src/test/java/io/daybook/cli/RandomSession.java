// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.postgresql.PGConnection;

/** One connection, and the drawing of rows from the workspaces that it was lent. */
final class RandomSession implements AutoCloseable {
  private static final int PARENTS_PER_STATEMENT = 4;

  private final Connection connection;
  private final Random random;
  private List<String> workspaces = List.of();

  RandomSession(Connection connection, Random random) throws SQLException {
    this.connection = connection;
    this.random = random;
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '20ms'");
    }
    connection.setAutoCommit(false);
  }

  Connection connection() {
    return connection;
  }

  Random random() {
    return random;
  }

  List<String> workspaces() {
    return workspaces;
  }

  /** The ids of the workspaces whose rows it may touch from now on, whether they exist or not. */
  void lend(List<String> ids) {
    workspaces = List.copyOf(ids);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Ids that may or may not be taken. */
  TreeSet<String> drawIds(RandomTable table, int count) {
    TreeSet<String> ids = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      ids.add(
          table == RandomTable.CLIENT
              ? workspaces.get(random.nextInt(workspaces.size()))
              : table.id(random.nextInt(table.ids())));
    }
    return ids;
  }

  /** Rows with drawn values for the ids; none when a parent that they need does not exist. */
  List<String[]> drawRows(RandomTable table, Collection<String> ids) throws SQLException {
    List<RandomColumn> columns = table.columns();
    List<List<String>> parents = new ArrayList<>();
    for (RandomColumn column : columns) {
      List<String> candidates =
          column.parent() == null ? List.of() : existing(column.parent(), PARENTS_PER_STATEMENT);
      if (column.parent() != null && !column.nullable() && candidates.isEmpty()) {
        return List.of();
      }
      parents.add(candidates);
    }
    List<String[]> rows = new ArrayList<>();
    for (String id : ids) {
      String[] values = new String[columns.size() + 1];
      values[0] = id;
      for (int i = 0; i < columns.size(); i++) {
        values[i + 1] =
            columns.get(i).parent() == null
                ? columns.get(i).value(random)
                : parent(columns.get(i), parents.get(i));
      }
      rows.add(values);
    }
    return rows;
  }

  /** Ids of up to so many rows of the workspaces lent. */
  List<String> existing(RandomTable table, int count) throws SQLException {
    return column(
        "SELECT id FROM "
            + table.quoted()
            + " WHERE "
            + table.scope()
            + " ORDER BY md5(id || ?::text) LIMIT "
            + count,
        array(workspaces),
        Integer.toString(random.nextInt()));
  }

  /** Ids of one to {@code most} rows of the workspaces lent, as a value of a statement. */
  Array some(RandomTable table, int most) throws SQLException {
    return array(existing(table, 1 + random.nextInt(most)));
  }

  Array array(Collection<String> values) throws SQLException {
    return connection.createArrayOf("text", values.toArray());
  }

  List<String> column(String query, Object... values) throws SQLException {
    try (PreparedStatement statement = bind(query, values);
        ResultSet rows = statement.executeQuery()) {
      List<String> column = new ArrayList<>();
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    }
  }

  int execute(String text, Object... values) throws SQLException {
    try (PreparedStatement statement = bind(text, values)) {
      return statement.executeUpdate();
    }
  }

  /** Copies rows whose ids must be free. */
  int copy(RandomTable table, List<String[]> rows) throws SQLException {
    StringBuilder lines = new StringBuilder();
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        lines.append(i == 0 ? "" : "\t").append(row[i] == null ? "\\N" : escaped(row[i]));
      }
      lines.append('\n');
    }
    try {
      return (int)
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("COPY " + table.target() + " FROM STDIN", new StringReader(lines.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("a StringReader failed", e);
    }
  }

  private String parent(RandomColumn column, List<String> candidates) {
    boolean none = candidates.isEmpty() || column.nullable() && random.nextInt(4) == 0;
    return none ? null : candidates.get(random.nextInt(candidates.size()));
  }

  private PreparedStatement bind(String text, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text);
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Array array) {
        statement.setArray(i + 1, array);
      } else {
        statement.setObject(i + 1, values[i], Types.VARCHAR);
      }
    }
    return statement;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
  }
}
