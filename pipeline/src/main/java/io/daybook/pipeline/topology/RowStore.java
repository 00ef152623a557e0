// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Watermark;
import java.util.Arrays;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Keeps the rows of one captured table and turns its events into {@link Message.Change}s. The row
 * before a change comes from here and never from the event: with replica identity DEFAULT the event
 * does not have it. The order of changes is the order of the topic.
 */
final class RowStore implements Processor<byte[], byte[], byte[], Message> {
  /** The one channel on which a table's watermarks arrive and leave. */
  static final String CHANNEL = "cdc";

  private final Table table;
  private final Counters counters;
  private final EarlyCommits commits;
  private final EnvelopeReader envelopes;
  private final RowFormat format;

  private ProcessorContext<byte[], Message> context;
  private KeyValueStore<Bytes, byte[]> rows;
  private Slices slices;
  private Watermarks watermarks;

  private RowStore(Table table, Counters counters, EarlyCommits commits) {
    this.table = table;
    this.counters = counters;
    this.commits = commits;
    this.envelopes = new EnvelopeReader(table);
    this.format = new RowFormat(table);
  }

  static ProcessorSupplier<byte[], byte[], byte[], Message> of(
      Table table, Counters counters, EarlyCommits commits) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], Message> get() {
        return new RowStore(table, counters, commits);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(Stores.bytes(Stores.rows(table)), Stores.bytes(Stores.fences(table)));
      }
    };
  }

  /**
   * A row as the store has it.
   *
   * @param epoch in which it was last written
   * @param version offset of the record that last wrote it
   */
  private record Row(int epoch, long version, Object[] values) {}

  @Override
  public void init(ProcessorContext<byte[], Message> context) {
    this.context = context;
    this.watermarks = new Watermarks(Set.of(CHANNEL));
    this.rows = context.getStateStore(Stores.rows(table));
    this.slices =
        new Slices(
            context,
            context.getStateStore(Stores.fences(table)),
            this::sweep,
            this::forwardWatermark);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    commits.processed(context, record.timestamp());
    long version = context.recordMetadata().orElseThrow().offset();
    if (ControlRecord.isWatermark(record.key())) {
      watermarks.advance(new Message.Mark(CHANNEL, ControlRecord.readWatermark(record.value())));
      forwardWatermark(record.timestamp());
    } else if (ControlRecord.isFence(record.key())) {
      slices.start(job(ControlRecord.readFence(record.value()), version, record.timestamp()));
    } else {
      int epoch = Position.epoch(record.headers());
      apply(record, new Row(epoch, version, envelopes.after(record.value())));
    }
  }

  private void apply(Record<byte[], byte[]> record, Row next) {
    Bytes key = Bytes.wrap(record.key());
    byte[] stored = rows.get(key);
    Object[] before = stored == null ? null : read(stored).values;
    Object[] after = next.values == null ? null : complete(next.values, before);
    if (after == null) {
      rows.delete(key);
    } else {
      rows.put(key, write(new Row(next.epoch, next.version, after)));
    }
    if (Arrays.equals(before, after)) {
      counters.unchanged.increment();
    } else {
      counters.applied.increment();
      Message.Change change = new Message.Change(before, after, next.version);
      context.forward(new Record<>(record.key(), change, record.timestamp()));
    }
  }

  /** Fills in what the event left out because it did not change. */
  private Object[] complete(Object[] values, Object[] before) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == EnvelopeReader.UNAVAILABLE) {
        if (before == null) {
          throw new IllegalStateException(
              "An event of "
                  + table.name()
                  + " leaves out the unchanged value of "
                  + table.columns().get(i).name()
                  + ", and no earlier event had it; ALTER TABLE … REPLICA IDENTITY FULL makes"
                  + " Postgres send it");
        }
        values[i] = before[i];
      }
    }
    return values;
  }

  private static Bytes job(Fence fence, long version, long timestamp) {
    boolean truncate = fence instanceof Fence.Truncate;
    return Bytes.wrap(
        Binary.write(
            out -> {
              out.writeBoolean(truncate);
              out.writeInt(fence.epoch());
              out.writeLong(version);
              out.writeLong(timestamp);
            }));
  }

  /** One slice of a fence: rows that it ends are deleted and forwarded as gone. */
  private Bytes sweep(Bytes job, Bytes cursor) {
    return Binary.read(
        job.get(),
        in -> {
          boolean truncate = in.readBoolean();
          int epoch = in.readInt();
          long version = in.readLong();
          long timestamp = in.readLong();
          int visited = 0;
          try (KeyValueIterator<Bytes, byte[]> entries =
              cursor == null ? rows.all() : rows.range(cursor, null)) {
            while (entries.hasNext()) {
              var entry = entries.next();
              if (visited++ == Slices.LENGTH) {
                return entry.key;
              }
              Row row = read(entry.value);
              if (truncate ? row.version < version : row.epoch < epoch) {
                rows.delete(entry.key);
                Message.Change gone = new Message.Change(row.values, null, version);
                context.forward(new Record<>(entry.key.get(), gone, timestamp));
              }
            }
          }
          return null;
        });
  }

  private void forwardWatermark(long timestamp) {
    Watermark risen = slices.idle() ? watermarks.rise() : null;
    if (risen != null) {
      context.forward(
          new Record<>(ControlRecord.watermarkKey(), new Message.Mark(CHANNEL, risen), timestamp));
    }
  }

  private byte[] write(Row row) {
    return Binary.write(
        out -> {
          VarInt.write(row.epoch, out);
          VarInt.write(row.version, out);
          format.write(row.values, out);
        });
  }

  private Row read(byte[] stored) {
    return Binary.read(
        stored, in -> new Row((int) VarInt.read(in), VarInt.read(in), format.read(in)));
  }
}
