// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.time.Instant;
import java.util.List;

/**
 * One time that a fault happened.
 *
 * @param at when
 * @param hit whether it is proven to have hit; without proof it counts as not run
 * @param proof what was seen, in words
 * @param complaints what was not as it must be, besides what is looked at after every fault
 */
record Injection(Instant at, boolean hit, String proof, List<String> complaints) {

  static Injection of(Instant at, boolean hit, String proof) {
    return new Injection(at, hit, proof, List.of());
  }
}
