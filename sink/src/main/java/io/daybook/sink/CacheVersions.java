// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** The versions in Redis, one for each workspace, and the sentinel beside them. */
final class CacheVersions {
  private static final int PAGE = 1_000;

  /**
   * Increments no version that was lost: it would pass through values that it had before, and
   * readers might find what they stored under them.
   */
  private static final String COUNT =
      """
      local sentinel = redis.call('HMGET', KEYS[1], 'lift', 'counter', 'server')
      if sentinel[1] ~= ARGV[1] or (tonumber(sentinel[2]) or -1) < tonumber(ARGV[2])
          or not sentinel[3] or sentinel[3] == '' then
        return {}
      end
      local answer = {redis.call('HINCRBY', KEYS[1], 'counter', 1)}
      for i = 2, #KEYS do
        local version = redis.pcall('GET', KEYS[i])
        local number = not version and 0
            or type(version) == 'string' and string.match(version, '^%d+$')
        if number and tonumber(number) >= tonumber(ARGV[i + 1]) then
          answer[i] = redis.call('INCR', KEYS[i])
        else
          answer[i] = -1
        end
      end
      return answer
      """;

  private final SinkSettings settings;
  private final JedisPooled redis;

  CacheVersions(SinkSettings settings, JedisPooled redis) {
    this.settings = settings;
    this.redis = redis;
  }

  /**
   * What came of a round.
   *
   * @param versions the new version of each workspace that was incremented
   * @param lost workspaces whose version is lower than it was, and was left alone
   * @param counter the sentinel's, after these increments
   * @param loss of more than some keys: then some may be in neither of both
   */
  record Outcome(Map<String, Long> versions, Set<String> lost, long counter, Optional<Loss> loss) {}

  /**
   * Increments the version of each.
   *
   * @param known what each version was at least
   * @throws JedisDataException when Redis refuses; some increments may have happened
   * @throws JedisException when Redis does not answer; any of the increments may have happened
   */
  Outcome increment(Map<String, Long> known, SentinelTable.Remembered remembered) {
    List<String> workspaces = List.copyOf(known.keySet());
    List<Response<Object>> pages = new ArrayList<>();
    Response<List<String>> fields;
    Response<Object> info;
    try (Pipeline pipeline = redis.pipelined()) {
      fields = fields(pipeline);
      for (int from = 0; from < workspaces.size(); from += PAGE) {
        int to = Math.min(workspaces.size(), from + PAGE);
        pages.add(count(pipeline, workspaces.subList(from, to), known, remembered));
      }
      info = pipeline.sendCommand(Command.INFO, "server");
      pipeline.sync();
    }
    Optional<Loss> loss = Sentinel.of(fields.get(), text(info)).lossSince(remembered);
    Map<String, Long> versions = new LinkedHashMap<>();
    Set<String> lost = new LinkedHashSet<>();
    long counter = 0;
    for (int page = 0; page < pages.size(); page++) {
      List<?> answers = (List<?>) pages.get(page).get();
      if (answers.isEmpty()) {
        loss = loss.or(() -> Optional.of(Loss.UNFINISHED));
      } else {
        counter = (Long) answers.get(0);
      }
      for (int i = 1; i < answers.size(); i++) {
        String workspace = workspaces.get(page * PAGE + i - 1);
        long version = (Long) answers.get(i);
        if (version < 0) {
          lost.add(workspace);
        } else {
          versions.put(workspace, version);
        }
      }
    }
    return new Outcome(versions, lost, counter, loss);
  }

  private Response<Object> count(
      Pipeline pipeline,
      List<String> workspaces,
      Map<String, Long> known,
      SentinelTable.Remembered remembered) {
    List<String> keys = new ArrayList<>(List.of(settings.sentinelKey()));
    List<String> arguments = new ArrayList<>();
    arguments.add(Long.toString(remembered.lift()));
    arguments.add(Long.toString(remembered.counter()));
    for (String workspace : workspaces) {
      keys.add(settings.cache().keyPrefix() + workspace);
      arguments.add(known.get(workspace).toString());
    }
    return pipeline.eval(COUNT, keys, arguments);
  }

  /** Looks at the sentinel, and changes nothing. */
  Sentinel look() {
    Response<List<String>> fields;
    Response<Object> info;
    try (Pipeline pipeline = redis.pipelined()) {
      fields = fields(pipeline);
      info = pipeline.sendCommand(Command.INFO, "server");
      pipeline.sync();
    }
    return Sentinel.of(fields.get(), text(info));
  }

  private Response<List<String>> fields(Pipeline pipeline) {
    return pipeline.hmget(settings.sentinelKey(), Sentinel.LIFT, Sentinel.COUNTER, Sentinel.SERVER);
  }

  /** Null where INFO is refused: what it says is of use, not needed. */
  private static String text(Response<Object> info) {
    try {
      return info.get() instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : null;
    } catch (JedisDataException notAllowed) {
      return null;
    }
  }
}
