// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Runs one fault with all its seeds on one site; after a failure the next seed gets a new one. */
final class FaultRunner {
  private final Fault fault;
  private final FaultOptions options;
  private final List<Trial.Outcome> outcomes = new ArrayList<>();
  private final List<FaultRow.Failure> failures = new ArrayList<>();
  private Site site;
  private int sites;

  FaultRunner(Fault fault, FaultOptions options) {
    this.fault = fault;
    this.options = options;
  }

  FaultRow run() throws Exception {
    try {
      for (long seed : options.seeds()) {
        say("seed " + seed);
        if (!trials(seed) || fault.siteDependsOnSeed()) {
          leaveSite();
        }
      }
    } finally {
      leaveSite();
    }
    return row();
  }

  /** False where the site is not fit for another seed. */
  private boolean trials(long seed) throws Exception {
    Random random = new Random(seed);
    for (int number = 0; number < fault.injections(); number++) {
      try {
        if (site == null) {
          site = Site.start(newFolder(), fault.site(seed), seed);
        }
        Trial.Outcome outcome =
            new Trial(site, fault, new Turn(seed, number, fault.injections(), random)).run();
        outcomes.add(outcome);
        say(describe(outcome));
        if (!outcome.complaints().isEmpty()) {
          failed(seed, number, outcome.injection().proof(), outcome.complaints());
          return false;
        }
      } catch (Exception | AssertionError e) {
        failed(seed, number, "none", List.of(trace(e)));
        return false;
      }
    }
    return true;
  }

  private void failed(long seed, int number, String proof, List<String> complaints) {
    List<String> all = new ArrayList<>(complaints);
    if (site != null) {
      site.processes().forEach(process -> all.addAll(process.ends()));
    }
    FaultRow.Failure failure = new FaultRow.Failure(seed, number, proof, folder().toString(), all);
    failures.add(failure);
    say(
        "FAILED with seed %d in %s; again by -Dfaults.only=%s -Dfaults.seed=%d"
            .formatted(seed, folder(), fault.id(), seed));
    all.forEach(this::say);
  }

  private Path folder() {
    return options.folder().resolve(fault.id() + "-" + sites);
  }

  private Path newFolder() throws IOException {
    sites++;
    delete(folder());
    return Files.createDirectories(folder());
  }

  /** What a failure leaves is kept. */
  private void leaveSite() throws Exception {
    if (site != null) {
      for (RoleProcess process : site.processes()) {
        process.ends().forEach(end -> say("note: " + end));
      }
      site.close();
      site = null;
      if (failures.stream().noneMatch(each -> each.folder().equals(folder().toString()))) {
        delete(folder());
      }
    }
  }

  private FaultRow row() {
    List<Long> recoveries =
        outcomes.stream()
            .map(Trial.Outcome::recovery)
            .filter(each -> each != null)
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

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
