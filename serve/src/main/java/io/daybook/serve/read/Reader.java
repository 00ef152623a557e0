// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.table.FunctionDefinition;
import io.daybook.schemas.table.ReadFunctions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * Asks the read function; and, where it may not ask the source's tables since they are elsewhere,
 * those.
 */
public final class Reader {
  private static final Set<String> NUMBERS =
      Set.of("int2", "int4", "int8", "numeric", "float4", "float8");
  private static final Set<String> JSON = Set.of("json", "jsonb");

  /** So many rollups may have all their live queries under way at a time. */
  public static final int LIVE_ROLLUPS = 2;

  /** Columns of {@link ReadSql#read} before those that were asked for. */
  private static final int OWN_COLUMNS = 8;

  /** The same of the other statements. */
  private static final int ORIGIN_COLUMNS = 3;

  private static final String RUNNING = "running";
  private static final String CHANGED = "unreadable";

  private final DataSource target;
  private final DataSource source;
  private final LiveGate gate;

  /**
   * @param target where the read functions are, as a user who may call them
   * @param source where the live query can run; of use where it is another database
   * @param liveMax live queries of a rollup at a time
   * @param patience how long one waits for its turn
   */
  public Reader(DataSource target, DataSource source, int liveMax, Duration patience) {
    this.target = target;
    this.source = source;
    this.gate = new LiveGate(liveMax, liveMax * LIVE_ROLLUPS, patience);
  }

  /**
   * The answer of now.
   *
   * @throws BusyException where it must be live, and too many are
   * @throws TooManyRowsException where it would be larger than an answer may be
   * @throws SQLException with SQLSTATE {@link ReadFunctions#STALE} where a stale rollup is to be an
   *     error; with others where a database does not answer
   */
  public Answer read(ReadQuery query) throws SQLException, BusyException, InterruptedException {
    ReadSql sql = new ReadSql(query);
    try (LiveGate.Pass pass = pass(query, sql)) {
      try (Connection connection = asText(target)) {
        return ofFunction(connection, query, sql);
      } catch (SQLException e) {
        if (!ReadFunctions.LIVE_IS_ELSEWHERE.equals(e.getSQLState())) {
          throw e;
        }
      }
      return elsewhere(query, sql);
    }
  }

  /** Rows of the rollup's table, whatever the switch and freshness say. */
  public List<List<String>> ofRollup(ReadQuery query) throws SQLException {
    ReadSql sql = new ReadSql(query);
    try (Connection connection = asText(target);
        PreparedStatement statement = connection.prepareStatement(sql.rollup())) {
      statement.setString(1, query.workspace());
      statement.setObject(2, query.from());
      statement.setObject(3, query.to());
      try (ResultSet row = statement.executeQuery()) {
        return rows(row, ORIGIN_COLUMNS, row.next());
      }
    }
  }

  /** What the driver prepares on the server it reads in binary, and prints in its own way. */
  private static Connection asText(DataSource database) throws SQLException {
    Connection connection = database.getConnection();
    try {
      connection.unwrap(PGConnection.class).setPrepareThreshold(0);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private LiveGate.Pass pass(ReadQuery query, ReadSql sql)
      throws SQLException, BusyException, InterruptedException {
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql.source())) {
      statement.setString(1, query.workspace());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (!row.getString(1).equals(Answer.LIVE)) {
          return LiveGate.Pass.FREE;
        }
      }
    }
    // Without a connection in hand: those who wait must not keep others from the rollup.
    return gate.enter(query.rollup().name());
  }

  private static Answer ofFunction(Connection connection, ReadQuery query, ReadSql sql)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql.read())) {
      statement.setString(1, query.workspace());
      statement.setString(2, query.workspace());
      statement.setObject(3, query.from());
      statement.setObject(4, query.to());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        boolean present = row.getString(6) != null;
        // Rows know best what they are: who decides is asked twice, and may change his mind.
        String servedFrom = row.getString(present ? 6 : 1);
        Instant completeThrough = instant(row.getTimestamp(present ? 8 : 3));
        boolean ofRollup = servedFrom.equals(Answer.ROLLUP);
        return new Answer(
            servedFrom,
            servedFrom.equals(row.getString(1)) ? row.getString(4) : ofRollup ? RUNNING : CHANGED,
            row.getObject(present ? 7 : 2, Integer.class),
            completeThrough,
            ofRollup ? completeThrough : instant(row.getTimestamp(5)),
            columns(row.getMetaData(), sql.columns(), OWN_COLUMNS),
            rows(row, OWN_COLUMNS, present));
      }
    }
  }

  /** Freshness from the target, rows from the source: whatever happens in between, it is live. */
  private Answer elsewhere(ReadQuery query, ReadSql sql) throws SQLException {
    Answer known;
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql.source())) {
      statement.setString(1, query.workspace());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        known =
            new Answer(
                Answer.LIVE,
                row.getString(4),
                row.getObject(2, Integer.class),
                instant(row.getTimestamp(3)),
                null,
                List.of(),
                List.of());
      }
    }
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        return ofSource(connection, query, sql, known);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private static Answer ofSource(Connection connection, ReadQuery query, ReadSql sql, Answer known)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Its parameters are those of the server: the user's own text may hold question marks.
      statement.setEscapeProcessing(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY");
      statement.execute("SET LOCAL standard_conforming_strings = on");
      statement.execute(
          "SET LOCAL search_path = " + FunctionDefinition.path(query.rollup().live().searchPath()));
      statement.execute("PREPARE daybook_live (text, date, date) AS\n" + sql.live());
      try {
        Instant now;
        try (ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
          row.next();
          now = instant(row.getTimestamp(1));
        }
        try (ResultSet row = statement.executeQuery(execution(query))) {
          return new Answer(
              known.source(),
              known.reason(),
              known.generation(),
              known.completeThrough(),
              now,
              columns(row.getMetaData(), sql.columns(), ORIGIN_COLUMNS),
              rows(row, ORIGIN_COLUMNS, row.next()));
        }
      } finally {
        // A statement that was prepared outlives its transaction; one that failed has none.
        connection.rollback();
        statement.execute("DEALLOCATE daybook_live");
      }
    }
  }

  private static String execution(ReadQuery query) {
    return List.of(query.workspace(), query.from().toString(), query.to().toString()).stream()
        .map(Identifier::literal)
        .collect(joining(", ", "EXECUTE daybook_live (", ")"));
  }

  private static List<Answer.Column> columns(
      ResultSetMetaData metadata, List<String> names, int before) throws SQLException {
    List<Answer.Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(
          new Answer.Column(names.get(i), kind(metadata.getColumnTypeName(before + i + 1))));
    }
    return columns;
  }

  private static Answer.Kind kind(String type) {
    if (NUMBERS.contains(type)) {
      return Answer.Kind.NUMBER;
    } else if (JSON.contains(type)) {
      return Answer.Kind.JSON;
    }
    return type.equals("bool") ? Answer.Kind.BOOLEAN : Answer.Kind.TEXT;
  }

  /**
   * @param present whether the cursor stands on a row
   */
  private static List<List<String>> rows(ResultSet row, int before, boolean present)
      throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    int columns = row.getMetaData().getColumnCount();
    for (boolean more = present; more; more = row.next()) {
      if (rows.size() == ReadSql.ROWS_MAX) {
        throw new TooManyRowsException(ReadSql.ROWS_MAX + " rows");
      }
      List<String> values = new ArrayList<>(columns - before);
      for (int i = before + 1; i <= columns; i++) {
        values.add(row.getString(i));
      }
      rows.add(values);
    }
    return rows;
  }

  private static Instant instant(Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
