// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** A reader of the cache versions that remembers the highest one of each workspace. */
final class VersionWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final int ANSWER_MS_MAX = 2_000;

  private final int port;
  private final String keyPrefix;
  private final Map<String, Long> highest = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "version-watch");
  private boolean mayGoBack;
  private volatile boolean closed;

  private VersionWatch(int port, String keyPrefix) {
    this.port = port;
    this.keyPrefix = keyPrefix;
  }

  static VersionWatch start(int port, String keyPrefix) {
    VersionWatch watch = new VersionWatch(port, keyPrefix);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  /** Versions as they are now, by workspace. */
  Map<String, Long> now() {
    try (Jedis redis = new Jedis("127.0.0.1", port, ANSWER_MS_MAX)) {
      Map<String, Long> versions = new TreeMap<>();
      ScanParams params = new ScanParams().match(keyPrefix + "*").count(1_000);
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<String> page = redis.scan(cursor, params);
        for (String key : page.getResult()) {
          String value = redis.get(key);
          if (value != null) {
            versions.put(key.substring(keyPrefix.length()), Long.valueOf(value));
          }
        }
        cursor = page.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
      return versions;
    }
  }

  /** The highest version of each workspace that was ever seen. */
  synchronized Map<String, Long> highest() {
    return Map.copyOf(highest);
  }

  /** Redis is about to lose data: until {@link #mustGrow} a version may go back. */
  synchronized void mayGoBack() {
    mayGoBack = true;
  }

  /** From now on no version may be below the highest one. */
  synchronized void mustGrow() {
    mayGoBack = false;
  }

  /** Versions that went back. */
  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  private void run() {
    try {
      while (!closed) {
        look();
        Await.pass(EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      note(now());
    } catch (JedisException away) {
      // Nobody reads a version meanwhile.
    }
  }

  private synchronized void note(Map<String, Long> versions) {
    highest.forEach(
        (workspace, high) -> {
          long now = versions.getOrDefault(workspace, 0L);
          if (now < high && !mayGoBack) {
            violations.add("the version of " + workspace + " went from " + high + " to " + now);
          }
        });
    versions.forEach((workspace, version) -> highest.merge(workspace, version, Long::max));
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
