// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.definition.Rollup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes and reads the records of one rollup's topic; their JSON Schema is {@code
 * schemas/rollup-record.schema.json}.
 *
 * <p>Key: {@code {"workspace_id":"w1","day":"2026-01-31",…dimensions}}, always with the same bytes
 * for the same key. Value: {@code {"measures":{…}}} with absolute values; a tombstone where no fact
 * has a row for the key any more. Integers and booleans are JSON's own, every other value is its
 * Postgres text, NULL is null.
 */
public final class RollupRecords {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final ObjectMapper JSON = new ObjectMapper(FACTORY);

  private final List<Column> keys;
  private final List<Column> measures;

  public RollupRecords(Rollup rollup) {
    this.keys = rollup.keys();
    this.measures =
        rollup.measures().stream()
            .map(measure -> new Column(measure.name(), measure.type()))
            .toList();
  }

  /** Key bytes of the values of workspace, day and dimensions. */
  public byte[] key(Object[] values) {
    return write(generator -> object(generator, keys, values));
  }

  /** Key bytes of the key columns as Postgres text, numerics without trailing zeros. */
  public byte[] keyOf(List<String> texts) {
    Object[] values = new Object[keys.size()];
    for (int i = 0; i < values.length; i++) {
      String text = texts.get(i);
      values[i] = text == null ? null : SqlText.parse(keys.get(i).type(), text);
    }
    return key(values);
  }

  /** With what the key bytes of a workspace begin, and of no other. */
  public byte[] keysOf(String workspace) {
    byte[] whole =
        write(generator -> object(generator, keys.subList(0, 1), new Object[] {workspace}));
    byte[] start = Arrays.copyOf(whole, whole.length);
    start[whole.length - 1] = ',';
    return start;
  }

  /** Value bytes of the values of all measures. */
  public byte[] value(Object[] values) {
    return write(
        generator -> {
          generator.writeStartObject();
          generator.writeFieldName("measures");
          object(generator, measures, values);
          generator.writeEndObject();
        });
  }

  /** The key columns as Postgres text, null for NULL. */
  public List<String> readKey(byte[] key) {
    return texts(parse(key), keys);
  }

  /** The measures as Postgres text, null for NULL. */
  public List<String> readValue(byte[] value) {
    return texts(parse(value).required("measures"), measures);
  }

  private static List<String> texts(JsonNode object, List<Column> columns) {
    List<String> texts = new ArrayList<>(columns.size());
    for (Column column : columns) {
      JsonNode field = object.required(column.name());
      texts.add(field.isNull() ? null : field.asText());
    }
    return texts;
  }

  private static void object(JsonGenerator generator, List<Column> columns, Object[] values)
      throws IOException {
    generator.writeStartObject();
    for (int i = 0; i < values.length; i++) {
      Column column = columns.get(i);
      generator.writeFieldName(column.name());
      Object value = values[i];
      if (value == null) {
        generator.writeNull();
      } else if (value instanceof Boolean truth) {
        generator.writeBoolean(truth);
      } else if (column.type().kind().isInteger()) {
        generator.writeNumber(((Number) value).longValue());
      } else {
        generator.writeString(SqlText.format(column.type(), value));
      }
    }
    generator.writeEndObject();
  }

  private interface Body {
    void write(JsonGenerator generator) throws IOException;
  }

  private static byte[] write(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
      body.write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static JsonNode parse(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException("A rollup record that is no JSON", e);
    }
  }
}
