// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import com.cronutils.model.time.ExecutionTime;
import io.daybook.serve.auth.AuthSettings;
import io.daybook.serve.mode.OnStale;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The configuration of an installation.
 *
 * @param source the database whose tables are captured; its user replicates and reads them
 * @param target the database of the rollup tables; its user owns the schema daybook
 * @param sink the same database for the role sink, whose user needs no more than daybook_sink
 * @param kafka properties of every Kafka client, bootstrap servers among them
 * @param redis where the cache versions are
 * @param topicPrefix first part of every topic, slot and group name
 * @param partitions of every CDC and rollup topic; fixed once they exist
 * @param rollups folder of the definitions
 * @param stateDir where the role aggregate keeps its local state
 * @param freshness how far behind a rollup may be, and what readers get of one that is
 * @param cdcRetention how long CDC topics keep rows; empty for ever
 * @param recomputeKeep how long a generation that was replaced can be had back
 * @param schedule when rollups are verified and mended
 * @param cache how cache versions are incremented, and answers kept
 * @param serve the target for the role serve, whose user needs no more than daybook_serve
 * @param http how the role serve answers
 * @param debezium pass-through properties of the connector
 * @param streams pass-through properties of Kafka Streams
 */
public record Config(
    PostgresUri source,
    PostgresUri target,
    PostgresUri sink,
    Map<String, String> kafka,
    URI redis,
    String topicPrefix,
    int partitions,
    Path rollups,
    Path stateDir,
    Freshness freshness,
    Optional<Duration> cdcRetention,
    Duration recomputeKeep,
    Schedule schedule,
    Cache cache,
    PostgresUri serve,
    Http http,
    Map<String, String> debezium,
    Map<String, String> streams) {
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

  public Config {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(sink, "sink");
    Objects.requireNonNull(rollups, "rollups");
    Objects.requireNonNull(stateDir, "stateDir");
    Objects.requireNonNull(freshness, "freshness");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(cache, "cache");
    Objects.requireNonNull(serve, "serve");
    Objects.requireNonNull(http, "http");
    Values.bootstrapServers(Objects.requireNonNull(kafka.get(BOOTSTRAP_SERVERS), "kafka"));
    Values.redis(redis);
    Values.topicPrefix(topicPrefix);
    Values.partitions(partitions);
    Values.cdcRetention(cdcRetention);
    Values.recomputeKeep(recomputeKeep);
    kafka = Map.copyOf(kafka);
    debezium = Map.copyOf(debezium);
    streams = Map.copyOf(streams);
  }

  /**
   * When a rollup is stale.
   *
   * @param limit how far behind it may be
   * @param onStale what readers get past it
   */
  public record Freshness(Duration limit, OnStale.Policy onStale) {
    public Freshness {
      Values.freshnessLimit(limit);
      Objects.requireNonNull(onStale, "onStale");
    }
  }

  /**
   * The schedule.
   *
   * @param cron empty for never
   * @param days how many it looks back
   */
  public record Schedule(String cron, int days) {
    public Schedule {
      Values.cron(cron);
      Values.scheduleDays(days);
    }

    /** When it is due; empty for never. */
    public Optional<ExecutionTime> times() {
      return Values.times(cron);
    }
  }

  /**
   * Cache versions, and answers that are kept under them.
   *
   * @param keyPrefix what stands before the workspace in the Redis key
   * @param bumpInterval shortest time between two increments of one workspace
   * @param entryPrefix what stands before everything in the key of an answer
   * @param ttl how long an answer is kept at most; zero for not at all
   */
  public record Cache(String keyPrefix, Duration bumpInterval, String entryPrefix, Duration ttl) {
    public Cache {
      Values.keyPrefix(keyPrefix);
      Values.bumpInterval(bumpInterval);
      Values.keyPrefix(entryPrefix);
      Values.ttl(ttl);
    }
  }

  /** An address to listen on; port 0 for any that is free. */
  public record Listen(String host, int port) {
    public Listen {
      Values.port(port);
    }
  }

  /**
   * The HTTP API.
   *
   * @param listen empty where the role does not run
   * @param headerPrefix of the headers that tell of an answer
   * @param reads whether rollups may be read
   * @param daysMax days of one request
   * @param liveMax live queries of a rollup at a time
   * @param statementTimeout of one query
   * @param connectionsMax clients at a time
   * @param endpoints folder of endpoints that are put together of rollups
   * @param auth which tokens are good; there where it listens
   */
  public record Http(
      Optional<Listen> listen,
      String headerPrefix,
      boolean reads,
      int daysMax,
      int liveMax,
      Duration statementTimeout,
      int connectionsMax,
      Optional<Path> endpoints,
      Optional<AuthSettings> auth) {
    public Http {
      Values.headerPrefix(headerPrefix);
      Values.statementTimeout(statementTimeout);
      if (listen.isPresent() && auth.isEmpty()) {
        throw new IllegalArgumentException("who listens must know which tokens are good");
      }
    }
  }

  /** The same with another folder of definitions. */
  public Config withRollups(Path folder) {
    return new Config(
        source,
        target,
        sink,
        kafka,
        redis,
        topicPrefix,
        partitions,
        folder,
        stateDir,
        freshness,
        cdcRetention,
        recomputeKeep,
        schedule,
        cache,
        serve,
        http,
        debezium,
        streams);
  }

  /** Without any password: of what is passed through only the names, but for the brokers. */
  @Override
  public String toString() {
    Map<String, Object> shown = new TreeMap<>();
    shown.put("source", source);
    shown.put("target", target);
    shown.put("sink", sink);
    shown.put("kafka", kafka.get(BOOTSTRAP_SERVERS));
    shown.put("redis", redis.getScheme() + "://" + redis.getHost() + ":" + redis.getPort());
    shown.put("topicPrefix", topicPrefix);
    shown.put("partitions", partitions);
    shown.put("rollups", rollups);
    shown.put("stateDir", stateDir);
    shown.put("freshness", freshness);
    shown.put("cdcRetention", cdcRetention);
    shown.put("recomputeKeep", recomputeKeep);
    shown.put("schedule", schedule);
    shown.put("cache", cache);
    shown.put("serve", serve);
    shown.put("http", http);
    shown.put(
        "passed through",
        Map.of(
            "kafka", kafka.keySet(), "debezium", debezium.keySet(), "streams", streams.keySet()));
    return "Config" + shown;
  }
}
