// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Relation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Keys as capture writes them: {@code {"id":"…"}}, byte for byte what Kafka's JsonConverter makes
 * of a key struct, so that a child lands in the partition of its parent.
 */
final class KeyFormat {
  private static final JsonFactory JSON = new JsonFactory();

  /** No JSON begins with it: the key of a child without a parent. */
  private static final byte ORPHAN = '!';

  private static final byte PARENT = 0;
  private static final byte CHILD = 1;

  private KeyFormat() {}

  /** The key of the parent row whose key column has this value. */
  static byte[] key(Relation parent, Object value) {
    return object(generator -> field(generator, parent.keyColumn(), parent.table(), value));
  }

  /** The primary key of a row: tells it apart from all others of its table. */
  static byte[] primaryKey(Table table, Object[] row) {
    return object(
        generator -> {
          for (String name : table.primaryKey()) {
            int index = table.indexOf(name);
            field(generator, index, table, row[index]);
          }
        });
  }

  private interface Fields {
    void write(JsonGenerator generator) throws IOException;
  }

  private static byte[] object(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void field(JsonGenerator generator, int index, Table table, Object value)
      throws IOException {
    Column column = table.columns().get(index);
    generator.writeFieldName(column.name());
    if (value instanceof Long number && column.type().kind().isInteger()) {
      generator.writeNumber(number);
    } else {
      generator.writeString(SqlText.format(column.type(), value));
    }
  }

  /** Under what a child travels whose foreign key is NULL. */
  static byte[] orphan(byte[] id) {
    return ByteBuffer.allocate(1 + id.length).put(ORPHAN).put(id).array();
  }

  static boolean isOrphan(byte[] key) {
    return key[0] == ORPHAN;
  }

  /**
   * The store key of a parent, and the start of the keys of all that stand under a unique column's
   * value: one JSON object is never the start of another. All parents stand together, apart from
   * the many children: they are looked up for each child, and so the blocks that hold them stay in
   * the cache.
   */
  static byte[] parent(byte[] key) {
    return ByteBuffer.allocate(1 + key.length).put(PARENT).put(key).array();
  }

  /** The start of the store keys of all children of a parent: its key's length, then its key. */
  static byte[] children(byte[] parent) {
    return ByteBuffer.allocate(5 + parent.length)
        .put(CHILD)
        .putInt(parent.length)
        .put(parent)
        .array();
  }

  /** The first key after all that begin with a prefix. */
  static byte[] after(byte[] prefix) {
    byte[] end = prefix.clone();
    int last = end.length - 1;
    while (end[last] == (byte) 0xFF) {
      end[last--] = 0;
    }
    end[last]++;
    return end;
  }

  static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
