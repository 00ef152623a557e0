// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** The versions in Redis, one for each workspace, and the sentinel beside them. */
final class CacheVersions {
  private final SinkSettings settings;
  private final JedisPooled redis;

  CacheVersions(SinkSettings settings, JedisPooled redis) {
    this.settings = settings;
    this.redis = redis;
  }

  /**
   * What came of a round.
   *
   * @param versions the new version of each workspace whose increment is acknowledged
   * @param sentinel as it was after these increments
   * @param counter of this round
   * @param refusal Redis' words on one that it refused
   */
  record Outcome(
      Map<String, Long> versions, Sentinel sentinel, long counter, Optional<String> refusal) {}

  /**
   * Increments the version of each.
   *
   * @throws JedisDataException when the sentinel is refused
   * @throws JedisException when Redis does not answer; any of the increments may have happened
   */
  Outcome increment(Collection<String> workspaces) {
    Map<String, Response<Long>> answers = new LinkedHashMap<>();
    Response<List<String>> fields;
    Response<Long> counter;
    Response<Object> info;
    try (Pipeline pipeline = redis.pipelined()) {
      for (String workspace : workspaces) {
        answers.put(workspace, pipeline.incr(key(workspace)));
      }
      fields = fields(pipeline);
      counter = pipeline.hincrBy(settings.sentinelKey(), Sentinel.COUNTER, 1);
      info = pipeline.sendCommand(Command.INFO, "server");
      pipeline.sync();
    }
    Map<String, Long> versions = new LinkedHashMap<>();
    String refusal = null;
    for (Map.Entry<String, Response<Long>> each : answers.entrySet()) {
      try {
        versions.put(each.getKey(), each.getValue().get());
      } catch (JedisDataException e) {
        refusal = "INCR " + key(each.getKey()) + ": " + e.getMessage();
      }
    }
    Sentinel sentinel = Sentinel.of(fields.get(), text(info));
    return new Outcome(versions, sentinel, counter.get(), Optional.ofNullable(refusal));
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

  private String key(String workspace) {
    return settings.cache().keyPrefix() + workspace;
  }
}
