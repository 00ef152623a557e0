// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicTail;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What Kafka holds of earlier captures: the newest committed state, and the ends of the topics. */
record Remembered(Optional<CaptureState> state, TopicEnds topics) {

  /** Call it after initTransactions: by then nothing of a predecessor is still undecided. */
  static Remembered read(CaptureSettings settings) {
    try (TopicTail tail = new TopicTail(settings.kafka())) {
      Optional<CaptureState> state = state(tail, settings.topics().captureState());
      return new Remembered(state, TopicEnds.read(tail, settings.cdcTopics(), state));
    }
  }

  /** The newest committed state alone. */
  static Optional<CaptureState> state(TopicTail tail, Topic topic) {
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    return tail.read(List.of(partition), record -> true)
        .get(partition)
        .newest()
        .map(ConsumerRecord::value)
        .map(CaptureStateRecord::read);
  }

  /** The highest epoch that either has seen, 0 where there is none. */
  int epoch() {
    return Math.max(state.map(CaptureState::epoch).orElse(0), topics.epoch());
  }
}
