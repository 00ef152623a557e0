// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Turns committed notes into increments: read, INCR, delete exactly what was read. Ended anywhere
 * in between, it only increments again.
 *
 * <p>Beside its wake-ups it looks every second, since others (a swap of generations) note, too.
 */
final class Bumper implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Bumper.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int NOTES_PER_ROUND_MAX = 10_000;

  private final SinkSettings.Cache settings;
  private final Supplier<List<Note.Share>> shares;
  private final TargetSession session;
  private final CacheVersions versions;
  private final Backoff backoff;
  private final Trouble trouble;
  private List<Note.Share> mine = List.of();
  private boolean woken;
  private volatile boolean stopped;
  private volatile long bumps;
  private volatile long pending;

  Bumper(SinkSettings settings, Supplier<List<Note.Share>> shares, Clock clock) {
    this.settings = settings.cache();
    this.shares = shares;
    this.session = new TargetSession(settings.target(), "daybook-sink-cache");
    this.versions = new CacheVersions(settings.cache(), System::nanoTime);
    this.backoff = new Backoff(LOOK_EVERY, System::nanoTime);
    this.trouble = new Trouble("The bumper of cache versions", LOG, clock);
  }

  /** There are new notes. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  SinkStatus.OfCache status() {
    return new SinkStatus.OfCache(bumps, pending, trouble.current());
  }

  @Override
  public void run() {
    try (session;
        versions) {
      while (!stopped) {
        mine = shares.get();
        if (attempt()) {
          awaitNotes();
        } else {
          awaitStop(backoff.failed());
        }
      }
      attempt(); // with the partitions of the round before: they are given back by now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SinkException("Interrupted while bumping cache versions", e);
    }
  }

  /** One round; false when it must be repeated. */
  private boolean attempt() {
    try {
      Optional<String> refusal = flush();
      if (refusal.isPresent()) {
        setBack(settings + " refuses: " + refusal.get());
        return false;
      }
    } catch (JedisException e) {
      setBack(settings + " does not answer: " + e.getMessage());
      return false;
    } catch (SQLException e) {
      if (Recovery.from(e) == Recovery.NONE) {
        trouble.is("its notes cannot be read: " + e.getMessage());
        throw new SinkException(
            "The notes for the cache in daybook.note cannot be read: " + e.getMessage(), e);
      }
      setBack("the target: " + e.getMessage());
      return false;
    }
    pending = 0;
    backoff.succeeded();
    trouble.isOver();
    return true;
  }

  private Optional<String> flush() throws SQLException {
    int read = 0;
    do {
      List<Note> notes = mine.isEmpty() ? List.of() : read();
      read = notes.size();
      CacheVersions.Outcome outcome =
          versions.increment(notes.stream().map(Note::workspace).toList());
      bumps += outcome.bumped().size();
      delete(notes.stream().filter(note -> outcome.bumped().contains(note.workspace())).toList());
      if (outcome.refusal().isPresent()) {
        return outcome.refusal();
      }
    } while (read == NOTES_PER_ROUND_MAX);
    return Optional.empty();
  }

  private List<Note> read() throws SQLException {
    return session.inTransaction(
        connection -> NoteTable.read(connection, mine, NOTES_PER_ROUND_MAX));
  }

  private void delete(List<Note> notes) throws SQLException {
    if (!notes.isEmpty()) {
      session.inTransaction(
          connection -> {
            NoteTable.delete(connection, notes);
            return null;
          });
    }
  }

  private void setBack(String what) {
    trouble.is(what);
    countPending();
  }

  private void countPending() {
    try {
      pending = session.inTransaction(connection -> NoteTable.count(connection, mine));
    } catch (SQLException e) {
      LOG.debug("Pending notes cannot be counted: {}", e.getMessage());
    }
  }

  /** Until there are notes, but not before the interval is over. */
  private synchronized void awaitNotes() throws InterruptedException {
    await(settings.bumpInterval(), false);
    await(LOOK_EVERY, true);
    woken = false;
  }

  private synchronized void awaitStop(Duration limit) throws InterruptedException {
    await(limit, false);
  }

  private void await(Duration limit, boolean endsWhenWoken) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toNanos();
    while (left > 0 && !stopped && !(endsWhenWoken && woken)) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
      left = deadline - System.nanoTime();
    }
  }
}
