// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/** Does what Kafka's command line tools do, for the commands that remedies consist of. */
final class KafkaTools {
  private final Admin admin;

  KafkaTools(Admin admin) {
    this.admin = admin;
  }

  /** Runs one command. */
  void run(String command) throws Exception {
    List<String> words = Arrays.asList(command.replaceFirst(" #.*", "").split(" "));
    switch (words.get(0)) {
      case "kafka-acls.sh" -> allow(words);
      case "kafka-configs.sh" -> {
        Map<String, String> settings = new TreeMap<>();
        for (String each : after("--add-config", words).get(0).split(",")) {
          settings.put(each.split("=")[0], each.split("=")[1]);
        }
        setTopic(admin, after("--entity-name", words).get(0), settings);
      }
      case "kafka-topics.sh" -> admin.deleteTopics(after("--topic", words)).all().get();
      default -> throw new IllegalArgumentException("What is " + command + "?");
    }
  }

  static void setTopic(Admin admin, String topic, Map<String, String> settings) throws Exception {
    Collection<AlterConfigOp> changes =
        settings.entrySet().stream()
            .map(each -> new ConfigEntry(each.getKey(), each.getValue()))
            .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
            .toList();
    admin
        .incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes))
        .all()
        .get();
  }

  private void allow(List<String> words) throws Exception {
    ResourcePattern on;
    if (words.contains("--cluster")) {
      on = new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);
    } else {
      ResourceType type =
          words.contains("--topic")
              ? ResourceType.TOPIC
              : words.contains("--group") ? ResourceType.GROUP : ResourceType.TRANSACTIONAL_ID;
      String option = "--" + type.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      on = new ResourcePattern(type, after(option, words).get(0), PatternType.PREFIXED);
    }
    List<AclBinding> bindings = new ArrayList<>();
    for (String operation : after("--operation", words)) {
      bindings.add(
          new AclBinding(
              on,
              new AccessControlEntry(
                  after("--allow-principal", words).get(0),
                  "*",
                  SecurityUtils.operation(operation),
                  AclPermissionType.ALLOW)));
    }
    admin.createAcls(bindings).all().get();
  }

  private static List<String> after(String option, List<String> words) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }
}
