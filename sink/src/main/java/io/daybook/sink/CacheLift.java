// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.JedisPooled;

/**
 * Lifts versions in Redis. Each step is a script, so that it happens at once, and does nothing
 * where it comes too late: any number of sinks may lift the same versions.
 */
final class CacheLift {
  private static final String BEGIN =
      "redis.call('HSET', KEYS[1], 'lift', ARGV[1], 'counter', ARGV[2], 'server', '')";

  private static final String LIFT =
      """
      local sentinel = redis.call('HMGET', KEYS[1], 'lift', 'server')
      if sentinel[1] ~= ARGV[1] or (ARGV[2] == 'all' and sentinel[2] ~= '') then
        return {-1, 0}
      end
      local lifted = 0
      for i = 2, #KEYS do
        local version = redis.pcall('GET', KEYS[i])
        local number = type(version) == 'string' and string.match(version, '^%d+$')
        if not number or tonumber(number) < tonumber(ARGV[i + 1]) then
          redis.call('SET', KEYS[i], ARGV[i + 1])
          lifted = lifted + 1
        end
      end
      return {redis.call('HINCRBY', KEYS[1], 'counter', 1), lifted}
      """;

  private static final String FINISH =
      """
      local sentinel = redis.call('HMGET', KEYS[1], 'lift')
      if sentinel[1] ~= ARGV[1] then
        return 0
      end
      redis.call('HSET', KEYS[1], 'server', ARGV[2])
      return 1
      """;

  private final SinkSettings settings;
  private final JedisPooled redis;

  CacheLift(SinkSettings settings, JedisPooled redis) {
    this.settings = settings;
    this.redis = redis;
  }

  /**
   * What came of some versions.
   *
   * @param counter the sentinel's, higher with each page on the same data
   * @param lifted how many were lower
   */
  record Page(long counter, int lifted) {}

  /** From now on until the end, no version is to be trusted. */
  void begin(SentinelTable.Remembered lift) {
    redis.eval(
        BEGIN,
        List.of(settings.sentinelKey()),
        List.of(Long.toString(lift.lift()), Long.toString(lift.counter())));
  }

  /** Lifts these as part of a lift of all; empty when that is not, or no longer, under way. */
  Optional<Page> ofAll(long lift, Map<String, Long> floors) {
    return lift(lift, "all", floors);
  }

  /** Lifts these alone; empty when another lift than this was begun since. */
  Optional<Page> ofSome(long lift, Map<String, Long> floors) {
    return lift(lift, "some", floors);
  }

  private Optional<Page> lift(long lift, String share, Map<String, Long> floors) {
    List<String> keys = new ArrayList<>(List.of(settings.sentinelKey()));
    List<String> arguments = new ArrayList<>(List.of(Long.toString(lift), share));
    floors.forEach(
        (workspace, floor) -> {
          keys.add(settings.cache().keyPrefix() + workspace);
          arguments.add(floor.toString());
        });
    List<?> answer = (List<?>) redis.eval(LIFT, keys, arguments);
    long counter = (Long) answer.get(0);
    int lifted = Math.toIntExact((Long) answer.get(1));
    return counter < 0 ? Optional.empty() : Optional.of(new Page(counter, lifted));
  }

  /** All are lifted, for this server; false when another lift than this was begun since. */
  boolean finish(long lift, String runId) {
    Object answer =
        redis.eval(FINISH, List.of(settings.sentinelKey()), List.of(Long.toString(lift), runId));
    return answer.equals(1L);
  }
}
