// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Long work in slices, and a task that is revived in the middle of it. */
class SlicesTest {
  private static final Bytes JOB = Bytes.wrap(new byte[] {7});

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final List<Integer> visited = new ArrayList<>();
  private KeyValueStore<Bytes, byte[]> store;

  @BeforeEach
  void open() {
    store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("jobs"), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Counts down to 0. */
  private byte[] visit(Bytes job, byte[] state) {
    visited.add((int) state[0]);
    return state[0] == 0 ? null : new byte[] {(byte) (state[0] - 1)};
  }

  private Slices slices() {
    return new Slices(context, store, this::visit, now -> {});
  }

  private static void tick(CapturedPunctuator clock) {
    if (!clock.cancelled()) {
      clock.getPunctuator().punctuate(0);
    }
  }

  @Test
  void aRevivedTaskGoesOnWhereTheStoreSaysAndTheOldClockIsStill() {
    Slices first = slices();
    first.start(JOB, new byte[] {3});
    CapturedPunctuator old = context.scheduledPunctuators().get(0);
    tick(old);
    assertEquals(List.of(3, 2), visited);

    first.stop();
    Slices second = slices();
    CapturedPunctuator clock = context.scheduledPunctuators().get(1);
    assertTrue(old.cancelled());
    assertFalse(second.idle());
    for (int i = 0; i < 5; i++) {
      tick(old);
      tick(clock);
    }
    assertEquals(List.of(3, 2, 1, 0), visited);
    assertTrue(second.idle());
    assertTrue(clock.cancelled());
  }
}
