// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.config.Config;
import io.daybook.schemas.topic.Topics;
import io.daybook.sink.SinkSettings;
import java.net.URI;
import java.util.List;

/** The keys that stay in Redis when everything else is removed. */
final class CacheKeys {
  private static final int REDIS_PORT = 6379;

  private CacheKeys() {}

  /** What stays, why, and the command that removes it. */
  static List<String> lines(Config config, Topics topics) {
    String sentinel = SinkSettings.sentinelKey(topics);
    String versions = config.cache().keyPrefix() + "*";
    URI redis = config.redis();
    String client =
        "redis-cli -h %s -p %d"
            .formatted(redis.getHost(), redis.getPort() < 0 ? REDIS_PORT : redis.getPort());
    return List.of(
        "in Redis: %s and %s. Versions must not go back while applications cache by them;"
            .formatted(versions, sentinel),
        "once nothing reads them any more, this removes them:",
        "  (%s --scan --pattern '%s'; echo '%s') | tr '\\n' '\\0' | xargs -0 %s UNLINK"
            .formatted(client, versions, sentinel, client));
  }
}
