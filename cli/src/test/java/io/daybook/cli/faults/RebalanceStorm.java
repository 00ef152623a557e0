// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.MemberDescription;

/**
 * Instances of the aggregate join, leave and die in quick succession; with every other seed there
 * are standbys and caches.
 */
final class RebalanceStorm implements Fault {
  private static final int STEPS = 5;
  private static final Duration STEP_MAX = Duration.ofSeconds(5);

  @Override
  public String id() {
    return "F4";
  }

  @Override
  public String title() {
    return "rebalance storm, with and without standbys and caches";
  }

  @Override
  public SiteSettings site(long seed) {
    return seed % 2 == 0
        ? SiteSettings.usual()
        : SiteSettings.usual()
            .with("streams.num.standby.replicas", "1")
            .with("streams.statestore.cache.max.bytes", "8388608");
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    List<RoleProcess> instances = new ArrayList<>(site.aggregates());
    RoleProcess guest = site.newProcess("aggregate", instances.size());
    Set<String> members = new TreeSet<>(members(site));
    int before = members.size();
    Instant at = Instant.now();
    try {
      guest.start();
      for (int step = 0; step < STEPS; step++) {
        Await.pass(turn.below(STEP_MAX));
        RoleProcess chosen = instances.get(turn.below(instances.size()));
        if (turn.below(2) == 0) {
          chosen.kill();
        } else {
          chosen.terminate();
        }
        members.addAll(members(site));
        chosen.start();
      }
      Await.pass(STEP_MAX);
      members.addAll(members(site));
    } finally {
      guest.close();
    }
    int joined = members.size() - before;
    return Injection.of(
        at, joined >= 2, "%d members left or died, %d joined".formatted(STEPS + 1, joined));
  }

  private static Set<String> members(Site site) throws ExecutionException, InterruptedException {
    Set<String> ids = new TreeSet<>();
    for (var rollup : site.rollups()) {
      String group = site.installation().topics().aggregateId(rollup.name(), rollup.generation());
      site
          .kafka()
          .admin()
          .client()
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members()
          .stream()
          .map(MemberDescription::consumerId)
          .forEach(ids::add);
    }
    return ids;
  }
}
