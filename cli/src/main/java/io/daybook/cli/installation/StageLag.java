// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** How far the stages of a rollup are behind their topics. */
final class StageLag {
  private static final String SINK_OFFSETS =
      "SELECT partition, \"offset\" FROM daybook.progress WHERE rollup = ? AND generation = ?";

  private final Topics topics;
  private final TopicAdmin admin;

  StageLag(Topics topics, TopicAdmin admin) {
    this.topics = topics;
    this.admin = admin;
  }

  StatusReport.Stage aggregate(Rollup rollup) throws ExecutionException, InterruptedException {
    String group = topics.aggregateId(rollup.name(), rollup.generation());
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.client().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    rollup.tables().forEach(table -> offsets.putAll(zeros(topics.cdc(table.name()).name())));
    committed.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return new StatusReport.Stage("aggregate " + rollup.label(), lag(offsets));
  }

  /** How many of the records of its input topics a generation's aggregate has read. */
  Replay replay(Rollup rollup) throws ExecutionException, InterruptedException {
    Set<TopicPartition> inputs = new HashSet<>();
    rollup
        .tables()
        .forEach(table -> inputs.addAll(zeros(topics.cdc(table.name()).name()).keySet()));
    String group = topics.aggregateId(rollup.name(), rollup.generation());
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.client().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> begins = admin.begins(inputs);
    Map<TopicPartition, Long> ends = admin.ends(inputs, IsolationLevel.READ_COMMITTED);
    long read = 0;
    long all = 0;
    for (TopicPartition each : inputs) {
      OffsetAndMetadata at = committed.get(each);
      read += at == null ? 0 : Math.max(0, at.offset() - begins.get(each));
      all += ends.get(each) - begins.get(each);
    }
    return new Replay(read, all);
  }

  StatusReport.Stage sink(Rollup rollup, DataSource target)
      throws SQLException, ExecutionException, InterruptedException {
    String topic = topics.rollup(rollup.name(), rollup.generation()).name();
    Map<TopicPartition, Long> offsets = zeros(topic);
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(SINK_OFFSETS)) {
      statement.setString(1, rollup.name());
      statement.setInt(2, rollup.generation());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          offsets.put(new TopicPartition(topic, row.getInt(1)), row.getLong(2));
        }
      }
    }
    return new StatusReport.Stage("sink " + rollup.label(), lag(offsets));
  }

  private Map<TopicPartition, Long> zeros(String topic) {
    return IntStream.range(0, topics.partitions())
        .boxed()
        .collect(Collectors.toMap(each -> new TopicPartition(topic, each), each -> 0L));
  }

  private long lag(Map<TopicPartition, Long> offsets)
      throws ExecutionException, InterruptedException {
    long lag = 0;
    for (var end : admin.ends(offsets.keySet(), IsolationLevel.READ_COMMITTED).entrySet()) {
      lag += Math.max(0, end.getValue() - offsets.get(end.getKey()));
    }
    return lag;
  }
}
