// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of capture, from the lock to the first failure. The order of its steps is what makes
 * a takeover safe: lock, fence the predecessor's producer, end its walsender, read what it
 * committed, and only then stream.
 */
final class CaptureSession {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureSession.class);
  private static final Duration PRODUCER_CLOSE_WITHIN = Duration.ofSeconds(3);

  private final CaptureSettings settings;
  private final CaptureProgress progress;
  private final CountDownLatch closing;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  CaptureSession(CaptureSettings settings, CaptureProgress progress, CountDownLatch closing) {
    this.settings = settings;
    this.progress = progress;
    this.closing = closing;
  }

  /** Makes {@link #run} return. */
  void end() {
    ended.complete(null);
  }

  /**
   * Returns when it was told to end.
   *
   * @param resnapshot begins with a new snapshot whatever is found
   * @throws Exception the first failure, unwrapped
   */
  void run(boolean resnapshot) throws Exception {
    progress.phase(Phase.WAITING, null);
    try (SourceLock lock = SourceLock.acquire(settings, closing)) {
      if (lock == null) {
        return;
      }
      progress.phase(Phase.STARTING, null);
      try (Heartbeats heartbeats =
          new Heartbeats(lock.connection(), ended::completeExceptionally)) {
        heartbeats.start(settings);
        ensureTopics();
        capture(resnapshot);
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private void ensureTopics() {
    List<Topic> topics = new ArrayList<>(settings.cdcTopics());
    topics.add(settings.topics().captureState());
    try (TopicAdmin admin = new TopicAdmin(settings.kafka())) {
      admin.ensure(topics);
    } catch (IllegalStateException e) {
      throw new FatalCaptureException(e.getMessage(), e);
    }
  }

  private void capture(boolean resnapshot) throws Exception {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(producerConfig(), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
      CaptureState state = prepare(producer, resnapshot);
      if (closing.getCount() > 0) {
        stream(producer, state);
      }
    } finally {
      producer.close(PRODUCER_CLOSE_WITHIN);
    }
  }

  private void stream(Producer<byte[], byte[]> producer, CaptureState state) throws Exception {
    Lsn start = state instanceof Streaming streaming ? streaming.resume().start() : null;
    try (EngineOffsets.Committed offsets = new EngineOffsets.Committed(start);
        Reselect reselect = new Reselect(settings, closing)) {
      BatchWriter writer =
          new BatchWriter(
              new BatchWriter.Context(
                  settings,
                  producer,
                  offsets,
                  progress,
                  reselect,
                  this::snapshotEnded,
                  ended::completeExceptionally),
              state);
      try (CaptureEngine engine =
          new CaptureEngine(EngineProperties.of(settings, offsets.id()), writer, ended)) {
        engine.start();
        ended.get();
      }
    }
  }

  /** Everything on the source that must hold before the engine starts. */
  private CaptureState prepare(Producer<byte[], byte[]> producer, boolean resnapshot)
      throws SQLException, InterruptedException {
    try (Connection connection = settings.source().connect(settings.applicationName())) {
      SourceTables.check(connection, settings.tables());
      new SourcePublication(connection, settings.publication()).ensure(settings.tables());
      SourceSlot slot = new SourceSlot(connection, settings.slot(), settings.applicationName());
      slot.endOwnReader(closing);
      StartPlan.Found found = new StartPlan.Found(SourceIdentity.read(connection), slot.find());
      StartPlan plan = StartPlan.choose(Remembered.read(settings), found, settings, resnapshot);
      if (plan instanceof StartPlan.Resume resume) {
        LOG.info(
            "Capture goes on in epoch {} from {}", resume.state().epoch(), resume.state().resume());
        progress.resumes(resume.state());
        return resume.state();
      }
      StartPlan.Snapshot snapshot = (StartPlan.Snapshot) plan;
      LOG.info("Capture takes snapshot {}: {}", snapshot.epoch(), snapshot.reason());
      SnapshotOwed owed = snapshot.owed(settings.cdcTopics());
      writeDown(producer, owed);
      slot.dropIfExists();
      progress.snapshot(owed.epoch(), SourceTables.estimateRows(connection, settings.tables()));
      return owed;
    }
  }

  /** Before the old slot goes: from here on a crash can only lead to another snapshot. */
  private void writeDown(Producer<byte[], byte[]> producer, SnapshotOwed owed) {
    producer.beginTransaction();
    producer.send(
        new ProducerRecord<>(
            settings.topics().captureState().name(),
            0,
            CaptureStateRecord.KEY,
            CaptureStateRecord.write(owed)));
    producer.commitTransaction();
  }

  /** The slot is confirmed up to the snapshot's own LSN: nothing has been flushed to it yet. */
  private Streaming snapshotEnded(CaptureState owed) {
    try (Connection connection = settings.source().connect(settings.applicationName())) {
      SourceSlot slot = new SourceSlot(connection, settings.slot(), settings.applicationName());
      SourceSlot.Found found =
          slot.find()
              .orElseThrow(
                  () -> new HistoryBrokenException("Slot '" + settings.slot() + "' is gone"));
      LOG.info("Snapshot {} is complete as of {}", owed.epoch(), found.confirmed());
      return new Streaming(
          owed.epoch(),
          settings.slot(),
          SourceIdentity.read(connection),
          CapturedTables.of(settings.tables()),
          ResumePoint.at(found.confirmed()),
          null,
          owed.accounts(),
          Lsn.ZERO);
    } catch (SQLException e) {
      throw new IllegalStateException("The slot cannot be looked at: " + e.getMessage(), e);
    }
  }

  private Map<String, Object> producerConfig() {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 512 << 10);
    config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
    // The first batch of a transaction may have to wait until the broker has ended the one before;
    // batches in flight behind it would be refused as out of sequence and sent again.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 << 20);
    config.putAll(settings.kafka());
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.topics().captureTransactionalId());
    return config;
  }
}
