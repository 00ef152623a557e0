// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Reads the cache versions back from Redis. */
final class CacheVersions implements AutoCloseable {
  private static final int KEYS_PER_SCAN = 1_000;

  private final Jedis redis;
  private final String keyPrefix;

  CacheVersions(URI redis, String keyPrefix) {
    this.redis = new Jedis(redis);
    this.keyPrefix = keyPrefix;
  }

  /** The sum of all versions. */
  long sum() {
    ScanParams params = new ScanParams().match(keyPrefix + "*").count(KEYS_PER_SCAN);
    Map<String, Long> versions = new java.util.HashMap<>();
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      ScanResult<String> page = redis.scan(cursor, params);
      List<String> keys = new ArrayList<>(page.getResult());
      if (!keys.isEmpty()) {
        List<String> values = redis.mget(keys.toArray(String[]::new));
        for (int i = 0; i < keys.size(); i++) {
          versions.put(keys.get(i), Long.valueOf(values.get(i)));
        }
      }
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    return versions.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    redis.close();
  }
}
