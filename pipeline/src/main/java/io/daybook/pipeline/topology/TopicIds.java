// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.topic.TopicAdmin;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** What tells a topic from an earlier one of its name. */
interface TopicIds {

  /** Its id; the topic must exist. */
  String of(String topic);

  /**
   * As the broker says, asked once for each topic: one that is deleted under a running application
   * ends it.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  static TopicIds ofBroker(Map<String, String> kafka) {
    Map<String, String> known = new ConcurrentHashMap<>();
    return topic -> known.computeIfAbsent(topic, name -> ask(kafka, name));
  }

  private static String ask(Map<String, String> kafka, String topic) {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      return admin.id(topic);
    } catch (ExecutionException e) {
      // Streams initializes a task again after this one.
      throw new TimeoutException("The id of " + topic + " cannot be told", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while the broker was asked for " + topic, e);
    }
  }
}
