// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.rollout;

import io.daybook.serve.canary.CanaryReport;
import io.daybook.serve.shadow.ShadowRecords;
import io.daybook.serve.verification.Verification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The evidence of a rollout, as JSON keeps it.
 *
 * @param version of Daybook that began it
 * @param verdict {@code go}, {@code no-go} or {@code aborted}; null while it is under way
 * @param reason why it is not a go; null for a go
 * @param steps that have been taken
 */
public record RolloutPacket(
    String rollup,
    String workspace,
    String version,
    Instant startedAt,
    Instant endedAt,
    String verdict,
    String reason,
    List<Step> steps) {
  public static final String GO = "go";
  public static final String NO_GO = "no-go";
  public static final String ABORTED = "aborted";

  public RolloutPacket {
    steps = List.copyOf(steps);
  }

  /**
   * A step and what it showed.
   *
   * @param name {@code shadow} or {@code 10 %}
   * @param version of Daybook that judged it
   * @param percent of the workspaces that got the rollup; 0 in shadow
   * @param reasons why it was not good; empty where it was
   * @param shadow comparisons of reads during the step
   * @param canary of the one workspace: live in shadow, from the rollup in all others
   */
  public record Step(
      String name,
      String version,
      int percent,
      Instant beganAt,
      Instant endedAt,
      List<String> reasons,
      int generation,
      String state,
      Long lagMs,
      Verification verification,
      ShadowRecords.Summary shadow,
      CanaryReport canary) {
    public Step {
      reasons = List.copyOf(reasons);
    }

    boolean good() {
      return reasons.isEmpty();
    }
  }

  /** Whether a step is in it: they are judged in order. */
  boolean judged(int step) {
    return steps.size() > step;
  }

  /** Whether nothing more will come of it. */
  public boolean over() {
    return verdict != null;
  }

  /** The last step that was taken; there must be one. */
  Step last() {
    return steps.get(steps.size() - 1);
  }

  RolloutPacket with(Step step) {
    List<Step> all = new ArrayList<>(steps);
    all.add(step);
    return new RolloutPacket(rollup, workspace, version, startedAt, endedAt, verdict, reason, all);
  }

  RolloutPacket ended(String how, String why) {
    return new RolloutPacket(rollup, workspace, version, startedAt, Instant.now(), how, why, steps);
  }

  public boolean go() {
    return GO.equals(verdict);
  }
}
