// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.util.Locale;

/** The keys of {@code daybook.yaml}; this is their reference. */
public enum Setting {
  SOURCE_URI("source.uri", null, "database whose tables are captured: postgresql://user@host/db"),
  TARGET_URI("target.uri", null, "database of the rollup tables; may be the same"),
  SINK_URI("sink.uri", "", "the target again, as the sink's own user; default: target.uri"),
  BOOTSTRAP_SERVERS("kafka.bootstrap-servers", null, "brokers, host:port,host:port"),
  REDIS_URI("redis.uri", null, "where the cache versions are: redis://host:6379"),
  TOPIC_PREFIX("topic-prefix", "daybook", "first part of every topic, slot and group name"),
  PARTITIONS("partitions", "4", "of every topic; fixed once the topics exist"),
  ROLLUPS("rollups", "schemas/rollups", "folder of the definitions"),
  STATE_DIR("state-dir", ".daybook/state", "local state of the role aggregate"),
  FRESHNESS_LIMIT("freshness.limit", "60s", "further behind than this, readers get the live query"),
  CACHE_KEY_PREFIX("cache.key-prefix", "analytics:v1:ver:", "before the workspace in Redis' keys"),
  CACHE_BUMP_INTERVAL(
      "cache.bump-interval", "1s", "least time between two increments of a workspace");

  private final String key;
  private final String fallback;
  private final String meaning;

  Setting(String key, String fallback, String meaning) {
    this.key = key;
    this.fallback = fallback;
    this.meaning = meaning;
  }

  /** As it stands in the file. */
  public String key() {
    return key;
  }

  /** The default; null where a value is required. */
  public String fallback() {
    return fallback;
  }

  public String meaning() {
    return meaning;
  }

  /** The environment variable that goes before the file. */
  public String variable() {
    return "DAYBOOK_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }
}
