// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.daybook.serve.read.Answer;
import io.daybook.serve.read.BusyException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Gives an answer that is kept where it may, and computes it where not. Redis is never needed:
 * while it is away, slow or not to be trusted, every answer is computed.
 *
 * <p>No question is answered by something that is complete through less than what it was answered
 * by before, even if Redis was away meanwhile and still has it.
 */
public final class AnswerCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);

  /** Of an answer; a larger one would hold up others in Redis. */
  private static final int LENGTH_MAX = 1_000_000;

  private static final int CONNECTIONS_MAX = 16;
  private static final int QUESTIONS_MAX = 100_000;

  /** Each holds a thread that others would need. */
  private static final int WAITING_MAX = 32;

  /** Queries that are slower than turns of the switch come must have an end. */
  private static final int AGAIN_MAX = 3;

  /** After Redis has not answered, so that not every request waits for it. */
  private static final Duration LEFT_ALONE = Duration.ofSeconds(1);

  private final CacheSettings settings;
  private final JedisPooled redis;
  private final VersionedStore store;
  private final Map<String, CompletableFuture<Computed>> underWay = new ConcurrentHashMap<>();
  private final Cache<String, Instant> highest;
  private final Cache<String, Boolean> lastLive;
  private volatile long leftAloneUntil = System.nanoTime();
  private volatile boolean away;

  public AnswerCache(CacheSettings settings) {
    this.settings = settings;
    int timeoutMs = Math.toIntExact(settings.timeout().toMillis());
    SSLParameters checkingTheName = new SSLParameters();
    checkingTheName.setEndpointIdentificationAlgorithm("HTTPS");
    this.redis =
        new JedisPooled(
            pool(settings.timeout()),
            settings.redis(),
            timeoutMs,
            timeoutMs,
            null,
            checkingTheName,
            null);
    this.store = new VersionedStore(redis, settings);
    // What is older than an entry can get is of no use.
    this.highest =
        Caffeine.newBuilder()
            .maximumSize(QUESTIONS_MAX)
            .expireAfterWrite(settings.ttl().plusSeconds(1))
            .build();
    this.lastLive = Caffeine.newBuilder().maximumSize(QUESTIONS_MAX).build();
  }

  private static GenericObjectPoolConfig<Connection> pool(Duration patience) {
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(CONNECTIONS_MAX);
    pool.setMaxIdle(CONNECTIONS_MAX);
    pool.setMaxWait(patience);
    return pool;
  }

  /**
   * An answer that was computed.
   *
   * @param source where it comes from
   * @param completeThrough how far the rollup is complete, whether the answer is from it or not;
   *     null where that is not known
   * @param kept whether it may be kept; only answers of the rollup are, and have that time
   */
  public record Computed(String source, Instant completeThrough, boolean kept, String body) {}

  /** Computes an answer; what it throws reaches whoever asked. */
  public interface Computation {
    Computed compute() throws Exception;
  }

  /**
   * What is given.
   *
   * @param hit whether it was kept
   */
  public record Given(String source, String body, boolean hit) {}

  /** Whether something of the rollup may still be given, now. */
  public interface Validity {
    /** What was kept, and is complete through this time. */
    boolean ofKept(Instant completeThrough);

    /** What was computed since it was asked for, which may have taken its time. */
    boolean ofComputed(Computed computed);
  }

  /**
   * Answers.
   *
   * @throws BusyException where too many wait for the same answer
   */
  public Given answer(EntryKey key, Validity validity, Computation computation) throws Exception {
    String question = key.question();
    VersionedStore.Found found = guarded(() -> store.fetch(key)).orElse(null);
    if (found == null) {
      return given(question, current(question, key.head() + key.tail(), validity, computation));
    }
    Entry kept = found.entry();
    if (kept != null
        && validity.ofKept(kept.completeThrough())
        && !isBelow(question, kept.completeThrough())) {
      raise(question, kept.completeThrough());
      return new Given(Answer.ROLLUP, kept.body(), true);
    }
    Computed computed =
        current(question, key.head() + found.version() + key.tail(), validity, computation);
    if (!computed.kept() || computed.body().length() > LENGTH_MAX) {
      return given(question, computed);
    }
    // Where the version has changed meanwhile the answer is right, and kept under none.
    Entry entry = new Entry(computed.completeThrough(), computed.body());
    Optional<Entry> stored = guarded(() -> store.store(key, found.version(), entry));
    if (stored.isPresent()
        && validity.ofKept(stored.get().completeThrough())
        && !isBelow(question, stored.get().completeThrough())) {
      raise(question, stored.get().completeThrough());
      return new Given(Answer.ROLLUP, stored.get().body(), false);
    }
    return given(question, computed);
  }

  /** The same while it is not known what may be kept: it is computed, and counts as given. */
  public Given uncached(EntryKey key, Computation computation) throws Exception {
    return given(key.question(), computation.compute());
  }

  private Given given(String question, Computed computed) {
    if (computed.completeThrough() != null) {
      raise(question, computed.completeThrough());
    }
    return new Given(computed.source(), computed.body(), false);
  }

  /** Not what was begun before something newer was given, or before the switch was turned. */
  private Computed current(String question, String key, Validity validity, Computation computation)
      throws Exception {
    // Live answers are not shared: who waited for one would wait for his own after it.
    boolean shared = lastLive.getIfPresent(question) == null;
    Computed computed = shared ? once(key, computation) : computation.compute();
    for (int i = 0; i < AGAIN_MAX && isPast(question, validity, computed); i++) {
      computed = computation.compute();
    }
    if (computed.source().equals(Answer.ROLLUP)) {
      lastLive.invalidate(question);
    } else {
      lastLive.put(question, true);
    }
    return computed;
  }

  private boolean isPast(String question, Validity validity, Computed computed) {
    return computed.source().equals(Answer.ROLLUP)
        && (!validity.ofComputed(computed)
            || computed.kept() && isBelow(question, computed.completeThrough()));
  }

  /**
   * Who asks the same meanwhile waits for the one who computes it, and shares what it comes to;
   * unless it is live, and so of a moment before he asked.
   */
  private Computed once(String key, Computation computation) throws Exception {
    CompletableFuture<Computed> mine = new CompletableFuture<>();
    CompletableFuture<Computed> other = underWay.putIfAbsent(key, mine);
    if (other != null) {
      if (other.getNumberOfDependents() >= WAITING_MAX) {
        throw new BusyException("too many wait for the same answer");
      }
      return joined(other, computation);
    }
    try {
      Computed computed = computation.compute();
      mine.complete(computed);
      return computed;
    } catch (Exception | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(key, mine);
    }
  }

  private static Computed joined(CompletableFuture<Computed> other, Computation computation)
      throws Exception {
    try {
      Computed computed = other.thenApply(each -> each).get();
      return computed.kept() ? computed : computation.compute();
    } catch (ExecutionException failed) {
      Throwable cause = failed;
      while (cause.getCause() != null
          && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
        cause = cause.getCause();
      }
      // A connection that was broken is that of the other: one's own may be good.
      if (cause instanceof SQLTransientConnectionException
          || cause instanceof SQLException sql && isBroken(sql)) {
        return computation.compute();
      } else if (cause instanceof Exception exception) {
        throw exception;
      }
      throw failed;
    }
  }

  private static boolean isBroken(SQLException e) {
    return e.getSQLState() != null && e.getSQLState().matches("08...|57P0[123]");
  }

  private boolean isBelow(String question, Instant completeThrough) {
    Instant before = highest.getIfPresent(question);
    return before != null && completeThrough.isBefore(before);
  }

  private void raise(String question, Instant completeThrough) {
    highest.asMap().merge(question, completeThrough, (one, two) -> one.isBefore(two) ? two : one);
  }

  private <T> Optional<T> guarded(Supplier<Optional<T>> call) {
    if (settings.ttl().isZero() || System.nanoTime() - leftAloneUntil < 0) {
      return Optional.empty();
    }
    try {
      Optional<T> answer = call.get();
      if (away) {
        LOG.info("Redis answers again");
        away = false;
      }
      return answer;
    } catch (JedisException e) {
      if (!(e instanceof JedisDataException)) {
        redis.getPool().clear(); // what is idle in it was connected to a server that is gone
      }
      leftAloneUntil = System.nanoTime() + LEFT_ALONE.toNanos();
      if (!away) {
        LOG.warn("Redis does not answer as it should; every answer is computed", e);
        away = true;
      }
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
