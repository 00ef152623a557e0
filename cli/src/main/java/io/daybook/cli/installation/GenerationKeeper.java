// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.pipeline.capture.CapturedHistory;
import io.daybook.pipeline.capture.FatalCaptureException;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.schemas.topic.DefinitionsTopic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.generation.Switch;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes generations along their way, one step at a time; see {@link Phase}. Each step may be
 * repeated, and begins with a look at what is there, so that it does not matter where the process
 * that took the last one has ended.
 */
final class GenerationKeeper implements Upkeep.Task {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationKeeper.class);

  private static final Duration AHEAD_WITHIN = Duration.ofSeconds(5);
  private static final Duration AHEAD_LOOK_EVERY = Duration.ofMillis(10);
  private static final Duration SOURCE_ASKED_EVERY = Duration.ofSeconds(5);

  private final Installation installation;
  private final RunningGenerations running;
  private final Map<String, String> kafka;
  private final Verifier verifier;
  private final Map<String, String> troubles = new HashMap<>();
  private long askedSource = System.nanoTime() - SOURCE_ASKED_EVERY.toNanos();

  GenerationKeeper(Installation installation, RunningGenerations running) {
    this.installation = installation;
    this.running = running;
    this.kafka = installation.config().kafka();
    this.verifier = new Verifier(installation.source(), installation.target(), Limits.DEFAULT);
  }

  /** Not before the definitions are known: what is not among them would be taken for gone. */
  @Override
  public boolean isDue(Connection target) throws SQLException {
    return running.records().isPresent()
        && (!Generations.read(target).isEmpty() || !frozenCurrent(target).isEmpty());
  }

  @Override
  public void run(Connection target) throws SQLException, InterruptedException {
    Generations.expire(target);
    keepCurrentAtWork(target);
    begin(target);
    for (Generation each : Generations.read(target)) {
      // The steps before may have taken hours.
      Optional<Generation> now = Generations.find(target, each.rollup(), each.number());
      if (now.isPresent()) {
        attempt(target, now.get());
      }
    }
  }

  /** One that cannot go on does not keep the others from it. */
  private void attempt(Connection target, Generation of) throws SQLException, InterruptedException {
    try {
      step(target, of);
    } catch (SQLException | RuntimeException e) {
      String what = String.valueOf(e.getMessage());
      if (of.phase() == Phase.BUILDING) {
        found(target, of, what);
      } else if (!what.equals(troubles.put(of.label(), what))) {
        LOG.warn("The {}, {}, does not go on: {}", of.label(), of.phase(), what);
      }
    }
  }

  private void step(Connection target, Generation of) throws SQLException, InterruptedException {
    Optional<DefinitionRecord> record = record(of);
    switch (of.phase()) {
      case BUILDING -> {
        if (!of.caughtUp()) {
          leaveWhatCannotBeCaptured(target, of);
        }
        if (of.caughtUp() && record.isPresent() && of.due()) {
          compare(target, of, record.get().bind());
        }
      }
      case CURRENT, READY -> LOG.trace("{} is {}", of.label(), of.phase());
      case KEPT -> freeze(record, !of.wish().keepRunning());
      case LEAVING -> {
        if (record.isPresent()) {
          new DefinitionsTopic(installation.topics(), kafka).remove(of.rollup(), of.number());
        } else {
          new GenerationRemoval(installation, of).attempt(target, staying(of));
        }
      }
    }
    troubles.remove(of.label());
  }

  /** The other generations of its rollup that are at work. */
  private List<Rollup> staying(Generation of) {
    return Installation.atWork(running.records().orElseThrow()).stream()
        .filter(each -> each.name().equals(of.rollup()) && each.generation() != of.number())
        .toList();
  }

  private Optional<DefinitionRecord> record(Generation of) {
    return running.records().orElseThrow().stream()
        .filter(each -> of.is(each.rollup(), each.generation()))
        .findFirst();
  }

  /**
   * Topics, and then the definitions at which all processes begin to work; all at once, since each
   * may need tables that must be read.
   */
  private void begin(Connection target) throws SQLException {
    List<Generation> asked =
        Generations.read(target).stream()
            .filter(each -> each.phase() == Phase.BUILDING && record(each).isEmpty())
            .toList();
    if (asked.isEmpty()) {
      return;
    }
    List<DefinitionRecord> records = asked.stream().map(Generation::record).toList();
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.ensure(installation.topicsOf(records.stream().map(DefinitionRecord::bind).toList()));
      new DefinitionsTopic(installation.topics(), kafka).publish(records);
      asked.forEach(each -> LOG.info("The {} begins: topics are replayed", each.label()));
    } catch (RuntimeException e) {
      for (Generation each : asked) {
        found(target, each, String.valueOf(e.getMessage()));
      }
    }
  }

  private void freeze(Optional<DefinitionRecord> record, boolean wanted) {
    if (record.isPresent() && record.get().frozen() != wanted) {
      DefinitionRecord one = record.get();
      CapturedHistory history = CapturedHistory.read(installation.topics(), kafka);
      DefinitionRecord changed =
          wanted
              ? one.frozenAt(history.captured())
              : history.thawed(one, running.records().orElseThrow());
      new DefinitionsTopic(installation.topics(), kafka).publish(List.of(changed));
    }
  }

  /** What readers get is kept up to date, while the source has what that needs. */
  private void keepCurrentAtWork(Connection target) throws SQLException {
    List<DefinitionRecord> frozen = frozenCurrent(target);
    if (frozen.isEmpty() || !maySourceBeAsked()) {
      return;
    }
    for (DefinitionRecord each : frozen) {
      try {
        if (isCapturable(each)) {
          freeze(Optional.of(each), false);
        }
      } catch (SQLException | RuntimeException e) {
        LOG.warn(
            "Generation {} of {}, which readers have, is not at work yet: {}",
            each.generation(),
            each.rollup(),
            e.getMessage());
      }
    }
  }

  private boolean maySourceBeAsked() {
    long now = System.nanoTime();
    boolean may = now - askedSource > SOURCE_ASKED_EVERY.toNanos();
    if (may) {
      askedSource = now;
    }
    return may;
  }

  private List<DefinitionRecord> frozenCurrent(Connection target) throws SQLException {
    Map<String, Integer> current = Generations.current(target);
    return running.records().orElseThrow().stream()
        .filter(
            each -> each.frozen() && current.getOrDefault(each.rollup(), 0) == each.generation())
        .toList();
  }

  /**
   * Where the source has no longer what the current generation needs, it is left as it is: capture
   * would wait for that, and the next generation, which does without, with it.
   */
  private void leaveWhatCannotBeCaptured(Connection target, Generation next) throws SQLException {
    if (!maySourceBeAsked()) {
      return;
    }
    int current = Generations.current(target).getOrDefault(next.rollup(), 0);
    for (DefinitionRecord each : running.records().orElseThrow()) {
      boolean before = each.rollup().equals(next.rollup()) && each.generation() == current;
      if (before && !each.frozen() && !isCapturable(each) && isCapturable(next.record())) {
        LOG.warn(
            "The source has no longer what generation {} of {} needs; it is left as it is while {}"
                + " is built",
            each.generation(),
            each.rollup(),
            next.label());
        freeze(Optional.of(each), true);
      }
    }
  }

  private boolean isCapturable(DefinitionRecord one) throws SQLException {
    try {
      installation.sourceSetup(List.of(one.bind())).plan();
      return true;
    } catch (FatalCaptureException e) {
      LOG.debug("{} cannot be captured: {}", one.rollup(), e.getMessage());
      return false;
    }
  }

  private void compare(Connection target, Generation of, Rollup rollup)
      throws SQLException, InterruptedException {
    Verification result = verifier.verifyGeneration(rollup, VerificationProgress.SILENT);
    Optional<String> doubt = Generations.doubt(target, of);
    boolean forced = of.wish().forced() && result.uncompared() == 0;
    if (!forced && result.differenceCount() > 0) {
      found(target, of, result.firstDifference());
    } else if (!forced && !result.foundNothing()) {
      found(target, of, String.join("; ", result.reasons()));
    } else if (!forced && doubt.isPresent()) {
      found(target, of, doubt.get());
    } else if (of.wish().swap()) {
      swap(target, of);
    } else if (Generations.isReady(target, of)) {
      LOG.info("The {} is verified, and waits to be asked for", of.label());
    }
  }

  private static void found(Connection target, Generation of, String what) throws SQLException {
    if (!what.equals(of.finding())) {
      LOG.warn("The {} is not given to readers yet: {}", of.label(), what);
    }
    Generations.found(target, of, what);
  }

  /** At a moment when it has all that readers have had; after some seconds as it is. */
  private void swap(Connection target, Generation of) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + AHEAD_WITHIN.toNanos();
    boolean done = false;
    try (Connection connection = installation.target().getConnection()) {
      connection.setAutoCommit(false);
      Switch to = new Switch(connection, of.rollup(), installation.config().recomputeKeep());
      while (!done && System.nanoTime() < deadline) {
        done = to.to(of, true);
        if (!done) {
          Thread.sleep(AHEAD_LOOK_EVERY.toMillis());
        }
      }
      done = done || (isCaughtUp(target, of) && to.to(of, false));
    }
    if (done) {
      LOG.info("Readers get {} now", of.label());
    } else {
      found(target, of, "it fell behind, or something changed, since it was compared");
    }
  }

  private static boolean isCaughtUp(Connection target, Generation of) throws SQLException {
    return Generations.find(target, of.rollup(), of.number())
        .filter(Generation::caughtUp)
        .isPresent();
  }
}
