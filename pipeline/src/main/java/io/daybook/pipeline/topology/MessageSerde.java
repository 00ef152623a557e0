// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.schemas.topic.Watermark;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Messages in repartition topics. */
final class MessageSerde implements Serde<Message> {
  private static final int MARK = 0;
  private static final int CHILD = 1;
  private static final int PARENT = 2;
  private static final int CELL_CHANGE = 3;
  private static final int NAMED_PARENT = 4;
  private static final int DOUBT = 5;
  private static final int REFRESH = 6;

  private final JoinedRowFormat rows;
  private final CellAlgebra cells;

  private MessageSerde(JoinedRowFormat rows, CellAlgebra cells) {
    this.rows = rows;
    this.cells = cells;
  }

  /** Children and parents of one fact. */
  static MessageSerde ofJoin(Fact fact) {
    return new MessageSerde(new JoinedRowFormat(fact), null);
  }

  /** Changes of cells, of all facts. */
  static MessageSerde ofCells(CellAlgebra cells) {
    return new MessageSerde(null, cells);
  }

  @Override
  public Serializer<Message> serializer() {
    return (topic, message) -> Binary.write(out -> write(message, out));
  }

  @Override
  public Deserializer<Message> deserializer() {
    return (topic, bytes) -> Binary.read(bytes, this::read);
  }

  private void write(Message message, DataOutput out) throws IOException {
    if (message instanceof Message.Mark mark) {
      out.writeByte(MARK);
      out.writeUTF(mark.channel());
      write(mark.watermark(), out);
    } else if (message instanceof Message.Child child) {
      out.writeByte(CHILD);
      Binary.writeBytes(child.id(), out);
      VarInt.write(child.version(), out);
      writeRows(child.rows(), out);
    } else if (message instanceof Message.Parent parent) {
      boolean alone = parent.id().length == 0;
      out.writeByte(alone ? PARENT : NAMED_PARENT);
      if (!alone) {
        Binary.writeBytes(parent.id(), out);
      }
      VarInt.write(parent.version(), out);
      writeRows(parent.rows(), out);
    } else if (message instanceof Message.CellChange change) {
      out.writeByte(CELL_CHANGE);
      cells.write(change.delta(), out);
    } else if (message instanceof Message.Doubt doubt) {
      out.writeByte(DOUBT);
      VarInt.write(doubt.rows(), out);
      Binary.writeText(doubt.reason() == null ? "" : doubt.reason(), out);
    } else if (message instanceof Message.Refresh refresh) {
      out.writeByte(REFRESH);
      VarInt.write(refresh.id(), out);
      Binary.writeText(refresh.scope().write(), out);
    } else {
      throw new IllegalStateException(message + " never leaves its task");
    }
  }

  private Message read(DataInput in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case MARK -> new Message.Mark(in.readUTF(), readWatermark(in));
      case CHILD -> new Message.Child(Binary.readBytes(in), VarInt.read(in), readRows(in));
      case PARENT -> new Message.Parent(Message.Parent.ALONE, VarInt.read(in), readRows(in));
      case NAMED_PARENT -> new Message.Parent(Binary.readBytes(in), VarInt.read(in), readRows(in));
      case CELL_CHANGE -> new Message.CellChange(cells.readDelta(in));
      case DOUBT -> readDoubt(in);
      case REFRESH -> new Message.Refresh(VarInt.read(in), RefreshScope.read(Binary.readText(in)));
      default -> throw new IOException("A message of kind " + kind + " is not known");
    };
  }

  private static Message readDoubt(DataInput in) throws IOException {
    long rows = VarInt.read(in);
    String reason = Binary.readText(in);
    return new Message.Doubt(rows, reason.isEmpty() ? null : reason);
  }

  private void writeRows(Object[][] joined, DataOutput out) throws IOException {
    out.writeBoolean(joined != null);
    if (joined != null) {
      rows.write(joined, out);
    }
  }

  private Object[][] readRows(DataInput in) throws IOException {
    return in.readBoolean() ? rows.read(in) : null;
  }

  static void write(Watermark watermark, DataOutput out) throws IOException {
    VarInt.write(watermark.epoch(), out);
    out.writeLong(watermark.commitLsn().value());
    VarInt.write(ChronoUnit.MICROS.between(Instant.EPOCH, watermark.commitTime()), out);
  }

  static Watermark readWatermark(DataInput in) throws IOException {
    int epoch = (int) VarInt.read(in);
    Lsn lsn = new Lsn(in.readLong());
    return new Watermark(epoch, lsn, Instant.EPOCH.plus(VarInt.read(in), ChronoUnit.MICROS));
  }
}
