// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A rollout; a row of {@code daybook.rollout}.
 *
 * @param workspace that the canary asks for, and that gets the rollup before all others
 * @param percents of the steps, ascending; the last one is 100
 * @param soak how long each step lasts at least
 * @param soakLeft how long the step that is under way still lasts
 * @param step that is under way: 0 is shadow, n the n-th percent
 * @param stepBeganAt when it began
 * @param ended whether nothing more will come of it
 * @param packet the evidence so far, as JSON
 */
public record RolloutState(
    String rollup,
    String workspace,
    List<Integer> percents,
    Duration soak,
    Duration soakLeft,
    int step,
    Instant beganAt,
    Instant stepBeganAt,
    boolean ended,
    String packet) {
  public RolloutState {
    percents = List.copyOf(percents);
  }
}
