// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Role;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * A topic that is worked with.
 *
 * @param operations what is done with it
 * @param creatable whether it is created here when it is missing
 */
record NeededTopic(Topic topic, Set<AclOperation> operations, boolean creatable) {

  /** Creating it included. */
  Set<AclOperation> allOperations() {
    Set<AclOperation> all = EnumSet.copyOf(operations);
    all.add(AclOperation.DESCRIBE_CONFIGS);
    if (creatable) {
      all.add(AclOperation.CREATE);
    }
    return all;
  }

  /** All that a scope works with. */
  static List<NeededTopic> of(Topics topics, Known known, Scope scope) {
    List<NeededTopic> all = new ArrayList<>();
    boolean capture = scope.has(Role.CAPTURE);
    boolean aggregate = scope.has(Role.AGGREGATE);
    add(all, topics.definitions(), scope.migrate(), true, scope.migrate());
    boolean runs = capture || aggregate || scope.has(Role.SINK);
    if (runs || scope.migrate()) {
      add(all, topics.health(), scope.migrate(), false, runs);
    }
    if (capture || scope.migrate()) {
      add(all, topics.captureState(), true, capture, capture);
    }
    if (capture || aggregate || scope.migrate()) {
      known
          .tables()
          .forEach(
              table ->
                  add(all, topics.cdc(table.name()), scope.createsTopics(), aggregate, capture));
    }
    if (aggregate || scope.migrate()) {
      add(all, topics.quarantine(), scope.migrate(), false, aggregate);
    }
    if (aggregate || scope.has(Role.SINK) || scope.migrate()) {
      for (Rollup rollup : known.rollups()) {
        Topic topic = topics.rollup(rollup.name(), rollup.generation());
        add(all, topic, scope.migrate(), scope.has(Role.SINK), aggregate);
      }
    }
    return all;
  }

  private static void add(
      List<NeededTopic> to, Topic topic, boolean creatable, boolean reads, boolean writes) {
    Set<AclOperation> operations = EnumSet.of(AclOperation.DESCRIBE);
    if (reads) {
      operations.add(AclOperation.READ);
    }
    if (writes) {
      operations.add(AclOperation.WRITE);
    }
    to.add(new NeededTopic(topic, operations, creatable));
  }
}
