// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * What to run, by system properties.
 *
 * @param seeds one trial each
 * @param only ids of faults; empty for all
 * @param injectionsMax of each seed
 * @param folder of the report, and of what a failure leaves
 */
record FaultOptions(List<Long> seeds, Set<String> only, int injectionsMax, Path folder) {
  private static final int SEEDS = 5;

  /**
   * {@code -Dfaults.seeds=N} for the number of seeds, which are drawn, or {@code -Dfaults.seed=S}
   * for one; {@code -Dfaults.only=F3,F9} for some faults.
   */
  static FaultOptions fromProperties() {
    String only = System.getProperty("faults.only", "");
    Long seed = Long.getLong("faults.seed");
    long first = RandomGenerator.getDefault().nextInt(1_000_000);
    int count = Integer.getInteger("faults.seeds", SEEDS);
    List<Long> seeds =
        seed == null ? LongStream.range(first, first + count).boxed().toList() : List.of(seed);
    return new FaultOptions(
        seeds,
        only.isBlank() ? Set.of() : new TreeSet<>(List.of(only.split(","))),
        Integer.MAX_VALUE,
        folder("faults"));
  }

  /**
   * Two injections of each of these, with one seed, which is drawn unless {@code -Dfaults.seed=S}
   * names it.
   */
  static FaultOptions selected(Set<String> ids) {
    long seed = Long.getLong("faults.seed", RandomGenerator.getDefault().nextInt(1_000_000));
    return new FaultOptions(List.of(seed), ids, 2, folder("faults-selection"));
  }

  private static Path folder(String name) {
    return Path.of("").toAbsolutePath().getParent().resolve("target").resolve(name);
  }

  boolean wants(Reported fault) {
    return only.isEmpty() || only.contains(fault.id());
  }
}
