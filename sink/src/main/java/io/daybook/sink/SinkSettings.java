// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where a sink reads and writes, and its limits.
 *
 * @param kafka client properties, {@code bootstrap.servers} among them; what exactness rests on
 *     cannot be overridden
 * @param batchRecordsMax records of one transaction
 * @param backoffMax longest wait between two attempts while a system is away
 */
public record SinkSettings(
    Target target,
    Cache cache,
    Map<String, String> kafka,
    Topics topics,
    int batchRecordsMax,
    Duration backoffMax) {
  public SinkSettings {
    kafka = Map.copyOf(kafka);
    if (batchRecordsMax < 1) {
      throw new IllegalArgumentException(
          "batchRecordsMax is " + batchRecordsMax + ": it must be at least 1");
    }
    requirePositive("backoffMax", backoffMax);
  }

  /** Up to 5000 records a transaction, up to 10 s between attempts. */
  public static SinkSettings of(
      Target target, Cache cache, Map<String, String> kafka, Topics topics) {
    return new SinkSettings(target, cache, kafka, topics, 5_000, Duration.ofSeconds(10));
  }

  /** The key in Redis by which lost data is noticed: one for each installation. */
  public static String sentinelKey(Topics topics) {
    return "daybook:sentinel:" + topics.prefix();
  }

  String sentinelKey() {
    return sentinelKey(topics);
  }

  /** Without the properties of Kafka's clients, which may hold passwords. */
  @Override
  public String toString() {
    return "sink of %s to %s and %s".formatted(topics, target, cache);
  }

  /**
   * The database with the schema {@code daybook}.
   *
   * @param url a JDBC URL; user and password may stand in it, and are null here then
   * @param lockTimeout wait for a row lock after which a batch is retried
   * @param statementTimeout bound of any one statement
   */
  public record Target(
      String url, String user, String password, Duration lockTimeout, Duration statementTimeout) {
    public Target {
      requirePositive("lockTimeout", lockTimeout);
      requirePositive("statementTimeout", statementTimeout);
    }

    /** Locks are waited for 5 s, statements take up to 30 s. */
    public static Target of(String url, String user, String password) {
      return new Target(url, user, password, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    /** Without the password, so that no log can hold it. */
    @Override
    public String toString() {
      int query = url.indexOf('?');
      return query < 0 ? url : url.substring(0, query);
    }
  }

  /**
   * The Redis that holds a version per workspace.
   *
   * @param keyPrefix what stands before the workspace in a version's key
   * @param bumpInterval shortest time between two rounds of increments; changes in between share
   *     one
   * @param timeout of connecting and of every answer
   */
  public record Cache(URI redis, String keyPrefix, Duration bumpInterval, Duration timeout) {
    public static final String KEY_PREFIX = "analytics:v1:ver:";

    public Cache {
      if (bumpInterval.isNegative()) {
        throw new IllegalArgumentException(
            "bumpInterval is " + bumpInterval + ": it must not be negative");
      }
      requirePositive("timeout", timeout);
    }

    /** Every commit is followed by its increments at once; Redis must answer within 2 s. */
    public static Cache of(URI redis) {
      return new Cache(redis, KEY_PREFIX, Duration.ZERO, Duration.ofSeconds(2));
    }

    /** Without user and password. */
    @Override
    public String toString() {
      return redis.getScheme() + "://" + redis.getHost() + ":" + redis.getPort();
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " is " + duration + ": it must be positive");
    }
  }
}
