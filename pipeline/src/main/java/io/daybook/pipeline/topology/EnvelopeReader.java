// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.Unreadable;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads operation and row after the change out of a Debezium envelope (JSON without schema);
 * everything else in the envelope is skipped unread.
 *
 * @see <a
 *     href="https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-events">Data
 *     change events</a>
 */
final class EnvelopeReader {
  /** What Debezium writes for a value it was not sent because it did not change (TOAST). */
  static final String UNAVAILABLE_TEXT = "__debezium_unavailable_value";

  /** Stands in a row for a value that must be taken from the row before. */
  static final Object UNAVAILABLE = new Object();

  private static final JsonFactory JSON = new JsonFactory();

  private static final Set<String> OPERATIONS = Set.of("c", "u", "d", "r");

  private final Table table;
  private final Set<String> joined;
  private final Map<String, Integer> indexes = new HashMap<>();

  /**
   * @param joined columns by which rows find each other: without one of them nothing can be done
   *     with an event
   */
  EnvelopeReader(Table table, Set<String> joined) {
    this.table = table;
    this.joined = Set.copyOf(joined);
    for (int i = 0; i < table.columns().size(); i++) {
      indexes.put(table.columns().get(i).name(), i);
    }
  }

  /**
   * What an event says.
   *
   * @param row after the change, null when it is gone; a value that was left out is {@link
   *     #UNAVAILABLE}, one that cannot be read {@link Unreadable}
   * @param flaw what is wrong with a value that cannot be read; null where all can be
   */
  record After(Object[] row, String flaw) {
    private static final After GONE = new After(null, null);
  }

  /**
   * The row after the change.
   *
   * @param envelope null for a tombstone
   */
  After after(byte[] envelope) throws UnreadableEventException {
    if (envelope == null) {
      return After.GONE;
    }
    try (JsonParser parser = JSON.createParser(envelope)) {
      return read(parser);
    } catch (JsonProcessingException e) {
      // Its own words hold parts of the event.
      long at = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
      throw new UnreadableEventException("it is no JSON from byte " + at + " on", e);
    } catch (IOException | ArithmeticException e) {
      throw new UnreadableEventException(e.getMessage(), e);
    }
  }

  private After read(JsonParser parser) throws IOException, UnreadableEventException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new UnreadableEventException("it is no JSON object", null);
    }
    After after = null;
    String operation = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (field.equals("after")) {
        after = value == JsonToken.VALUE_NULL ? After.GONE : row(parser);
      } else if (field.equals("op")) {
        operation = parser.getText();
      }
      parser.skipChildren();
    }
    if (operation == null || !OPERATIONS.contains(operation)) {
      throw new UnreadableEventException("its operation is '" + operation + "'", null);
    }
    if (after == null || (after == After.GONE) != operation.equals("d")) {
      throw new UnreadableEventException(
          "its operation is '%s', but it has %s row after the change"
              .formatted(operation, after == null || after == After.GONE ? "no" : "a"),
          null);
    }
    return after;
  }

  private After row(JsonParser parser) throws IOException, UnreadableEventException {
    Object[] row = new Object[table.columns().size()];
    int missing = row.length;
    String flaw = null;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      Integer index = indexes.get(field);
      if (index == null) {
        parser.skipChildren();
      } else {
        Column column = table.columns().get(index);
        try {
          row[index] = value(parser, token, column);
        } catch (IllegalArgumentException
            | DateTimeException
            | ArithmeticException
            | IndexOutOfBoundsException e) {
          flaw = "the value of %s is no %s".formatted(column.name(), column.type());
          row[index] = Unreadable.VALUE;
          parser.skipChildren();
        }
        if (row[index] == Unreadable.VALUE && joined.contains(column.name())) {
          throw new UnreadableEventException(flaw, null);
        }
        missing--;
      }
    }
    if (missing > 0) {
      throw new UnreadableEventException(
          missing + " of the columns " + indexes.keySet() + " are missing", null);
    }
    return new After(row, flaw);
  }

  private static Object value(JsonParser parser, JsonToken token, Column column)
      throws IOException {
    SqlType type = column.type();
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_TRUE, VALUE_FALSE -> SqlText.parse(type, parser.getText());
      case VALUE_NUMBER_INT ->
          type.kind().isInteger()
              ? (Object) parser.getLongValue()
              : SqlText.parse(type, parser.getText());
      case VALUE_STRING, VALUE_NUMBER_FLOAT -> text(type, parser.getText());
      default -> throw new IllegalArgumentException(token.toString());
    };
  }

  private static Object text(SqlType type, String text) {
    return text.equals(UNAVAILABLE_TEXT) ? UNAVAILABLE : SqlText.parse(type, text);
  }
}
