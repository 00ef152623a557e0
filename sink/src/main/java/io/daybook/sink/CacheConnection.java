// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import javax.net.ssl.SSLParameters;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPooled;

/** One connection to Redis, opened when it is needed and again after it was lost. */
final class CacheConnection {
  private CacheConnection() {}

  static JedisPooled to(SinkSettings.Cache settings) {
    int timeoutMs = Math.toIntExact(settings.timeout().toMillis());
    return new JedisPooled(
        onePooled(), settings.redis(), timeoutMs, timeoutMs, null, checkingTheName(), null);
  }

  /** Without it any certificate of a trusted authority would do, whoever it was made out to. */
  private static SSLParameters checkingTheName() {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  private static GenericObjectPoolConfig<Connection> onePooled() {
    GenericObjectPoolConfig<Connection> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(1);
    config.setJmxEnabled(false);
    return config;
  }
}
