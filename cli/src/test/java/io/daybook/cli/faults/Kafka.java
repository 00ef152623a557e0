// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** What stands in the topics and groups of a site, asked beside the proxy. */
final class Kafka implements AutoCloseable {
  private final TopicAdmin admin;
  private final Topics topics;
  private volatile List<Rollup> rollups;

  Kafka(Map<String, String> clients, Topics topics, List<Rollup> rollups) {
    this.admin = new TopicAdmin(clients);
    this.topics = topics;
    of(rollups);
  }

  void of(List<Rollup> others) {
    rollups = List.copyOf(others);
  }

  TopicAdmin admin() {
    return admin;
  }

  /** Sum of the ends of a table's CDC topic, with what is not committed yet and markers. */
  long written(String table) throws ExecutionException, InterruptedException {
    String topic = topics.cdc(new TableName("public", table)).name();
    List<TopicPartition> partitions =
        IntStream.range(0, topics.partitions())
            .mapToObj(number -> new TopicPartition(topic, number))
            .toList();
    return admin.ends(partitions, IsolationLevel.READ_UNCOMMITTED).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Records of CDC topics that no aggregate of any rollup has committed yet. */
  long notAggregated() throws ExecutionException, InterruptedException {
    long lag = 0;
    for (Rollup rollup : rollups) {
      String group = topics.aggregateId(rollup.name(), rollup.generation());
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.client().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      for (var end : admin.ends(committed.keySet(), IsolationLevel.READ_COMMITTED).entrySet()) {
        lag += Math.max(0, end.getValue() - committed.get(end.getKey()).offset());
      }
    }
    return lag;
  }

  /** Bytes on disk of all changelogs of the aggregates. */
  long changelogBytes() throws ExecutionException, InterruptedException {
    long bytes = 0;
    for (var folders :
        admin.client().describeLogDirs(List.of(1)).allDescriptions().get().values()) {
      for (LogDirDescription folder : folders.values()) {
        for (var replica : folder.replicaInfos().entrySet()) {
          if (replica.getKey().topic().endsWith("-changelog")) {
            bytes += replica.getValue().size();
          }
        }
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    admin.close();
  }
}
