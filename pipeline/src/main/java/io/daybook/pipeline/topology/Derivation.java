// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.kafka.common.utils.Bytes;

/**
 * How far the children of a parent are derived again.
 *
 * @param next store key of the first child that is not; null before the first slice
 * @param before the parent that it and those behind it still have, null for none
 * @param after the parent that the others have, null for none
 */
record Derivation(Bytes next, Object[][] before, Object[][] after) {

  /** The same, further on. */
  Derivation at(Bytes child) {
    return new Derivation(child, before, after);
  }

  byte[] write(JoinedRowFormat format) {
    return Binary.write(
        out -> {
          out.writeBoolean(next != null);
          if (next != null) {
            Binary.writeBytes(next.get(), out);
          }
          write(before, format, out);
          write(after, format, out);
        });
  }

  static Derivation read(byte[] state, JoinedRowFormat format) {
    return Binary.read(
        state,
        in -> {
          Bytes next = in.readBoolean() ? Bytes.wrap(Binary.readBytes(in)) : null;
          Object[][] before = rows(format, in);
          return new Derivation(next, before, rows(format, in));
        });
  }

  private static void write(Object[][] rows, JoinedRowFormat format, DataOutput out)
      throws IOException {
    out.writeBoolean(rows != null);
    if (rows != null) {
      format.write(rows, out);
    }
  }

  private static Object[][] rows(JoinedRowFormat format, DataInput in) throws IOException {
    return in.readBoolean() ? format.read(in) : null;
  }
}
