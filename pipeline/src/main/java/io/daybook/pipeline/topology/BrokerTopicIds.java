// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.topic.TopicAdmin;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker, each time: a topic within the topology may be deleted and created anew under a
 * running application.
 */
final class BrokerTopicIds implements TopicIds, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerTopicIds.class);

  /** Well before the group would take the thread for dead. */
  private static final Duration ANSWER_WITHIN = Duration.ofMinutes(2);

  private static final Duration AGAIN_AFTER = Duration.ofMillis(200);

  private final Map<String, String> kafka;
  private TopicAdmin admin;

  /**
   * Connects when it is first asked.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  BrokerTopicIds(Map<String, String> kafka) {
    this.kafka = kafka;
  }

  /** A broker that is away, or has not heard of a new topic yet, is waited for. */
  @Override
  public String of(String topic) {
    long deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
    try {
      while (true) {
        try {
          return admin().id(topic);
        } catch (ExecutionException e) {
          boolean again = e.getCause() instanceof RetriableException;
          if (!again || System.nanoTime() > deadline) {
            throw new KafkaException("The id of " + topic + " cannot be told", e.getCause());
          }
          LOG.debug("The id of {} is asked for again: {}", topic, e.getCause().getMessage());
          Thread.sleep(AGAIN_AFTER.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while the broker was asked for " + topic, e);
    }
  }

  private synchronized TopicAdmin admin() {
    if (admin == null) {
      admin = new TopicAdmin(kafka);
    }
    return admin;
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close();
      admin = null;
    }
  }
}
