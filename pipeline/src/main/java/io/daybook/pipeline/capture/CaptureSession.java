// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
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
  private volatile boolean ending;

  CaptureSession(CaptureSettings settings, CaptureProgress progress, CountDownLatch closing) {
    this.settings = settings;
    this.progress = progress;
    this.closing = closing;
  }

  /** Makes {@link #run} return where others may go on with other tables. */
  void end() {
    ending = true;
    if (progress.status().phase() != Phase.STREAMING) {
      stop();
    }
  }

  /** Makes {@link #run} return now. */
  void stop() {
    ended.complete(null);
  }

  /**
   * Returns when it was told to end.
   *
   * @param resnapshot why it begins with a new snapshot whatever is found, null if it does not
   * @throws Exception the first failure, unwrapped
   */
  void run(String resnapshot) throws Exception {
    progress.phase(Phase.WAITING);
    try (SourceLock lock = SourceLock.acquire(settings, closing)) {
      if (lock == null) {
        return;
      }
      progress.phase(Phase.STARTING);
      try (Heartbeats heartbeats =
          new Heartbeats(lock.connection(), settings, ended::completeExceptionally)) {
        heartbeats.start();
        ensureTopics();
        capture(resnapshot, heartbeats);
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

  private void capture(String resnapshot, Heartbeats heartbeats) throws Exception {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(producerConfig(), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
      CaptureStart.Found start =
          new CaptureStart(settings, producer, progress, closing, ended).find(resnapshot);
      if (start != null) {
        heartbeats.settled();
        stream(producer, start);
      }
    } finally {
      producer.close(PRODUCER_CLOSE_WITHIN);
    }
  }

  private void stream(Producer<byte[], byte[]> producer, CaptureStart.Found start)
      throws Exception {
    Lsn resume = start.state() instanceof Streaming state ? state.resume().start() : null;
    try (EngineOffsets.Committed offsets = new EngineOffsets.Committed(resume);
        Reselect reselect = new Reselect(settings, closing);
        TableReader reader = new TableReader(settings)) {
      BatchWriter writer =
          new BatchWriter(
              new BatchWriter.Context(
                  settings,
                  producer,
                  offsets,
                  progress,
                  new ShapeCheck(settings),
                  reselect,
                  reader,
                  owed -> snapshotEnded(owed, start),
                  () -> ending,
                  () -> ended.complete(null),
                  ended::completeExceptionally),
              start.state());
      try (SourceWatch watch =
              new SourceWatch(settings, start.identity(), offsets, ended::completeExceptionally);
          CaptureEngine engine =
              new CaptureEngine(EngineProperties.of(settings, offsets.id()), writer, ended)) {
        watch.start();
        engine.start();
        ended.get();
      }
    }
  }

  /** The slot is confirmed up to the snapshot's own LSN: nothing has been flushed to it yet. */
  private Streaming snapshotEnded(CaptureState owed, CaptureStart.Found began) {
    try (Connection connection = settings.source().connect(settings.applicationName())) {
      SourceLook look = SourceLook.at(connection, settings);
      Lsn consistent = look.slot().map(SourceSlot.Found::confirmed).orElse(Lsn.ZERO);
      String broken = look.serverBroken(began.identity(), consistent);
      if (broken == null) {
        broken = look.slotBroken(settings.slot(), consistent);
      }
      if (broken != null) {
        throw new HistoryBrokenException(broken);
      }
      LOG.info("Snapshot {} is complete as of {}", owed.epoch(), consistent);
      return new Streaming(
          owed.epoch(),
          settings.slot(),
          began.identity(),
          CapturedTables.of(settings.tables()),
          began.shapes(),
          ResumePoint.at(consistent),
          null,
          owed.accounts(),
          Loads.NONE,
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
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.RECORD_BYTES_MAX);
    config.putAll(settings.kafka());
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.topics().captureTransactionalId());
    return config;
  }
}
