// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings about on the source what must hold before the engine starts, and finds out from where it
 * is to go on.
 */
final class CaptureStart {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureStart.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final CaptureSettings settings;
  private final Producer<byte[], byte[]> producer;
  private final CaptureProgress progress;
  private final CountDownLatch closing;
  private final CompletableFuture<Void> ended;

  /**
   * What a session begins with.
   *
   * @param identity the server that it begins on
   * @param shapes how the tables were just before
   */
  record Found(CaptureState state, SourceIdentity identity, SourceShapes shapes) {}

  /**
   * @param producer holds the transactional id
   * @param ended completes when the session fails meanwhile
   */
  CaptureStart(
      CaptureSettings settings,
      Producer<byte[], byte[]> producer,
      CaptureProgress progress,
      CountDownLatch closing,
      CompletableFuture<Void> ended) {
    this.settings = settings;
    this.producer = producer;
    this.progress = progress;
    this.closing = closing;
    this.ended = ended;
  }

  /**
   * Waits until the tables are as the definitions need them; what a first start refuses is waited
   * for where something was captured before. A broken history is written down and its slot dropped
   * first of all: nobody will read the WAL that it keeps.
   *
   * @param resnapshot why a snapshot is to be taken whatever is found, null if it is not
   * @return null if told to end
   * @throws FatalCaptureException if somebody else reads the slot, or a first start cannot be
   */
  Found find(String resnapshot) throws SQLException, InterruptedException, ExecutionException {
    try (Connection connection = settings.source().connect(settings.applicationName())) {
      SourceIdentity.read(connection);
      SourceSlot slot = new SourceSlot(connection, settings.slot(), settings.applicationName());
      slot.endOwnReader(closing);
      Remembered remembered = Remembered.read(settings);
      SnapshotOwed owed = null;
      while (closing.getCount() > 0 && !ended.isDone()) {
        FatalCaptureException unfit = unfit(connection);
        if (unfit != null && remembered.state().isEmpty()) {
          throw unfit;
        }
        SourceLook look = SourceLook.at(connection, settings);
        SourceShapes.Look shapes = new ShapeReader(connection, settings).look();
        StartPlan plan = StartPlan.choose(remembered, look, shapes, settings, resnapshot);
        if (owed == null && plan instanceof StartPlan.Snapshot snapshot) {
          owed = owe(slot, snapshot);
        }
        if (unfit == null) {
          CaptureState state = owed == null ? ((StartPlan.Resume) plan).state() : owed;
          announce(connection, state);
          return new Found(state, look.identity(), shapes.shapes());
        }
        awaitMended(unfit);
      }
      if (ended.isDone()) {
        ended.get(); // throws what has ended it, if that was no request
      }
      return null;
    }
  }

  /** What keeps the tables from being captured, null if nothing does any more. */
  private FatalCaptureException unfit(Connection connection) throws SQLException {
    try {
      SourceTables.check(connection, settings.tables());
      new SourcePublication(connection, settings.publication()).ensure(settings.tables());
      return null;
    } catch (FatalCaptureException e) {
      return e;
    }
  }

  private void awaitMended(FatalCaptureException unfit)
      throws InterruptedException, ExecutionException {
    if (!unfit.getMessage().equals(progress.status().problem())) {
      LOG.error(
          "Capture waits until this is mended, then goes on by itself: {}", unfit.getMessage());
    }
    progress.phase(Phase.RETRYING, unfit.getMessage());
    closing.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    if (ended.isDone()) {
      ended.get();
    }
  }

  private void announce(Connection connection, CaptureState state) throws SQLException {
    if (state instanceof CaptureState.Streaming streaming) {
      LOG.info("Capture goes on in epoch {} from {}", streaming.epoch(), streaming.resume());
      progress.resumes(streaming);
    } else {
      progress.snapshot(state.epoch(), SourceTables.estimateRows(connection, settings.tables()));
    }
  }

  /**
   * Writes down that a snapshot is owed, before the old slot goes: from here on a crash can only
   * lead to another snapshot, and whoever reads the topics learns that they are being healed.
   */
  private SnapshotOwed owe(SourceSlot slot, StartPlan.Snapshot snapshot)
      throws SQLException, InterruptedException, ExecutionException {
    LOG.info("Capture takes snapshot {}: {}", snapshot.epoch(), snapshot.reason());
    SnapshotOwed owed = snapshot.owed(settings.cdcTopics(), ends());
    producer.beginTransaction();
    if (owed.epoch() > 1) {
      new CdcRecords(settings)
          .healing(owed.epoch(), new Tally(owed.accounts()))
          .forEach(producer::send);
    }
    producer.send(
        new ProducerRecord<>(
            settings.topics().captureState().name(),
            0,
            CaptureStateRecord.KEY,
            CaptureStateRecord.write(owed)));
    producer.commitTransaction();
    slot.dropIfExists();
    return owed;
  }

  /** Nothing of ours is under way: the producer has just been initialized. */
  private Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
    try (TopicAdmin admin = new TopicAdmin(settings.kafka())) {
      return admin.ends(
          settings.cdcTopics().stream().map(Topic::topicPartitions).flatMap(List::stream).toList(),
          IsolationLevel.READ_UNCOMMITTED);
    }
  }
}
