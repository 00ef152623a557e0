// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.pipeline.topology.StoredRow.Flaw;
import io.daybook.schemas.catalogue.Unreadable;
import io.daybook.schemas.topic.Degradation;
import io.daybook.schemas.topic.LoadMark;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.QuarantineRecord;
import io.daybook.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one task: what an event makes of its row, and what is sent on.
 *
 * <p>An event that cannot be read goes into quarantine and leaves a flaw in its row, until a later
 * event of the row, a fence or a retry settles it. Meanwhile the rollup says that it is in doubt.
 */
final class Rows {
  private static final Logger LOG = LoggerFactory.getLogger(Rows.class);

  /** Starts the store's key of an event without a key; a row's begins with a brace. */
  private static final byte NAMELESS = 1;

  private final RowStore.Settings settings;
  private final ProcessorContext<byte[], Message> context;
  private final KeyValueStore<Bytes, byte[]> store;
  private final Ledger ledger;
  private final Quarantine quarantine;
  private final EnvelopeReader envelopes;
  private final StoredRow.Format format;
  private boolean loaded;

  Rows(
      RowStore.Settings settings,
      ProcessorContext<byte[], Message> context,
      KeyValueStore<Bytes, byte[]> store,
      Ledger ledger) {
    this.settings = settings;
    this.context = context;
    this.store = store;
    this.ledger = ledger;
    this.quarantine = new Quarantine(settings.rollup(), settings.topic(), context);
    this.envelopes = new EnvelopeReader(settings.table(), settings.joined());
    this.format = new StoredRow.Format(settings.table());
  }

  /** Takes the event that is being processed. */
  void take(Record<byte[], byte[]> record) {
    Bytes key = record.key() == null ? nameless(offset()) : Bytes.wrap(record.key());
    byte[] kept = store.get(key);
    StoredRow stored = kept == null ? null : format.read(kept);
    Long retryOf = QuarantineRecord.retryOf(record.headers());
    if (retryOf != null) {
      retry(record, key, stored, retryOf);
      return;
    }
    if (record.headers().lastHeader(Position.HEADER) != null) {
      ledger.take();
      if (!isWanted(record)) {
        settings.work().counters().superseded.increment();
        return;
      }
    }
    try {
      if (record.key() == null) {
        throw new UnreadableEventException("it has no key", null);
      }
      EnvelopeReader.After after = envelopes.after(record.value());
      apply(record, key, stored, after.row(), flaw(record, stored, after));
    } catch (UnreadableEventException e) {
      keepUnread(record, key, stored, e.getMessage());
    }
  }

  /**
   * The first epoch, or load, that has all that is needed sends every row again. What is read
   * beside the stream for others is nothing new, and may be ahead of the changes that follow it;
   * but once the topic may be compacted, an older change of the row may be gone for it.
   */
  private boolean isWanted(Record<byte[], byte[]> record) {
    Headers headers = record.headers();
    int epoch = Position.epoch(headers);
    int first = settings.rollup().fromEpoch();
    int load = epoch == first ? settings.rollup().fromLoad(settings.table()) : 0;
    LoadMark mark = LoadMark.of(headers);
    if (epoch < first || mark.number() < load) {
      return false;
    }
    boolean ofOthers = mark.read() && (load == 0 || loaded);
    return !ofOthers || mayBeCompacted(record.timestamp());
  }

  /** With room for clocks that differ. */
  private boolean mayBeCompacted(long timestamp) {
    long age = context.currentSystemTimeMs() - timestamp;
    return age > Topics.COMPACTED_AFTER.toMillis() / 2;
  }

  /** All that is needed of the table has been read: from here on there are only changes. */
  void loaded() {
    loaded = true;
  }

  /** Counts only while nothing newer of the row has been read, and only if it can be read now. */
  private void retry(Record<byte[], byte[]> record, Bytes key, StoredRow stored, long retryOf) {
    Flaw flaw = stored == null ? null : stored.flaw();
    if (flaw == null || flaw.offset() != retryOf || record.key() == null) {
      return;
    }
    try {
      EnvelopeReader.After after = envelopes.after(record.value());
      Object[] row = after.row();
      if (row != null && !flaw.whole()) {
        row = stored.values().clone();
        for (int i = 0; i < row.length; i++) {
          row[i] = row[i] == Unreadable.VALUE ? after.row()[i] : row[i];
        }
      }
      if (row == null || isReadable(row)) {
        apply(record, key, stored, row, null);
      }
    } catch (UnreadableEventException e) {
      LOG.info(
          "The event at offset {} of {}-{} still cannot be read: {}",
          retryOf,
          settings.topic(),
          context.taskId().partition(),
          e.getMessage());
    }
  }

  private static boolean isReadable(Object[] row) {
    return Arrays.stream(row)
        .noneMatch(value -> value == Unreadable.VALUE || value == EnvelopeReader.UNAVAILABLE);
  }

  private void apply(
      Record<byte[], byte[]> record, Bytes key, StoredRow stored, Object[] after, Flaw flaw) {
    Object[] before = stored == null ? null : stored.values();
    if (stored != null && stored.flaw() != null && !stored.flaw().equals(flaw)) {
      release(stored.flaw(), record.timestamp());
    }
    if (after == null) {
      store.delete(key);
    } else {
      int epoch = Position.epoch(record.headers());
      store.put(key, format.write(new StoredRow(epoch, offset(), after, flaw)));
    }
    if (Arrays.equals(before, after)) {
      settings.work().counters().unchanged.increment();
    } else {
      settings.work().counters().applied.increment();
      Message.Change change = new Message.Change(before, after, offset());
      context.forward(new Record<>(key.get(), change, record.timestamp()));
    }
  }

  /** Fills in what the event left out because it did not change, and says what cannot be read. */
  private Flaw flaw(Record<byte[], byte[]> record, StoredRow stored, EnvelopeReader.After after)
      throws UnreadableEventException {
    String own = after.flaw();
    boolean inherited = false;
    Object[] before = stored == null ? null : stored.values();
    Object[] row = after.row();
    for (int i = 0; row != null && i < row.length; i++) {
      if (row[i] == EnvelopeReader.UNAVAILABLE && before == null) {
        own = leftOut(settings.table().columns().get(i).name());
        row[i] = Unreadable.VALUE;
      } else if (row[i] == EnvelopeReader.UNAVAILABLE) {
        row[i] = before[i];
        inherited |= before[i] == Unreadable.VALUE;
      }
    }
    if (own != null) {
      settings.work().counters().quarantined.increment();
      quarantine.put(record, own);
      return new Flaw(offset(), false);
    }
    return inherited ? stored.flaw() : null;
  }

  private String leftOut(String column) throws UnreadableEventException {
    String what = "the unchanged value of %s was left out, and no earlier event had it";
    if (settings.joined().contains(column)) {
      throw new UnreadableEventException(what.formatted(column), null);
    }
    return what.formatted(column);
  }

  /** The row stays as it was before the event, with a flaw. */
  private void keepUnread(
      Record<byte[], byte[]> record, Bytes key, StoredRow stored, String reason) {
    settings.work().counters().quarantined.increment();
    quarantine.put(record, reason);
    if (stored != null && stored.flaw() != null) {
      release(stored.flaw(), record.timestamp());
    }
    doubt(
        1,
        "an event of %s cannot be read: %s".formatted(settings.table().name(), reason),
        record.timestamp());
    Object[] values = stored == null ? null : stored.values();
    int epoch = Position.epoch(record.headers());
    store.put(key, format.write(new StoredRow(epoch, offset(), values, new Flaw(offset(), true))));
  }

  private void release(Flaw flaw, long timestamp) {
    quarantine.release(flaw.offset(), timestamp);
    if (flaw.whole()) {
      doubt(-1, null, timestamp);
    }
  }

  /** A fence has come to a row: it is gone where the fence ends it. */
  void end(Bytes key, byte[] stored, Sweep sweep) {
    StoredRow row = format.read(stored);
    if (!sweep.ends(row)) {
      return;
    }
    store.delete(key);
    if (row.flaw() != null) {
      release(row.flaw(), sweep.timestamp());
    }
    if (row.values() != null) {
      Message.Change gone = new Message.Change(row.values(), null, sweep.version());
      context.forward(new Record<>(key.get(), gone, sweep.timestamp()));
    }
  }

  /** Changes how many reasons there are to doubt the whole rollup. */
  void doubt(long rows, String reason, long timestamp) {
    Message.Doubt doubt = new Message.Doubt(rows, reason);
    context.forward(new Record<>(Degradation.key(null), doubt, timestamp));
  }

  private long offset() {
    return context.recordMetadata().orElseThrow().offset();
  }

  private static Bytes nameless(long offset) {
    return Bytes.wrap(ByteBuffer.allocate(9).put(NAMELESS).putLong(offset).array());
  }
}
