// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLParameters;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The versions in Redis, one for each workspace. One thread's.
 *
 * <p>A Redis that fails over, or comes back from an append-only file that is synced every second,
 * may have forgotten increments that it had acknowledged. So after any failure those of the last
 * minute are made again: one too many costs a reader one miss, one too few an old answer.
 */
final class CacheVersions implements AutoCloseable {
  private static final long FORGETTABLE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int REMEMBERED_MAX = 100_000;

  private final SinkSettings.Cache settings;
  private final LongSupplier nanoClock;
  private final JedisPooled redis;

  /** Workspaces by the time of their last increment, oldest first. */
  private final Map<String, Long> recent = new LinkedHashMap<>();

  private boolean mayHaveForgotten;

  CacheVersions(SinkSettings.Cache settings, LongSupplier nanoClock) {
    this.settings = settings;
    this.nanoClock = nanoClock;
    int timeoutMs = Math.toIntExact(settings.timeout().toMillis());
    this.redis =
        new JedisPooled(
            onePooled(), settings.redis(), timeoutMs, timeoutMs, null, checkingTheName(), null);
  }

  /**
   * What came of a round.
   *
   * @param bumped workspaces whose increment is acknowledged
   * @param refusal Redis' words on one that it refused
   */
  record Outcome(Set<String> bumped, Optional<String> refusal) {}

  /**
   * Increments the version of each; without any, asks whether Redis is there.
   *
   * @throws JedisException when it does not answer; any of the increments may have happened
   */
  Outcome increment(Collection<String> workspaces) {
    Set<String> all = new LinkedHashSet<>(workspaces);
    forgetOld();
    if (mayHaveForgotten) {
      all.addAll(recent.keySet());
    }
    try {
      Outcome outcome = all.isEmpty() ? ping() : pipelined(List.copyOf(all));
      mayHaveForgotten = outcome.refusal().isPresent();
      return outcome;
    } catch (JedisException e) {
      mayHaveForgotten = true;
      throw e;
    }
  }

  private Outcome ping() {
    redis.ping();
    return new Outcome(Set.of(), Optional.empty());
  }

  private Outcome pipelined(List<String> workspaces) {
    List<Response<Long>> answers = new ArrayList<>(workspaces.size());
    try (Pipeline pipeline = redis.pipelined()) {
      for (String workspace : workspaces) {
        answers.add(pipeline.incr(settings.keyPrefix() + workspace));
      }
      pipeline.sync();
    }
    Set<String> bumped = new LinkedHashSet<>();
    String refusal = null;
    for (int i = 0; i < workspaces.size(); i++) {
      try {
        answers.get(i).get();
        bumped.add(workspaces.get(i));
        remember(workspaces.get(i));
      } catch (JedisDataException e) {
        refusal = "INCR " + settings.keyPrefix() + workspaces.get(i) + ": " + e.getMessage();
      }
    }
    return new Outcome(bumped, Optional.ofNullable(refusal));
  }

  private void remember(String workspace) {
    recent.remove(workspace);
    recent.put(workspace, nanoClock.getAsLong());
    if (recent.size() > REMEMBERED_MAX) {
      recent.remove(recent.keySet().iterator().next());
    }
  }

  /** Counted up to the last time Redis was known to be well, however long it is away by now. */
  private void forgetOld() {
    if (mayHaveForgotten) {
      return;
    }
    long now = nanoClock.getAsLong();
    recent.values().removeIf(at -> now - at > FORGETTABLE_NANOS);
  }

  /** Without it any certificate of a trusted authority would do, whoever it was made out to. */
  private static SSLParameters checkingTheName() {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  private static GenericObjectPoolConfig<Connection> onePooled() {
    GenericObjectPoolConfig<Connection> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(1);
    config.setJmxEnabled(false);
    return config;
  }

  @Override
  public void close() {
    redis.close();
  }
}
