// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.contribution.Contributor;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Relation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The topology of one rollup's generation: from the CDC topics of its tables to its rollup topic.
 *
 * <p>An event's path: its table's row store; then, for each fact that uses the table, either under
 * the key of the fact's parent, where it is joined, or, where it is the parent, to the children
 * that wait under its key; what the joined row contributes goes to its cell; the cell's new value
 * goes out. All topics have the same number of partitions, so that keys meet by partition number.
 */
public final class RollupTopology {
  private static final String CELLS = "cells";

  private final Rollup rollup;
  private final Topics topics;
  private final Work work;
  private final CellAlgebra cells;
  private final StreamsBuilder builder = new StreamsBuilder();
  private final Map<TableName, KStream<byte[], Message>> tables = new HashMap<>();

  private RollupTopology(Rollup rollup, Topics topics, Work work) {
    this.rollup = rollup;
    this.topics = topics;
    this.work = work;
    this.cells = new CellAlgebra(rollup);
  }

  static Topology of(Rollup rollup, Topics topics, Work work) {
    return new RollupTopology(rollup, topics, work).build();
  }

  /** The topic in which changes of cells, and doubts, meet by their keys; Streams creates it. */
  static Topic cells(Rollup rollup, Topics topics) {
    String application = topics.aggregateId(rollup.name(), rollup.generation());
    return new Topic(application + "-" + CELLS + "-repartition", topics.partitions(), Map.of());
  }

  private Topology build() {
    // Each captured table once: its events become changes of its rows.
    rollup.tables().forEach(table -> tables.put(table.name(), rows(table)));

    // Each SELECT: its rows, joined, become changes of cells.
    KStream<byte[], Message> changes = null;
    for (Fact fact : rollup.facts()) {
      KStream<byte[], Message> own = contributions(fact);
      Named merge = Named.as("merge-" + Stores.legal(fact.name()));
      changes = changes == null ? own : changes.merge(own, merge);
    }

    // Events that cannot be read are kept, and put the whole rollup in doubt.
    for (Table table : rollup.tables()) {
      String name = Stores.legal(table.name().toString());
      changes = changes.merge(doubts(table.name(), name), Named.as("merge-doubts-" + name));
      quarantine(table.name(), name);
    }

    Topic results = topics.rollup(rollup.name(), rollup.generation());
    // All facts together, at the cells' partitions: cells add up, one window a day; their values
    // are the rollup topic.
    repartitioned(MessageSerde.ofCells(cells), changes, CELLS)
        .process(Cells.of(rollup, channelsOfCells(), work), Named.as(CELLS))
        .to(
            results.name(),
            Produced.<byte[], Message>as("rollup")
                .withKeySerde(Serdes.ByteArray())
                .withValueSerde(new ResultSerde())
                .withStreamPartitioner(toOwnPartition()));
    return builder.build();
  }

  /** The changes of a table's rows, keyed as in its CDC topic. */
  private KStream<byte[], Message> rows(Table table) {
    String name = Stores.legal(table.name().toString());
    String topic = topics.cdc(table.name()).name();
    RowStore.Settings settings = new RowStore.Settings(rollup, table, topic, joined(table), work);
    return builder.stream(
            topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("cdc-" + name))
        .process(RowStore.of(settings), Named.as("rows-" + name));
  }

  private KStream<byte[], Message> doubts(TableName table, String name) {
    return tables
        .get(table)
        .filter((key, message) -> message instanceof Message.Doubt, Named.as("doubts-" + name));
  }

  private void quarantine(TableName table, String name) {
    tables
        .get(table)
        .filter(
            (key, message) -> message instanceof Message.Quarantined,
            Named.as("quarantined-" + name))
        .to(
            topics.quarantine().name(),
            Produced.<byte[], Message>as("quarantine-" + name)
                .withKeySerde(Serdes.ByteArray())
                .withValueSerde(new ResultSerde()));
  }

  /** Columns by which rows of a table, in any fact, find their parents or children. */
  private Set<String> joined(Table table) {
    Set<String> columns = new HashSet<>(table.primaryKey());
    for (Fact fact : rollup.facts()) {
      for (Relation relation : fact.relations()) {
        if (relation.childSlot() >= 0) {
          Relation child = fact.relations().get(relation.childSlot());
          addColumn(child, relation.childColumn(), table, columns);
          addColumn(relation, relation.keyColumn(), table, columns);
        }
      }
    }
    return columns;
  }

  private static void addColumn(Relation relation, int column, Table table, Set<String> to) {
    if (relation.table().name().equals(table.name())) {
      to.add(relation.table().columns().get(column).name());
    }
  }

  /** A fact's changes of cells, keyed by cell. */
  private KStream<byte[], Message> contributions(Fact fact) {
    Relation root = fact.relations().get(0);
    CellChanges changes = new CellChanges(new Contributor(rollup, fact));
    if (fact.parentsOf(root).isEmpty()) {
      return mapped(fact, root, changes, "contribute", facts(fact));
    }
    return joined(fact, root, new JoinResult.ToCells(changes), facts(fact));
  }

  /** A relation joined with all its parents, one after the other. */
  private KStream<byte[], Message> joined(
      Fact fact, Relation child, JoinResult result, String sender) {
    List<Relation> parents = fact.parentsOf(child);
    ParentRoute first = new ParentRoute(child, parents.get(0));
    KStream<byte[], Message> children = mapped(fact, child, first, "to", Join.CHILDREN);
    for (int i = 0; i < parents.size(); i++) {
      Relation parent = parents.get(i);
      boolean last = i == parents.size() - 1;
      JoinResult next =
          last ? result : new JoinResult.ToNextParent(new ParentRoute(child, parents.get(i + 1)));
      String name = Stores.legal(fact.name()) + "-" + Stores.legal(parent.alias());
      Join.Settings settings =
          new Join.Settings(
              fact, parent, next, cells, last ? sender : Join.CHILDREN, topics.partitions());
      children =
          repartitioned(MessageSerde.ofJoin(fact), children, "children-" + name)
              .merge(parents(fact, parent), Named.as("meet-" + name))
              .process(Join.of(settings, work), Named.as("join-" + name));
    }
    return children;
  }

  /** A parent with its own parents, keyed as its children name it, where they are. */
  private KStream<byte[], Message> parents(Fact fact, Relation parent) {
    Announcement announcement = new Announcement(parent);
    KStream<byte[], Message> parents =
        fact.parentsOf(parent).isEmpty()
            ? mapped(fact, parent, announcement, "announce", Join.PARENT)
            : joined(fact, parent, new JoinResult.ToChildren(announcement), Join.PARENT);
    String name = Stores.legal(fact.name()) + "-" + Stores.legal(parent.alias());
    return Join.parentIsHere(fact, parent)
        ? parents
        : repartitioned(MessageSerde.ofJoin(fact), parents, "parents-" + name);
  }

  private KStream<byte[], Message> mapped(
      Fact fact, Relation relation, ChangeMapper.Mapping mapping, String verb, String sender) {
    Table stored =
        rollup.tables().stream()
            .filter(table -> table.name().equals(relation.table().name()))
            .findFirst()
            .orElseThrow();
    Projection projection = new Projection(stored, fact, relation);
    String name = verb + "-" + Stores.legal(fact.name()) + "-" + Stores.legal(relation.alias());
    return tables
        .get(stored.name())
        .process(ChangeMapper.of(projection, mapping, sender), Named.as(name));
  }

  private KStream<byte[], Message> repartitioned(
      Serde<Message> serde, KStream<byte[], Message> stream, String name) {
    return stream.repartition(
        Repartitioned.<byte[], Message>as(name)
            .withKeySerde(Serdes.ByteArray())
            .withValueSerde(serde)
            .withNumberOfPartitions(topics.partitions())
            .withStreamPartitioner(marksToAll()));
  }

  /** Rows go where Kafka's default hash of their key sends them, watermarks everywhere. */
  private static StreamPartitioner<byte[], Message> marksToAll() {
    return (topic, key, message, partitions) ->
        message instanceof Message.Mark
            ? Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()))
            : Optional.empty();
  }

  /** A task's cells hash to its own partition; its control records speak of just that one. */
  private static StreamPartitioner<byte[], Message> toOwnPartition() {
    return (topic, key, message, partitions) -> {
      if (message instanceof Message.Mark mark) {
        return Optional.of(Set.of(Integer.parseInt(mark.channel())));
      }
      return message instanceof Message.Refreshed refreshed
          ? Optional.of(Set.of(refreshed.partition()))
          : Optional.empty();
    };
  }

  private static String facts(Fact fact) {
    return "fact " + fact.name();
  }

  private Set<String> channelsOfCells() {
    Set<String> channels = new HashSet<>();
    for (Fact fact : rollup.facts()) {
      channels.addAll(Channels.all(facts(fact), topics.partitions()));
    }
    return channels;
  }
}
