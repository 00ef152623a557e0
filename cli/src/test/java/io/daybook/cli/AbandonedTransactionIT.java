// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a killed process of the aggregate has left open is ended by those who take over, long before
 * the brokers would; nobody else's is.
 */
class AbandonedTransactionIT {
  private static final String AGGREGATE = "it-aggregate-trips_daily-g1-";

  @TempDir Path folder;

  @Test
  void thoseWhoTakeOverEndIt() throws Exception {
    String own = AGGREGATE + UUID.randomUUID() + "-1";
    String foreign = AGGREGATE + "later-" + UUID.randomUUID() + "-1";
    try (TripSite site = TripSite.start(folder, "");
        TopicAdmin admin = new TopicAdmin(site.rig().installation().config().kafka());
        Producer<byte[], byte[]> killed = producer(site, own);
        Producer<byte[], byte[]> other = producer(site, foreign)) {
      Topic read = site.rig().installation().topics().rollup("trips_daily", 1);
      site.rig().stopRoles();
      leaveOpen(killed, read);
      Topic elsewhere = new Topic("elsewhere", 1, Map.of());
      admin.ensure(List.of(elsewhere));
      leaveOpen(other, elsewhere);
      assertEquals(TransactionState.ONGOING, state(admin, own));

      site.execute("UPDATE trip SET km = km + 1");
      site.rig().startRoles(false);
      site.rig().await("its end", () -> state(admin, own) != TransactionState.ONGOING);
      site.assertEqual();
      assertEquals(TransactionState.ONGOING, state(admin, foreign));
    }
  }

  private static Producer<byte[], byte[]> producer(TripSite site, String id) {
    Map<String, Object> config = new HashMap<>(site.rig().installation().config().kafka());
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15 * 60 * 1000);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void leaveOpen(Producer<byte[], byte[]> producer, Topic topic) throws Exception {
    producer.initTransactions();
    producer.beginTransaction();
    for (int partition = 0; partition < topic.partitions(); partition++) {
      producer.send(new ProducerRecord<>(topic.name(), partition, new byte[1], null)).get();
    }
  }

  private static TransactionState state(TopicAdmin admin, String id) {
    try {
      return admin.client().listTransactions().all().get().stream()
          .filter(each -> each.transactionalId().equals(id))
          .map(TransactionListing::state)
          .findFirst()
          .orElseThrow();
    } catch (Exception e) {
      throw new AssertionError(id, e);
    }
  }
}
