// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import static io.daybook.cli.preflight.KafkaSession.await;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** The brokers by themselves: that each answers, what they can do, and how they are set. */
final class BrokerChecks {
  private static final String VERSION = "version";
  private static final String BROKERS = "brokers";
  private static final String TRANSACTIONS = "transactions";
  private static final String SESSIONS = "group sessions";

  /** The one in which a producer that was fenced can no longer write late. */
  private static final int TRANSACTION_VERSION = 2;

  /** What a transactional producer asks for when it is not told otherwise. */
  private static final long TRANSACTION_TIMEOUT_MS = 60_000;

  /** What the consumers of aggregate and sink ask for. */
  private static final long SESSION_TIMEOUT_MS = 10_000;

  /** The topics that brokers keep groups and transactions in. */
  static final String GROUPS = "__consumer_offsets";

  static final String TRANSACTION_STATE = "__transaction_state";

  private final KafkaSession session;
  private final Map<String, String> clients;
  private final KafkaRemedies remedies;
  private final Findings findings;
  private final Set<String> impossible = new HashSet<>();

  BrokerChecks(KafkaSession session, Map<String, String> clients, Findings findings) {
    this.session = session;
    this.clients = clients;
    this.remedies = new KafkaRemedies(clients);
    this.findings = findings;
  }

  void run(Collection<Node> nodes) {
    findings.ask(VERSION, this::version);
    Optional<Map<String, String>> settings = settings(nodes);
    settings.ifPresent(this::sessions);
    findings.ask(TRANSACTIONS, () -> transactions(nodes.size(), settings.orElse(Map.of())));
  }

  private void version() {
    Map<String, FinalizedVersionRange> features;
    try {
      features = await(session.admin().describeFeatures().featureMetadata()).finalizedFeatures();
    } catch (UnsupportedVersionException e) {
      findings.blocks(VERSION, "older than Kafka 2.7", "# upgrade the brokers to Kafka 4");
      return;
    }
    String shown =
        features.entrySet().stream()
            .filter(each -> each.getKey().matches("(metadata|transaction)\\.version"))
            .map(each -> each.getKey() + " " + each.getValue().maxVersionLevel())
            .sorted()
            .collect(joining(", "));
    FinalizedVersionRange transaction = features.get("transaction.version");
    if (!features.containsKey("metadata.version")) {
      findings.warning(
          VERSION,
          "brokers with ZooKeeper, which Daybook is not tested with",
          "# upgrade the brokers to Kafka 4");
    } else if (transaction == null || transaction.maxVersionLevel() < TRANSACTION_VERSION) {
      findings.warning(
          VERSION,
          shown
              + ": a producer that was fenced may leave a transaction open, which readers wait for",
          remedies.upgradeFeature("transaction.version", TRANSACTION_VERSION)
              + " # needs Kafka 4 on all brokers");
    } else {
      findings.ok(VERSION, shown);
    }
  }

  /** Of one of the brokers, after a look that each of them answers. */
  private Optional<Map<String, String>> settings(Collection<Node> nodes) {
    Map<String, String> settings = new HashMap<>();
    for (Node node : nodes) {
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
      try {
        settings.putAll(
            await(session.admin().describeConfigs(List.of(broker)).all())
                .get(broker)
                .entries()
                .stream()
                .filter(entry -> entry.value() != null)
                .collect(toMap(ConfigEntry::name, ConfigEntry::value)));
      } catch (AuthorizationException e) {
        findings.warning(
            BROKERS,
            "%d; their settings are not shown to us".formatted(nodes.size()),
            remedies.allowCluster("DescribeConfigs"));
        return Optional.empty();
      } catch (TimeoutException e) {
        findings.unreachable(
            "broker %d says that it is at %s:%d, but does not answer there"
                .formatted(node.id(), node.host(), node.port()),
            "# mend its advertised.listeners, or let this host through to it");
        return Optional.empty();
      }
    }
    findings.ok(BROKERS, Integer.toString(nodes.size()));
    return Optional.of(settings);
  }

  private void sessions(Map<String, String> settings) {
    long least = number(settings, "group.min.session.timeout.ms", 0);
    long most = number(settings, "group.max.session.timeout.ms", Long.MAX_VALUE);
    long wanted = number(clients, "session.timeout.ms", SESSION_TIMEOUT_MS);
    if (wanted < least || wanted > most) {
      findings.blocks(
          SESSIONS,
          "our consumers ask for %d ms, brokers allow %d to %d".formatted(wanted, least, most),
          KafkaRemedies.serverProperties(
              "group.min.session.timeout.ms=6000", "group.max.session.timeout.ms=1800000"));
    }
  }

  private void transactions(int brokers, Map<String, String> settings) {
    int before = findings.checks().size();
    long wanted = number(clients, "transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
    long most = number(settings, "transaction.max.timeout.ms", Long.MAX_VALUE);
    if (wanted > most) {
      findings.blocks(
          TRANSACTIONS,
          "capture asks for transactions of %d ms at most, brokers allow %d"
              .formatted(wanted, most),
          "# in daybook.yaml: kafka.transaction.timeout.ms: " + most);
    }
    internal(TRANSACTION_STATE, "transaction.state.log", brokers, settings);
    internal(GROUPS, "offsets.topic", brokers, settings);
    if (findings.checks().size() == before) {
      findings.ok(TRANSACTIONS, "brokers can keep them");
    }
  }

  /** A topic that brokers make for themselves on first use, if they are enough for its copies. */
  private void internal(String topic, String prefix, int brokers, Map<String, String> settings) {
    String copies = prefix + ".replication.factor";
    long wanted = number(settings, copies, 1);
    if (wanted > brokers && !exists(topic)) {
      impossible.add(topic);
      findings.blocks(
          TRANSACTIONS,
          "%s = %d, but there are %d brokers: %s cannot be created"
              .formatted(copies, wanted, brokers, topic),
          KafkaRemedies.serverProperties(copies + "=" + brokers));
    }
  }

  /** Whether brokers have that topic of theirs, or can make it on first use. */
  boolean canKeep(String topic) {
    return !impossible.contains(topic);
  }

  private boolean exists(String topic) {
    try {
      TopicDescription found =
          await(session.admin().describeTopics(List.of(topic)).topicNameValues().get(topic));
      return !found.partitions().isEmpty();
    } catch (UnknownTopicOrPartitionException e) {
      return false;
    } catch (AuthorizationException hidden) {
      return true;
    }
  }

  private static long number(Map<String, String> settings, String name, long absent) {
    String text = settings.get(name);
    return text == null ? absent : Long.parseLong(text.strip());
  }
}
