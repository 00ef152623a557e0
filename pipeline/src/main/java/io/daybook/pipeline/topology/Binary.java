// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.aggregate.VarInt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writing to and reading from byte arrays, where no I/O can fail. */
final class Binary {
  private Binary() {}

  interface Writing {
    void to(DataOutput out) throws IOException;
  }

  interface Reading<T> {
    T from(DataInput in) throws IOException;
  }

  static byte[] write(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static <T> T read(byte[] bytes, Reading<T> reading) {
    try {
      return reading.from(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "A value of " + bytes.length + " bytes ends early or is of another version", e);
    }
  }

  static void writeBytes(byte[] bytes, DataOutput out) throws IOException {
    VarInt.write(bytes.length, out);
    out.write(bytes);
  }

  static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = new byte[(int) VarInt.read(in)];
    in.readFully(bytes);
    return bytes;
  }
}
