// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.TopicTail;
import io.daybook.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** What the CDC topics hold so far. */
public final class CapturedHistory {
  private static final int FIRST_EPOCH = 1;

  private final Topics topics;
  private final Map<String, String> kafka;
  private final Optional<CaptureState> state;

  private CapturedHistory(Topics topics, Map<String, String> kafka, Optional<CaptureState> state) {
    this.topics = topics;
    this.kafka = kafka;
    this.state = state;
  }

  /**
   * Reads what capture has written down; its topic must exist.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public static CapturedHistory read(Topics topics, Map<String, String> kafka) {
    try (TopicTail tail = new TopicTail(kafka)) {
      return new CapturedHistory(topics, kafka, Remembered.state(tail, topics.captureState()));
    }
  }

  /**
   * The first epoch whose events have these columns: that of now, or the next where capture has not
   * read them yet and so will take another snapshot. While one is owed, it is begun anew for tables
   * that it was not owed for.
   *
   * @param atWork the tables that capture is to capture without these
   */
  public int firstEpochWith(List<Table> tables, List<Table> atWork) {
    if (state.isEmpty()) {
      return FIRST_EPOCH;
    }
    return epoch() + (held(atWork).cover(CapturedTables.of(tables)) ? 0 : 1);
  }

  /** The same where these are to be read from the beginning, which the topics may have lost. */
  public int firstWholeEpochWith(List<Table> tables, List<Table> atWork) {
    int first = firstEpochWith(tables, atWork);
    return first == epoch() && lost(tables).isPresent() ? first + 1 : first;
  }

  /** The epoch of now, or the one that is owed; 0 before the first. */
  public int epoch() {
    return state.map(CaptureState::epoch).orElse(0);
  }

  private CapturedTables held(List<Table> atWork) {
    return state.get() instanceof Streaming streaming
        ? streaming.tables()
        : CapturedTables.of(atWork);
  }

  /**
   * The first partition of these tables' topics in which a reader from the beginning would miss
   * rows, since what the epoch of now began with is deleted; empty where there is none. Compaction
   * does not do that: a topic's beginning stays where it is.
   *
   * @param tables of which the topics exist
   */
  public Optional<TopicPartition> lost(List<Table> tables) {
    if (state.isEmpty()) {
      return Optional.empty();
    }
    List<TopicPartition> partitions =
        tables.stream()
            .map(table -> topics.cdc(table.name()).topicPartitions())
            .flatMap(List::stream)
            .toList();
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      Map<TopicPartition, Long> begins = admin.begins(partitions);
      return partitions.stream().filter(each -> begins.get(each) > epochBegin(each)).findFirst();
    } catch (ExecutionException e) {
      throw new KafkaException(
          "Where topics begin cannot be told: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while waiting for the broker", e);
    }
  }

  private long epochBegin(TopicPartition partition) {
    Accounts.OfTopic account = state.get().accounts().topics().get(partition.topic());
    return account == null ? 0 : account.begin(partition.partition());
  }
}
