// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.text.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role capture: runs {@link CaptureSession}s one after the other until it is closed or fails
 * for good. A source or broker that is away is waited for; so is another capture that holds the
 * lock.
 */
public final class Capture implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
  private static final Duration RETRY_FIRST = Duration.ofMillis(500);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(10);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);

  private final boolean asked;
  private final String transactionalId;
  private final Consumer<Throwable> onFailure;
  private final CaptureProgress progress = new CaptureProgress();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::supervise, "capture");
  private CaptureSettings settings;
  private CaptureSession session;
  private volatile Throwable failure;

  /**
   * @param onFailure told once, on capture's thread, when it has failed for good: it was fenced by
   *     another capture, or the source or a topic is not as it must be
   */
  public Capture(CaptureSettings settings, Consumer<Throwable> onFailure) {
    this.settings = settings;
    this.asked = settings.resnapshot();
    this.transactionalId = settings.topics().captureTransactionalId();
    this.onFailure = onFailure;
    this.thread.setDaemon(true);
  }

  /** Starts in the background; call it once. */
  public void start() {
    thread.start();
  }

  /**
   * Captures these from now on. What was not captured before is read beside the stream, or where
   * that cannot be, with everything else in a new epoch; so is everything where the epoch is an
   * older one.
   */
  public synchronized void run(List<Table> tables, CaptureSettings.From from) {
    boolean others = !CapturedTables.of(tables).equals(CapturedTables.of(settings.tables()));
    int epoch = progress.status().epoch();
    boolean unread =
        from.epoch() >= epoch
            && !settings.from().loads().entrySet().containsAll(from.loads().entrySet())
            && !progress.loads().haveBegun(from.loads());
    boolean older = unread || from.epoch() > Math.max(settings.from().epoch(), epoch);
    settings = settings.of(tables, from);
    if (others || older) {
      LOG.info(
          others
              ? "Other tables or columns are captured from now on"
              : "The tables are to be read again");
      if (session != null) {
        session.end();
      }
    }
  }

  private synchronized CaptureSession nextSession() {
    session = new CaptureSession(settings, progress, closing);
    return session;
  }

  public CaptureStatus status() {
    return progress.status();
  }

  /** Why it has failed for good, if it has. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  private void supervise() {
    String resnapshot = asked ? "it was asked for" : null;
    Duration backoff = RETRY_FIRST;
    while (closing.getCount() > 0) {
      try {
        nextSession().run(resnapshot);
        resnapshot = begun() ? null : resnapshot;
      } catch (InterruptedException e) {
        LOG.info("Capture is interrupted");
        break;
      } catch (Exception e) {
        if (closing.getCount() == 0) {
          LOG.info("Capture ended while closing: {}", e.toString());
          break;
        }
        if (isFatal(e)) {
          fail(e);
          return;
        }
        boolean worked = progress.status().phase() == Phase.STREAMING;
        if (e instanceof HistoryBrokenException) {
          resnapshot = e.getMessage();
        } else if (begun()) {
          resnapshot = null;
        }
        backoff = worked ? RETRY_FIRST : longer(backoff);
        // A broken history is healed at once, unless what healed it broke before it streamed.
        Duration pause = e instanceof HistoryBrokenException && worked ? Duration.ZERO : backoff;
        log(e, pause);
        progress.phase(Phase.RETRYING, describe(e));
        if (awaitClosing(pause)) {
          break;
        }
      }
    }
    progress.phase(Phase.STOPPED, null);
  }

  private static void log(Exception e, Duration pause) {
    if (e instanceof HistoryBrokenException) {
      LOG.warn("Capture reads everything again: {}", e.getMessage());
    } else {
      LOG.warn(
          "Capture failed and tries again in {}: {}", Durations.text(pause), describe(cause(e)), e);
    }
  }

  /** A snapshot that has begun is owed in the topic, and need not be asked for again. */
  private boolean begun() {
    Phase phase = progress.status().phase();
    return phase == Phase.SNAPSHOT || phase == Phase.STREAMING;
  }

  private static boolean isFatal(Exception e) {
    return e instanceof FatalCaptureException || Fencing.isCauseOf(e);
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(RETRY_LONGEST) > 0 ? RETRY_LONGEST : twice;
  }

  private boolean awaitClosing(Duration pause) {
    try {
      return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private void fail(Exception e) {
    failure =
        Fencing.isCauseOf(e)
            ? new FatalCaptureException(
                "Another capture has taken over '"
                    + transactionalId
                    + "'; this one must not write any more",
                e)
            : e;
    LOG.error("Capture has failed for good", failure);
    progress.phase(Phase.FAILED, describe(failure));
    onFailure.accept(failure);
  }

  /** The innermost, which says what happened rather than where. */
  private static Throwable cause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String describe(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** Stops after the transaction under way; comes back within twenty seconds. */
  @Override
  public void close() {
    closing.countDown();
    synchronized (this) {
      if (session != null) {
        session.stop();
      }
    }
    try {
      thread.join(CLOSE_WITHIN.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
        LOG.warn("Capture did not stop within {}", Durations.text(CLOSE_WITHIN));
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
