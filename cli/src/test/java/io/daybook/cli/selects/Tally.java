// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;

/** How often each thing was drawn: a test that never meets a thing says nothing about it. */
final class Tally {
  private final Map<String, Long> counts = new TreeMap<>();

  synchronized void note(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  synchronized long of(String what) {
    return counts.getOrDefault(what, 0L);
  }

  void requireAtLeast(long times, String... things) {
    for (String thing : things) {
      assertTrue(of(thing) >= times, thing + " occurred " + of(thing) + " times, not " + times);
    }
  }

  @Override
  public synchronized String toString() {
    return counts.toString();
  }
}
