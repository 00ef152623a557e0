// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static java.util.stream.Collectors.toSet;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** How a capture begins: where it left off, or with a new snapshot. */
sealed interface StartPlan {

  /** Go on from what was committed. */
  record Resume(Streaming state) implements StartPlan {}

  /**
   * New slot with its exported snapshot, in a new epoch.
   *
   * @param accounts what the topics were given before, {@link Accounts#NONE} if that is not certain
   */
  record Snapshot(int epoch, String reason, Accounts accounts) implements StartPlan {
    /**
     * The state that begins it; a topic without an account is counted from here on.
     *
     * @param ends of the topics' partitions
     */
    SnapshotOwed owed(List<Topic> topics, Map<TopicPartition, Long> ends) {
      return new SnapshotOwed(epoch, accounts.with(topics, epoch).beginningAt(ends));
    }
  }

  /**
   * Chooses {@link Resume} only where nothing can have been missed.
   *
   * @param resnapshot why a snapshot is to be taken whatever is found, null if it is not
   */
  static StartPlan choose(
      Remembered remembered,
      SourceLook found,
      SourceShapes.Look shapes,
      CaptureSettings settings,
      String resnapshot) {
    int next = Math.max(remembered.epoch() + 1, settings.from().epoch());
    if (remembered.state().isEmpty()) {
      String reason =
          remembered.topics().isEmpty()
              ? "nothing was captured before"
              : "capture's state is gone, while the topics hold records up to epoch "
                  + remembered.epoch();
      return new Snapshot(next, reason, Accounts.NONE);
    }
    CaptureState state = remembered.state().get();
    Optional<String> contradiction =
        remembered.topics().contradiction(state, streamed(state, settings));
    Accounts accounts = contradiction.isPresent() ? Accounts.NONE : state.accounts();
    if (state instanceof Streaming streaming) {
      String broken = resnapshot == null ? broken(streaming, found, shapes, settings) : resnapshot;
      String reason = broken == null ? contradiction.orElse(null) : broken;
      return reason == null
          ? new Resume(
              streaming.capturing(
                  CapturedTables.of(settings.tables()),
                  asked(streaming, settings),
                  accounts.with(added(streaming, settings), streaming.epoch()),
                  shapes.shapes()))
          : new Snapshot(next, reason, accounts);
    }
    SnapshotOwed owed = (SnapshotOwed) state;
    return new Snapshot(
        next, "the snapshot of epoch " + owed.epoch() + " was not completed", accounts);
  }

  /** Topics of the tables that are not captured yet. */
  private static List<Topic> added(Streaming state, CaptureSettings settings) {
    return settings.tables().stream()
        .map(Table::name)
        .filter(table -> !state.tables().columns().containsKey(table.toString()))
        .map(table -> settings.topics().cdc(table))
        .toList();
  }

  /** Topics of the tables that were captured already; any other one may hold anything. */
  private static Set<String> streamed(CaptureState state, CaptureSettings settings) {
    return settings.tables().stream()
        .map(Table::name)
        .filter(
            table ->
                state instanceof Streaming streaming
                    && streaming.tables().columns().containsKey(table.toString()))
        .map(table -> settings.topics().cdc(table).name())
        .collect(toSet());
  }

  private static String broken(
      Streaming state, SourceLook found, SourceShapes.Look shapes, CaptureSettings settings) {
    String server = found.serverBroken(state.identity(), state.reached());
    if (server != null) {
      return server;
    }
    if (!state.slot().equals(settings.slot())) {
      return "the slot is now '" + settings.slot() + "', it was '" + state.slot() + "'";
    }
    String slot = found.slotBroken(state.slot(), state.resume().start());
    if (slot != null) {
      return slot;
    }
    if (!canLoad(state, found, settings)) {
      return "tables or columns are captured that were not before";
    }
    if (isWithinTransaction(state, settings)) {
      return "capture was cut off within a transaction, and goes on with other tables";
    }
    if (state.epoch() < settings.from().epoch()) {
      return "epoch %d is wanted, the topics are of epoch %d"
          .formatted(settings.from().epoch(), state.epoch());
    }
    if (state.shapes() == null) {
      return null;
    }
    CapturedTables known = known(state).within(CapturedTables.of(settings.tables()));
    SourceShapes now = shapes.shapes().within(known);
    return state.shapes().within(known).change(new SourceShapes.Look(now, shapes.empty()));
  }

  /**
   * Whether what the topics do not hold can be read beside the stream: under a number that was
   * asked for in this epoch, since whoever needs it passes over any other load.
   */
  private static boolean canLoad(Streaming state, SourceLook found, CaptureSettings settings) {
    Map<String, Integer> asked = asked(state, settings);
    for (Table each : settings.tables()) {
      String name = each.name().toString();
      boolean held = state.tables().cover(CapturedTables.of(List.of(each)));
      boolean added = !state.tables().columns().containsKey(name);
      boolean isAsked = asked.getOrDefault(name, 0) > state.loads().done(name);
      if (!held && !(isAsked && Loads.canRead(each) && (!added || found.seesAdditions()))) {
        return false;
      }
    }
    return true;
  }

  /** Loads that are asked for in this epoch. */
  private static Map<String, Integer> asked(Streaming state, CaptureSettings settings) {
    return state.epoch() == settings.from().epoch() ? settings.from().loads() : Map.of();
  }

  /**
   * Then it is not known how many of its events are captured: they are counted, and other tables
   * have others. A heartbeat is the only one of its own.
   */
  private static boolean isWithinTransaction(Streaming state, CaptureSettings settings) {
    Set<String> before = known(state).columns().keySet();
    Set<String> now = CapturedTables.of(settings.tables()).columns().keySet();
    return state.resume().events() > 1 && !before.equals(now);
  }

  /** What has been captured so far, wholly or in part. */
  private static CapturedTables known(Streaming state) {
    CapturedTables known = state.tables();
    for (var each : state.loads().owed().entrySet()) {
      known = known.with(each.getKey(), each.getValue().columns());
    }
    return known;
  }
}
