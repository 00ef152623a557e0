// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.LoadMark;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Watermark;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
   * @param reader reads tables beside the stream
   * @param snapshotEnded makes the streaming state out of the epoch of a snapshot that is complete
   * @param mayEnd whether the session is to end once it can
   * @param onEnd told when it can
   * @param onFailure told before the engine is
   */
  record Context(
      CaptureSettings settings,
      Producer<byte[], byte[]> producer,
      EngineOffsets.Committed offsets,
      CaptureProgress progress,
      ShapeCheck shapes,
      Reselect reselect,
      TableReader reader,
      Function<CaptureState, Streaming> snapshotEnded,
      BooleanSupplier mayEnd,
      Runnable onEnd,
      Consumer<Throwable> onFailure) {}

  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  /** How long the stream waits, at each batch, for a table that is read beside it. */
  private static final Duration READ_LONGEST = Duration.ofMillis(200);

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
  private boolean loadEnded;

  /** Up to where rows of tables that have been read may be newer than what is streamed. */
  private final Map<String, Lsn> readUpTo = new HashMap<>();

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
      loadEnded = false;
      readBeside();
      for (RecordChangeEvent<SourceRecord> event : batch) {
        SourceEvent next = SourceEvent.of(event.record());
        write(next);
        commitIfLong();
        if (next.isMessage() && context.mayEnd().getAsBoolean()) {
          end();
        }
      }
      commit();
    } catch (StopEngineException e) {
      throw e;
    } catch (RuntimeException e) {
      context.onFailure().accept(e);
      throw e;
    }
    committer.markProcessed(batch.get(batch.size() - 1));
    committer.markBatchFinished();
  }

  /**
   * Behind a heartbeat, which is alone in its transaction: whoever goes on from here with other
   * tables finds as many events in that as there were. What else the batch has is sent again.
   */
  private void end() {
    commit();
    stopping = true;
    context.onEnd().run();
    throw new StopEngineException("Capture goes on with other tables");
  }

  /**
   * Reads on in a table that is owed, between two batches: everything that was streamed before is
   * in the topics, so a row that is read now is as new as that or newer, and what has changed it
   * since the last batch follows and ends with the same row.
   */
  private void readBeside() {
    long until = System.nanoTime() + READ_LONGEST.toNanos();
    while (state instanceof Streaming streaming && !streaming.loads().owed().isEmpty()) {
      Map.Entry<String, Loads.Owed> owed = streaming.loads().owed().entrySet().iterator().next();
      Table table = table(owed.getKey());
      Optional<TableReader.Chunk> chunk = context.reader().read(table, owed.getValue().after());
      if (chunk.isEmpty()) {
        return;
      }
      begin();
      Position position = new Position(state.epoch(), Lsn.ZERO, chunk.get().asOf());
      LoadMark mark = new LoadMark(owed.getValue().number(), true);
      for (TableReader.Row row : chunk.get().rows()) {
        ProducerRecord<byte[], byte[]> record =
            records.read(table, row, position, mark, System.currentTimeMillis());
        context.producer().send(record);
        tally.count(record);
      }
      counts.read(chunk.get().rows().size());
      readUpTo.put(owed.getKey(), chunk.get().asOf());
      loadEnded |= chunk.get().last();
      state = further(streaming, owed.getKey(), chunk.get());
      if (System.nanoTime() > until) {
        return;
      }
    }
  }

  private static Streaming further(Streaming streaming, String table, TableReader.Chunk chunk) {
    if (chunk.last()) {
      LOG.info(
          "{} has been read beside the stream, as load {}", table, streaming.loads().begun(table));
      return streaming.loaded(table);
    }
    return streaming.loading(streaming.loads().read(table, chunk.after()));
  }

  private Table table(String name) {
    return context.settings().tables().stream()
        .filter(each -> each.name().toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private boolean isOwed(SourceEvent event) {
    return state instanceof Streaming streaming
        && streaming.loads().owed().containsKey(records.table(event.record()));
  }

  /** Then its row may be gone already, and was not read. */
  private boolean isBehindRead(SourceEvent event) {
    Lsn upTo = readUpTo.get(records.table(event.record()));
    return upTo != null && event.change().compareTo(upTo) <= 0;
  }

  private int load(SourceEvent event) {
    return state instanceof Streaming streaming
        ? streaming.loads().begun(records.table(event.record()))
        : 0;
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
      if (isOwed(event)) {
        context.reader().streamed(event.transaction());
      }
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
    List<Field> missing = event.missing(isOwed(event) || isBehindRead(event));
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
      ProducerRecord<byte[], byte[]> row =
          records.row(event.record(), position, new LoadMark(load(event), false), timestamp);
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
    boolean due =
        heartbeatSeen || loadEnded || now - lastTickNanos >= context.settings().tick().toNanos();
    boolean news = loadEnded || !Objects.equals(next, streaming.watermark());
    if (!due || next == null || !news) {
      return streaming.watermark();
    }
    lastTickNanos = now;
    loadEnded = false;
    sendAll(records.watermark(next, tally, streaming.loads(), timestamp(next.commitTime())));
    return next;
  }

  @Override
  public boolean supportsTombstoneEvents() {
    return true;
  }
}
