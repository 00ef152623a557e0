// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.cache;

import java.util.List;
import java.util.Optional;
import redis.clients.jedis.JedisPooled;

/**
 * Answers in Redis, by the rules that every reader who caches must keep: the version is read before
 * the answer is computed, and again when it is stored; where a version is missing, or the sink does
 * not vouch for the versions of this very server, nothing is read and nothing stored; of two that
 * are stored under one version the one that is complete through more stays.
 *
 * <p>Each is one script, so that Redis can be replaced by another server only between them.
 */
final class VersionedStore {
  /** Readers, too, may only trust versions that belong to the server that answers. */
  private static final String VERSION =
      """
      local server = redis.call('HGET', KEYS[1], 'server')
      if not server or server == '' then return {} end
      local info = redis.pcall('INFO', 'server')
      local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)')
      if run and run ~= server then return {} end
      local version = redis.call('GET', KEYS[2])
      if not version then return {} end
      """;

  private static final String FETCH =
      VERSION
          + """
          return {version, redis.call('GET', ARGV[1] .. version .. ARGV[2])}
          """;

  private static final String STORE =
      VERSION
          + """
          if version ~= ARGV[3] then return {} end
          local key = ARGV[1] .. version .. ARGV[2]
          local there = redis.call('GET', key)
          local through = there and tonumber(string.match(there, '^%d+'))
          if through and through >= tonumber(ARGV[6]) then
            return {there}
          end
          redis.call('SET', key, ARGV[4], 'PX', ARGV[5])
          return {ARGV[4]}
          """;

  private final JedisPooled redis;
  private final CacheSettings settings;

  VersionedStore(JedisPooled redis, CacheSettings settings) {
    this.redis = redis;
    this.settings = settings;
  }

  /**
   * What there is.
   *
   * @param version of the workspace
   * @param entry null where none is kept under it
   */
  record Found(String version, Entry entry) {}

  /** Empty where there is no version to rely on. */
  Optional<Found> fetch(EntryKey key) {
    List<?> answer = (List<?>) redis.eval(FETCH, keys(key), List.of(head(key), key.tail()));
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    String entry = answer.size() < 2 ? null : (String) answer.get(1);
    return Optional.of(new Found((String) answer.get(0), Entry.parse(entry).orElse(null)));
  }

  /**
   * Keeps an answer that was computed after the version was read.
   *
   * @return what is kept now; empty where the version has changed
   */
  Optional<Entry> store(EntryKey key, String version, Entry entry) {
    List<?> answer =
        (List<?>)
            redis.eval(
                STORE,
                keys(key),
                List.of(
                    head(key),
                    key.tail(),
                    version,
                    entry.text(),
                    Long.toString(settings.ttl().toMillis()),
                    Long.toString(Entry.micros(entry.completeThrough()))));
    return answer.isEmpty() ? Optional.empty() : Entry.parse((String) answer.get(0));
  }

  private List<String> keys(EntryKey key) {
    return List.of(settings.sentinelKey(), settings.versionPrefix() + key.workspace());
  }

  private String head(EntryKey key) {
    return settings.entryPrefix() + key.head();
  }
}
