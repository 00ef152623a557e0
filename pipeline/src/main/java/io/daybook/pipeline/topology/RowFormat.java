// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SpecialNumber;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.Unreadable;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows of one table's layout as bytes: for each column a presence byte and its value. */
final class RowFormat {
  private static final int NULL = 0;
  private static final int PRESENT = 1;
  private static final int SPECIAL = 2;
  private static final int UNREADABLE = 3;

  private final SqlType.Kind[] kinds;

  RowFormat(Table table) {
    List<Column> columns = table.columns();
    kinds = new SqlType.Kind[columns.size()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = columns.get(i).type().kind();
    }
  }

  void write(Object[] row, DataOutput out) throws IOException {
    for (int i = 0; i < kinds.length; i++) {
      Object value = row[i];
      if (value == null) {
        out.writeByte(NULL);
      } else if (value instanceof SpecialNumber special) {
        out.writeByte(SPECIAL);
        out.writeByte(special.ordinal());
      } else if (value == Unreadable.VALUE) {
        out.writeByte(UNREADABLE);
      } else {
        out.writeByte(PRESENT);
        write(kinds[i], value, out);
      }
    }
  }

  Object[] read(DataInput in) throws IOException {
    Object[] row = new Object[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      int presence = in.readByte();
      if (presence == PRESENT) {
        row[i] = read(kinds[i], in);
      } else if (presence == SPECIAL) {
        row[i] = SpecialNumber.values()[in.readByte()];
      } else if (presence == UNREADABLE) {
        row[i] = Unreadable.VALUE;
      }
    }
    return row;
  }

  private static void write(SqlType.Kind kind, Object value, DataOutput out) throws IOException {
    switch (kind) {
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case INT2, INT4, INT8, TIMESTAMP, TIMESTAMPTZ -> VarInt.write((Long) value, out);
      case DATE -> VarInt.write((Integer) value, out);
      case NUMERIC -> {
        BigDecimal number = (BigDecimal) value;
        byte[] digits = number.unscaledValue().toByteArray();
        VarInt.write(number.scale(), out);
        Binary.writeBytes(digits, out);
      }
      case TEXT, BPCHAR, UUID, ENUM, ARRAY, JSONB -> {
        Binary.writeBytes(((String) value).getBytes(StandardCharsets.UTF_8), out);
      }
      case INTERVAL, UNSUPPORTED ->
          throw new IllegalStateException("A used column has an unreadable type");
    }
  }

  private static Object read(SqlType.Kind kind, DataInput in) throws IOException {
    return switch (kind) {
      case BOOLEAN -> in.readBoolean();
      case INT2, INT4, INT8, TIMESTAMP, TIMESTAMPTZ -> VarInt.read(in);
      case DATE -> (int) VarInt.read(in);
      case NUMERIC -> {
        int scale = (int) VarInt.read(in);
        yield new BigDecimal(new BigInteger(Binary.readBytes(in)), scale);
      }
      case TEXT, BPCHAR, UUID, ENUM, ARRAY, JSONB ->
          new String(Binary.readBytes(in), StandardCharsets.UTF_8);
      case INTERVAL, UNSUPPORTED ->
          throw new IllegalStateException("A used column has an unreadable type");
    };
  }
}
