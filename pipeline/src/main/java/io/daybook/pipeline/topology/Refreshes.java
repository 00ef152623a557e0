// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.contribution.Cell;
import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.schemas.topic.RollupRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Sends cells once more for whom it may concern, in slices, and says when all of a request have
 * been sent. What it has to do stands in memory only: who asks asks again until he is told.
 *
 * <p>A cell in which a retraction has overtaken what it retracts is waited for, but not for ever.
 */
final class Refreshes {
  private static final Duration INTERVAL = Duration.ofMillis(5);
  private static final int ANSWERED_MAX = 100;

  /** So many ticks of the clock, ten seconds at least, a cell may take to settle. */
  private static final long STUCK_MAX = 2_000;

  /** Keys are UTF-8, in which no byte is as high as this. */
  private static final byte ABOVE_ALL = (byte) 0xFF;

  private final ProcessorContext<?, ?> context;
  private final WindowStore<Bytes, byte[]> cells;
  private final CellAlgebra algebra;
  private final RollupRecords records;
  private final int sliceLength;
  private final Runnable beforeSlice;
  private final BiConsumer<byte[], Message> output;
  private final Deque<Job> jobs = new ArrayDeque<>();

  /** Requests that have been answered, and whether all of them was sent. */
  private final Map<Long, Boolean> answered =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
          return size() > ANSWERED_MAX;
        }
      };

  private Cancellable clock;
  private long stuckSlices;

  /** What came of a slice. */
  private enum Outcome {
    MORE,
    /** A cell is not settled. */
    STUCK,
    DONE
  }

  /** Some entries of a request. */
  private interface Job {
    long id();

    Outcome slice();
  }

  /**
   * @param beforeSlice writes to the store what is not there yet
   */
  Refreshes(
      ProcessorContext<?, ?> context,
      WindowStore<Bytes, byte[]> cells,
      CellAlgebra algebra,
      RollupRecords records,
      int sliceLength,
      Runnable beforeSlice,
      BiConsumer<byte[], Message> output) {
    this.context = context;
    this.cells = cells;
    this.algebra = algebra;
    this.records = records;
    this.sliceLength = sliceLength;
    this.beforeSlice = beforeSlice;
    this.output = output;
  }

  /** Begins one; one that is under way goes on, and one that has been answered is again. */
  void start(Message.Refresh request) {
    long id = request.id();
    if (answered.containsKey(id)) {
      answer(id, answered.get(id));
      return;
    }
    RefreshScope scope = request.scope();
    if (!scope.byKeys() && scope.firstDay() > scope.lastDay()) {
      answer(id, true);
      return;
    }
    if (jobs.stream().noneMatch(each -> each.id() == id)) {
      jobs.add(scope.byKeys() ? new OfKeys(id, scope) : new OfRange(id, scope));
    }
    if (clock == null) {
      clock = context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> slice());
    }
  }

  /** Ends the clock for good, and all that it was for; Streams keeps those of a revived task. */
  void stop() {
    jobs.clear();
    if (clock != null) {
      clock.cancel();
      clock = null;
    }
  }

  private void slice() {
    beforeSlice.run();
    Job job = jobs.peek();
    Outcome outcome = job.slice();
    stuckSlices = outcome == Outcome.STUCK ? stuckSlices + 1 : 0;
    boolean given = stuckSlices > STUCK_MAX;
    if (outcome == Outcome.DONE || given) {
      stuckSlices = 0;
      jobs.remove();
      answer(job.id(), !given);
      context.commit();
    }
    if (jobs.isEmpty()) {
      clock.cancel();
      clock = null;
    }
  }

  private void answer(long id, boolean complete) {
    answered.put(id, complete);
    int partition = context.taskId().partition();
    output.accept(ControlRecord.refreshedKey(), new Message.Refreshed(id, partition, complete));
  }

  /** False where the cell is not settled. */
  private boolean send(byte[] key, byte[] stored) {
    Cell cell = stored == null ? algebra.zero() : algebra.readCell(stored);
    if (!algebra.isSettled(cell)) {
      return false;
    }
    byte[] value = algebra.isPresent(cell) ? records.value(algebra.values(cell)) : null;
    output.accept(key, new Message.Result(value));
    return true;
  }

  /** Just these cells; a tombstone where there is none. */
  private final class OfKeys implements Job {
    private final long id;
    private final List<List<String>> keys;
    private int next;

    private OfKeys(long id, RefreshScope scope) {
      this.id = id;
      this.keys = scope.keys();
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public Outcome slice() {
      for (int end = Math.min(keys.size(), next + sliceLength); next < end; next++) {
        byte[] key = records.keyOf(keys.get(next));
        RefreshScope day =
            new RefreshScope(List.of(), keys.get(next).get(1), "infinity", List.of());
        byte[] stored = cells.fetch(Bytes.wrap(key), Cells.windowStart(day.firstDay()));
        if (!send(key, stored)) {
          return Outcome.STUCK;
        }
      }
      return next < keys.size() ? Outcome.MORE : Outcome.DONE;
    }
  }

  /**
   * All cells of some workspaces and days: one workspace after the other, and of each one segment
   * of the store after the other, since keys are in order only within one.
   */
  private final class OfRange implements Job {
    private final long id;
    private final int firstDay;
    private final int lastDay;
    private final List<byte[]> starts;
    private int start;
    private int segment;
    private byte[] reached;

    private OfRange(long id, RefreshScope scope) {
      this.id = id;
      this.firstDay = scope.firstDay();
      this.lastDay = scope.lastDay();
      this.starts =
          scope.workspaces().isEmpty()
              ? List.of("{".getBytes(StandardCharsets.US_ASCII))
              : scope.workspaces().stream().map(records::keysOf).toList();
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public Outcome slice() {
      if (reached == null) {
        reached = starts.get(start);
      }
      Outcome outcome = sliced();
      if (outcome != Outcome.DONE) {
        return outcome;
      }
      reached = null;
      segment++;
      if (segment == Stores.CELL_SEGMENTS) {
        segment = 0;
        start++;
      }
      return start < starts.size() ? Outcome.MORE : Outcome.DONE;
    }

    /** Of this workspace in this segment. */
    private Outcome sliced() {
      byte[] last = Arrays.copyOf(starts.get(start), starts.get(start).length + 1);
      last[last.length - 1] = ABOVE_ALL;
      long from = segment * Stores.CELL_SEGMENT_MS;
      try (KeyValueIterator<Windowed<Bytes>, byte[]> entries =
          cells.fetch(
              Bytes.wrap(reached), Bytes.wrap(last), from, from + Stores.CELL_SEGMENT_MS - 1)) {
        for (int visited = 0; visited < sliceLength; ) {
          if (!entries.hasNext()) {
            return Outcome.DONE;
          }
          KeyValue<Windowed<Bytes>, byte[]> entry = entries.next();
          byte[] key = entry.key.key().get();
          if (Arrays.equals(key, reached)) {
            continue;
          }
          visited++;
          int day = Cells.day(entry.key.window().start());
          if (day >= firstDay && day <= lastDay && !send(key, entry.value)) {
            return Outcome.STUCK; // it goes on from the one before
          }
          reached = key;
        }
        return Outcome.MORE;
      }
    }
  }
}
