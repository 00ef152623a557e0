// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/**
 * Readers that cache a value of each workspace in Redis, as the documentation tells them to, and
 * complain about a value or a version that is lower than one that was served before.
 *
 * <p>Values of a workspace only ever grow in the table. Each reader is one thread.
 */
final class CachingReader implements Runnable {

  /** What all readers together have served. */
  static final class Served {
    final Map<String, Long> values = new ConcurrentHashMap<>();
    final Map<String, Long> versions = new ConcurrentHashMap<>();
    final List<String> complaints = new CopyOnWriteArrayList<>();
    final AtomicLong hits = new AtomicLong();
    final AtomicLong misses = new AtomicLong();
    final AtomicLong uncached = new AtomicLong();
    volatile boolean stopped;
    volatile Throwable failure;
  }

  private final SinkStage stage;
  private final List<String> workspaces;
  private final String redisHost;
  private final int redisPort;
  private final Served served;
  private Jedis redis;
  private String runId;

  CachingReader(
      SinkStage stage, List<String> workspaces, String redisHost, int redisPort, Served served) {
    this.stage = stage;
    this.workspaces = workspaces;
    this.redisHost = redisHost;
    this.redisPort = redisPort;
    this.served = served;
  }

  @Override
  public void run() {
    try (Connection target = stage.connect();
        PreparedStatement query =
            target.prepareStatement(
                "SELECT max(count) FROM daybook.\"%s_rows\" WHERE workspace_id = ?"
                    .formatted(stage.rollup.name()))) {
      while (!served.stopped) {
        for (String workspace : workspaces) {
          long before = served.values.getOrDefault(workspace, 0L);
          long value = read(workspace, query);
          if (value < before) {
            served.complaints.add("%s went back from %d to %d".formatted(workspace, before, value));
          }
          served.values.merge(workspace, value, Math::max);
        }
      }
    } catch (SQLException | RuntimeException e) {
      served.failure = e;
    } finally {
      disconnect();
    }
  }

  private long read(String workspace, PreparedStatement query) throws SQLException {
    try {
      connect();
      while (true) {
        Optional<Long> version = version(workspace);
        if (version.isEmpty()) {
          served.uncached.incrementAndGet();
          return ask(workspace, query);
        }
        String key = "answers:" + workspace + ":" + version.get();
        String hit = redis.get(key);
        if (hit != null) {
          served.hits.incrementAndGet();
          return Long.parseLong(hit);
        }
        long value = ask(workspace, query);
        if (version(workspace).equals(version)) {
          served.misses.incrementAndGet();
          redis.set(key, Long.toString(value), SetParams.setParams().nx());
          String stored = redis.get(key);
          return stored == null ? value : Long.parseLong(stored);
        }
      }
    } catch (JedisConnectionException | JedisDataException away) {
      disconnect();
      served.uncached.incrementAndGet();
      return ask(workspace, query);
    }
  }

  /** The version, where the sink vouches for the versions of this very server. */
  private Optional<Long> version(String workspace) {
    long before = served.versions.getOrDefault(workspace, 0L);
    if (!runId.equals(redis.hget(SinkStage.SENTINEL, "server"))) {
      return Optional.empty();
    }
    String text = redis.get("analytics:v1:ver:" + workspace);
    if (text == null) {
      return Optional.empty();
    }
    long version = Long.parseLong(text);
    if (version < before) {
      served.complaints.add(
          "the version of %s went back from %d to %d".formatted(workspace, before, version));
    }
    served.versions.merge(workspace, version, Math::max);
    return Optional.of(version);
  }

  private static long ask(String workspace, PreparedStatement query) throws SQLException {
    query.setString(1, workspace);
    try (ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** A server that was restarted or replaced takes a new connection, and so a new look. */
  private void connect() {
    if (redis == null) {
      Jedis opened = new Jedis(redisHost, redisPort);
      try {
        runId =
            opened
                .info("server")
                .lines()
                .filter(line -> line.startsWith("run_id:"))
                .map(line -> line.substring("run_id:".length()).strip())
                .findFirst()
                .orElseThrow();
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
      redis = opened;
    }
  }

  private void disconnect() {
    if (redis != null) {
      redis.close();
      redis = null;
    }
  }
}
