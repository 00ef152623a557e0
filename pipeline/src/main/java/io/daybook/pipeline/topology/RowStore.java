// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Account;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of one captured table and turns its events into {@link Message.Change}s. The row
 * before a change comes from here and never from the event: with replica identity DEFAULT the event
 * does not have it. The order of changes is the order of the topic.
 */
final class RowStore implements Processor<byte[], byte[], byte[], Message> {
  /** The one channel on which a table's watermarks arrive and leave. */
  static final String CHANNEL = "cdc";

  private static final Logger LOG = LoggerFactory.getLogger(RowStore.class);

  /**
   * What a row store is made of.
   *
   * @param topic the table's CDC topic
   * @param joined columns of the table by which rows find each other
   */
  record Settings(Rollup rollup, Table table, String topic, Set<String> joined, Work work) {}

  private final Table table;
  private final Settings settings;

  private ProcessorContext<byte[], Message> context;
  private KeyValueStore<Bytes, byte[]> store;
  private Rows rows;
  private Slices slices;
  private Watermarks watermarks;
  private Ledger ledger;
  private Positions positions;

  private RowStore(Settings settings) {
    this.settings = settings;
    this.table = settings.table;
  }

  static ProcessorSupplier<byte[], byte[], byte[], Message> of(Settings settings) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], byte[], Message> get() {
        return new RowStore(settings);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.bytes(Stores.rows(settings.table)),
            Stores.bytes(Stores.fences(settings.table)),
            BeforeCommit.builder(Stores.rowsCommit(settings.table)));
      }
    };
  }

  @Override
  public void init(ProcessorContext<byte[], Message> context) {
    this.context = context;
    this.watermarks = new Watermarks(Set.of(CHANNEL));
    this.store = context.getStateStore(Stores.rows(table));
    this.ledger = new Ledger(store);
    this.rows = new Rows(settings, context, store, ledger);
    KeyValueStore<Bytes, byte[]> fences = context.getStateStore(Stores.fences(table));
    this.positions = new Positions(context, fences, Slices.POSITIONS, settings.work.ids());
    BeforeCommit.run(this::write, Stores.rowsCommit(table), context);
    if (slices != null) {
      slices.stop();
    }
    this.slices = new Slices(context, fences, this::sweep, this::forwardWatermark);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    settings.work.commits().processed(context, record.timestamp());
    if (!positions.isNew(record)) {
      return;
    }
    if (record.key() == null) {
      rows.take(record);
    } else if (ControlRecord.isWatermark(record.key())) {
      watermark(record);
    } else if (ControlRecord.isFence(record.key())) {
      fence(record);
    } else {
      rows.take(record);
    }
  }

  private void write() {
    ledger.write();
    positions.write();
  }

  private void watermark(Record<byte[], byte[]> record) {
    Watermark watermark = ControlRecord.readWatermark(record.value());
    ControlRecord.readAccount(record.value())
        .ifPresent(account -> settle(account, watermark.epoch(), record.timestamp()));
    if (hasAll(watermark.epoch(), record.value())) {
      rows.loaded();
      watermarks.advance(new Message.Mark(CHANNEL, watermark));
      forwardWatermark(record.timestamp());
    }
  }

  /** Whether all that is needed of the table stands before a watermark, or will be sent again. */
  private boolean hasAll(int epoch, byte[] watermark) {
    int load = settings.rollup.fromLoad(table);
    int first = settings.rollup.fromEpoch();
    return epoch > first
        || (epoch == first && (load == 0 || ControlRecord.readLoad(watermark) >= load));
  }

  private void settle(Account account, int epoch, long timestamp) {
    long age = context.currentSystemTimeMs() - timestamp;
    long missing = ledger.settle(account, age > Topics.COMPACTED_AFTER.toMillis());
    if (missing == 0) {
      return;
    }
    settings.work.counters().missing.add(Math.abs(missing));
    String what =
        "%d events before offset %d of %s-%d %s"
            .formatted(
                Math.abs(missing),
                context.recordMetadata().orElseThrow().offset(),
                settings.topic,
                context.taskId().partition(),
                missing > 0 ? "are missing" : "came twice");
    LOG.error("{}; the rollup is degraded until the source is read again", what);
    if (ledger.missingSince() == 0) {
      rows.doubt(1, what, timestamp);
    }
    ledger.missingSince(epoch);
  }

  /** What was missing is there again when a new epoch has sent every row. */
  private void fence(Record<byte[], byte[]> record) {
    Sweep sweep =
        Sweep.of(
            ControlRecord.readFence(record.value()),
            context.recordMetadata().orElseThrow().offset(),
            record.timestamp());
    slices.start(sweep.toJob(), new byte[0]);
    if (!sweep.truncate() && ledger.missingSince() > 0 && ledger.missingSince() < sweep.epoch()) {
      ledger.missingSince(0);
      rows.doubt(-1, null, record.timestamp());
    }
  }

  /**
   * One slice of a fence: rows that it ends are deleted and forwarded as gone.
   *
   * @param from the first key to visit, empty for the very first
   */
  private byte[] sweep(Bytes job, byte[] from) {
    Sweep sweep = Sweep.ofJob(job);
    int visited = 0;
    try (KeyValueIterator<Bytes, byte[]> entries =
        from.length == 0 ? store.all() : store.range(Bytes.wrap(from), null)) {
      while (entries.hasNext()) {
        var entry = entries.next();
        if (visited++ == settings.work.sliceLength()) {
          return entry.key.get();
        }
        if (!entry.key.equals(Ledger.KEY)) {
          rows.end(entry.key, entry.value, sweep);
        }
      }
    }
    return null;
  }

  private void forwardWatermark(long timestamp) {
    Watermark risen = slices.idle() ? watermarks.rise() : null;
    if (risen != null) {
      context.forward(
          new Record<>(ControlRecord.watermarkKey(), new Message.Mark(CHANNEL, risen), timestamp));
    }
  }
}
