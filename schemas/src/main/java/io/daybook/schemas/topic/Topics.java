// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import io.daybook.schemas.catalogue.TableName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every topic and group name of one installation; nothing else spells one.
 *
 * @param prefix the installation's name, first part of every topic; the {@code topic.prefix} of
 *     Debezium
 * @param partitions of CDC and rollup topics alike: joins meet by partition number
 * @param cdcRetention how long CDC topics keep what is not replaced; empty for ever
 */
public record Topics(String prefix, int partitions, Optional<Duration> cdcRetention) {

  /** How long deletes stay readable: a stage that was away longer must rebuild. */
  public static final Duration TOMBSTONES_LIVE = Duration.ofDays(7);

  /** What is younger is never compacted away, so that a reader who keeps up sees every record. */
  public static final Duration COMPACTED_AFTER = Duration.ofHours(1);

  /** The largest record of any topic: a row with all its used columns must fit. */
  public static final int RECORD_BYTES_MAX = 16 << 20;

  private static final Map<String, String> COMPACTED =
      Map.of(
          "cleanup.policy", "compact",
          "delete.retention.ms", Long.toString(TOMBSTONES_LIVE.toMillis()),
          "min.compaction.lag.ms", Long.toString(COMPACTED_AFTER.toMillis()),
          "max.message.bytes", Integer.toString(RECORD_BYTES_MAX));

  /** Short segments, so that compaction keeps up and a reader from the start is quick. */
  private static final Map<String, String> SMALL_COMPACTED =
      Map.of("cleanup.policy", "compact", "segment.bytes", Integer.toString(16 << 20));

  /** Those whose CDC topics keep everything. */
  public Topics(String prefix, int partitions) {
    this(prefix, partitions, Optional.empty());
  }

  /** Row changes of one table, as Debezium names and writes them. */
  public Topic cdc(TableName table) {
    Map<String, String> settings = new HashMap<>(COMPACTED);
    cdcRetention.ifPresent(
        time -> {
          settings.put("cleanup.policy", "compact,delete");
          settings.put("retention.ms", Long.toString(time.toMillis()));
        });
    return new Topic(
        prefix + "." + legal(table.schema()) + "." + legal(table.name()), partitions, settings);
  }

  /** A name with what a topic's name cannot hold replaced, as Debezium does. */
  private static String legal(String name) {
    return name.replaceAll("[^a-zA-Z0-9._-]", "_");
  }

  /** What capture must remember: its offset, epoch and owed fences; one partition. */
  public Topic captureState() {
    return new Topic(prefix + ".daybook.capture", 1, SMALL_COMPACTED);
  }

  /** How the processes of this installation say they are; one partition, keyed by process. */
  public Topic health() {
    return new Topic(prefix + ".daybook.health", 1, SMALL_COMPACTED);
  }

  /** The definitions that run: one partition, keyed by rollup and generation. */
  public Topic definitions() {
    return new Topic(prefix + ".daybook.definitions", 1, SMALL_COMPACTED);
  }

  /** Events that a rollup could not read, until they are settled; one partition. */
  public Topic quarantine() {
    return new Topic(prefix + ".daybook.quarantine", 1, COMPACTED);
  }

  /** The absolute values of one rollup's generation. */
  public Topic rollup(String rollup, int generation) {
    return new Topic(prefix + ".rollup." + rollup + ".g" + generation, partitions, COMPACTED);
  }

  /** Application id of the Streams application that fills {@link #rollup}. */
  public String aggregateId(String rollup, int generation) {
    return prefix + "-aggregate-" + rollup + "-g" + generation;
  }

  /** Whether it is the id of an application of this installation. */
  public boolean isAggregateId(String name) {
    return name.matches(Pattern.quote(prefix + "-aggregate-") + "[a-z][a-z0-9_]*-g\\d+");
  }

  /** With what the internal topics of an application begin. */
  public String aggregateTopics(String rollup, int generation) {
    return aggregateId(rollup, generation) + "-";
  }

  /** Consumer group of the sink that reads {@link #rollup}. */
  public String sinkGroup(String rollup, int generation) {
    return prefix + "-sink-" + rollup + "-g" + generation;
  }

  /** Name of slot and publication in the source, where Postgres takes a-z, 0-9 and _ only. */
  public String sourceName() {
    return prefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
  }

  /** With what every topic of this installation begins, internal ones included. */
  public List<String> ownPrefixes() {
    return List.of(prefix + ".", prefix + "-aggregate-");
  }

  /** With what every group of this installation begins; so do folders of local state. */
  public List<String> ownGroupPrefixes() {
    return List.of(prefix + "-aggregate-", prefix + "-sink-");
  }

  /** Transactional id of capture: the broker lets only its newest holder write. */
  public String captureTransactionalId() {
    return prefix + "-capture";
  }
}
