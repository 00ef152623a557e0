// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.text.Durations;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Debezium's engine on a thread of its own, with a close that comes back: first it is asked at its
 * next batch, then closed from outside, then interrupted.
 */
final class CaptureEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureEngine.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(2);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(6);
  private static final Duration INTERRUPT_WITHIN = Duration.ofSeconds(2);
  private static final long TRY_EVERY_MS = 50;

  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final BatchWriter writer;
  private final Thread thread;

  /** Completes {@code ended} when the engine ends by itself. */
  CaptureEngine(Properties properties, BatchWriter writer, CompletableFuture<Void> ended) {
    this.writer = writer;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties)
            .notifying(writer)
            .using(
                (success, message, error) -> {
                  if (error != null) {
                    ended.completeExceptionally(error);
                  } else {
                    ended.completeExceptionally(
                        new IllegalStateException("Debezium's engine ended: " + message));
                  }
                })
            .build();
    this.thread = new Thread(engine, "capture-engine");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Comes back within ten seconds, with the engine ended or its threads interrupted. */
  @Override
  public void close() {
    writer.stop();
    try {
      thread.join(STOP_WITHIN.toMillis());
      if (thread.isAlive()) {
        closeFromOutside();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void closeFromOutside() throws InterruptedException {
    Thread closer = new Thread(this::closeWhenItMay, "capture-engine-closer");
    closer.setDaemon(true);
    closer.start();
    thread.join(CLOSE_WITHIN.toMillis());
    if (thread.isAlive()) {
      closer.interrupt();
      thread.interrupt();
      thread.join(INTERRUPT_WITHIN.toMillis());
    }
    if (thread.isAlive()) {
      LOG.warn(
          "Debezium's engine did not end within {}; it is left behind",
          Durations.text(CLOSE_WITHIN));
    }
  }

  /** The engine refuses to close while its tasks are starting, and once it has ended. */
  private void closeWhenItMay() {
    while (thread.isAlive()) {
      try {
        engine.close();
        return;
      } catch (IllegalStateException refused) {
        LOG.debug("The engine cannot be closed right now: {}", refused.getMessage());
        try {
          thread.join(TRY_EVERY_MS);
        } catch (InterruptedException e) {
          return;
        }
      } catch (IOException e) {
        LOG.warn("Debezium's engine could not be closed in order", e);
        return;
      }
    }
  }
}
