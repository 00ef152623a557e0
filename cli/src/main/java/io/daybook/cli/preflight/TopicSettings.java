// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;

/** Whether topics are as they would be made. */
final class TopicSettings {
  private static final String COPIES = "replication";
  private static final String CLEANUP = "cleanup.policy";
  private static final String IN_SYNC = "min.insync.replicas";
  private static final String OLDEST = "message.timestamp.before.max.ms";

  private static final String RETENTION = "retention.ms";

  /** Less of these than wanted is a risk; more is not. */
  private static final List<String> AT_LEAST =
      List.of("delete.retention.ms", "min.compaction.lag.ms", "max.message.bytes");

  private final KafkaRemedies remedies;
  private final Findings findings;
  private final List<String> single = new ArrayList<>();
  private int copiesLeast = Integer.MAX_VALUE;

  TopicSettings(KafkaRemedies remedies, Findings findings) {
    this.remedies = remedies;
    this.findings = findings;
  }

  void partitions(Topic topic, int partitions) {
    if (partitions != topic.partitions()) {
      findings.blocks(
          "topic " + topic.name(),
          "it has %d partitions, configured are %d".formatted(partitions, topic.partitions()),
          "# in daybook.yaml: partitions: %d; or, if nothing in it is needed:%n%s"
              .formatted(partitions, remedies.deleteTopic(topic.name())));
    }
  }

  /** An existing topic. */
  void check(Topic topic, Config found, int copies) {
    Map<String, String> wrong = new TreeMap<>();
    Map<String, String> mended = new TreeMap<>();
    boolean loses = losesRows(topic, found);
    for (String setting : List.of(CLEANUP, RETENTION)) {
      String wanted = topic.settings().get(setting);
      if (wanted != null && !parts(wanted).equals(parts(value(found, setting)))) {
        wrong.put(setting, value(found, setting));
        mended.put(setting, wanted);
      }
    }
    for (String setting : AT_LEAST) {
      String wanted = topic.settings().get(setting);
      String there = value(found, setting);
      if (wanted != null && there != null && Long.parseLong(there) < Long.parseLong(wanted)) {
        wrong.put(setting, there);
        mended.put(setting, wanted);
      }
    }
    if (!mended.isEmpty()) {
      String what = "topic " + topic.name();
      String detail = detail(wrong, loses);
      String remedy = remedies.setTopic(topic.name(), mended);
      if (loses) {
        findings.blocks(what, detail, remedy);
      } else {
        findings.warning(what, detail, remedy);
      }
    }
    copies(topic.name(), copies, found);
  }

  /** Whether rows are deleted from it that were to stay, or that were to stay longer. */
  private static boolean losesRows(Topic topic, Config found) {
    String wanted = topic.settings().get(CLEANUP);
    if (wanted == null || parts(value(found, CLEANUP)).equals(Set.of("compact"))) {
      return false;
    }
    String longest = topic.settings().get(RETENTION);
    String there = value(found, RETENTION);
    return longest == null
        || !parts(value(found, CLEANUP)).contains("compact")
        || (there != null && isShorter(there, longest));
  }

  /** Minus one is for ever. */
  private static boolean isShorter(String retention, String than) {
    long millis = Long.parseLong(retention);
    return millis >= 0 && millis < Long.parseLong(than);
  }

  private static Set<String> parts(String value) {
    return value == null ? Set.of() : Set.of(value.split(","));
  }

  private static String detail(Map<String, String> wrong, boolean loses) {
    String shown =
        wrong.entrySet().stream()
            .map(each -> each.getKey() + " = " + each.getValue())
            .collect(Collectors.joining(", "));
    return shown
        + (loses
            ? ": rows are deleted that nothing has replaced"
            : wrong.containsKey(CLEANUP) || wrong.containsKey(RETENTION)
                ? ": rows stay for longer than cdc.retention"
                : ": large rows are refused, or deletes are missed by a stage that was away");
  }

  /** How many copies a topic has or would have, and how it treats old timestamps. */
  void copies(String topic, int copies, Config config) {
    copiesLeast = Math.min(copiesLeast, copies);
    if (copies == 1) {
      single.add(topic);
    }
    String inSync = value(config, IN_SYNC);
    if (inSync != null && Integer.parseInt(inSync) > copies) {
      findings.blocks(
          "topic " + topic,
          "%s = %s, but it has %d copies: nothing can be written"
              .formatted(IN_SYNC, inSync, copies),
          KafkaRemedies.serverProperties(
              "default.replication.factor=3", IN_SYNC + "=2", "# and more brokers for that"));
    }
    String oldest = value(config, OLDEST);
    if (oldest != null && Long.parseLong(oldest) < Topics.TOMBSTONES_LIVE.toMillis()) {
      findings.warning(
          "topic " + topic,
          OLDEST
              + " = "
              + oldest
              + ": after a longer outage, or when replayed, changes are refused",
          KafkaRemedies.serverProperties("log." + OLDEST + "=" + Long.MAX_VALUE));
    }
  }

  void reportCopies() {
    if (!single.isEmpty()) {
      findings.warning(
          COPIES,
          "%d topics with a single copy, %s among them: with a lost broker they are lost"
              .formatted(single.size(), single.get(0)),
          KafkaRemedies.serverProperties("default.replication.factor=3", IN_SYNC + "=2")
              + "\n# topics that exist keep their copies: kafka-reassign-partitions.sh adds some");
    } else if (copiesLeast < Integer.MAX_VALUE) {
      findings.ok(COPIES, "at least %d copies".formatted(copiesLeast));
    }
  }

  private static String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null ? null : entry.value();
  }
}
