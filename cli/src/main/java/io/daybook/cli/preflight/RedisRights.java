// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Whether versions may be incremented and read. {@code ACL DRYRUN} tells it from Redis 7 on, to
 * those who may call it. Else the commands are queued after MULTI, which is when Redis looks at the
 * rights, and then discarded: nothing is ever incremented.
 */
final class RedisRights {
  private static final String WHAT = "rights";

  /** A matter of the server's role, which is told by itself. */
  private static final String READ_ONLY = "READONLY";

  private final Jedis redis;
  private final String user;
  private final String prefix;
  private final Findings findings;

  RedisRights(Jedis redis, String user, String prefix, Findings findings) {
    this.redis = redis;
    this.user = user;
    this.prefix = prefix;
    this.findings = findings;
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
      findings.ok(WHAT, "PING, INCR and GET of " + prefix + "…");
    } else {
      findings.blocks(WHAT, String.join("; ", refused.values()), remedy(refused.values()));
    }
  }

  /** Keys are looked at only once the command is allowed; who may reach all needs no pattern. */
  private String remedy(Collection<String> refusals) {
    boolean commands = refusals.stream().anyMatch(why -> why.contains("command"));
    boolean keys = refusals.stream().anyMatch(why -> why.contains("key"));
    return "ACL SETUSER "
        + user
        + (commands ? " +ping +incr +get" : "")
        + (keys ? " ~" + prefix + "*" : "")
        + (keys ? "" : "\n# and ~" + prefix + "* where it may not reach all keys anyway");
  }

  private String key() {
    return prefix + "daybook-preflight";
  }

  private String[] arguments(Command command) {
    return command == Command.PING ? new String[0] : new String[] {key()};
  }

  private Map<Command, String> dryRun() {
    Map<Command, String> refused = new LinkedHashMap<>();
    for (Command each : new Command[] {Command.PING, Command.INCR, Command.GET}) {
      String answer = redis.aclDryRun(user, each.name(), arguments(each));
      if (!answer.equals("OK")) {
        refused.put(each, answer);
      }
    }
    return refused;
  }

  private Map<Command, String> queued() {
    Map<Command, String> refused = new LinkedHashMap<>();
    redis.sendCommand(Command.MULTI);
    try {
      for (Command each : new Command[] {Command.PING, Command.INCR, Command.GET}) {
        try {
          redis.sendCommand(each, arguments(each));
        } catch (JedisDataException e) {
          refused.put(each, each + ": " + e.getMessage());
        }
      }
    } finally {
      redis.sendCommand(Command.DISCARD);
    }
    return refused;
  }
}
