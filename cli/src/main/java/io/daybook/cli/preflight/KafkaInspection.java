// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import static io.daybook.cli.preflight.KafkaSession.await;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Role;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.schemas.topic.DefinitionsTopic;
import io.daybook.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The brokers between the stages. */
final class KafkaInspection implements Inspection {
  private static final String INSTALLED = "installed definitions";

  /** For groups and ids where no rollup is known yet. */
  private static final String ANY = "any";

  private final Map<String, String> clients;
  private final Map<String, String> streams;
  private final Topics topics;
  private final Scope scope;
  private final KafkaRemedies remedies;
  private final Findings findings = new Findings("kafka");
  private volatile KafkaSession session;
  private volatile BrokerChecks brokerChecks;
  private volatile int brokers;
  private volatile List<Rollup> installed;

  KafkaInspection(Installation installation, Scope scope) {
    this.clients = installation.config().kafka();
    this.streams = installation.config().streams();
    this.topics = installation.topics();
    this.scope = scope;
    this.remedies = new KafkaRemedies(clients);
  }

  @Override
  public void alone() {
    String servers = clients.get("bootstrap.servers");
    Collection<Node> nodes;
    try {
      session = new KafkaSession(clients);
      nodes = await(session.admin().describeCluster().nodes());
    } catch (KafkaException e) {
      unreachable(servers, e);
      return;
    }
    findings.ok(Findings.REACHABLE, servers);
    brokers = nodes.size();
    brokerChecks = new BrokerChecks(session, clients, findings);
    brokerChecks.run(nodes);
    findings.ask(INSTALLED, this::installedDefinitions);
  }

  private void unreachable(String servers, KafkaException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    findings.unreachable(
        servers + ": " + cause.getMessage(),
        e instanceof AuthenticationException
            ? "# mend the login: kafka.security.protocol, kafka.sasl.mechanism, kafka.sasl.jaas.config"
            : "# see that brokers listen there, and with which kafka.security.protocol");
    close();
    session = null;
  }

  private void installedDefinitions() {
    String topic = topics.definitions().name();
    try {
      await(session.admin().describeTopics(List.of(topic)).topicNameValues().get(topic));
      Map<String, String> bounded = new HashMap<>(clients);
      bounded.put("default.api.timeout.ms", Long.toString(KafkaSession.LIMIT.toMillis()));
      installed =
          new DefinitionsTopic(topics, bounded)
              .load().stream().filter(each -> !each.frozen()).map(DefinitionRecord::bind).toList();
    } catch (UnknownTopicOrPartitionException e) {
      installed = List.of();
    } catch (AuthorizationException hidden) {
      // What to do about it is told with the other topics.
      installed = null;
    }
  }

  /** The rollups that are installed; empty where that could not be found out. */
  Optional<List<Rollup>> installed() {
    return Optional.ofNullable(installed);
  }

  @Override
  public void against(Known known) {
    if (session == null) {
      return;
    }
    findings.ask(
        "topics",
        () ->
            new TopicChecks(session, brokers, topics, remedies, findings)
                .run(NeededTopic.of(topics, known, scope), internal(known)));
    AccessChecks access = new AccessChecks(session, remedies, findings);
    if (brokerChecks.canKeep(BrokerChecks.GROUPS)) {
      findings.ask("groups", () -> access.groups(groups(known)));
    }
    if (brokerChecks.canKeep(BrokerChecks.TRANSACTION_STATE)) {
      findings.ask("transactional ids", () -> access.transactionalIds(transactionalIds(known)));
    }
  }

  /** One for each application of Kafka Streams, standing for the topics that it makes itself. */
  private List<NewTopic> internal(Known known) {
    if (!scope.has(Role.AGGREGATE)) {
      return List.of();
    }
    Optional<Short> copies =
        Optional.ofNullable(streams.get("replication.factor")).map(Short::valueOf);
    return aggregates(known).stream()
        .map(id -> new NewTopic(id + "-preflight-changelog", Optional.of(1), copies))
        .toList();
  }

  private List<String> aggregates(Known known) {
    List<String> ids = new ArrayList<>();
    known.rollups().forEach(each -> ids.add(topics.aggregateId(each.name(), each.generation())));
    return ids.isEmpty() ? List.of(topics.aggregateId(ANY, 1)) : ids;
  }

  private Map<String, List<String>> groups(Known known) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    if (scope.has(Role.AGGREGATE)) {
      groups.put(topics.ownGroupPrefixes().get(0), aggregates(known));
    }
    if (scope.has(Role.SINK)) {
      List<String> names = new ArrayList<>();
      known.rollups().forEach(each -> names.add(topics.sinkGroup(each.name(), each.generation())));
      groups.put(
          topics.ownGroupPrefixes().get(1),
          names.isEmpty() ? List.of(topics.sinkGroup(ANY, 1)) : names);
    }
    return groups;
  }

  private Map<String, List<String>> transactionalIds(Known known) {
    Map<String, List<String>> ids = new LinkedHashMap<>();
    if (scope.has(Role.CAPTURE)) {
      String id = topics.captureTransactionalId();
      ids.put(id, List.of(id));
    }
    if (scope.has(Role.AGGREGATE)) {
      ids.put(
          topics.ownGroupPrefixes().get(0),
          aggregates(known).stream().map(id -> id + "-preflight").toList());
    }
    return ids;
  }

  @Override
  public Findings findings() {
    return findings;
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }
}
