// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KafkaRemediesTest {
  private static KafkaRemedies remedies(String jaas) {
    return new KafkaRemedies(Map.of("bootstrap.servers", "b1:9092", "sasl.jaas.config", jaas));
  }

  @Test
  void rightsAreGivenToTheUserOfTheLoginWithoutItsPassword() {
    String jaas = "x.ScramLoginModule required username=\"book\" password=\"secret\";";
    assertEquals(
        "kafka-acls.sh --bootstrap-server b1:9092 --add --allow-principal User:book"
            + " --operation Read --operation Write --topic d. --resource-pattern-type prefixed",
        remedies(jaas).allowPrefixed("topic", "d.", List.of("Read", "Write")));
  }

  @Test
  void anotherKindOfLoginLeavesTheUserToBeFilledIn() {
    assertEquals(
        "kafka-acls.sh --bootstrap-server b1:9092 --add --allow-principal User:<our-user>"
            + " --operation DescribeConfigs --cluster",
        remedies("").allowCluster("DescribeConfigs"));
  }

  @Test
  void allSettingsOfATopicAreMendedByOneCommand() {
    assertEquals(
        "kafka-configs.sh --bootstrap-server b1:9092 --alter --entity-type topics --entity-name t"
            + " --add-config cleanup.policy=compact,max.message.bytes=7",
        remedies("")
            .setTopic(
                "t", new TreeMap<>(Map.of("cleanup.policy", "compact", "max.message.bytes", "7"))));
    String list = remedies("").setTopic("t", Map.of("cleanup.policy", "compact,delete"));
    assertTrue(list.endsWith(" --add-config cleanup.policy=[compact,delete]"), list);
  }
}
