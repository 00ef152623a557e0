// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Whether versions may be incremented, read and, after a loss, lifted. {@code ACL DRYRUN} tells it
 * from Redis 7 on, to those who may call it. Else the commands are queued after MULTI, which is
 * when Redis looks at the rights, and then discarded: nothing is ever changed.
 */
final class RedisRights {
  private static final String WHAT = "rights";
  private static final String COMMANDS = " +ping +incr +get +set +eval +hmget +hincrby +hset";

  /** A matter of the server's role, which is told by itself. */
  private static final String READ_ONLY = "READONLY";

  private final Jedis redis;
  private final String user;
  private final String prefix;
  private final String sentinel;
  private final Findings findings;

  RedisRights(Jedis redis, String user, String prefix, String sentinel, Findings findings) {
    this.redis = redis;
    this.user = user;
    this.prefix = prefix;
    this.sentinel = sentinel;
    this.findings = findings;
  }

  /** A command as the sink sends it. */
  private record Probe(Command command, String... arguments) {}

  private List<Probe> probes() {
    String key = prefix + "daybook-preflight";
    return List.of(
        new Probe(Command.PING),
        new Probe(Command.INCR, key),
        new Probe(Command.GET, key),
        new Probe(Command.SET, key, "1"),
        new Probe(Command.HMGET, sentinel, "lift"),
        new Probe(Command.HINCRBY, sentinel, "counter", "1"),
        new Probe(Command.HSET, sentinel, "lift", "1"),
        new Probe(Command.EVAL, "return 1", "2", sentinel, key));
  }

  void run() {
    Map<Command, String> refused = new LinkedHashMap<>();
    try {
      refused.putAll(dryRun());
    } catch (JedisDataException tooOldOrNotAllowed) {
      try {
        refused.putAll(queued());
      } catch (JedisDataException e) {
        findings.warning(
            WHAT,
            "neither ACL DRYRUN nor MULTI is allowed, so they are not checked: " + e.getMessage(),
            "ACL SETUSER %s +multi +discard".formatted(user));
        return;
      }
    }
    refused.values().removeIf(why -> why.contains(READ_ONLY));
    if (refused.isEmpty()) {
      findings.ok(WHAT, "counting, reading and lifting of " + prefix + "… and " + sentinel);
    } else {
      findings.blocks(WHAT, String.join("; ", refused.values()), remedy(refused.values()));
    }
  }

  /** Keys are looked at only once the command is allowed; who may reach all needs no pattern. */
  private String remedy(Collection<String> refusals) {
    boolean commands = refusals.stream().anyMatch(why -> why.contains("command"));
    boolean keys = refusals.stream().anyMatch(why -> why.contains("key"));
    String patterns = " ~" + prefix + "* ~" + sentinel;
    return "ACL SETUSER "
        + user
        + (commands ? COMMANDS : "")
        + (keys ? patterns : "\n# and" + patterns + " where it may not reach all keys anyway");
  }

  private Map<Command, String> dryRun() {
    Map<Command, String> refused = new LinkedHashMap<>();
    for (Probe each : probes()) {
      String answer = redis.aclDryRun(user, each.command().name(), each.arguments());
      if (!answer.equals("OK")) {
        refused.put(each.command(), answer);
      }
    }
    return refused;
  }

  private Map<Command, String> queued() {
    Map<Command, String> refused = new LinkedHashMap<>();
    redis.sendCommand(Command.MULTI);
    try {
      for (Probe each : probes()) {
        try {
          redis.sendCommand(each.command(), each.arguments());
        } catch (JedisDataException e) {
          refused.put(each.command(), each.command() + ": " + e.getMessage());
        }
      }
    } finally {
      redis.sendCommand(Command.DISCARD);
    }
    return refused;
  }
}
