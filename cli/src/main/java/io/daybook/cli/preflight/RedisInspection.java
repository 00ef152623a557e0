// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.config.Config;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/** The cache whose versions are incremented. */
final class RedisInspection implements Inspection {
  private static final int LIMIT_MS = Math.toIntExact(Duration.ofSeconds(10).toMillis());
  private static final int OLDEST = 6;

  private final URI uri;
  private final String prefix;
  private final String sentinel;
  private final Findings findings = new Findings("redis");

  /**
   * @param sentinel the key by which the sink notices lost data
   */
  RedisInspection(Config config, String sentinel) {
    this.sentinel = sentinel;
    this.uri = config.redis();
    this.prefix = config.cache().keyPrefix();
  }

  @Override
  public void alone() {
    String shown = uri.getHost() + ":" + (uri.getPort() < 0 ? 6379 : uri.getPort());
    try (Jedis redis = new Jedis(uri, LIMIT_MS, LIMIT_MS)) {
      letsUsIn(redis);
      findings.ok(Findings.REACHABLE, shown);
      about(redis);
      new RedisRights(redis, user(), prefix, sentinel, findings).run();
    } catch (JedisConnectionException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      findings.unreachable(
          shown + ": " + why,
          "# see that Redis runs, that host and port are right, and TLS (rediss:)");
    } catch (JedisException e) {
      findings.unreachable(shown + ": " + e.getMessage(), "# mend user and password in redis.uri");
    }
  }

  /** To be let in and not allowed to PING is a matter of rights. */
  private static void letsUsIn(Jedis redis) {
    try {
      redis.ping();
    } catch (JedisDataException e) {
      if (!e.getMessage().startsWith("NOPERM")) {
        throw e;
      }
    }
  }

  private String user() {
    String user = JedisURIHelper.getUser(uri);
    return user == null || user.isEmpty() ? "default" : user;
  }

  private void about(Jedis redis) {
    Map<String, String> info;
    try {
      info = fields(redis.info());
    } catch (JedisConnectionException e) {
      throw e;
    } catch (JedisException e) {
      findings.warning(
          "version",
          "INFO is not allowed, so version, role and eviction are not checked, and of lost data"
              + " only the sentinel tells, not a restart: "
              + e.getMessage(),
          "ACL SETUSER %s +info".formatted(user()));
      return;
    }
    version(info.getOrDefault("redis_version", "0"));
    role(info);
    eviction(info.getOrDefault("maxmemory_policy", ""), info.getOrDefault("maxmemory", "0"));
  }

  private void version(String version) {
    if (Integer.parseInt(version.replaceFirst("\\D.*", "")) < OLDEST) {
      findings.warning(
          "version",
          "Redis " + version + "; " + OLDEST + " is the oldest that is tested",
          "# upgrade Redis");
    } else {
      findings.ok("version", "Redis " + version);
    }
  }

  private void role(Map<String, String> info) {
    if ("cluster".equals(info.get("redis_mode"))) {
      findings.blocks(
          "role",
          "a node of a cluster, which answers for some of the keys only",
          "# give redis.uri a Redis outside of any cluster");
    } else if ("slave".equals(info.get("role"))) {
      String master = info.get("master_host") + ":" + info.get("master_port");
      findings.blocks(
          "role",
          "a replica of " + master + ", which cannot be written to",
          "# let redis.uri lead to " + master + "; or make this one the master:\nREPLICAOF NO ONE");
    } else {
      findings.ok("role", "it can be written to");
    }
  }

  /** Versions have no time to live, so that only allkeys-* can evict them. */
  private void eviction(String policy, String limit) {
    if (policy.startsWith("allkeys-")) {
      findings.warning(
          "eviction",
          policy
              + (limit.equals("0") ? " (no maxmemory yet)" : "")
              + ": a version that is evicted counts as 0 until its workspace changes again, and old"
              + " answers may come back to life",
          "CONFIG SET maxmemory-policy volatile-lru");
    } else {
      findings.ok("eviction", policy);
    }
  }

  private static Map<String, String> fields(String info) {
    Map<String, String> fields = new TreeMap<>();
    for (String line : info.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  @Override
  public void against(Known known) {
    // Its keys follow from no definition.
  }

  @Override
  public Findings findings() {
    return findings;
  }

  @Override
  public void close() {
    // The connection lives no longer than its checks.
  }
}
