// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureSettings.From;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.TopicTail;
import io.daybook.schemas.topic.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** What the CDC topics hold so far. */
public final class CapturedHistory {
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
   * From where on events have these columns: the epoch of now, in which capture reads what it lacks
   * beside the stream; or the next one where it cannot, and so takes another snapshot. While one is
   * owed, it is begun anew for tables that it was not owed for.
   *
   * @param known definitions that capture may hear of: tables of those at work are captured, and a
   *     number that one of them gave a load stands for what that one needs
   */
  public From firstWith(List<Table> tables, Collection<DefinitionRecord> known) {
    if (state.isEmpty()) {
      return From.ANY;
    }
    if (!(state.get() instanceof Streaming streaming)) {
      return new From(epoch() + (atWork(known).cover(CapturedTables.of(tables)) ? 0 : 1), Map.of());
    }
    Map<String, Integer> loads = new HashMap<>();
    for (Table each : tables) {
      String name = each.name().toString();
      if (streaming.tables().cover(CapturedTables.of(List.of(each)))) {
        loads.put(name, streaming.loads().done(name));
      } else if (Loads.canRead(each)) {
        loads.put(name, 1 + Math.max(streaming.loads().begun(name), given(name, known)));
      } else {
        return new From(epoch() + 1, Map.of());
      }
    }
    loads.values().removeIf(number -> number == 0);
    return new From(epoch(), loads);
  }

  /** The highest number that a load of a table was given in this epoch. */
  private int given(String table, Collection<DefinitionRecord> known) {
    return known.stream()
        .filter(each -> each.fromEpoch() == epoch())
        .mapToInt(each -> each.fromLoads().getOrDefault(table, 0))
        .max()
        .orElse(0);
  }

  private static CapturedTables atWork(Collection<DefinitionRecord> known) {
    CapturedTables all = CapturedTables.of(List.of());
    for (DefinitionRecord each : known) {
      if (!each.frozen()) {
        all = all.and(CapturedTables.of(each.bind().tables()));
      }
    }
    return all;
  }

  /** The same where these are to be read from the beginning, which the topics may have lost. */
  public From firstWholeWith(List<Table> tables, Collection<DefinitionRecord> known) {
    From first = firstWith(tables, known);
    return first.epoch() == epoch() && lost(tables, first).isPresent()
        ? new From(epoch() + 1, Map.of())
        : first;
  }

  /** What has been captured by now. */
  public DefinitionRecord.Captured captured() {
    return new DefinitionRecord.Captured(
        epoch(),
        state.isPresent() && state.get() instanceof Streaming streaming
            ? streaming.loads().begun()
            : Map.of());
  }

  /**
   * A frozen definition at work again. It goes on where it was if capture has gone on with all that
   * it needs. Once that has not, rows may have been deleted that nobody told of, and to read the
   * table again does not tell either: only the fence of a snapshot does.
   */
  public DefinitionRecord thawed(DefinitionRecord one, Collection<DefinitionRecord> known) {
    return hasGoneOnFor(one, known)
        ? one.thawed()
        : one.thawed().from(Math.max(one.fromEpoch(), epoch() + 1));
  }

  private boolean hasGoneOnFor(DefinitionRecord one, Collection<DefinitionRecord> known) {
    List<Table> tables = one.bind().tables();
    if (state.isEmpty()) {
      return true;
    }
    if (!(state.get() instanceof Streaming streaming)) {
      return atWork(known).cover(CapturedTables.of(tables));
    }
    Map<String, Integer> then =
        one.frozenAt() != null && one.frozenAt().epoch() == epoch()
            ? one.frozenAt().loads()
            : Map.of();
    return streaming.tables().cover(CapturedTables.of(tables))
        && tables.stream()
            .map(each -> each.name().toString())
            .allMatch(each -> streaming.loads().begun(each) <= then.getOrDefault(each, 0));
  }

  private boolean isToBeRead(Table table, From from) {
    String name = table.name().toString();
    return from.epoch() == epoch()
        && state.get() instanceof Streaming streaming
        && from.loads().getOrDefault(name, 0) > streaming.loads().done(name);
  }

  /** The epoch of now, or the one that is owed; 0 before the first. */
  public int epoch() {
    return state.map(CaptureState::epoch).orElse(0);
  }

  /**
   * The first partition of these tables' topics in which a reader would miss rows, since what the
   * epoch of now began with is deleted; empty where there is none. Compaction does not do that: a
   * topic's beginning stays where it is.
   *
   * @param tables a topic that is not there yet, or whose load is yet to come, has lost nothing
   * @param from where the reader begins
   */
  public Optional<TopicPartition> lost(List<Table> tables, From from) {
    if (state.isEmpty()) {
      return Optional.empty();
    }
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      List<Topic> all =
          tables.stream()
              .filter(table -> !isToBeRead(table, from))
              .map(table -> topics.cdc(table.name()))
              .toList();
      List<Topic> missing = admin.missing(all);
      List<TopicPartition> partitions =
          all.stream()
              .filter(each -> !missing.contains(each))
              .map(Topic::topicPartitions)
              .flatMap(List::stream)
              .toList();
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
