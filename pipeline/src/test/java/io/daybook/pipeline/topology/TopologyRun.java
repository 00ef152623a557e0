// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Degradation;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.QuarantineRecord;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** One rollup's topology under the test driver, and what its rollup topic comes to. */
public final class TopologyRun implements AutoCloseable {
  static final Topics TOPICS = new Topics("t", 1);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int SLICES_MAX = 20;
  private static final int REFRESH_TICKS_MAX = 5_000;

  private final Rollup rollup;
  private final RollupRecords records;
  private final TopologyTestDriver driver;
  private final Map<TableName, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final TestOutputTopic<byte[], byte[]> output;
  private final TestOutputTopic<byte[], byte[]> quarantine;
  private final Map<String, Long> degraded = new TreeMap<>();
  private final Map<Bytes, String> quarantined = new HashMap<>();
  private final Map<Bytes, byte[]> folded = new TreeMap<>();
  private final Map<Long, Boolean> refreshed = new HashMap<>();
  private Watermark watermark;
  private int emitted;

  public TopologyRun(Rollup rollup, Path state) {
    this(rollup, state, Slices.LENGTH);
  }

  TopologyRun(Rollup rollup, Path state, int sliceLength) {
    this.rollup = rollup;
    this.records = new RollupRecords(rollup);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.aggregateId(rollup.name(), 1));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDb.class);
    this.driver =
        new TopologyTestDriver(
            RollupTopology.of(
                rollup,
                TOPICS,
                new Work(new Counters(), new EarlyCommits(), topic -> topic, sliceLength)),
            properties,
            START);
    for (Table table : rollup.tables()) {
      inputs.put(
          table.name(),
          driver.createInputTopic(
              TOPICS.cdc(table.name()).name(),
              new ByteArraySerializer(),
              new ByteArraySerializer()));
    }
    this.output = output(TOPICS.rollup(rollup.name(), 1));
    this.quarantine = output(TOPICS.quarantine());
  }

  private TestOutputTopic<byte[], byte[]> output(Topic topic) {
    return driver.createOutputTopic(
        topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  TopologyTestDriver driver() {
    return driver;
  }

  /** Gives a record to the topology; one of a table that the rollup does not read is left out. */
  public void pipe(TableRecord record) {
    TestInputTopic<byte[], byte[]> input = inputs.get(record.table());
    if (input != null) {
      RecordHeaders headers = new RecordHeaders();
      if (record.position() != null) {
        headers.add(Position.HEADER, record.position().toHeader());
      }
      record.mark().addTo(headers);
      if (record.retryOf() != null) {
        headers.add(
            QuarantineRecord.RETRY_OF,
            record.retryOf().toString().getBytes(StandardCharsets.US_ASCII));
      }
      input.pipeInput(new TestRecord<>(record.key(), record.value(), headers, START));
      read();
    }
  }

  /** Lets the wall clock run until all work in slices is done. */
  public void settle() {
    tick(SLICES_MAX);
  }

  /** Lets the wall clock run ahead of the records. */
  void age(Duration time) {
    driver.advanceWallClockTime(time);
    read();
  }

  /** Lets the wall clock run through as many slices. */
  void tick(int slices) {
    for (int i = 0; i < slices; i++) {
      driver.advanceWallClockTime(Duration.ofMillis(5));
    }
    read();
  }

  /**
   * Forgets all rows and asks for them, in one way or another.
   *
   * @return whether all were sent
   */
  boolean refreshAll(long id) {
    List<List<String>> keys = List.copyOf(values().keySet());
    List<String> workspaces = keys.stream().map(key -> key.get(0)).distinct().toList();
    RefreshScope scope =
        switch ((int) (id % 3)) {
          case 0 -> RefreshScope.of(List.of());
          case 1 -> RefreshScope.of(workspaces);
          default -> RefreshScope.ofKeys(keys);
        };
    folded.clear();
    byte[] request =
        MessageSerde.ofCells(new CellAlgebra(rollup))
            .serializer()
            .serialize("", new Message.Refresh(id, scope));
    driver
        .createInputTopic(
            RollupTopology.cells(rollup, TOPICS).name(),
            new ByteArraySerializer(),
            new ByteArraySerializer())
        .pipeInput(null, request, START);
    for (int tries = 0; tries < REFRESH_TICKS_MAX && !refreshed.containsKey(id); tries++) {
      tick(1);
    }
    return refreshed.getOrDefault(id, false);
  }

  private void read() {
    for (TestRecord<byte[], byte[]> each : output.readRecordsToList()) {
      if (ControlRecord.isRefreshed(each.key())) {
        refreshed.put(
            ControlRecord.readRefreshed(each.value()), ControlRecord.readComplete(each.value()));
      } else if (ControlRecord.isWatermark(each.key())) {
        watermark = ControlRecord.readWatermark(each.value());
      } else if (Degradation.isKey(each.key())) {
        readDegradation(each);
      } else {
        emitted++;
        if (each.value() == null) {
          folded.remove(Bytes.wrap(each.key()));
        } else {
          folded.put(Bytes.wrap(each.key()), each.value());
        }
      }
    }
  }

  private void readDegradation(TestRecord<byte[], byte[]> record) {
    String workspace = Degradation.workspace(record.key());
    String name = workspace == null ? "*" : workspace;
    if (record.value() == null) {
      degraded.remove(name);
    } else {
      degraded.put(name, Degradation.read(record.value()).rows());
    }
  }

  /** How many rows are in doubt, by workspace; {@code *} for the whole rollup. */
  Map<String, Long> degraded() {
    return degraded;
  }

  /** Why, for each event that is in quarantine now, sorted. */
  List<String> quarantined() {
    for (TestRecord<byte[], byte[]> each : quarantine.readRecordsToList()) {
      Bytes key = Bytes.wrap(each.key());
      if (each.value() == null && each.headers().lastHeader(QuarantineRecord.REASON) == null) {
        quarantined.remove(key);
      } else {
        byte[] reason = each.headers().lastHeader(QuarantineRecord.REASON).value();
        quarantined.put(key, new String(reason, StandardCharsets.UTF_8));
      }
    }
    return quarantined.values().stream().sorted().toList();
  }

  /** Records written so far, watermarks not counted. */
  int emitted() {
    return emitted;
  }

  /** The newest watermark as {@code epoch:lsn}, or {@code none}. */
  public String watermark() {
    return watermark == null ? "none" : watermark.epoch() + ":" + watermark.commitLsn();
  }

  /** The rows of the rollup, sorted: key columns and measures in order, all as text. */
  List<String> rows() {
    return values().entrySet().stream()
        .map(each -> RowText.of(rollup, each.getKey(), each.getValue()))
        .sorted()
        .toList();
  }

  /** The measures of each key of the rollup, both as Postgres text, null for NULL. */
  public Map<List<String>, List<String>> values() {
    Map<List<String>, List<String>> values = new HashMap<>();
    folded.forEach(
        (key, value) -> values.put(records.readKey(key.get()), records.readValue(value)));
    return values;
  }

  @Override
  public void close() {
    driver.close();
  }
}
