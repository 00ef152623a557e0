// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.text.Durations;
import io.daybook.schemas.topic.Lsn;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a table beside the stream, in chunks by primary key, each in a snapshot of its own.
 *
 * <p>What a snapshot must see is everything that was streamed of the table before: a row that is
 * read is written behind that, and would undo it. A transaction is streamed when it is written,
 * which may be before others see it. And it must see what the stream leaves out, changes that were
 * made before the publication had the table: so it waits until all transactions have ended that
 * were open when it connected. The table is locked before the snapshot is taken: one that is
 * rewritten in between would look empty. What it must not see is what a crash of the server can
 * undo: so its own transaction, which follows, is flushed before the rows are used. Not
 * thread-safe.
 */
final class TableReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableReader.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(10);
  private static final Duration LOCKED_WITHIN = Duration.ofMillis(50);
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final Duration TOLD_EVERY = Duration.ofSeconds(30);
  private static final int ROWS_MAX = 4_000;
  private static final int ROWS_PER_FETCH = 50;
  private static final int BYTES_MAX = 8 << 20;

  /** Its own, which is above those of all transactions that are open. */
  private static final String HORIZON = "SELECT pg_current_xact_id()::text";

  /** A message that nobody gets, so that there is something to commit. */
  private static final String FLUSH =
      "SET LOCAL synchronous_commit = local;"
          + " SELECT pg_logical_emit_message(true, 'daybook-read', '')";

  /** The 32 bits of a streamed transaction's id are completed from the snapshot's own. */
  private static final String SEES_ALL =
      """
      SELECT pg_snapshot_xmin(snapshot) >= ?::xid8,
             NOT EXISTS (
               SELECT FROM (SELECT (next - streamed.xid) & 4294967295 AS age
                            FROM unnest(?::bigint[]) AS streamed (xid)) aged
               WHERE NOT CASE WHEN age BETWEEN 1 AND 2147483647
                              THEN pg_visible_in_snapshot((next - age)::text::xid8, snapshot)
                              ELSE false END)
      FROM (SELECT snapshot, pg_snapshot_xmax(snapshot)::text::bigint AS next
            FROM pg_current_snapshot() snapshot) taken""";

  private final CaptureSettings settings;
  private final int rowsMax;
  private final Set<Long> streamed = new HashSet<>();
  private Connection connection;
  private String horizon;
  private long toldNanos = System.nanoTime();
  private long againNanos = System.nanoTime();

  TableReader(CaptureSettings settings) {
    this.settings = settings;
    this.rowsMax = Math.min(ROWS_MAX, settings.batchRecordsMax());
  }

  /** One row as the topic has it. */
  record Row(byte[] key, byte[] value) {}

  /**
   * Rows that follow each other by primary key.
   *
   * @param asOf an LSN not before anything that they show
   * @param after the primary key of the last one, as text
   * @param last whether none follows
   */
  record Chunk(List<Row> rows, Lsn asOf, List<String> after, boolean last) {}

  /** A change of a table that is being read was streamed by this transaction. */
  void streamed(long transaction) {
    streamed.add(transaction);
  }

  /**
   * Reads on.
   *
   * @param after the primary key of the row before, empty for the beginning
   * @return empty where that must wait
   */
  Optional<Chunk> read(Table table, List<String> after) {
    if (System.nanoTime() - againNanos < 0) {
      return Optional.empty();
    }
    try {
      if (connection == null) {
        connect();
      }
      if (lock(table) && seesAll()) {
        Chunk read = chunk(table, after);
        flush();
        connection.commit();
        return Optional.of(read);
      }
      connection.rollback();
      return Optional.empty();
    } catch (SQLException e) {
      LOG.warn(
          "{} cannot be read, which is tried again in {}: {}",
          table.name(),
          Durations.text(AGAIN_AFTER),
          e.getMessage());
      againNanos = System.nanoTime() + AGAIN_AFTER.toNanos();
      abandon();
      return Optional.empty();
    }
  }

  /**
   * Takes the lock that a query takes, with no more rights than it needs; false where somebody
   * alters the table, for which the stream must not wait.
   */
  private boolean lock(Table table) throws SQLException {
    String key = Identifier.quote(table.primaryKey().get(0));
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT " + key + " FROM " + table.name().quoted() + " LIMIT 0");
      return true;
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** Whether snapshots see all they must, from now on. */
  private boolean seesAll() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SEES_ALL)) {
      Array transactions = connection.createArrayOf("bigint", streamed.toArray());
      statement.setString(1, horizon);
      statement.setArray(2, transactions);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        boolean old = row.getBoolean(1);
        boolean seen = row.getBoolean(2);
        if (seen) {
          streamed.clear();
        }
        if (!old && System.nanoTime() - toldNanos > TOLD_EVERY.toNanos()) {
          toldNanos = System.nanoTime();
          LOG.warn(
              "A table is read as soon as transaction {} and all before it have ended;"
                  + " pg_stat_activity and pg_prepared_xacts show which one is open",
              horizon);
        }
        return old && seen;
      }
    }
  }

  private void flush() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(FLUSH);
    }
  }

  /** Each statement with a snapshot of its own, which sees no less than the one before. */
  private void connect() throws SQLException {
    Connection made = settings.source().with(Reselect.AS_TEXT).connect(settings.applicationName());
    try (Statement statement = made.createStatement()) {
      statement.execute(
          ("SET statement_timeout = %d; SET lock_timeout = %d; SET TimeZone = 'UTC';"
                  + " SET DateStyle = 'ISO'; SET default_transaction_isolation = 'read committed'")
              .formatted(ANSWER_WITHIN.toMillis(), LOCKED_WITHIN.toMillis()));
      try (ResultSet row = statement.executeQuery(HORIZON)) {
        row.next();
        horizon = row.getString(1);
        streamed.clear(); // all of them are below it
      }
      made.setAutoCommit(false);
    } catch (SQLException e) {
      made.close();
      throw e;
    }
    connection = made;
  }

  private void abandon() {
    try {
      close();
    } catch (SQLException e) {
      LOG.debug("A connection that has failed cannot be closed: {}", e.getMessage());
    }
  }

  private Chunk chunk(Table table, List<String> after) throws SQLException {
    List<Row> rows = new ArrayList<>();
    List<String> last = after;
    long bytes = 0;
    try (PreparedStatement statement = connection.prepareStatement(query(table, after))) {
      statement.setFetchSize(ROWS_PER_FETCH);
      for (int i = 0; i < after.size(); i++) {
        statement.setObject(i + 1, after.get(i), Types.OTHER);
      }
      try (ResultSet row = statement.executeQuery()) {
        boolean more = row.next();
        while (more && rows.size() < rowsMax && bytes < BYTES_MAX) {
          Row read = row(table, row);
          last = key(table, row);
          bytes += read.key().length + read.value().length;
          rows.add(read);
          more = row.next();
        }
        return new Chunk(rows, written(), last, !more);
      }
    }
  }

  private Lsn written() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  private String query(Table table, List<String> after) {
    String key = table.primaryKey().stream().map(Identifier::quote).collect(joining(", "));
    String columns =
        table.columns().stream().map(each -> Identifier.quote(each.name())).collect(joining(", "));
    String behind =
        after.isEmpty()
            ? ""
            : " WHERE (%s) > (%s)"
                .formatted(
                    key, Stream.generate(() -> "?").limit(after.size()).collect(joining(", ")));
    return "SELECT %s FROM %s%s ORDER BY %s LIMIT %d"
        .formatted(columns, table.name().quoted(), behind, key, rowsMax + 1);
  }

  private static List<String> key(Table table, ResultSet row) throws SQLException {
    List<String> key = new ArrayList<>();
    for (String name : table.primaryKey()) {
      key.add(row.getString(table.indexOf(name) + 1));
    }
    return key;
  }

  /** As Debezium's envelope, without what nobody reads. */
  private static Row row(Table table, ResultSet row) throws SQLException {
    ObjectNode after = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < table.columns().size(); i++) {
      put(after, table.columns().get(i), row.getString(i + 1));
    }
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    table.primaryKey().forEach(name -> key.set(name, after.get(name)));
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    value.set("after", after);
    value.put("op", "r");
    try {
      return new Row(JSON.writeValueAsBytes(key), JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(ObjectNode to, Column column, String text) {
    SqlType.Kind kind = column.type().kind();
    if (text == null) {
      to.putNull(column.name());
    } else if (kind.isInteger()) {
      to.put(column.name(), Long.parseLong(text));
    } else if (kind == SqlType.Kind.BOOLEAN) {
      to.put(column.name(), text.startsWith("t"));
    } else {
      to.put(column.name(), text);
    }
  }

  @Override
  public void close() throws SQLException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
