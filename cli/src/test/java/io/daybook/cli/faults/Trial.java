// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One injection on a site, and everything that must hold before and after it. */
final class Trial {
  private static final Duration BUMPED_WITHIN = Duration.ofSeconds(30);
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(2);

  private final Site site;
  private final Fault fault;
  private final Turn turn;
  private final List<String> complaints = new ArrayList<>();

  Trial(Site site, Fault fault, Turn turn) {
    this.site = site;
    this.fault = fault;
    this.turn = turn;
  }

  /**
   * What came of it.
   *
   * @param recovery from the injection until all rollups were complete through it; null where that
   *     did not come about
   */
  record Outcome(
      Injection injection,
      Duration recovery,
      Duration worstServed,
      Answers.Comparison comparison,
      List<String> complaints) {}

  /** The load runs when it is called, and runs again when it comes back. */
  Outcome run() throws Exception {
    site.load().pause();
    requireBumped("before");
    // Versions first: a change in between makes both newer, or the answer alone.
    final Map<String, Long> versionsBefore = site.versions().now();
    final Map<String, String> answersBefore = site.answers().byWorkspace();
    final int violations = violations().size();
    site.freshness().begin();
    site.load().resume();
    Await.pass(turn.below(WARM_UP_MAX));
    Injection injection = fault.inject(site, turn);
    complaints.addAll(injection.complaints());
    Duration recovery = recovery(injection.at());
    site.load().pause();
    Answers.Comparison comparison = site.answers().compare();
    complaints.addAll(comparison.complaints());
    if (comparison.complaints().isEmpty()) {
      requireBumped("after");
      requireGrown(answersBefore, versionsBefore);
    }
    complaints.addAll(violations().subList(violations, violations().size()));
    site.load().resume();
    return new Outcome(
        injection, recovery, site.freshness().worstServed(), comparison, List.copyOf(complaints));
  }

  private Duration recovery(Instant at) throws Exception {
    Duration limit = fault.recoversWithin();
    boolean recovered = Await.within(limit, () -> site.freshness().completeSince(at) != null);
    if (!recovered) {
      complaints.add("not complete through " + at + " after " + limit);
      return null;
    }
    return Duration.between(at, site.freshness().completeSince(at));
  }

  private void requireBumped(String when) throws Exception {
    if (!Await.within(BUMPED_WITHIN, () -> site.answers().owedIncrements() == 0)) {
      complaints.add(when + " the fault, increments are owed for longer than " + BUMPED_WITHIN);
    }
  }

  /** Every workspace that reads something else than before has a newer version. */
  private void requireGrown(Map<String, String> answersBefore, Map<String, Long> versionsBefore)
      throws Exception {
    Map<String, String> answers = site.answers().byWorkspace();
    Map<String, Long> versions = site.versions().now();
    List<String> workspaces = new ArrayList<>(answersBefore.keySet());
    answers.keySet().stream().filter(each -> !workspaces.contains(each)).forEach(workspaces::add);
    for (String workspace : workspaces) {
      boolean same =
          answersBefore.getOrDefault(workspace, "").equals(answers.getOrDefault(workspace, ""));
      long before = versionsBefore.getOrDefault(workspace, 0L);
      long after = versions.getOrDefault(workspace, 0L);
      if (!same && after <= before) {
        complaints.add(
            "workspace "
                + workspace
                + " has changed, its version went from "
                + before
                + " to "
                + after);
      }
    }
  }

  private List<String> violations() {
    List<String> all = new ArrayList<>(site.freshness().violations());
    all.addAll(site.versions().violations());
    return all;
  }
}
