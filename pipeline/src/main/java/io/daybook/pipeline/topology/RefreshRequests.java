// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Asks the aggregate of a rollup's generation to send rows once more, whichever process it is in:
 * through the topic of its cells. Each partition answers in its rollup topic, after the last of
 * them; one that does not may be asked again.
 */
public final class RefreshRequests {
  private final Topic cells;
  private final MessageSerde serde;
  private final RollupRecords records;
  private final Map<String, String> kafka;

  /**
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public RefreshRequests(Rollup rollup, Topics topics, Map<String, String> kafka) {
    this.cells = RollupTopology.cells(rollup, topics);
    this.serde = MessageSerde.ofCells(new CellAlgebra(rollup));
    this.records = new RollupRecords(rollup);
    this.kafka = Map.copyOf(kafka);
  }

  /**
   * Returns when the broker has the requests.
   *
   * @param id with which they answer
   */
  public void send(long id, RefreshScope scope, Collection<Integer> partitions)
      throws InterruptedException {
    requireTopic();
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.RECORD_BYTES_MAX);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int partition : partitions) {
        byte[] value =
            serde
                .serializer()
                .serialize(cells.name(), new Message.Refresh(id, of(scope, partition)));
        producer.send(new ProducerRecord<>(cells.name(), partition, null, value)).get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("A refresh could not be asked for in " + cells.name(), e.getCause());
    }
  }

  /** A broker that creates topics by itself would make it with other partitions. */
  private void requireTopic() {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      if (!admin.missing(List.of(cells)).isEmpty()) {
        throw new KafkaException(
            "There is no topic " + cells.name() + " yet: the aggregate has not run");
      }
    }
  }

  private RefreshScope of(RefreshScope scope, int partition) {
    if (!scope.byKeys()) {
      return scope;
    }
    List<List<String>> own =
        scope.keys().stream()
            .filter(key -> cells.partitionOf(records.keyOf(key)) == partition)
            .toList();
    return own.isEmpty()
        ? new RefreshScope(List.of(), "infinity", "-infinity", List.of())
        : RefreshScope.ofKeys(own);
  }
}
