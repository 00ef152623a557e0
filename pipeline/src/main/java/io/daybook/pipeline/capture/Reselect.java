// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Lsn;
import io.debezium.engine.StopEngineException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the source for values that a new row lacks. When a row's primary key changes, Postgres does
 * not send large values that stay as they are, and whoever reads the topic has them under the old
 * key, in another partition.
 *
 * <p>The answer may be newer than the event; what made it so is an event that follows. What it must
 * not be is older: a transaction is streamed when it is written, which may be before others see it,
 * so the question is asked again until they do. Not thread-safe.
 */
final class Reselect implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reselect.class);

  /** Text as the output functions of the types write it, which is what the stream carries. */
  static final Map<String, String> AS_TEXT =
      Map.of("prepareThreshold", "0", "binaryTransfer", "false", "socketTimeout", "60");

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
  private static final Duration TRUSTED_FOR = Duration.ofSeconds(1);
  private static final long ASK_EVERY_MS = 5;

  /** The 32 bits of a transaction's id are completed from the snapshot's own. */
  private static final String VISIBLE =
      """
      (SELECT CASE WHEN age BETWEEN 1 AND 2147483647
                   THEN pg_visible_in_snapshot((next - age)::text::xid8, snapshot)
                   ELSE false END AS visible
       FROM (SELECT snapshot, next, (next - ?) & 4294967295 AS age
             FROM (SELECT snapshot, pg_snapshot_xmax(snapshot)::text::bigint AS next
                   FROM pg_current_snapshot() snapshot) taken) aged) event""";

  /** What the source said. */
  sealed interface Answer {
    /** The event has all its values now. */
    record Filled() implements Answer {}

    /**
     * The row is no more. An event that follows says so, once everything is streamed that was
     * written up to {@code asOf}; until then the row is incomplete.
     */
    record RowGone(Lsn asOf) implements Answer {}
  }

  private final CaptureSettings settings;
  private final CountDownLatch closing;
  private Connection connection;
  private long lastUsedNanos;

  Reselect(CaptureSettings settings, CountDownLatch closing) {
    this.settings = settings;
    this.closing = closing;
  }

  /**
   * Puts the missing values into the event.
   *
   * @throws IllegalStateException if the source does not answer
   */
  Answer fill(SourceEvent event, List<Field> missing) throws InterruptedException {
    Struct source = event.envelope().getStruct("source");
    TableName table = new TableName(source.getString("schema"), source.getString("table"));
    try {
      Answer answer = ask(event, table, missing);
      LOG.debug("Values of {} in {}: {}", table, missing, answer);
      return answer;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Large values of " + table + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Answer ask(SourceEvent event, TableName table, List<Field> missing)
      throws SQLException, InterruptedException {
    Struct key = (Struct) event.record().key();
    try (PreparedStatement statement = connection().prepareStatement(query(table, key, missing))) {
      statement.setLong(1, event.transaction());
      int parameter = 2;
      for (Field field : key.schema().fields()) {
        bind(statement, parameter++, key.get(field));
      }
      long deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
      while (true) {
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          if (row.getBoolean(1)) {
            return row.getBoolean(2) ? filled(event, missing, row) : new Answer.RowGone(written());
          }
        }
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Transaction "
                  + event.transaction()
                  + " is streamed, but others do not see it within "
                  + ANSWER_WITHIN
                  + ": a synchronous standby may be away");
        }
        if (closing.await(ASK_EVERY_MS, TimeUnit.MILLISECONDS)) {
          throw new StopEngineException("Capture is closing");
        }
      }
    }
  }

  /** One statement, so one snapshot for the transaction and for the row. */
  private static String query(TableName table, Struct key, List<Field> missing) {
    String first = Identifier.quote(key.schema().fields().get(0).name());
    return "SELECT event.visible, held."
        + first
        + " IS NOT NULL, "
        + missing.stream()
            .map(field -> "held." + Identifier.quote(field.name()))
            .collect(joining(", "))
        + " FROM "
        + VISIBLE
        + " LEFT JOIN "
        + table.quoted()
        + " held ON "
        + key.schema().fields().stream()
            .map(field -> "held." + Identifier.quote(field.name()) + " = ?")
            .collect(joining(" AND "));
  }

  /** Text of no type: the server takes it as one of the column's. */
  private static void bind(PreparedStatement statement, int parameter, Object value)
      throws SQLException {
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      statement.setBytes(parameter, copy);
    } else {
      statement.setObject(parameter, value.toString(), Types.OTHER);
    }
  }

  private static Answer filled(SourceEvent event, List<Field> missing, ResultSet row)
      throws SQLException {
    Struct after = event.envelope().getStruct("after");
    for (int i = 0; i < missing.size(); i++) {
      Field field = missing.get(i);
      switch (field.schema().type()) {
        case STRING -> after.put(field, row.getString(i + 3));
        case BYTES -> after.put(field, row.getBytes(i + 3));
        default ->
            throw new IllegalStateException(
                "The column " + field.name() + " is streamed as " + field.schema().type());
      }
    }
    return new Answer.Filled();
  }

  private Lsn written() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  /** The one kept, unless it was cut while nobody needed it. */
  private Connection connection() throws SQLException {
    long idleNanos = System.nanoTime() - lastUsedNanos;
    if (connection != null
        && idleNanos > TRUSTED_FOR.toNanos()
        && !connection.isValid((int) ANSWER_WITHIN.toSeconds())) {
      close();
    }
    if (connection == null) {
      connection = settings.source().with(AS_TEXT).connect(settings.applicationName());
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET statement_timeout = " + ANSWER_WITHIN.toMillis());
      }
    }
    lastUsedNanos = System.nanoTime();
    return connection;
  }

  @Override
  public void close() throws SQLException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
