// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the row after the change out of a Debezium envelope (JSON without schema); everything else
 * in the envelope is skipped unread.
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

  private final Table table;
  private final Map<String, Integer> indexes = new HashMap<>();

  EnvelopeReader(Table table) {
    this.table = table;
    for (int i = 0; i < table.columns().size(); i++) {
      indexes.put(table.columns().get(i).name(), i);
    }
  }

  /** The row after the change; null when the event says that the row is gone. */
  Object[] after(byte[] envelope) {
    if (envelope == null) {
      return null;
    }
    try (JsonParser parser = JSON.createParser(envelope)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (field.equals("after")) {
          return value == JsonToken.VALUE_NULL ? null : row(parser);
        }
        parser.skipChildren();
      }
      throw new IOException("the field 'after' is missing");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "A change event of " + table.name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Object[] row(JsonParser parser) throws IOException {
    Object[] row = new Object[table.columns().size()];
    int missing = row.length;
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      Integer index = indexes.get(field);
      if (index == null) {
        parser.skipChildren();
      } else {
        row[index] = value(parser, token, table.columns().get(index));
        missing--;
      }
    }
    if (missing > 0) {
      throw new IOException(missing + " of the columns " + indexes.keySet() + " are missing");
    }
    return row;
  }

  private static Object value(JsonParser parser, JsonToken token, Column column)
      throws IOException {
    SqlType type = column.type();
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT ->
          type.kind().isInteger()
              ? (Object) parser.getLongValue()
              : SqlText.parse(type, parser.getText());
      case VALUE_STRING, VALUE_NUMBER_FLOAT -> text(type, parser.getText());
      default -> throw new IOException("column " + column.name() + " holds " + token);
    };
  }

  private static Object text(SqlType type, String text) {
    return text.equals(UNAVAILABLE_TEXT) ? UNAVAILABLE : SqlText.parse(type, text);
  }
}
