// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.schemas.topic.Account;
import io.daybook.schemas.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Topic PARCELS = new Topic("parcels", 2, Map.of());
  private static final Topic DEPOTS = new Topic("depots", 1, Map.of());

  @Test
  void countsGoOnFromWhatWasRemembered() {
    Tally tally = new Tally(Accounts.NONE.with(List.of(PARCELS), 1));
    count(tally, PARCELS, 1);
    count(tally, PARCELS, 1);
    Accounts remembered = tally.accounts().with(List.of(PARCELS, DEPOTS), 4);
    count(tally, PARCELS, 1);
    Tally next = new Tally(remembered);
    count(next, PARCELS, 0);
    assertEquals(Optional.of(new Account(1, 1)), next.of("parcels", 0));
    assertEquals(Optional.of(new Account(1, 2)), next.of("parcels", 1));
    assertEquals(Optional.of(new Account(4, 0)), next.of("depots", 0));
  }

  @Test
  void aTopicThatIsNotCountedHasNoAccount() {
    Tally tally = new Tally(Accounts.NONE);
    count(tally, PARCELS, 1);
    assertEquals(Optional.empty(), tally.of("parcels", 1));
    assertEquals(Accounts.NONE, tally.accounts());
  }

  @Test
  void aTopicWithOtherPartitionsIsCountedAnew() {
    Accounts accounts = Accounts.NONE.with(List.of(PARCELS), 1);
    Topic wider = new Topic("parcels", 3, Map.of());
    assertEquals(
        new Accounts.OfTopic(2, List.of(0L, 0L, 0L), List.of()),
        accounts.with(List.of(wider), 2).topics().get("parcels"));
  }

  @Test
  void whereAnEpochBeginsIsKeptWhileItIsCounted() {
    Accounts begun =
        Accounts.NONE
            .with(List.of(PARCELS, DEPOTS), 1)
            .beginningAt(Map.of(new TopicPartition("parcels", 1), 7L));
    Tally tally = new Tally(begun);
    count(tally, PARCELS, 1);
    Accounts.OfTopic parcels = tally.accounts().topics().get("parcels");
    assertEquals(0, parcels.begin(0));
    assertEquals(7, parcels.begin(1));
    assertEquals(List.of(), tally.accounts().topics().get("depots").begins());
  }

  private static void count(Tally tally, Topic topic, int partition) {
    tally.count(new ProducerRecord<>(topic.name(), partition, null, null));
  }
}
