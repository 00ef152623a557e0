// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics that capture writes to. */
final class CaptureTopics {
  private CaptureTopics() {}

  /** Creates those that are missing, with the broker's replication factor. */
  static void ensure(CaptureSettings settings) throws InterruptedException, ExecutionException {
    List<Topic> topics = new ArrayList<>();
    topics.add(settings.topics().captureState());
    for (Table table : settings.tables()) {
      topics.add(settings.topics().cdc(table.name()));
    }
    try (Admin admin = Admin.create(new HashMap<String, Object>(settings.kafka()))) {
      create(admin, topics);
      Map<String, KafkaFuture<TopicDescription>> found =
          admin.describeTopics(topics.stream().map(Topic::name).toList()).topicNameValues();
      for (Topic topic : topics) {
        check(topic, found.get(topic.name()).get().partitions().size());
      }
    }
  }

  private static void create(Admin admin, List<Topic> topics)
      throws InterruptedException, ExecutionException {
    Map<String, KafkaFuture<TopicDescription>> found =
        admin.describeTopics(topics.stream().map(Topic::name).toList()).topicNameValues();
    List<NewTopic> missing = new ArrayList<>();
    for (Topic topic : topics) {
      if (failsWith(found.get(topic.name()), UnknownTopicOrPartitionException.class)) {
        missing.add(
            new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
                .configs(topic.settings()));
      }
    }
    Map<String, KafkaFuture<Void>> created = admin.createTopics(missing).values();
    for (KafkaFuture<Void> topic : created.values()) {
      failsWith(topic, TopicExistsException.class); // another one was quicker: as good
    }
  }

  /** Waits; true if it failed with that cause. Any other failure is thrown. */
  private static boolean failsWith(KafkaFuture<?> future, Class<? extends Exception> cause)
      throws InterruptedException, ExecutionException {
    try {
      future.get();
      return false;
    } catch (ExecutionException e) {
      if (cause.isInstance(e.getCause())) {
        return true;
      }
      throw e;
    }
  }

  private static void check(Topic topic, int partitions) {
    if (partitions != topic.partitions()) {
      throw new FatalCaptureException(
          "Topic '"
              + topic.name()
              + "' has "
              + partitions
              + " partitions, configured are "
              + topic.partitions()
              + ": delete the topic, or configure what it has");
    }
  }
}
