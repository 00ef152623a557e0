// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Watermark;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Writes each batch of events in one Kafka transaction, with its fences, its watermark and the
 * state to go on from. Only when that is committed does the engine learn that the batch is
 * finished, and Postgres what it may forget.
 */
final class BatchWriter implements DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>> {

  /**
   * What a batch needs from its session.
   *
   * @param shapes takes what a heartbeat says about the tables; throws if rows changed unseen
   * @param snapshotEnded makes the streaming state out of the epoch of a snapshot that is complete
   * @param onFailure told before the engine is
   */
  record Context(
      CaptureSettings settings,
      Producer<byte[], byte[]> producer,
      EngineOffsets.Committed offsets,
      CaptureProgress progress,
      ShapeCheck shapes,
      Reselect reselect,
      Function<CaptureState, Streaming> snapshotEnded,
      Consumer<Throwable> onFailure) {}

  /** Well below {@code transaction.timeout.ms}, and above what one batch usually takes. */
  private static final Duration TRANSACTION_LONGEST = Duration.ofSeconds(10);

  private final Context context;
  private final CdcRecords records;
  private final EventSchemas schemas;
  private final String stateTopic;
  private final Tally tally;
  private CaptureState state;
  private StreamCursor cursor;
  private Completeness completeness;
  private BatchCounts counts;
  private volatile boolean stopping;
  private boolean inTransaction;
  private long begunNanos;
  private boolean heartbeatSeen;
  private long lastTickNanos = System.nanoTime();

  BatchWriter(Context context, CaptureState state) {
    this.context = context;
    this.records = new CdcRecords(context.settings());
    this.schemas = new EventSchemas(context.settings().tables(), context.settings().topics());
    this.stateTopic = context.settings().topics().captureState().name();
    this.state = state;
    this.tally = new Tally(state.accounts());
    if (state instanceof Streaming streaming) {
      follow(streaming);
    }
  }

  private void follow(Streaming streaming) {
    Watermark last = streaming.watermark();
    cursor = new StreamCursor(streaming.resume());
    completeness =
        last == null
            ? new Completeness(streaming.resume().start(), null)
            : new Completeness(last.commitLsn(), last.commitTime());
    completeness.await(streaming.awaited());
  }

  /** Ends the engine in order at its next batch; a heartbeat brings one if nothing else does. */
  void stop() {
    stopping = true;
  }

  @Override
  public void handleBatch(
      List<RecordChangeEvent<SourceRecord>> batch,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    if (stopping) {
      throw new StopEngineException("Capture is closing");
    }
    try {
      counts = new BatchCounts();
      heartbeatSeen = false;
      for (RecordChangeEvent<SourceRecord> event : batch) {
        write(SourceEvent.of(event.record()));
        commitIfLong();
      }
      commit();
    } catch (RuntimeException e) {
      context.onFailure().accept(e);
      throw e;
    }
    committer.markProcessed(batch.get(batch.size() - 1));
    committer.markBatchFinished();
  }

  private void write(SourceEvent event) throws InterruptedException {
    if (event.isSnapshot()) {
      if (records.isCaptured(event.record())) {
        send(event);
      }
      return;
    }
    if (cursor == null) {
      endSnapshot(event);
    }
    if (!cursor.advance(event.transaction(), event.previousCommit(), event.change())) {
      return;
    }
    completeness.event(
        cursor.atFirstEvent(), event.previousCommit(), event.change(), event.commitTime());
    begin();
    if (event.isMessage()) {
      heartbeat(Heartbeat.read(event.message()));
    } else if (records.isCaptured(event.record())) {
      complete(event);
      send(event);
    }
  }

  private void heartbeat(Heartbeat beat) {
    if (beat != null) {
      state = context.shapes().check((Streaming) state, beat);
      heartbeatSeen = true;
      completeness.heartbeat(beat.clock());
    }
  }

  /** A row that is gone by now stays incomplete until that is streamed, and watermarks wait. */
  private void complete(SourceEvent event) throws InterruptedException {
    List<Field> missing = event.missing();
    if (missing.isEmpty()) {
      return;
    }
    counts.reselected();
    if (context.reselect().fill(event, missing) instanceof Reselect.Answer.RowGone gone) {
      completeness.await(gone.asOf());
    }
  }

  /**
   * The first event that streams tells that the snapshot is complete, also that of an empty
   * database: a heartbeat comes if nothing else does.
   */
  private void endSnapshot(SourceEvent first) {
    Streaming streaming = context.snapshotEnded().apply(state);
    schemas.begin();
    Lsn consistent = streaming.resume().start();
    Position position = new Position(streaming.epoch(), Lsn.ZERO, consistent);
    sendAll(
        records.fenceEverywhere(
            new Fence.SnapshotEnd(streaming.epoch()), position, timestamp(first.commitTime())));
    state = streaming;
    follow(streaming);
  }

  private void send(SourceEvent event) {
    schemas.check(event.record());
    long timestamp = timestamp(event.commitTime());
    Position position = new Position(state.epoch(), event.previousCommit(), event.change());
    if ("t".equals(event.operation())) {
      Fence fence = new Fence.Truncate(state.epoch());
      sendAll(records.fence(event.record(), fence, position, timestamp));
    } else {
      begin();
      ProducerRecord<byte[], byte[]> row = records.row(event.record(), position, timestamp);
      context.producer().send(row);
      tally.count(row);
    }
    counts.add(event);
  }

  /** Brokers refuse timestamps that are ahead of them, so a source's clock must not run away. */
  private static long timestamp(Instant commitTime) {
    return Math.min(commitTime.toEpochMilli(), System.currentTimeMillis());
  }

  private void sendAll(List<ProducerRecord<byte[], byte[]>> all) {
    begin();
    all.forEach(context.producer()::send);
  }

  private void begin() {
    if (!inTransaction) {
      context.producer().beginTransaction();
      inTransaction = true;
      begunNanos = System.nanoTime();
    }
  }

  /** A batch that has to ask the source often must not outlive the broker's patience. */
  private void commitIfLong() {
    if (inTransaction && System.nanoTime() - begunNanos > TRANSACTION_LONGEST.toNanos()) {
      commit();
      counts = new BatchCounts();
    }
  }

  private void commit() {
    if (!inTransaction) {
      return;
    }
    if (state instanceof Streaming streaming) {
      Watermark watermark = tick(streaming);
      state =
          streaming.reached(cursor.point(), watermark, tally.accounts(), completeness.awaited());
    } else {
      state = new SnapshotOwed(state.epoch(), tally.accounts());
    }
    context
        .producer()
        .send(
            new ProducerRecord<>(
                stateTopic, 0, CaptureStateRecord.KEY, CaptureStateRecord.write(state)));
    context.producer().commitTransaction();
    inTransaction = false;
    if (state instanceof Streaming streaming) {
      context.offsets().set(streaming.resume().start());
    }
    context.progress().committed(counts.total(), state);
  }

  /** Sends the watermark if it is due; returns the last one sent. */
  private Watermark tick(Streaming streaming) {
    long now = System.nanoTime();
    Watermark next = completeness.watermark(state.epoch());
    boolean due = heartbeatSeen || now - lastTickNanos >= context.settings().tick().toNanos();
    if (!due || next == null || next.equals(streaming.watermark())) {
      return streaming.watermark();
    }
    lastTickNanos = now;
    sendAll(records.watermark(next, tally, timestamp(next.commitTime())));
    return next;
  }

  @Override
  public boolean supportsTombstoneEvents() {
    return true;
  }
}
