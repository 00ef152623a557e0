// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.definition.Fact;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Joined rows of one fact as bytes: the number of slots that are filled, then slot and row. */
final class JoinedRowFormat {
  private final RowFormat[] formats;

  JoinedRowFormat(Fact fact) {
    formats =
        fact.relations().stream()
            .map(relation -> new RowFormat(relation.table()))
            .toArray(RowFormat[]::new);
  }

  void write(Object[][] rows, DataOutput out) throws IOException {
    int filled = 0;
    for (Object[] row : rows) {
      filled += row == null ? 0 : 1;
    }
    out.writeByte(filled);
    for (int slot = 0; slot < rows.length; slot++) {
      if (rows[slot] != null) {
        out.writeByte(slot);
        formats[slot].write(rows[slot], out);
      }
    }
  }

  Object[][] read(DataInput in) throws IOException {
    Object[][] rows = new Object[formats.length][];
    for (int filled = in.readByte(); filled > 0; filled--) {
      int slot = in.readByte();
      rows[slot] = formats[slot].read(in);
    }
    return rows;
  }

  /** Both rows in one; where both fill a slot, {@code second} wins. */
  static Object[][] merge(Object[][] first, Object[][] second) {
    Object[][] merged = first.clone();
    for (int slot = 0; second != null && slot < merged.length; slot++) {
      merged[slot] = second[slot] == null ? merged[slot] : second[slot];
    }
    return merged;
  }
}
