// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.catalogue.Table;

/**
 * A row as the row store has it.
 *
 * @param epoch in which it was last written
 * @param version offset of the record that last wrote it
 * @param values null where nothing but a flaw is known of the row
 * @param flaw the event that could not be read and that no later one has settled; null for none
 */
record StoredRow(int epoch, long version, Object[] values, Flaw flaw) {

  /**
   * An event in quarantine.
   *
   * @param offset of its record
   * @param whole true where nothing of it could be read, so that the row's values are those before
   *     it; else they are its own, some of them unreadable
   */
  record Flaw(long offset, boolean whole) {}

  /** Rows of one table as bytes. */
  static final class Format {
    private static final int VALUES = 1;
    private static final int FLAW = 2;
    private static final int WHOLE = 4;

    private final RowFormat values;

    Format(Table table) {
      this.values = new RowFormat(table);
    }

    byte[] write(StoredRow row) {
      int parts = row.values == null ? 0 : VALUES;
      if (row.flaw != null) {
        parts |= row.flaw.whole ? FLAW | WHOLE : FLAW;
      }
      int written = parts;
      return Binary.write(
          out -> {
            out.writeByte(written);
            VarInt.write(row.epoch, out);
            VarInt.write(row.version, out);
            if (row.flaw != null) {
              VarInt.write(row.flaw.offset, out);
            }
            if (row.values != null) {
              values.write(row.values, out);
            }
          });
    }

    StoredRow read(byte[] stored) {
      return Binary.read(
          stored,
          in -> {
            int parts = in.readByte();
            int epoch = (int) VarInt.read(in);
            long version = VarInt.read(in);
            Flaw flaw =
                (parts & FLAW) == 0 ? null : new Flaw(VarInt.read(in), (parts & WHOLE) != 0);
            return new StoredRow(
                epoch, version, (parts & VALUES) == 0 ? null : values.read(in), flaw);
          });
    }
  }
}
