// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What capture is to do.
 *
 * @param tables the captured tables, each with its used columns only
 * @param from the first epoch that will do; in an older one everything is read again
 * @param slot name of the replication slot; it is capture's own, to drop and to create
 * @param publication name of the publication; created when missing
 * @param pace how often it does what it does again and again
 * @param kafka properties of every Kafka client, {@code bootstrap.servers} at least
 * @param debezium pass-through properties of the connector; ours win where exactness depends on it
 * @param batchRecordsMax most change events in one Kafka transaction
 * @param resnapshot reads everything again, in a new epoch, once
 */
public record CaptureSettings(
    SourceDatabase source,
    Topics topics,
    List<Table> tables,
    From from,
    String slot,
    String publication,
    Pace pace,
    Map<String, String> kafka,
    Map<String, String> debezium,
    int batchRecordsMax,
    boolean resnapshot) {

  /**
   * From where on events are of use.
   *
   * @param epoch the first one that will do
   * @param loads tables that are to be read beside the stream of that epoch, with the number of the
   *     first load that will do
   */
  public record From(int epoch, Map<String, Integer> loads) {
    /** Whatever was captured before. */
    public static final From ANY = new From(1, Map.of());

    public From {
      loads = Map.copyOf(loads);
    }
  }

  /**
   * What recurs.
   *
   * @param tick how often a watermark goes out while events flow
   * @param heartbeat how often the idle source is made to move; also bounds how far the slot lags
   * @param lease a capture that does not show itself for this long loses its lock to a standby
   * @param watch how often the slot and the server are looked at from outside of the stream
   */
  public record Pace(Duration tick, Duration heartbeat, Duration lease, Duration watch) {
    /** A standby takes over within ten seconds: the lease, and what a start takes. */
    static final Pace DEFAULT =
        new Pace(
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    public Pace {
      if (lease.compareTo(heartbeat.multipliedBy(3)) < 0) {
        throw new IllegalArgumentException(
            "The lease of " + lease + " must be at least three heartbeats of " + heartbeat);
      }
    }
  }

  /** Properties of the engine that cannot be passed through: exactness, or a key, decides them. */
  public static Set<String> fixedDebezium() {
    return EngineProperties.fixed();
  }

  /** Names that Debezium's engine and Postgres connector list; converters and so on have more. */
  public static Set<String> knownDebezium() {
    return EngineProperties.known();
  }

  public CaptureSettings {
    tables = List.copyOf(tables);
    kafka = Map.copyOf(kafka);
    debezium = Map.copyOf(debezium);
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("No table to capture: no rollup is defined");
    }
    if (!slot.matches("[a-z0-9_]{1,63}")) {
      throw new IllegalArgumentException(
          "Slot name '" + slot + "': Postgres takes 1 to 63 of a-z, 0-9 and _");
    }
    if (batchRecordsMax < 1) {
      throw new IllegalArgumentException("batchRecordsMax is " + batchRecordsMax + ", least is 1");
    }
  }

  /** The defaults: slot and publication are named after the topic prefix. */
  public static CaptureSettings of(
      SourceDatabase source, Topics topics, List<Table> tables, Map<String, String> kafka) {
    String name = topics.sourceName();
    return new CaptureSettings(
        source, topics, tables, From.ANY, name, name, Pace.DEFAULT, kafka, Map.of(), 8192, false);
  }

  /** The same of other tables, from there on. */
  public CaptureSettings of(List<Table> some, From first) {
    return new CaptureSettings(
        source,
        topics,
        some,
        first,
        slot,
        publication,
        pace,
        kafka,
        debezium,
        batchRecordsMax,
        resnapshot);
  }

  public CaptureSettings withResnapshot(boolean again) {
    return new CaptureSettings(
        source,
        topics,
        tables,
        from,
        slot,
        publication,
        pace,
        kafka,
        debezium,
        batchRecordsMax,
        again);
  }

  public CaptureSettings withBatchRecordsMax(int records) {
    return new CaptureSettings(
        source,
        topics,
        tables,
        from,
        slot,
        publication,
        pace,
        kafka,
        debezium,
        records,
        resnapshot);
  }

  public CaptureSettings withDebezium(Map<String, String> properties) {
    return new CaptureSettings(
        source,
        topics,
        tables,
        from,
        slot,
        publication,
        pace,
        kafka,
        properties,
        batchRecordsMax,
        resnapshot);
  }

  public CaptureSettings withLease(Duration time) {
    return withPace(new Pace(tick(), heartbeat(), time, watch()));
  }

  public CaptureSettings withWatch(Duration time) {
    return withPace(new Pace(tick(), heartbeat(), lease(), time));
  }

  public CaptureSettings withPace(Pace other) {
    return new CaptureSettings(
        source,
        topics,
        tables,
        from,
        slot,
        publication,
        other,
        kafka,
        debezium,
        batchRecordsMax,
        resnapshot);
  }

  Duration tick() {
    return pace.tick();
  }

  Duration heartbeat() {
    return pace.heartbeat();
  }

  Duration lease() {
    return pace.lease();
  }

  Duration watch() {
    return pace.watch();
  }

  /** Without what is passed through, which may hold passwords. */
  @Override
  public String toString() {
    return "capture of %s through slot %s, %d tables".formatted(source, slot, tables.size());
  }

  /** Topics of the captured tables. */
  List<Topic> cdcTopics() {
    return tables.stream().map(table -> topics.cdc(table.name())).toList();
  }

  /** The name under which every connection of this capture shows in {@code pg_stat_activity}. */
  String applicationName() {
    return applicationName(topics);
  }

  /** The same, of the capture of an installation. */
  public static String applicationName(Topics topics) {
    String name = "daybook-capture-" + topics.prefix();
    return name.length() > 63 ? name.substring(0, 63) : name;
  }
}
