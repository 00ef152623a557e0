// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Turns committed notes into increments: read, INCR, delete exactly what was read and remember what
 * Redis answered. Ended anywhere in between, it only increments again. Where an answer or the
 * sentinel shows that Redis has lost versions, they are lifted before the notes are deleted.
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
  private final JedisPooled redis;
  private final CacheVersions versions;
  private final Lifting lifting;
  private final Backoff backoff;
  private final Trouble trouble;
  private final LossReport losses;
  private List<Note.Share> mine = List.of();
  private boolean woken;
  private volatile boolean stopped;
  private volatile long bumps;
  private volatile long pending;

  Bumper(SinkSettings settings, Supplier<List<Note.Share>> shares, Clock clock) {
    this.settings = settings.cache();
    this.shares = shares;
    this.session = new TargetSession(settings.target(), "daybook-sink-cache");
    this.redis = CacheConnection.to(settings.cache());
    this.versions = new CacheVersions(settings, redis);
    this.lifting = new Lifting(session, versions, new CacheLift(settings, redis));
    this.backoff = new Backoff(LOOK_EVERY, System::nanoTime);
    this.trouble = new Trouble("The bumper of cache versions", LOG, clock);
    this.losses = new LossReport(clock);
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
    return new SinkStatus.OfCache(bumps, pending, trouble.current(), losses.last());
  }

  @Override
  public void run() {
    try (session;
        redis) {
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
      Optional<String> obstacle = flush();
      if (obstacle.isPresent()) {
        setBack(obstacle.get());
        return false;
      }
    } catch (JedisDataException e) {
      setBack(settings + " refuses: " + e.getMessage());
      return false;
    } catch (JedisException e) {
      setBack(settings + " does not answer: " + e.getMessage());
      return false;
    } catch (SQLException e) {
      if (Recovery.from(e) == Recovery.NONE) {
        trouble.is("its tables cannot be used: " + e.getMessage());
        throw new SinkException(
            ("The tables daybook.note, cache_version and cache_sentinel cannot be used: %s. Run"
                    + " 'daybook migrate'.")
                .formatted(e.getMessage()),
            e);
      }
      setBack("the target: " + e.getMessage());
      return false;
    }
    pending = 0;
    backoff.succeeded();
    trouble.isOver();
    return true;
  }

  /**
   * Whether notes may be left.
   *
   * @param again what was read is out of date
   * @param obstacle what must be waited for
   */
  private record Progress(boolean again, Optional<String> obstacle) {
    static final Progress DONE = new Progress(false, Optional.empty());
    static final Progress AGAIN = new Progress(true, Optional.empty());

    static Progress heldUp(String by) {
      return new Progress(false, Optional.of(by));
    }
  }

  /** What was read before a round: what Redis shows afterwards must not lie below it. */
  private record Round(
      List<Note> notes, Map<String, Long> known, SentinelTable.Remembered remembered) {
    boolean wasRecorded(String workspace) {
      return known.get(workspace) > VersionTable.MAYBE;
    }
  }

  /** Increments everything that is noted; returns what keeps it from that. */
  private Optional<String> flush() throws SQLException {
    boolean more = true;
    while (more) {
      Round round = session.inTransaction(this::read);
      Progress progress = round.notes().isEmpty() ? look(round) : bump(round);
      if (progress.obstacle().isPresent()) {
        return progress.obstacle();
      }
      more = progress.again() || round.notes().size() == NOTES_PER_ROUND_MAX;
    }
    return Optional.empty();
  }

  private Round read(Connection connection) throws SQLException {
    SentinelTable.Remembered remembered = SentinelTable.read(connection);
    List<Note> notes = NoteTable.read(connection, mine, NOTES_PER_ROUND_MAX);
    Set<String> workspaces = new LinkedHashSet<>();
    notes.forEach(note -> workspaces.add(note.workspace()));
    return new Round(notes, VersionTable.known(connection, workspaces), remembered);
  }

  private Progress look(Round round) throws SQLException {
    Optional<Loss> loss = versions.look().lossSince(round.remembered());
    return loss.isPresent() ? lifted(lifting.all()) : Progress.DONE;
  }

  private Progress bump(Round round) throws SQLException {
    CacheVersions.Outcome outcome = versions.increment(round.known(), round.remembered());
    bumps += outcome.versions().size();
    if (outcome.loss().isPresent()) {
      return lifted(lifting.all());
    }
    Set<String> done = new HashSet<>(outcome.versions().keySet());
    if (!outcome.lost().isEmpty()) {
      Lifting.Result result = lifting.some(outcome.lost(), round.remembered().lift());
      boolean others = !result.loss().equals(Optional.of(Loss.KEYS));
      if (others || outcome.lost().stream().anyMatch(round::wasRecorded)) {
        Progress progress = lifted(result);
        if (others) {
          return progress;
        }
      }
      done.addAll(outcome.lost());
    }
    session.inTransaction(
        connection -> {
          VersionTable.record(connection, outcome.versions());
          NoteTable.delete(
              connection,
              round.notes().stream().filter(note -> done.contains(note.workspace())).toList());
          SentinelTable.record(connection, outcome.counter());
          return null;
        });
    return Progress.DONE;
  }

  /** Tells of a loss what was done about it; the round is made again then. */
  private Progress lifted(Lifting.Result result) {
    if (result.loss().isEmpty()) {
      return Progress.AGAIN;
    }
    String what = losses.lifted(result.loss().get(), result.lifted());
    bumps += result.lifted();
    return result.settled() ? Progress.AGAIN : Progress.heldUp(what + ", and it goes on");
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
