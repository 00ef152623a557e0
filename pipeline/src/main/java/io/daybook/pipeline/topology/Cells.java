// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.contribution.Cell;
import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.contribution.Delta;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Watermark;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Adds the changes of all facts up in cells, one window a day, and sends each cell's new absolute
 * values. A cell in which a retraction has overtaken what it retracts is kept but not shown: the
 * change that settles it is on its way.
 *
 * <p>Changes between two commits share one write and one record for each cell. They are held in
 * memory until then, and watermarks wait with them, so that none comes before what it promises.
 */
final class Cells implements Processor<byte[], Message, byte[], Message> {
  private static final long MILLIS_PER_DAY = 86_400_000L;

  /** Cells held in memory at most; beyond, they are written before the commit. */
  private static final int TOUCHED_MAX = 10_000;

  /** Julian day of 1970-01-01; Postgres' first day is Julian day 0, which becomes window 0. */
  private static final long JULIAN_EPOCH = 2_440_588L;

  /** Postgres' last day is 5874897-12-31, Julian day 2147483493; the infinities come after it. */
  private static final long JULIAN_INFINITY = 2_147_483_494L;

  /** No workspace's key in the store of doubts: those are JSON. */
  private static final Bytes POSITIONS = Bytes.wrap(new byte[] {1});

  private final CellAlgebra algebra;
  private final RollupRecords records;
  private final Work work;
  private final Set<String> channels;
  private final Map<Bytes, Touched> touched = new LinkedHashMap<>();
  private long timestamp;

  private ProcessorContext<byte[], Message> context;
  private WindowStore<Bytes, byte[]> cells;
  private Doubts doubts;
  private Positions positions;
  private Watermarks watermarks;
  private Refreshes refreshes;

  /** A cell as the store has it, and as it is now. */
  private static final class Touched {
    private final long window;
    private final Cell stored;
    private Cell sum;

    private Touched(long window, Cell stored) {
      this.window = window;
      this.stored = stored;
      this.sum = stored;
    }
  }

  private Cells(Rollup rollup, Set<String> channels, Work work) {
    this.algebra = new CellAlgebra(rollup);
    this.records = new RollupRecords(rollup);
    this.work = work;
    this.channels = channels;
  }

  static ProcessorSupplier<byte[], Message, byte[], Message> of(
      Rollup rollup, Set<String> channels, Work work) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], Message, byte[], Message> get() {
        return new Cells(rollup, channels, work);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.cells(), Stores.bytes(Stores.DOUBTS), BeforeCommit.builder(Stores.CELLS_COMMIT));
      }
    };
  }

  /** Also called when Streams revives a task: what its aborted transaction left is forgotten. */
  @Override
  public void init(ProcessorContext<byte[], Message> context) {
    this.context = context;
    this.watermarks = new Watermarks(channels);
    touched.clear();
    this.cells = context.getStateStore(Stores.CELLS);
    KeyValueStore<Bytes, byte[]> doubtful = context.getStateStore(Stores.DOUBTS);
    this.doubts = new Doubts(doubtful);
    this.positions = new Positions(context, doubtful, POSITIONS, work.ids());
    if (refreshes != null) {
      refreshes.stop();
    }
    this.refreshes =
        new Refreshes(
            context, cells, algebra, records, work.sliceLength(), this::send, this::forward);
    BeforeCommit.run(this::send, Stores.CELLS_COMMIT, context);
  }

  @Override
  public void process(Record<byte[], Message> record) {
    work.commits().processed(context, record.timestamp());
    timestamp = record.timestamp();
    if (!positions.isNew(record)) {
      return;
    }
    if (record.value() instanceof Message.Mark mark) {
      watermarks.advance(mark);
    } else if (record.value() instanceof Message.CellChange change) {
      add(record.key(), change.delta());
    } else if (record.value() instanceof Message.Doubt doubt) {
      doubts.add(record.key(), doubt);
    } else if (record.value() instanceof Message.Refresh refresh) {
      refreshes.start(refresh);
    } else {
      throw new IllegalStateException("Cells do not take " + record.value());
    }
  }

  private void add(byte[] key, Delta delta) {
    Touched cell = touched.computeIfAbsent(Bytes.wrap(key), bytes -> load(bytes, delta.day()));
    cell.sum = algebra.plus(cell.sum, delta);
    if (touched.size() >= TOUCHED_MAX) {
      send();
    }
  }

  private Touched load(Bytes key, int day) {
    long window = windowStart(day);
    byte[] stored = cells.fetch(key, window);
    return new Touched(window, stored == null ? algebra.zero() : algebra.readCell(stored));
  }

  /** Writes and sends what has changed since the last time, the watermark last. */
  private void send() {
    touched.forEach(this::send);
    touched.clear();
    positions.write();
    doubts.send((key, value) -> forward(key, new Message.Result(value)));
    Watermark risen = watermarks.rise();
    if (risen != null) {
      String channel = Integer.toString(context.taskId().partition());
      forward(ControlRecord.watermarkKey(), new Message.Mark(channel, risen));
    }
  }

  private void send(Bytes key, Touched cell) {
    if (cell.sum.equals(cell.stored)) {
      return;
    }
    cells.put(key, algebra.isZero(cell.sum) ? null : algebra.write(cell.sum), cell.window);
    if (algebra.isSettled(cell.sum)) {
      work.counters().results.increment();
      byte[] value = algebra.isPresent(cell.sum) ? records.value(algebra.values(cell.sum)) : null;
      forward(key.get(), new Message.Result(value));
    }
  }

  private void forward(byte[] key, Message message) {
    context.forward(new Record<>(key, message, timestamp));
  }

  /** The start of a day's window in ms; every day that Postgres knows has one of its own. */
  static long windowStart(int day) {
    long julian =
        switch (day) {
          case SqlText.DATE_INFINITY -> JULIAN_INFINITY;
          case SqlText.DATE_NEGATIVE_INFINITY -> JULIAN_INFINITY + 1;
          default -> day + JULIAN_EPOCH;
        };
    return julian * MILLIS_PER_DAY;
  }

  /** The day whose window starts then. */
  static int day(long windowStart) {
    long julian = windowStart / MILLIS_PER_DAY;
    if (julian >= JULIAN_INFINITY) {
      return julian == JULIAN_INFINITY ? SqlText.DATE_INFINITY : SqlText.DATE_NEGATIVE_INFINITY;
    }
    return (int) (julian - JULIAN_EPOCH);
  }
}
