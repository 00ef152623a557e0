// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Degradation;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of one rollup that Kafka Streams has dropped: it does so with what it holds for too late
 * or invalid, and only counts it. What was in them nobody knows, so they put the whole rollup in
 * doubt for good. The cells that hold that doubt may be another process's, so it goes through their
 * topic.
 */
final class Drops {
  private static final Logger log = LoggerFactory.getLogger(Drops.class);
  private static final String METRIC = "dropped-records-total";

  private final Rollup rollup;
  private final Topic cells;
  private final Map<String, String> kafka;
  private final KafkaStreams streams;
  private double told;

  Drops(Rollup rollup, Topics topics, Map<String, String> kafka, KafkaStreams streams) {
    this.rollup = rollup;
    this.cells = RollupTopology.cells(rollup, topics);
    this.kafka = kafka;
    this.streams = streams;
  }

  /** Tells of those that came since the last time; what cannot be told is tried again then. */
  void look() {
    try {
      tell();
    } catch (KafkaException | ExecutionException | IllegalStateException e) {
      log.error("the cells of {} cannot be told of drops yet: {}", rollup.name(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() throws ExecutionException, InterruptedException {
    double dropped = 0;
    for (Metric metric : streams.metrics().values()) {
      if (metric.metricName().name().equals(METRIC)) {
        dropped += (Double) metric.metricValue();
      }
    }
    long more = (long) (dropped - told);
    if (more > 0) {
      log.error("Kafka Streams has dropped {} records of {}", more, rollup.name());
      send(new Message.Doubt(more, "Kafka Streams dropped records"));
    }
    told = dropped;
  }

  private void send(Message.Doubt doubt) throws ExecutionException, InterruptedException {
    byte[] key = Degradation.key(null);
    byte[] value =
        MessageSerde.ofCells(new CellAlgebra(rollup)).serializer().serialize(cells.name(), doubt);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            new HashMap<>(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(cells.name(), cells.partitionOf(key), key, value)).get();
    }
  }
}
