// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import static io.daybook.cli.preflight.KafkaSession.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.utils.SecurityUtils;

/**
 * Rights on groups and transactional ids. Only describing is asked for, which harms nobody: brokers
 * let everybody describe who may read a group or write with an id.
 */
final class AccessChecks {
  private static final String GROUPS = "rights on groups";
  private static final String IDS = "rights on transactional ids";

  private final KafkaSession session;
  private final KafkaRemedies remedies;
  private final Findings findings;

  AccessChecks(KafkaSession session, KafkaRemedies remedies, Findings findings) {
    this.session = session;
    this.remedies = remedies;
    this.findings = findings;
  }

  /** An operation as Kafka's tools spell it. */
  static String shown(AclOperation operation) {
    return SecurityUtils.operationName(operation);
  }

  /**
   * Groups that are read with.
   *
   * @param groups by the beginning of their names
   */
  void groups(Map<String, List<String>> groups) {
    List<String> all = groups.values().stream().flatMap(List::stream).toList();
    Map<String, KafkaFuture<ConsumerGroupDescription>> found =
        session
            .admin()
            .describeConsumerGroups(
                all, new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
            .describedGroups();
    groups.forEach(
        (prefix, names) -> {
          List<String> denied = names.stream().filter(name -> !readable(found.get(name))).toList();
          if (denied.isEmpty()) {
            findings.ok(GROUPS, prefix + "…");
          } else {
            findings.blocks(
                GROUPS,
                "we may not read with " + String.join(", ", denied),
                remedies.allowPrefixed("group", prefix, List.of("Describe", "Read", "Delete")));
          }
        });
  }

  private static boolean readable(KafkaFuture<ConsumerGroupDescription> group) {
    try {
      ConsumerGroupDescription found = await(group);
      return found.authorizedOperations() == null
          || found.authorizedOperations().isEmpty()
          || found.authorizedOperations().contains(AclOperation.READ);
    } catch (GroupIdNotFoundException e) {
      return true;
    } catch (AuthorizationException e) {
      return false;
    }
  }

  /**
   * Transactional ids that are written with.
   *
   * @param ids by the beginning for which rights are given
   */
  void transactionalIds(Map<String, List<String>> ids) {
    ids.forEach(
        (prefix, names) -> {
          List<String> denied = new ArrayList<>(names);
          try {
            denied.removeIf(this::writable);
          } catch (TimeoutException e) {
            findings.blocks(
                "transactions",
                "no broker coordinates them: " + e.getMessage(),
                "# see that the brokers can create and lead the topic __transaction_state");
            return;
          }
          if (denied.isEmpty()) {
            findings.ok(IDS, prefix + "…");
          } else {
            findings.blocks(
                IDS,
                "we may not write with " + String.join(", ", denied),
                remedies.allowPrefixed("transactional-id", prefix, List.of("Describe", "Write")));
          }
        });
  }

  private boolean writable(String id) {
    try {
      await(session.admin().describeTransactions(List.of(id)).description(id));
      return true;
    } catch (TransactionalIdNotFoundException e) {
      return true;
    } catch (AuthorizationException e) {
      return false;
    }
  }
}
