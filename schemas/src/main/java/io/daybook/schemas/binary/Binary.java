// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.binary;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Writing to and reading from byte arrays, where no I/O can fail. The streams beneath lock nothing:
 * those of java.io take a lock for each byte, which a state store's values feel.
 */
public final class Binary {
  private static final int FIRST_LENGTH = 128;

  private Binary() {}

  /** Writes one value. */
  public interface Writing {
    void to(DataOutput out) throws IOException;
  }

  /** Reads one value. */
  public interface Reading<T> {
    T from(DataInput in) throws IOException;
  }

  public static byte[] write(Writing writing) {
    Sink bytes = new Sink();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.copyOf(bytes.array, bytes.length);
  }

  /**
   * Reads one value.
   *
   * @throws UncheckedIOException where the bytes end early
   */
  public static <T> T read(byte[] bytes, Reading<T> reading) {
    try {
      return reading.from(new DataInputStream(new Source(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "A value of " + bytes.length + " bytes ends early or is of another version", e);
    }
  }

  /** Bytes with their number before them. */
  public static void writeBytes(byte[] bytes, DataOutput out) throws IOException {
    VarInt.write(bytes.length, out);
    out.write(bytes);
  }

  public static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = new byte[(int) VarInt.read(in)];
    in.readFully(bytes);
    return bytes;
  }

  /** A text of any length in UTF-8, with the number of its bytes before it. */
  public static void writeText(String text, DataOutput out) throws IOException {
    writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
  }

  public static String readText(DataInput in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static final class Sink extends OutputStream {
    private byte[] array = new byte[FIRST_LENGTH];
    private int length;

    @Override
    public void write(int b) {
      ensure(1);
      array[length++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      Objects.checkFromIndexSize(offset, count, from.length);
      ensure(count);
      System.arraycopy(from, offset, array, length, count);
      length += count;
    }

    private void ensure(int count) {
      if (array.length - length < count) {
        array = Arrays.copyOf(array, Math.max(array.length * 2, length + count));
      }
    }
  }

  private static final class Source extends InputStream {
    private final byte[] array;
    private int next;

    Source(byte[] array) {
      this.array = array;
    }

    @Override
    public int read() {
      return next < array.length ? array[next++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int offset, int count) {
      Objects.checkFromIndexSize(offset, count, to.length);
      int taken = Math.min(count, array.length - next);
      System.arraycopy(array, next, to, offset, taken);
      next += taken;
      return taken == 0 && count > 0 ? -1 : taken;
    }
  }
}
