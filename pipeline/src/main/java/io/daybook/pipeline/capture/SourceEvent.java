// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import io.debezium.relational.RelationalDatabaseConnectorConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What capture must know of one of Debezium's records. It reads the offset, which tombstones carry
 * as well.
 */
record SourceEvent(SourceRecord record, Map<String, ?> offset) {
  private static final String UNAVAILABLE =
      RelationalDatabaseConnectorConfig.DEFAULT_UNAVAILABLE_VALUE_PLACEHOLDER;
  private static final ByteBuffer UNAVAILABLE_BYTES =
      ByteBuffer.wrap(UNAVAILABLE.getBytes(StandardCharsets.UTF_8));

  static SourceEvent of(SourceRecord record) {
    return new SourceEvent(record, record.sourceOffset());
  }

  boolean isSnapshot() {
    return offset.get("snapshot") != null;
  }

  /** Id of its transaction; -1 for a message outside of any. */
  long transaction() {
    return number("txId", -1);
  }

  Lsn change() {
    return new Lsn(number("lsn", 0));
  }

  /** End of the commit before its transaction; zero in a snapshot and before the first commit. */
  Lsn previousCommit() {
    return isSnapshot() ? Lsn.ZERO : new Lsn(number("lsn_commit", 0));
  }

  /** When its transaction committed, by the source's clock; in a snapshot when that was taken. */
  Instant commitTime() {
    return Instant.EPOCH.plus(number("ts_usec", 0), ChronoUnit.MICROS);
  }

  /** Debezium's letter for the operation; null for a tombstone. */
  String operation() {
    return record.value() instanceof Struct value ? value.getString("op") : null;
  }

  /** Debezium's value; not for a tombstone. */
  Struct envelope() {
    return (Struct) record.value();
  }

  /**
   * The fields whose values were not sent, since they are large and did not change, and that nobody
   * knows: of a row just created, which is so only where a primary key changed. Those of an update
   * are known by the key.
   *
   * @param unread whether the row itself may not have been read yet, so that they are not
   */
  List<Field> missing(boolean unread) {
    if (!"c".equals(operation()) && !(unread && "u".equals(operation()))) {
      return List.of();
    }
    Struct after = envelope().getStruct("after");
    List<Field> missing = List.of();
    for (Field field : after.schema().fields()) {
      if (isUnavailable(after.get(field))) {
        missing = missing.isEmpty() ? new ArrayList<>() : missing;
        missing.add(field);
      }
    }
    return missing;
  }

  private static boolean isUnavailable(Object value) {
    if (value instanceof byte[] bytes) {
      return UNAVAILABLE_BYTES.equals(ByteBuffer.wrap(bytes));
    }
    return UNAVAILABLE.equals(value) || UNAVAILABLE_BYTES.equals(value);
  }

  boolean isMessage() {
    return "m".equals(operation());
  }

  /** What a logical message says. */
  byte[] message() {
    Object content = ((Struct) record.value()).getStruct("message").get("content");
    if (content instanceof byte[] bytes) {
      return bytes;
    }
    ByteBuffer buffer = ((ByteBuffer) content).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private long number(String field, long absent) {
    return offset.get(field) instanceof Number number ? number.longValue() : absent;
  }
}
