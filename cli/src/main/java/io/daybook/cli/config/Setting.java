// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.util.Locale;

/** The keys of {@code daybook.yaml}; this is their reference. */
public enum Setting {
  SOURCE_URI(
      "source.uri",
      null,
      Takes.POSTGRES,
      "database whose tables are captured; its user has REPLICATION and may read them"),
  TARGET_URI(
      "target.uri",
      null,
      Takes.POSTGRES,
      "database of the rollup tables, may be the same; its user owns the schema daybook"),
  SINK_URI(
      "sink.uri",
      "",
      Takes.POSTGRES,
      "the target again, as a user of the sink's own, who needs no more than the role daybook_sink;"
          + " default: target.uri"),
  BOOTSTRAP_SERVERS(
      "kafka.bootstrap-servers", null, "host:port, several with commas between", "brokers"),
  REDIS_URI("redis.uri", null, Takes.REDIS, "where the cache versions are"),
  TOPIC_PREFIX(
      "topic-prefix",
      "daybook",
      "up to 40 of a-z 0-9 _ -, a letter first",
      "first part of every topic, slot, publication and group name"),
  PARTITIONS(
      "partitions",
      "4",
      "a number from 1 to 999",
      "of every CDC and rollup topic; fixed once the topics exist"),
  ROLLUPS(
      "rollups",
      "schemas/rollups",
      Takes.FOLDER,
      "folder of the definitions, <rollup>/<fact>.sql in it"),
  STATE_DIR(
      "state-dir",
      ".daybook/state",
      Takes.FOLDER,
      "local state of the role aggregate; restored from Kafka when it is lost"),
  FRESHNESS_LIMIT(
      "freshness.limit",
      "60s",
      Takes.TIME + ", 1s to 24h",
      "a rollup further behind than this is stale, until it is back within half of it"),
  FRESHNESS_ON_STALE(
      "freshness.on-stale",
      "live",
      "live, rollup or error; for single rollups after it, as live, orders_daily=error",
      "what readers get of a stale rollup: the live query, the rollup as it is (a busy source is"
          + " not asked), or an error (SQLSTATE DB002)"),
  CDC_RETENTION(
      "cdc.retention",
      "",
      Takes.TIME + ", from 168h",
      "how long CDC topics keep a row that no newer one has replaced; 'recompute' replays them, and"
          + " reaches no further back; default: for ever"),
  RECOMPUTE_KEEP(
      "recompute.keep",
      "24h",
      Takes.TIME + ", 0ms to 144h",
      "how long the generation that another one has replaced can be had back"),
  SCHEDULE_CRON(
      "schedule.cron",
      "",
      "minute hour day-of-month month day-of-week, in UTC, as 0 3 * * *",
      "when the last days are verified, and what differs is written once more; default: never"),
  SCHEDULE_DAYS(
      "schedule.days",
      "7",
      "a number from 1 to 36600",
      "how many days back from today the schedule looks, today included; later ones always"),
  CACHE_KEY_PREFIX(
      "cache.key-prefix",
      "analytics:v1:ver:",
      "text",
      "what stands before the workspace in the Redis keys"),
  CACHE_BUMP_INTERVAL(
      "cache.bump-interval",
      "1s",
      Takes.TIME + ", 0ms to 1h",
      "least time between two increments of a workspace"),
  CACHE_ENTRY_PREFIX(
      "cache.entry-prefix",
      "analytics:v1:",
      "text",
      "what stands before everything in the Redis keys of answers that the role serve keeps"),
  CACHE_TTL(
      "cache.ttl",
      "120s",
      Takes.TIME + ", 0ms to 24h",
      "how long the role serve keeps an answer at most; 0ms: it keeps none"),
  SERVE_URI(
      "serve.uri",
      "",
      Takes.POSTGRES,
      "the target again, as a user of the role serve's own, who needs no more than the roles"
          + " daybook_reader and daybook_serve; default: target.uri"),
  HTTP_LISTEN(
      "http.listen",
      "",
      "host:port, as 127.0.0.1:8080 or 0.0.0.0:8080",
      "where the role serve answers; default: it does not run"),
  HTTP_HEADER_PREFIX(
      "http.header-prefix",
      "x-zrg-",
      "up to 40 of a-z 0-9 -",
      "of the headers cache, duration-ms and read-source"),
  HTTP_READS(
      "http.reads",
      "on",
      "on or off",
      "off: every read of the API is refused with 503 READ_API_DISABLED"),
  HTTP_DAYS_MAX("http.days-max", "400", "a number from 1 to 36600", "days of one request"),
  HTTP_LIVE_MAX(
      "http.live-max",
      "4",
      "a number from 1 to 100",
      "live queries of a rollup at a time; beyond, 503 with Retry-After"),
  HTTP_STATEMENT_TIMEOUT(
      "http.statement-timeout",
      "30s",
      Takes.TIME + ", 100ms to 1h",
      "of one query of the role serve"),
  HTTP_CONNECTIONS_MAX(
      "http.connections-max",
      "1000",
      "a number from 1 to 100000",
      "clients that are connected at a time"),
  HTTP_ENDPOINTS(
      "http.endpoints",
      "",
      Takes.FOLDER,
      "folder of YAML files, each an endpoint that is put together of rollups"),
  HTTP_AUTH_SECRET(
      "http.auth.secret",
      "",
      "at least 32 bytes, best as file:/path",
      "of bearer tokens that are signed by HS256; this or http.auth.jwks"),
  HTTP_AUTH_JWKS(
      "http.auth.jwks",
      "",
      "a path or an http(s) URL",
      "public keys of bearer tokens, as a JSON Web Key Set; this or http.auth.secret"),
  HTTP_AUTH_ISSUER("http.auth.issuer", "", "text", "what iss must be; default: any"),
  HTTP_AUTH_AUDIENCE("http.auth.audience", "", "text", "what aud must have; default: any"),
  HTTP_AUTH_WORKSPACES_CLAIM(
      "http.auth.workspaces-claim",
      "workspaces",
      "text",
      "claim with the list of workspaces that the bearer may read, * in it for all"),
  HTTP_AUTH_OPERATOR_CLAIM(
      "http.auth.operator-claim",
      "daybook_operator",
      "text",
      "claim that is true for who may verify, refresh and recompute");

  private final String key;
  private final String fallback;
  private final String takes;
  private final String meaning;

  Setting(String key, String fallback, String takes, String meaning) {
    this.key = key;
    this.fallback = fallback;
    this.takes = takes;
    this.meaning = meaning;
  }

  /** As it stands in the file. */
  public String key() {
    return key;
  }

  /** The default; null where a value is required, empty where there may be none. */
  public String fallback() {
    return fallback;
  }

  /** What its values look like. */
  public String takes() {
    return takes;
  }

  public String meaning() {
    return meaning;
  }

  /** The environment variable that goes before the file. */
  public String variable() {
    return "DAYBOOK_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }

  /** Kinds of values that more than one key takes. */
  private static final class Takes {
    static final String POSTGRES = "postgresql://user:password@host:5432/database?…, or a JDBC URL";
    static final String REDIS = "redis://user:password@host:6379/0, rediss:// for TLS";
    static final String FOLDER = "a path, relative to the working directory";
    static final String TIME = "a time like 500ms, 60s, 5m or 1h";

    private Takes() {}
  }
}
