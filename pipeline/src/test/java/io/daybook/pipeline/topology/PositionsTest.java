// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PositionsTest {
  private static final Bytes KEY = Bytes.wrap(new byte[] {9});
  private static final int NONE = 0;

  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
  private final KeyValueStore<Bytes, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("store"), Serdes.Bytes(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private String generation = "first";
  private Positions positions;

  @BeforeEach
  void start() {
    store.init(context.getStateStoreContext(), store);
    revive();
  }

  /** What was not written is forgotten, as where a transaction was aborted. */
  private void revive() {
    positions = new Positions(context, store, KEY, topic -> generation + " " + topic);
  }

  private boolean isNew(String topic, long offset, int epoch) {
    context.setRecordMetadata(topic, 0, offset);
    RecordHeaders headers = new RecordHeaders();
    if (epoch != NONE) {
      headers.add(Position.HEADER, new Position(epoch, Lsn.ZERO, Lsn.ZERO).toHeader());
    }
    return positions.isNew(new Record<>(new byte[0], new byte[0], 0, headers));
  }

  @Test
  void whatStateHasIsNotNewInItsOwnTopic() {
    assertTrue(isNew("a", 5, NONE));
    assertTrue(isNew("a", 7, NONE));
    assertFalse(isNew("a", 7, NONE));
    assertFalse(isNew("a", 0, NONE));
    assertTrue(isNew("b", 0, NONE));
    assertTrue(isNew("a", 8, NONE));
  }

  @Test
  void whatWasCommittedCountsAfterARestartAndNothingElse() {
    assertTrue(isNew("a", 5, 1));
    positions.write();
    assertTrue(isNew("a", 6, 1));
    revive();
    assertFalse(isNew("a", 5, 1));
    assertTrue(isNew("a", 6, 1));
  }

  @Test
  void aTopicThatWasCreatedAnewIsReadFromItsBeginning() {
    assertTrue(isNew("a", 100, 1));
    positions.write();
    generation = "second";
    revive();
    assertTrue(isNew("a", 0, 1));
    positions.write();
    revive();
    assertFalse(isNew("a", 0, 1));
    assertTrue(isNew("a", 1, 1));
  }

  @Test
  void aTopicThatIsCreatedAnewMeanwhileIsNotPassedOver() {
    assertTrue(isNew("a", 100, NONE));
    generation = "second";
    assertTrue(isNew("a", 0, NONE));
    assertTrue(isNew("a", 1, NONE));
    assertFalse(isNew("a", 1, NONE));
  }

  @Test
  void eachTopicIsLookedAtBeforeItIsPassedOver() {
    assertTrue(isNew("a", 100, NONE));
    assertTrue(isNew("b", 100, NONE));
    assertFalse(isNew("a", 0, NONE));
    generation = "second";
    assertTrue(isNew("b", 0, NONE));
  }

  @Test
  void aHigherEpochCountsWhereverItStands() {
    assertTrue(isNew("a", 100, 1));
    assertFalse(isNew("a", 60, 1));
    assertTrue(isNew("a", 61, 2));
    assertFalse(isNew("a", 61, 2));
    assertTrue(isNew("a", 62, 2));
    assertTrue(isNew("a", 101, 1));
  }
}
