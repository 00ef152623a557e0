// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.rollout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.text.Durations;
import io.daybook.serve.canary.CanaryReport;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSettings;
import io.daybook.serve.mode.ModeSwitch;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.serve.mode.StatusReader;
import io.daybook.serve.mode.SwitchTransaction;
import io.daybook.serve.rollout.RolloutState;
import io.daybook.serve.rollout.Rollouts;
import io.daybook.serve.shadow.ShadowRecords;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shadow first, then a growing share of the workspaces, each step for a while and then judged: the
 * rollup equals the live query, no read in shadow differed, the canary is a go, the rollup runs and
 * is fresh. A step that is not good is taken back to the one before, and that is the end.
 *
 * <p>Where it stands is a row in the target, written together with the turn of the switch; who
 * calls it again goes on from there. Whoever else turns the switch of the rollup, or of the
 * workspace that is measured, is right: what he has set stays, and that is the end, too.
 */
public final class Rollout {
  private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);
  private static final Duration COMPARED_WITHIN = Duration.ofSeconds(70);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration LOOK_IN_SOAK_EVERY = Duration.ofSeconds(1);
  private static final String WHY = "rollout of ";
  private static final String RUNNING = "running";
  private static final int VALID_WITHIN_SECONDS = 2;
  private static final int FINDINGS = 3;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  private final Installation installation;
  private final String rollup;
  private final ModeSwitch modes;
  private final Probe probe;
  private final Consumer<String> say;
  private final Consumer<RolloutPacket> evidence;
  private final String who = System.getProperty("user.name");

  /** Measures as readers do. */
  public interface Probe {
    /**
     * Once.
     *
     * @param mode where answers must come from; null for anywhere
     * @param step that is measured, from 0 on
     */
    CanaryReport run(String mode, int step) throws InterruptedException;
  }

  /**
   * @param say told in words what happens
   * @param evidence told after each step what there is so far
   */
  public Rollout(
      Installation installation,
      String rollup,
      Probe probe,
      Consumer<String> say,
      Consumer<RolloutPacket> evidence) {
    this.installation = installation;
    this.rollup = rollup;
    this.modes = new ModeSwitch(installation.target());
    this.probe = probe;
    this.say = say;
    this.evidence = evidence;
  }

  /**
   * Begins one, or goes on with the one that is under way.
   *
   * @param percents ascending, the last one 100
   * @throws RefusedByState where another process is at it, or another one is under way
   */
  public RolloutPacket run(String workspace, List<Integer> percents, Duration soak, String version)
      throws SQLException, InterruptedException {
    try (Connection target = installation.target().getConnection()) {
      if (!Rollouts.tryLock(target, rollup)) {
        throw new RefusedByState(
            "Another process is at the rollout of "
                + rollup
                + ": end that one first, or --abort the rollout");
      }
      RolloutState state = modes.decide(turn -> begin(turn, workspace, percents, soak, version));
      RolloutPacket packet = read(state.packet());
      if (state.step() > 0 || !packet.steps().isEmpty()) {
        say.accept(
            "%s: goes on at step %s, which began at %s"
                .formatted(rollup, name(state, state.step()), state.stepBeganAt()));
      }
      while (!packet.over()) {
        packet = step(target, state, packet, version);
        evidence.accept(packet);
        state = Rollouts.find(target, rollup).orElseThrow();
      }
      return packet;
    }
  }

  /** The one under way, or a new one, which is in shadow from now on. */
  private RolloutState begin(
      SwitchTransaction turn,
      String workspace,
      List<Integer> percents,
      Duration soak,
      String version)
      throws SQLException {
    ModeSettings now =
        turn.settings(rollup)
            .orElseThrow(() -> new RefusedByState("There is no rollup '" + rollup + "'"));
    Optional<RolloutState> underWay =
        Rollouts.find(turn.connection(), rollup).filter(each -> !each.ended());
    if (underWay.isPresent()) {
      requireSame(underWay.get(), workspace, percents, soak);
      return underWay.get();
    }
    ModeSettings.Setting own = now.workspaces().get(workspace);
    if (own != null && !String.valueOf(own.why()).startsWith(WHY)) {
      throw new RefusedByState(
          "Workspace '%s' has a mode of its own, %s: take it back with 'daybook mode default %s --workspace %s', or measure another"
              .formatted(workspace, told(own), rollup, workspace));
    }
    RolloutPacket fresh =
        new RolloutPacket(rollup, workspace, version, Instant.now(), null, null, null, List.of());
    Rollouts.begin(turn.connection(), rollup, workspace, percents, soak, write(fresh));
    RolloutState state = Rollouts.find(turn.connection(), rollup).orElseThrow();
    enter(turn, state, 0);
    return state;
  }

  private void requireSame(
      RolloutState state, String workspace, List<Integer> percents, Duration soak) {
    if (!state.workspace().equals(workspace)
        || !state.percents().equals(percents)
        || !state.soak().equals(soak)) {
      throw new RefusedByState(
          "A rollout of %s is under way, with --workspace %s --steps %s --soak %s: go on with it, or --abort it"
              .formatted(
                  rollup,
                  state.workspace(),
                  state.percents().stream().map(String::valueOf).collect(Collectors.joining(",")),
                  Durations.text(state.soak())));
    }
  }

  /** Ends the one that is under way: every reader gets the live query. */
  public RolloutPacket abort() throws SQLException {
    return modes.decide(
        turn -> {
          RolloutState state =
              Rollouts.find(turn.connection(), rollup)
                  .filter(each -> !each.ended())
                  .orElseThrow(
                      () -> new RefusedByState("No rollout of " + rollup + " is under way"));
          turn.set(new ModeChange(rollup, null, Mode.LIVE, who, "rollout --abort"));
          return end(turn, read(state.packet()), RolloutPacket.ABORTED, "by " + who);
        });
  }

  /** The evidence of the last one. */
  public RolloutPacket last() throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      return Rollouts.find(target, rollup)
          .map(each -> read(each.packet()))
          .orElseThrow(() -> new RefusedByState("There was no rollout of " + rollup));
    }
  }

  /** Waits, judges, and turns the switch by what was found. */
  private RolloutPacket step(
      Connection target, RolloutState state, RolloutPacket before, String version)
      throws SQLException, InterruptedException {
    RolloutPacket packet = before;
    if (!packet.judged(state.step())) {
      String name = name(state, state.step());
      say.accept("%s: step %s for %s".formatted(rollup, name, Durations.text(state.soakLeft())));
      if (soak(target, state)) {
        packet = packet.with(judge(target, state, version));
        Rollouts.note(target, rollup, write(packet));
        say.accept(
            "%s: step %s is %s"
                .formatted(
                    rollup,
                    name,
                    packet.last().good() ? "good" : "not good, " + packet.last().reasons().get(0)));
      }
    }
    RolloutPacket judged = packet;
    return modes.decide(turn -> conclude(turn, state, judged));
  }

  /** Whether the step lasted as long as it should: nobody has turned the switch or ended it. */
  private boolean soak(Connection target, RolloutState state)
      throws SQLException, InterruptedException {
    long until = System.nanoTime() + state.soakLeft().toNanos();
    while (undisturbed(target, state)) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return true;
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_IN_SOAK_EVERY.toNanos()));
    }
    return false;
  }

  private boolean undisturbed(Connection target, RolloutState state) throws SQLException {
    return !Rollouts.find(target, rollup).orElseThrow().ended()
        && turnedByOthers(modes.settings(), state).isEmpty();
  }

  /** To the next step, to the one before, or to the end. */
  private RolloutPacket conclude(SwitchTransaction turn, RolloutState state, RolloutPacket packet)
      throws SQLException {
    RolloutState now = Rollouts.find(turn.connection(), rollup).orElseThrow();
    if (now.ended() || now.step() != state.step() || !now.beganAt().equals(state.beganAt())) {
      return read(now.packet());
    }
    Optional<String> turned = turnedByOthers(turn.settings(), state);
    if (turned.isPresent()) {
      return end(turn, packet, RolloutPacket.NO_GO, turned.get());
    }
    if (!packet.judged(state.step())) {
      return packet;
    }
    RolloutPacket.Step last = packet.last();
    if (!last.good()) {
      enter(turn, state, Math.max(0, state.step() - 1));
      return end(turn, packet, RolloutPacket.NO_GO, last.name() + ": " + last.reasons().get(0));
    }
    if (state.step() == state.percents().size()) {
      turn.clear(rollup, state.workspace(), who, why(state) + "done");
      return end(turn, packet, RolloutPacket.GO, null);
    }
    Rollouts.step(turn.connection(), rollup, state.step() + 1, write(packet));
    enter(turn, state, state.step() + 1);
    return packet;
  }

  private RolloutPacket end(
      SwitchTransaction turn, RolloutPacket packet, String verdict, String reason)
      throws SQLException {
    RolloutPacket ended = packet.ended(verdict, reason);
    Rollouts.end(turn.connection(), rollup, write(ended));
    return ended;
  }

  /** What is not as this rollout has set it. */
  private Optional<String> turnedByOthers(List<ModeSettings> all, RolloutState state) {
    ModeSettings now =
        all.stream().filter(each -> each.rollup().equals(rollup)).findFirst().orElse(null);
    if (now == null) {
      return Optional.of("the rollup was removed meanwhile");
    }
    if (!isOurs(now.ofAll(), state)) {
      return Optional.of("the switch was " + how(now.ofAll()));
    }
    ModeSettings.Setting own = now.workspaces().get(state.workspace());
    return state.step() == 0 && own == null || state.step() > 0 && isOurs(own, state)
        ? Optional.empty()
        : Optional.of("the switch of workspace '" + state.workspace() + "' was " + how(own));
  }

  private static boolean isOurs(ModeSettings.Setting setting, RolloutState state) {
    return setting != null && setting.why() != null && setting.why().startsWith(why(state));
  }

  private static String how(ModeSettings.Setting setting) {
    return setting == null ? "taken back meanwhile" : "turned meanwhile to " + told(setting);
  }

  private static String told(ModeSettings.Setting setting) {
    return setting.mode().text()
        + " by "
        + setting.who()
        + (setting.why() == null ? "" : ": " + setting.why());
  }

  /** The workspace that is measured gets the rollup with the first share. */
  private void enter(SwitchTransaction turn, RolloutState state, int step) throws SQLException {
    String why = why(state) + name(state, step);
    if (step == 0) {
      turn.set(new ModeChange(rollup, null, Mode.SHADOW, who, why));
      turn.clear(rollup, state.workspace(), who, why);
      return;
    }
    turn.set(new ModeChange(rollup, state.workspace(), Mode.ROLLUP, who, why));
    int percent = state.percents().get(step - 1);
    turn.set(
        percent == 100
            ? new ModeChange(rollup, null, Mode.ROLLUP, who, why)
            : new ModeChange(rollup, null, percent, Mode.ROLLUP, Mode.SHADOW, who, why));
  }

  /** What the reasons of its turns begin with. */
  private static String why(RolloutState state) {
    return WHY + state.beganAt() + ", ";
  }

  private static String name(RolloutState state, int step) {
    return step == 0 ? "shadow" : state.percents().get(step - 1) + " %";
  }

  /** What keeps it from being judged is a reason, too. */
  private RolloutPacket.Step judge(Connection target, RolloutState state, String version)
      throws SQLException, InterruptedException {
    Judgement judgement = new Judgement();
    try {
      judgement.take(target, state);
    } catch (SQLException | RuntimeException e) {
      if (!target.isValid(VALID_WITHIN_SECONDS)) {
        throw e;
      }
      LOG.warn("The rollout of {} could not be judged", rollup, e);
      judgement.reasons.add("it could not be judged: " + e.getMessage());
    }
    return judgement.step(state, version);
  }

  /** What one step has shown so far. */
  private final class Judgement {
    private final List<String> reasons = new ArrayList<>();
    private CanaryReport canary;
    private int generation;
    private Verification verification;
    private ShadowRecords.Summary shadow = ShadowRecords.Summary.NONE;
    private String stands;
    private Long lagMs;

    void take(Connection target, RolloutState state) throws SQLException, InterruptedException {
      canary = probe.run(state.step() == 0 ? null : Mode.ROLLUP.text(), state.step());
      judgeCanary(state.step());
      Rollup current =
          installation.current().stream()
              .filter(each -> each.name().equals(rollup))
              .findFirst()
              .orElseThrow(() -> new RefusedByState("There is no rollup '" + rollup + "'"));
      generation = current.generation();
      verification =
          new Verifier(installation.source(), installation.target(), Limits.DEFAULT)
              .verify(List.of(current), VerificationProgress.SILENT);
      if (verification.differenceCount() > 0) {
        reasons.add(0, verification.firstDifference());
      } else if (verification.verdict() != Verdict.EQUAL) {
        reasons.add("verify is undecided: " + String.join("; ", verification.reasons()));
      }
      shadow = shadow(target, state);
      judgeShadow(target, state);
      Optional<RollupStatus> status =
          new StatusReader(installation.target())
              .read().stream().filter(each -> each.name().equals(rollup)).findFirst();
      stands = status.map(RollupStatus::state).orElse("gone");
      lagMs = status.map(RollupStatus::lagMs).orElse(null);
      if (!stands.equals(RUNNING)) {
        reasons.add("the rollup is " + stands);
      }
    }

    /** In shadow readers get the live query, which may be slow: that is what the rollup is for. */
    private void judgeCanary(int step) {
      canary
          .endpoints()
          .forEach(
              each -> {
                if (step == 0 ? !each.answered() : !each.reasons().isEmpty()) {
                  reasons.add("canary of %s: %s".formatted(each.name(), each.reasons()));
                }
              });
    }

    private void judgeShadow(Connection target, RolloutState state) throws SQLException {
      if (shadow.mismatched() > 0) {
        reasons.add(
            "%d of %d reads differed in shadow: %s"
                .formatted(
                    shadow.mismatched(),
                    shadow.compared(),
                    ShadowRecords.findings(target, rollup, state.stepBeganAt(), FINDINGS)));
      } else if (state.step() == 0 && shadow.compared() == shadow.undecided()) {
        reasons.add(
            "no read was compared in shadow: do readers, and the canary, come through the role serve?");
      }
    }

    RolloutPacket.Step step(RolloutState state, String version) {
      return new RolloutPacket.Step(
          name(state, state.step()),
          version,
          state.step() == 0 ? 0 : state.percents().get(state.step() - 1),
          state.stepBeganAt(),
          Instant.now(),
          reasons,
          generation,
          stands,
          lagMs,
          verification,
          shadow,
          canary);
    }
  }

  /** What the canary has asked is compared soon afterwards. */
  private ShadowRecords.Summary shadow(Connection target, RolloutState state)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + COMPARED_WITHIN.toNanos();
    while (true) {
      ShadowRecords.Summary summary =
          ShadowRecords.since(target, state.stepBeganAt())
              .getOrDefault(rollup, ShadowRecords.Summary.NONE);
      boolean some = summary.compared() > summary.undecided();
      if (state.step() > 0 || some || System.nanoTime() > deadline) {
        return summary;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    }
  }

  private static String write(RolloutPacket packet) {
    try {
      return JSON.writeValueAsString(packet);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RolloutPacket read(String json) {
    try {
      return JSON.readValue(json, RolloutPacket.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("The packet of a rollout that cannot be read", e);
    }
  }
}
