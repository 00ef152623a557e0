// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
  private final Clock clock;
  private List<Note.Share> mine = List.of();
  private boolean woken;
  private volatile boolean stopped;
  private volatile long bumps;
  private volatile long pending;
  private volatile SinkStatus.Problem lastLoss;

  Bumper(SinkSettings settings, Supplier<List<Note.Share>> shares, Clock clock) {
    this.settings = settings.cache();
    this.shares = shares;
    this.session = new TargetSession(settings.target(), "daybook-sink-cache");
    this.redis = CacheConnection.to(settings.cache());
    this.versions = new CacheVersions(settings, redis);
    this.lifting = new Lifting(session, versions, new CacheLift(settings, redis));
    this.backoff = new Backoff(LOOK_EVERY, System::nanoTime);
    this.trouble = new Trouble("The bumper of cache versions", LOG, clock);
    this.clock = clock;
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
    return new SinkStatus.OfCache(bumps, pending, trouble.current(), Optional.ofNullable(lastLoss));
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
      Optional<String> refusal = flush();
      if (refusal.isPresent()) {
        setBack(refusal.get());
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

  /** What was read before a round: only what lies below it by then is lost for certain. */
  private record Round(
      List<Note> notes, Map<String, Long> known, SentinelTable.Remembered remembered) {}

  /** Everything that is noted; what keeps it from that, unless it is an exception. */
  private Optional<String> flush() throws SQLException {
    Round round;
    do {
      round = session.inTransaction(this::read);
      Optional<String> obstacle = round.notes().isEmpty() ? look(round) : bump(round);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    } while (round.notes().size() == NOTES_PER_ROUND_MAX);
    return Optional.empty();
  }

  private Round read(Connection connection) throws SQLException {
    SentinelTable.Remembered remembered = SentinelTable.read(connection);
    List<Note> notes =
        mine.isEmpty() ? List.of() : NoteTable.read(connection, mine, NOTES_PER_ROUND_MAX);
    Set<String> workspaces = new LinkedHashSet<>();
    notes.forEach(note -> workspaces.add(note.workspace()));
    return new Round(notes, VersionTable.known(connection, workspaces), remembered);
  }

  private Optional<String> look(Round round) throws SQLException {
    Optional<Loss> loss = versions.look().lossSince(round.remembered());
    return loss.isPresent() ? lifted(loss.get(), lifting.all()) : Optional.empty();
  }

  private Optional<String> bump(Round round) throws SQLException {
    CacheVersions.Outcome outcome = versions.increment(round.known().keySet());
    Map<String, Long> answers = outcome.versions();
    bumps += answers.size();
    Optional<Loss> loss = outcome.sentinel().lossSince(round.remembered());
    List<String> lost =
        answers.keySet().stream()
            .filter(each -> answers.get(each) <= round.known().get(each))
            .toList();
    Optional<String> obstacle = Optional.empty();
    if (loss.isPresent()) {
      obstacle = lifted(loss.get(), lifting.all());
    } else if (!lost.isEmpty()) {
      obstacle = lifted(Loss.KEYS, lifting.some(lost, outcome.sentinel().lift()));
    }
    if (obstacle.isEmpty()) {
      settle(round, outcome);
      obstacle = outcome.refusal().map(words -> settings + " refuses: " + words);
    }
    return obstacle;
  }

  private void settle(Round round, CacheVersions.Outcome outcome) throws SQLException {
    Map<String, Long> answers = outcome.versions();
    session.inTransaction(
        connection -> {
          VersionTable.record(connection, answers);
          NoteTable.delete(
              connection,
              round.notes().stream()
                  .filter(note -> answers.containsKey(note.workspace()))
                  .toList());
          SentinelTable.record(connection, outcome.counter());
          return null;
        });
  }

  /** Tells of a loss what was done about it. */
  private Optional<String> lifted(Loss seen, Lifting.Result result) {
    String what =
        String.format(
            Locale.ROOT, "%s: %,d versions lifted", result.loss().orElse(seen), result.lifted());
    if (result.lifted() > 0) {
      LOG.warn("{}", what);
      lastLoss = new SinkStatus.Problem(what, clock.instant());
    }
    return result.settled() ? Optional.empty() : Optional.of(what + ", and it loses more");
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
