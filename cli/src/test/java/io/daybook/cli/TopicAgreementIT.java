// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.capture.Capture;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that somebody deleted, or set back, while the slot would serve on: all is read again. */
class TopicAgreementIT {
  private static final String DDL =
      """
      CREATE TABLE "Parcel" (
        id text PRIMARY KEY, weight int, note text, due date, at timestamp(3));
      CREATE TABLE "Depot" (id int PRIMARY KEY, name text NOT NULL);
      """;

  @TempDir static Path folder;
  private static EmbeddedStack stack;

  @BeforeAll
  static void startServers() {
    stack = EmbeddedStack.start(StackSettings.in(folder));
  }

  @AfterAll
  static void stopServers() {
    stack.close();
  }

  @Test
  void withTheStateGoneTheNextEpochIsAboveThatOfTheTopics() throws Exception {
    CaptureRig rig = captured("stateless");
    delete(rig, rig.topics().captureState());
    assertReadAgain(rig, 2);
    assertGoesOn(rig, 2);
  }

  @Test
  void anOlderStateIsNoticedThoughTheSlotWouldServeIt() throws Exception {
    CaptureRig rig = captured("earlier");
    Topic topic = rig.topics().captureState();
    List<ConsumerRecord<byte[], byte[]>> states = CdcLog.records(stack.kafkaBootstrap(), topic, 0);
    ConsumerRecord<byte[], byte[]> older = states.get(states.size() - 1);
    rig.sql("SELECT pg_copy_logical_replication_slot('earlier', 'kept')");
    try (Capture capture = rig.capture()) {
      rig.sql("INSERT INTO \"Depot\" VALUES (100, 'unknown to the older state')");
      rig.awaitCaptured(capture);
    }
    awaitFree(rig);
    rig.sql("SELECT pg_drop_replication_slot('earlier')");
    rig.sql("SELECT pg_copy_logical_replication_slot('kept', 'earlier')");
    rig.sql("SELECT pg_drop_replication_slot('kept')");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.copyOf(rig.kafka()), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic.name(), 0, older.key(), older.value())).get();
    }
    assertReadAgain(rig, 2);
    assertGoesOn(rig, 2);
  }

  @Test
  void aTopicThatWasDeletedAndCreatedIsFilledAgain() throws Exception {
    CaptureRig rig = captured("emptied");
    Topic topic = rig.topics().cdc(CaptureProcess.DEPOT.name());
    delete(rig, topic);
    try (TopicAdmin admin = new TopicAdmin(rig.kafka())) {
      admin.ensure(List.of(topic));
    }
    assertReadAgain(rig, 2);
    assertGoesOn(rig, 2);
  }

  /** What is captured, and captured on after another start. */
  private static CaptureRig captured(String database) throws Exception {
    CaptureRig rig =
        CaptureRig.create(stack, database, DDL, CaptureProcess.PARCEL, CaptureProcess.DEPOT);
    rig.sql("INSERT INTO \"Parcel\" (id) SELECT 'p' || n FROM generate_series(1, 50) n");
    rig.sql("INSERT INTO \"Depot\" SELECT n, 'd' FROM generate_series(1, 20) n");
    try (Capture capture = rig.capture()) {
      rig.awaitCaptured(capture);
    }
    assertGoesOn(rig, 1);
    return rig;
  }

  private static void assertGoesOn(CaptureRig rig, int epoch) throws Exception {
    awaitFree(rig);
    rig.sql("UPDATE \"Depot\" SET name = name || 'd'");
    try (Capture capture = rig.capture()) {
      rig.awaitCaptured(capture);
      assertEquals(epoch, capture.status().epoch());
      assertEquals(0, capture.status().counts().reads());
    }
    awaitFree(rig);
  }

  /** Rows that were deleted in the meantime are gone, the others are there. */
  private static void assertReadAgain(CaptureRig rig, int epoch) throws Exception {
    rig.sql("DELETE FROM \"Parcel\" WHERE id < 'p3'");
    rig.sql("DELETE FROM \"Depot\" WHERE id < 5");
    try (Capture capture = rig.capture()) {
      rig.awaitCaptured(capture);
      assertEquals(epoch, capture.status().epoch());
    }
    CdcLog depots = rig.log(CaptureProcess.DEPOT);
    assertTrue(depots.fences.contains(new Fence.SnapshotEnd(epoch)));
    assertEquals(rig.text("SELECT count(*) FROM \"Depot\""), "" + depots.table.size());
    CdcLog parcels = rig.log(CaptureProcess.PARCEL);
    assertEquals(rig.text("SELECT count(*) FROM \"Parcel\""), "" + parcels.table.size());
  }

  private static void delete(CaptureRig rig, Topic topic) throws Exception {
    try (TopicAdmin admin = new TopicAdmin(rig.kafka())) {
      admin.delete(Set.of(topic.name()));
      CaptureRig.await(
          topic.name() + " is gone", () -> admin.missing(List.of(topic)).contains(topic));
    }
  }

  private static void awaitFree(CaptureRig rig) throws Exception {
    CaptureRig.await("the slot is free", () -> isFree(rig));
  }

  private static boolean isFree(CaptureRig rig) throws SQLException {
    return rig.text(
            "SELECT count(*) FROM pg_replication_slots WHERE active AND slot_name = '"
                + rig.database()
                + "'")
        .equals("0");
  }
}
