// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import static io.daybook.cli.preflight.KafkaSession.await;

import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics that are worked with: those that exist must be as they would be made, the others may
 * have to be made. Brokers are asked to validate a creation without carrying it out, which tells of
 * rights, policies and copies alike.
 */
final class TopicChecks {
  private static final String TOPICS = "topics";
  private static final String CREATING = "creating topics";

  /** What Kafka Streams does with topics of its own. */
  private static final Set<AclOperation> INTERNAL =
      EnumSet.of(
          AclOperation.DESCRIBE,
          AclOperation.READ,
          AclOperation.WRITE,
          AclOperation.CREATE,
          AclOperation.DELETE);

  private final KafkaSession session;
  private final Topics topics;
  private final KafkaRemedies remedies;
  private final Findings findings;
  private final TopicSettings settings;
  private final int brokers;

  /** What we may not do, by the topic. */
  private final Map<String, Set<AclOperation>> denied = new LinkedHashMap<>();

  TopicChecks(
      KafkaSession session, int brokers, Topics topics, KafkaRemedies remedies, Findings findings) {
    this.brokers = brokers;
    this.session = session;
    this.topics = topics;
    this.remedies = remedies;
    this.findings = findings;
    this.settings = new TopicSettings(remedies, findings);
  }

  /**
   * Looks at all of them.
   *
   * @param internal names as Kafka Streams would choose them, with the copies it would ask for
   */
  void run(List<NeededTopic> needed, List<NewTopic> internal) {
    Map<NewTopic, Set<AclOperation>> toCreate = new LinkedHashMap<>();
    int present = 0;
    Map<String, KafkaFuture<TopicDescription>> descriptions =
        session
            .admin()
            .describeTopics(
                needed.stream().map(each -> each.topic().name()).toList(),
                new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    for (NeededTopic each : needed) {
      String name = each.topic().name();
      try {
        present(each, await(descriptions.get(name)));
        present++;
      } catch (UnknownTopicOrPartitionException e) {
        missing(each, toCreate);
      } catch (AuthorizationException e) {
        deny(name, each.allOperations());
      }
    }
    internal.forEach(each -> toCreate.put(each, INTERNAL));
    create(toCreate);
    reportDenied();
    settings.reportCopies();
    findings.ok(TOPICS, "%d of %d exist".formatted(present, needed.size()));
  }

  private void present(NeededTopic needed, TopicDescription found) {
    Set<AclOperation> allowed = found.authorizedOperations();
    if (allowed != null && !allowed.containsAll(needed.operations())) {
      Set<AclOperation> lacking = new TreeSet<>(needed.operations());
      lacking.removeAll(allowed);
      deny(needed.topic().name(), lacking);
    }
    settings.partitions(needed.topic(), found.partitions().size());
    int copies = found.partitions().get(0).replicas().size();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, found.name());
    try {
      Config config = await(session.admin().describeConfigs(List.of(resource)).all()).get(resource);
      settings.check(needed.topic(), config, copies);
    } catch (AuthorizationException e) {
      deny(needed.topic().name(), Set.of(AclOperation.DESCRIBE_CONFIGS));
    }
  }

  private void missing(NeededTopic needed, Map<NewTopic, Set<AclOperation>> toCreate) {
    Topic topic = needed.topic();
    if (needed.creatable()) {
      toCreate.put(
          new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
              .configs(topic.settings()),
          needed.allOperations());
    } else {
      findings.blocks(TOPICS, "there is no topic " + topic.name(), "# run 'daybook migrate' first");
    }
  }

  /** With what must be allowed in the end, which cannot be asked of a topic that is not there. */
  private void create(Map<NewTopic, Set<AclOperation>> wanted) {
    CreateTopicsResult result =
        session.admin().createTopics(wanted.keySet(), new CreateTopicsOptions().validateOnly(true));
    Set<String> refusals = new LinkedHashSet<>();
    List<String> tooFewBrokers = new ArrayList<>();
    wanted.forEach(
        (topic, operations) -> {
          try {
            await(result.values().get(topic.name()));
            validated(topic, result, operations.contains(AclOperation.DESCRIBE_CONFIGS));
          } catch (AuthorizationException e) {
            deny(topic.name(), operations);
          } catch (InvalidReplicationFactorException e) {
            tooFewBrokers.add(topic.name());
          } catch (ApiException e) {
            refusals.add(e.getMessage());
          }
        });
    refusals.forEach(
        each -> findings.blocks(CREATING, each, "# mend what brokers say about new topics"));
    if (!tooFewBrokers.isEmpty()) {
      findings.blocks(
          CREATING,
          "new topics would have more copies than there are brokers: "
              + String.join(", ", tooFewBrokers),
          KafkaRemedies.serverProperties("default.replication.factor=" + brokers));
    }
  }

  /** What the topic would be like, where brokers tell. */
  private void validated(NewTopic topic, CreateTopicsResult result, boolean shown) {
    try {
      settings.copies(
          topic.name(),
          await(result.replicationFactor(topic.name())),
          await(result.config(topic.name())));
    } catch (AuthorizationException e) {
      if (shown) {
        deny(topic.name(), Set.of(AclOperation.DESCRIBE_CONFIGS));
      }
    }
  }

  private String prefix(String topic) {
    return topics.ownPrefixes().stream().filter(topic::startsWith).findFirst().orElse(topic);
  }

  private void deny(String topic, Set<AclOperation> operations) {
    denied.computeIfAbsent(topic, name -> new TreeSet<>()).addAll(operations);
  }

  /** One line for all topics that share a beginning, since rights are given for that. */
  private void reportDenied() {
    Map<String, Set<AclOperation>> byPrefix = new LinkedHashMap<>();
    denied.forEach(
        (topic, operations) ->
            byPrefix.computeIfAbsent(prefix(topic), name -> new TreeSet<>()).addAll(operations));
    byPrefix.forEach(
        (prefix, operations) -> {
          List<String> shown = operations.stream().map(AccessChecks::shown).toList();
          String which =
              denied.keySet().stream()
                  .filter(topic -> prefix(topic).equals(prefix))
                  .collect(Collectors.joining(", "));
          String detail = "we may not " + String.join(", ", shown) + ": " + which;
          String remedy = remedies.allowPrefixed("topic", prefix, shown);
          if (operations.equals(Set.of(AclOperation.DESCRIBE_CONFIGS))) {
            findings.warning("rights on topics", detail, remedy);
          } else {
            findings.blocks("rights on topics", detail, remedy);
          }
        });
  }
}
