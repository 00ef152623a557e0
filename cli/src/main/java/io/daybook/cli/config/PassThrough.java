// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import io.daybook.pipeline.capture.CaptureSettings;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Keys that are handed on as they are: everything under a prefix. */
public enum PassThrough {
  KAFKA(
      "kafka.",
      "to every Kafka client: producers, consumers, admin clients, Kafka Streams",
      Set.of(
          "bootstrap.servers",
          "acks",
          "auto.offset.reset",
          "enable.auto.commit",
          "enable.idempotence",
          "group.id",
          "group.instance.id",
          "isolation.level",
          "key.deserializer",
          "key.serializer",
          "transactional.id",
          "value.deserializer",
          "value.serializer"),
      KnownProperties::ofKafka),
  STREAMS(
      "streams.",
      "to Kafka Streams only; what is for one of its clients with producer., consumer. or admin."
          + " before it",
      Set.of(
          "application.id",
          "bootstrap.servers",
          "processing.guarantee",
          "state.dir",
          "producer.enable.idempotence",
          "producer.transactional.id",
          "consumer.isolation.level",
          "consumer.group.id"),
      KnownProperties::ofStreams),
  DEBEZIUM(
      "debezium.",
      "to Debezium's engine and Postgres connector",
      CaptureSettings.fixedDebezium(),
      KnownProperties::ofDebezium);

  private final String prefix;
  private final String goes;
  private final Set<String> own;
  private final Supplier<Set<String>> known;

  PassThrough(String prefix, String goes, Set<String> own, Supplier<Set<String>> known) {
    this.prefix = prefix;
    this.goes = goes;
    this.own = new TreeSet<>(own);
    this.known = known;
  }

  public String prefix() {
    return prefix;
  }

  /** Where they go. */
  String goes() {
    return goes;
  }

  /** Properties that Daybook sets itself and does not let be overridden, sorted. */
  Set<String> own() {
    return own;
  }

  /**
   * The key that is meant by one that is misspelt; empty where it is a known one, or so far from
   * all of them that it may be a plugin's.
   */
  Optional<String> meant(String key) {
    Set<String> names = new TreeSet<>(known.get());
    names.addAll(own);
    String property = property(key);
    if (names.contains(property)) {
      return Optional.empty();
    }
    if (this == KAFKA) {
      names.remove("bootstrap.servers");
      names.add(property(Setting.BOOTSTRAP_SERVERS.key()));
    }
    return Nearest.misspelt(property, names).map(prefix::concat);
  }

  /** The property of a key, or null when the key is none of these. */
  String property(String key) {
    return key.startsWith(prefix) ? key.substring(prefix.length()) : null;
  }

  /** With what its environment variables begin. */
  String variablePrefix() {
    return "DAYBOOK_" + prefix.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
