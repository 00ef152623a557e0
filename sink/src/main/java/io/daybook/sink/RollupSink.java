// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.RollupRecords;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one rollup's generation: poll, write, poll.
 *
 * <p>Offsets live in the target alone, so getting over a failure is always the same: forget what
 * was read, wait with the partitions paused (which keeps them in the group), read it again.
 */
final class RollupSink implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RollupSink.class);
  private static final Duration IDLE_POLL = Duration.ofSeconds(1);

  private final Rollup rollup;
  private final RollupRecords format;
  private final BatchWriter writer;
  private final SinkSettings settings;
  private final Runnable noted;
  private final Backoff backoff;
  private final Trouble trouble;
  private final RollupMeter meter = new RollupMeter();
  private volatile RollupTopic topic;
  private volatile boolean stopped;

  RollupSink(Rollup rollup, SinkSettings settings, Runnable noted, Clock clock) {
    this.rollup = rollup;
    this.format = new RollupRecords(rollup);
    this.writer = new BatchWriter(rollup, settings);
    this.settings = settings;
    this.noted = noted;
    this.backoff = new Backoff(settings.backoffMax(), System::nanoTime);
    this.trouble = new Trouble(name(), LOG, clock);
  }

  /** {@code sink-<rollup>-g<generation>}. */
  String name() {
    return "sink-" + rollup.name() + "-g" + rollup.generation();
  }

  boolean isOf(Rollup other) {
    return rollup.is(other.name(), other.generation());
  }

  SinkStatus.OfRollup status() {
    return meter.snapshot(rollup, shares().size(), trouble.current());
  }

  /** The partitions held now. */
  List<Note.Share> shares() {
    RollupTopic joined = topic;
    Set<Integer> partitions = joined == null ? Set.of() : joined.claimed();
    return partitions.stream()
        .map(partition -> new Note.Share(rollup.name(), rollup.generation(), partition))
        .toList();
  }

  /** Lets the thread end after the transaction under way. */
  void stop() {
    stopped = true;
    RollupTopic joined = topic;
    if (joined != null) {
      joined.wakeUp();
    }
  }

  @Override
  public void run() {
    try (writer;
        RollupTopic joined = new RollupTopic(rollup, settings)) {
      topic = joined;
      joined.join();
      while (!stopped) {
        turn();
      }
    } catch (WakeupException e) {
      if (!stopped) {
        throw e;
      }
    } catch (RuntimeException e) {
      trouble.is(e.getMessage());
      throw e;
    }
  }

  private void turn() {
    try {
      Duration wait = backoff.remaining();
      if (wait.isZero()) {
        takeOver();
      }
      ConsumerRecords<byte[], byte[]> records = topic.poll(wait.isZero() ? IDLE_POLL : wait);
      if (!records.isEmpty()) {
        write(records);
      } else if (wait.isZero() && !topic.claims().isEmpty()) {
        writer.requireHeld(topic.claims());
      }
      if (wait.isZero()) {
        backoff.succeeded();
        trouble.isOver();
      }
      meter.lags(topic.lag());
    } catch (FencedException e) {
      meter.fenced();
      trouble.is(e.getMessage() + "; joining its group again");
      backoff.failed();
      topic.rejoin();
    } catch (SQLException e) {
      if (Recovery.from(e) == Recovery.NONE) {
        throw new SinkException(
            "Rollup %s, generation %d cannot use daybook.progress: %s"
                .formatted(rollup.name(), rollup.generation(), e.getMessage()),
            e);
      }
      setBack(e);
    } catch (RetriableException e) {
      trouble.is("Kafka: " + e.getMessage());
      topic.pause();
      backoff.failed();
    }
  }

  private void takeOver() throws SQLException {
    for (int partition : topic.unclaimed()) {
      topic.claim(writer.takeOver(partition));
      meter.lags(OptionalLong.empty());
      noted.run(); // its former holder may have left notes
    }
    topic.resume();
  }

  private void write(Iterable<ConsumerRecord<byte[], byte[]>> records)
      throws SQLException, FencedException {
    long start = System.nanoTime();
    Batch batch = Batch.of(format, records);
    List<Claim> claims =
        batch.advances().stream().map(advance -> topic.claimOf(advance.partition())).toList();
    BatchWriter.Written written = writer.write(batch, claims);
    topic.advance(written.claims());
    if (batch.hasNews()) {
      noted.run();
    }
    meter.wrote(written, Duration.ofNanos(System.nanoTime() - start));
  }

  private void setBack(SQLException e) {
    meter.retried();
    trouble.is("the target: " + e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")");
    if (Recovery.from(e) == Recovery.RECONNECT) {
      // The lost transaction may still be committed: to take over again waits for it.
      topic.forgetClaims();
    } else {
      topic.rewind();
    }
    backoff.failed();
  }
}
