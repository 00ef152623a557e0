// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the source from outside of the stream while it is captured, over a new connection each
 * time, so that an address which leads to another server by now is noticed. The engine itself may
 * wait for half an hour for a slot that is lost.
 */
final class SourceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceWatch.class);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final int FAILED_LOOKS_MAX = 3;

  private final CaptureSettings settings;
  private final SourceIdentity identity;
  private final EngineOffsets.Committed offsets;
  private final Consumer<Exception> onFailure;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "capture-watch");
            thread.setDaemon(true);
            return thread;
          });
  private boolean slotSeen;
  private boolean warned;
  private int failedLooks;

  /**
   * @param identity the server on which the slot's LSNs count
   * @param offsets what is committed to Kafka
   * @param onFailure told once: a {@link HistoryBrokenException} where the stream does not go on
   */
  SourceWatch(
      CaptureSettings settings,
      SourceIdentity identity,
      EngineOffsets.Committed offsets,
      Consumer<Exception> onFailure) {
    this.settings = settings;
    this.identity = identity;
    this.offsets = offsets;
    this.onFailure = onFailure;
  }

  void start() {
    long every = settings.watch().toMillis();
    timer.scheduleWithFixedDelay(this::lookOrFail, every, every, TimeUnit.MILLISECONDS);
  }

  private void lookOrFail() {
    try {
      look();
      failedLooks = 0;
    } catch (SQLException e) {
      failedLooks++;
      LOG.warn(
          "The source could not be looked at, {} times running: {}", failedLooks, e.toString());
      if (failedLooks >= FAILED_LOOKS_MAX) {
        fail(e);
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(Exception e) {
    onFailure.accept(e);
    timer.shutdown();
  }

  /**
   * What is captured is read before the source's log, what is committed after the slot: both only
   * grow, so neither comparison can fail for a reason of time.
   */
  private void look() throws SQLException {
    Lsn captured = offsets.get();
    SourceLook look;
    try (Connection connection = settings.source().connect(settings.applicationName())) {
      connection.setNetworkTimeout(Runnable::run, (int) ANSWER_WITHIN.toMillis());
      look = SourceLook.at(connection, settings);
    }
    Lsn committed = offsets.get();
    require(look.serverBroken(identity, captured == null ? Lsn.ZERO : captured));
    warnOfUnreserved(look);
    if (committed != null) {
      require(look.slotBroken(settings.slot(), committed));
    } else if (look.slot().isPresent()) {
      slotSeen = true;
      String flaw = look.slot().get().flaw();
      require(flaw == null ? null : "slot '" + settings.slot() + "' " + flaw);
    } else if (slotSeen) {
      require("slot '" + settings.slot() + "' is gone");
    }
  }

  private static void require(String broken) {
    if (broken != null) {
      throw new HistoryBrokenException(broken);
    }
  }

  private void warnOfUnreserved(SourceLook look) {
    if (!warned && look.slot().map(SourceSlot.Found::walStatus).orElse("").equals("unreserved")) {
      warned = true;
      LOG.warn(
          "Slot '{}' is about to be invalidated: the source keeps less WAL"
              + " (max_slot_wal_keep_size) than capture lags behind. Raise it, or everything will"
              + " be read again",
          settings.slot());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
