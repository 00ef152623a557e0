// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands of Kafka's own tools; where brokers ask for a login, they need --command-config too. */
final class KafkaRemedies {
  private static final Pattern USER = Pattern.compile("username\\s*=\\s*\"([^\"]*)\"");

  private final String servers;
  private final String principal;

  KafkaRemedies(Map<String, String> kafka) {
    this.servers = kafka.get("bootstrap.servers");
    Matcher user = USER.matcher(kafka.getOrDefault("sasl.jaas.config", ""));
    this.principal = user.find() ? user.group(1) : "<our-user>";
  }

  /** Rights on everything of a kind whose name begins so. */
  String allowPrefixed(String kind, String prefix, List<String> operations) {
    return allow(operations, "--" + kind + " " + prefix + " --resource-pattern-type prefixed");
  }

  String allowCluster(String operation) {
    return allow(List.of(operation), "--cluster");
  }

  private String allow(List<String> operations, String on) {
    return "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s %s %s"
        .formatted(
            servers,
            principal,
            operations.stream().map(each -> "--operation " + each).collect(Collectors.joining(" ")),
            on);
  }

  String setTopic(String topic, Map<String, String> settings) {
    return ("kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s"
            + " --add-config %s")
        .formatted(
            servers,
            topic,
            settings.entrySet().stream()
                .map(each -> each.getKey() + "=" + quoted(each.getValue()))
                .collect(Collectors.joining(",")));
  }

  /** The tool takes a list in brackets. */
  private static String quoted(String value) {
    return value.contains(",") ? "[" + value + "]" : value;
  }

  String deleteTopic(String topic) {
    return "kafka-topics.sh --bootstrap-server %s --delete --topic %s".formatted(servers, topic);
  }

  String upgradeFeature(String feature, int level) {
    return "kafka-features.sh --bootstrap-server %s upgrade --feature %s=%d"
        .formatted(servers, feature, level);
  }

  /** A setting that brokers read only when they start. */
  static String serverProperties(String... lines) {
    return "# in server.properties of every broker, which then restarts:\n#   "
        + String.join("\n#   ", lines);
  }
}
