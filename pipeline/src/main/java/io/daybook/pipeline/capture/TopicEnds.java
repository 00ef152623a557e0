// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicTail;
import io.daybook.schemas.topic.Watermark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What stands at the ends of the CDC topics. They were written in the same transactions as the
 * state, so the two agree unless one of them was deleted, cut or restored by somebody.
 */
record TopicEnds(List<End> ends) {

  /** The end of one partition. */
  sealed interface End {
    TopicPartition partition();

    /** It holds nothing. */
    record Empty(TopicPartition partition) implements End {}

    /**
     * Its newest record is a row or a fence.
     *
     * @param newest that record's position
     * @param watermark the newest one before it, null where none was looked for or found
     */
    record AtRow(TopicPartition partition, Position newest, Watermark watermark) implements End {}

    /** Its newest record is a watermark. */
    record AtWatermark(TopicPartition partition, Watermark watermark) implements End {}
  }

  private static final Position FOREIGN = new Position(0, Lsn.ZERO, Lsn.ZERO);

  /** Reads as far back as it takes to judge by {@link #contradiction}. */
  static TopicEnds read(TopicTail tail, List<Topic> topics, Optional<CaptureState> state) {
    List<TopicPartition> partitions =
        topics.stream().map(Topic::topicPartitions).flatMap(List::stream).toList();
    Map<TopicPartition, TopicTail.Tail> tails = tail.read(partitions, wanted(state));
    List<End> ends = new ArrayList<>();
    partitions.forEach(partition -> ends.add(end(partition, tails.get(partition))));
    return new TopicEnds(ends);
  }

  /** A watermark, where the state names one; it cannot be behind records of an older epoch. */
  private static Predicate<ConsumerRecord<byte[], byte[]>> wanted(Optional<CaptureState> state) {
    return state.isPresent() && state.get() instanceof Streaming now && now.watermark() != null
        ? record ->
            ControlRecord.isWatermark(record.key())
                || Position.epoch(record.headers()) < now.epoch()
        : record -> true;
  }

  private static End end(TopicPartition partition, TopicTail.Tail tail) {
    if (tail.newest().isEmpty()) {
      return new End.Empty(partition);
    }
    ConsumerRecord<byte[], byte[]> newest = tail.newest().get();
    if (ControlRecord.isWatermark(newest.key())) {
      return new End.AtWatermark(partition, ControlRecord.readWatermark(newest.value()));
    }
    Position position = Position.read(newest.headers());
    return new End.AtRow(
        partition,
        position == null ? FOREIGN : position,
        tail.wanted()
            .filter(record -> ControlRecord.isWatermark(record.key()))
            .map(record -> ControlRecord.readWatermark(record.value()))
            .orElse(null));
  }

  /** Whether no partition holds anything. */
  boolean isEmpty() {
    return ends.stream().allMatch(End.Empty.class::isInstance);
  }

  /** The highest epoch that a topic has seen, 0 where none has. */
  int epoch() {
    return ends.stream().mapToInt(TopicEnds::epoch).max().orElse(0);
  }

  private static int epoch(End end) {
    if (end instanceof End.AtRow row) {
      return row.newest().epoch();
    }
    return end instanceof End.AtWatermark mark ? mark.watermark().epoch() : 0;
  }

  /**
   * Why state and topics are not of one history, if they are not.
   *
   * @param streamed names of the topics that belong to the state's stream, if it has one
   */
  Optional<String> contradiction(CaptureState state, Set<String> streamed) {
    for (End end : ends) {
      String found = ofAny(state, end);
      if (found == null
          && state instanceof Streaming streaming
          && streamed.contains(end.partition().topic())) {
        found = ofStreamed(streaming, end);
      }
      if (found != null) {
        return Optional.of(end.partition() + " " + found);
      }
    }
    return Optional.empty();
  }

  private static String ofAny(CaptureState state, End end) {
    if (epoch(end) > state.epoch()) {
      return "holds epoch " + epoch(end) + ", capture's state is of epoch " + state.epoch();
    }
    Accounts.OfTopic account = state.accounts().topics().get(end.partition().topic());
    boolean counted =
        account != null
            && end.partition().partition() < account.records().size()
            && account.records().get(end.partition().partition()) > 0;
    return end instanceof End.Empty && counted
        ? "is empty, though records were written to it"
        : null;
  }

  /** The fence at the end of the snapshot is in every partition, every watermark as well. */
  private static String ofStreamed(Streaming state, End end) {
    if (epoch(end) < state.epoch()) {
      return "holds nothing of epoch " + state.epoch();
    }
    if (end instanceof End.AtWatermark mark) {
      return agree(state.watermark(), mark.watermark())
          ? null
          : "ends with " + mark.watermark() + ", capture's state names " + state.watermark();
    }
    End.AtRow row = (End.AtRow) end;
    if (state.watermark() != null && !state.watermark().equals(row.watermark())) {
      String last = row.watermark() == null ? "no watermark" : "as its last " + row.watermark();
      return "has " + last + ", capture's state names " + state.watermark();
    }
    return isBeyond(state.resume(), row.newest())
        ? "goes on to " + row.newest() + ", capture's state only to " + state.resume()
        : null;
  }

  /** One without an LSN promises nothing, and the state need not know it. */
  private static boolean agree(Watermark remembered, Watermark found) {
    return remembered == null ? found.commitLsn().equals(Lsn.ZERO) : remembered.equals(found);
  }

  /** A position without a commit before it is a snapshot's, or of the first transaction. */
  private static boolean isBeyond(ResumePoint resume, Position newest) {
    int byCommit = newest.previousCommit().compareTo(resume.start());
    return byCommit > 0 || byCommit == 0 && newest.change().compareTo(resume.lastChange()) > 0;
  }
}
