// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.generation;

import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.serve.verification.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A generation that was asked for, or that one of those has replaced; a row of {@code
 * daybook.recompute}.
 *
 * @param definition its record in the topic of definitions, for one that may not be there yet; null
 *     for one that is there since before it was replaced
 * @param wish what was asked for
 * @param times when it came where
 * @param caughtUp whether it is complete through a moment within the freshness limit
 * @param due whether it is time to compare it again
 * @param finding what the last comparison found, in words; null where nothing stands in the way
 * @param epoch the highest that any of its partitions has entered
 */
public record Generation(
    String rollup,
    int number,
    Phase phase,
    String definition,
    Wish wish,
    Times times,
    boolean caughtUp,
    boolean due,
    String finding,
    int epoch) {

  /**
   * What is to become of a generation, and of the one that it replaces.
   *
   * @param swap whether readers get it as soon as it is verified
   * @param forced whether they get it even where it differs from the live query
   * @param keepRunning whether the one before it goes on being kept up to date
   */
  public record Wish(boolean swap, boolean forced, boolean keepRunning) {
    /** Verified and given to readers, and the one before kept as it is. */
    public static final Wish USUAL = new Wish(true, false, false);
  }

  /**
   * Null for what has not happened.
   *
   * @param leaves when one that is kept is removed
   */
  public record Times(Instant asked, Instant verified, Instant switched, Instant leaves) {}

  /** Whether it is this generation of this rollup. */
  public boolean is(String otherRollup, int otherNumber) {
    return rollup.equals(otherRollup) && number == otherNumber;
  }

  /** Its definition; of one that has it. */
  public DefinitionRecord record() {
    return DefinitionRecord.read(definition.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether rows have been found that are not those of the live query. */
  public boolean isDifferent() {
    return finding != null && finding.startsWith(Verification.DIFFERENCES);
  }

  /** For people. */
  public String label() {
    return "generation " + number + " of " + rollup;
  }
}
