// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates, checks and deletes topics. */
public final class TopicAdmin implements AutoCloseable {
  private final Admin admin;

  /**
   * Connects.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public TopicAdmin(Map<String, String> kafka) {
    this.admin = Admin.create(new HashMap<String, Object>(kafka));
  }

  /** The client itself, for what this class has no word for. */
  public Admin client() {
    return admin;
  }

  /** Those that do not exist yet. */
  public List<Topic> missing(Collection<Topic> topics) {
    List<Topic> missing = new ArrayList<>();
    Map<String, KafkaFuture<TopicDescription>> found =
        admin.describeTopics(topics.stream().map(Topic::name).toList()).topicNameValues();
    for (Topic topic : topics) {
      Optional<TopicDescription> description =
          await(found.get(topic.name()), UnknownTopicOrPartitionException.class);
      if (description.isEmpty()) {
        missing.add(topic);
      } else {
        check(topic, description.get().partitions().size());
      }
    }
    return missing;
  }

  /**
   * Creates what is missing, with the broker's replication factor.
   *
   * @return what was created
   * @throws IllegalStateException where a topic has another number of partitions
   */
  public List<Topic> ensure(Collection<Topic> topics) {
    List<Topic> missing = missing(topics);
    List<NewTopic> create =
        missing.stream()
            .map(
                topic ->
                    new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
                        .configs(topic.settings()))
            .toList();
    // Another process may have been quicker, which is as good.
    admin
        .createTopics(create)
        .values()
        .values()
        .forEach(created -> await(created, TopicExistsException.class));
    return missing;
  }

  /** What tells a topic from an earlier one of its name. */
  public String id(String topic) throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of(topic))
        .topicNameValues()
        .get(topic)
        .get()
        .topicId()
        .toString();
  }

  /** Names of all topics that begin so. */
  public Set<String> startingWith(Collection<String> prefixes) {
    Set<String> names = new TreeSet<>();
    for (String name :
        await(admin.listTopics().names(), TopicExistsException.class).orElseThrow()) {
      if (prefixes.stream().anyMatch(name::startsWith)) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * Where partitions end for a reader: at the first open transaction, for one that reads what is
   * committed.
   */
  public Map<TopicPartition, Long> ends(
      Collection<TopicPartition> partitions, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    return offsets(partitions, OffsetSpec.latest(), isolation);
  }

  /** Where partitions begin. */
  public Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(each -> asked.put(each, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(asked, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  /** Deletes topics; one that is gone already is as good. */
  public void delete(Collection<String> names) {
    admin
        .deleteTopics(names)
        .topicNameValues()
        .values()
        .forEach(deleted -> await(deleted, UnknownTopicOrPartitionException.class));
  }

  @Override
  public void close() {
    admin.close();
  }

  /** The result, or empty when it failed with the cause that is tolerated. */
  private static <T> Optional<T> await(
      KafkaFuture<T> future, Class<? extends Exception> tolerated) {
    try {
      return Optional.ofNullable(future.get());
    } catch (ExecutionException e) {
      if (tolerated.isInstance(e.getCause())) {
        return Optional.empty();
      }
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while waiting for the broker", e);
    }
  }

  private static void check(Topic topic, int partitions) {
    if (partitions != topic.partitions()) {
      throw new IllegalStateException(
          "The topic "
              + topic.name()
              + " has "
              + partitions
              + " partitions, configured are "
              + topic.partitions()
              + ": set 'partitions' to what it has, or delete the topic");
    }
  }
}
