// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.UnknownServerException;

/** A client that asks brokers and waits for nothing longer than the limit. */
final class KafkaSession implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int RETRY_AFTER_MS = 100;
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

  private final Admin admin;

  KafkaSession(Map<String, String> kafka) {
    Map<String, Object> properties = new HashMap<>(kafka);
    int limitMs = atMost(LIMIT, kafka.get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, limitMs);
    properties.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Math.min(
            limitMs,
            atMost(REQUEST_LIMIT, kafka.get(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG))));
    properties.put(AdminClientConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_AFTER_MS);
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "daybook-preflight");
    this.admin = Admin.create(properties);
  }

  /** What is configured, where that is less. */
  private static int atMost(Duration limit, String configuredMs) {
    int limitMs = Math.toIntExact(limit.toMillis());
    return configuredMs == null ? limitMs : Math.min(limitMs, Integer.parseInt(configuredMs));
  }

  Admin admin() {
    return admin;
  }

  /**
   * The answer.
   *
   * @throws ApiException the broker's refusal, or that it did not answer in time
   */
  static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException refusal) {
        throw refusal;
      }
      throw new UnknownServerException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while waiting for a broker", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
