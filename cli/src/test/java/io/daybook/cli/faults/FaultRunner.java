// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Runs one fault with all its seeds. */
final class FaultRunner {
  private final Fault fault;
  private final FaultOptions options;
  private final Sites sites;
  private final List<Trial.Outcome> outcomes = new ArrayList<>();
  private final List<FaultRow.Failure> failures = new ArrayList<>();

  FaultRunner(Fault fault, FaultOptions options, Sites sites) {
    this.fault = fault;
    this.options = options;
    this.sites = sites;
  }

  /** After a failure the next seed gets a new site, and the folder of the old one stays. */
  FaultRow run() throws Exception {
    for (long seed : options.seeds()) {
      if (!trials(seed)) {
        sites.abandon();
      }
    }
    return row();
  }

  private boolean trials(long seed) throws Exception {
    Random random = new Random(seed);
    int injections = Math.min(fault.injections(), options.injectionsMax());
    for (int number = 0; number < injections; number++) {
      Turn turn = new Turn(seed, number, injections, random);
      try {
        Site site = sites.site(fault.site(seed), seed);
        Trial.Outcome outcome = new Trial(site, fault, turn).run();
        outcomes.add(outcome);
        say("seed " + seed + ": " + describe(outcome));
        if (!outcome.complaints().isEmpty()) {
          failed(turn, outcome.injection().proof(), outcome.complaints());
          return false;
        }
      } catch (Exception | AssertionError e) {
        failed(turn, "none", List.of(trace(e)));
        return false;
      }
    }
    return true;
  }

  private void failed(Turn turn, String proof, List<String> complaints) {
    List<String> all = new ArrayList<>(complaints);
    all.addAll(sites.ends());
    String folder = sites.siteFolder().toString();
    failures.add(new FaultRow.Failure(turn.seed(), turn.number(), proof, folder, all));
    say(
        "FAILED at injection %d of seed %d; logs are in %s;"
            .concat(" again: -Dfaults.only=%s -Dfaults.seed=%d")
            .formatted(turn.number(), turn.seed(), folder, fault.id(), turn.seed()));
    all.forEach(this::say);
  }

  private FaultRow row() {
    List<Long> recoveries =
        outcomes.stream()
            .map(Trial.Outcome::recovery)
            .filter(Objects::nonNull)
            .map(Duration::toMillis)
            .sorted()
            .toList();
    return new FaultRow(
        fault.id(),
        fault.title(),
        options.seeds().size(),
        outcomes.size(),
        (int) outcomes.stream().filter(each -> each.injection().hit()).count(),
        outcomes.stream().mapToLong(each -> each.comparison().differences()).sum(),
        outcomes.stream().mapToLong(each -> each.comparison().excused()).sum(),
        0,
        outcomes.stream().mapToLong(each -> each.worstServed().toMillis()).max().orElse(0),
        recoveries.isEmpty() ? null : recoveries.get(recoveries.size() / 2),
        recoveries.isEmpty() ? null : recoveries.get(recoveries.size() - 1),
        List.copyOf(failures));
  }

  private static String describe(Trial.Outcome outcome) {
    return "%s: %s; recovered in %s, oldest answer %s, %d rows compared, %d differences"
        .formatted(
            outcome.injection().hit() ? "hit" : "NOT HIT",
            outcome.injection().proof(),
            outcome.recovery(),
            outcome.worstServed(),
            outcome.comparison().rows(),
            outcome.comparison().differences());
  }

  private void say(String text) {
    System.out.println("[" + fault.id() + "] " + text);
  }

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
