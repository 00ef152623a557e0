// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.binary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Whole numbers in as few bytes as they need: zigzag and base 128, as in Protocol Buffers.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/#varints">Encoding</a>
 */
public final class VarInt {
  private VarInt() {}

  public static void write(long number, DataOutput out) throws IOException {
    long rest = number << 1 ^ number >> 63;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  public static long read(DataInput in) throws IOException {
    long result = 0;
    int shift = 0;
    byte next;
    do {
      next = in.readByte();
      result |= (long) (next & 0x7F) << shift;
      shift += 7;
    } while (next < 0);
    return result >>> 1 ^ -(result & 1);
  }
}
