// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.pipeline.capture.TopicEnds.End;
import io.daybook.pipeline.capture.TopicEnds.End.Empty;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StartPlanTest {
  private static final SourceIdentity HERE = new SourceIdentity("7000", "00000001");
  private static final Table PARCEL = table(new Column("id", SqlType.TEXT));
  private static final CaptureSettings SETTINGS = settings(PARCEL);
  private static final TopicPartition PARTITION =
      new TopicPartition(new Topics("t", 2).cdc(PARCEL.name()).name(), 1);
  private static final Lsn ONE = new Lsn(1);
  private static final Watermark MARK = new Watermark(3, new Lsn(510), Instant.EPOCH);
  private static final Accounts ACCOUNTS =
      Accounts.NONE
          .with(List.of(new Topics("t", 2).cdc(PARCEL.name())), 1)
          .with(List.of(new Topics("t", 3).cdc(new TableName("public", "Depot"))), 3);
  private static final SourceShapes SHAPES = shapes("1 integer");
  private static final Streaming STATE =
      new Streaming(
          3,
          "t",
          HERE,
          CapturedTables.of(List.of(PARCEL)),
          SHAPES,
          new ResumePoint(new Lsn(500), 9, 2, new Lsn(480)),
          MARK,
          ACCOUNTS,
          new Lsn(530));

  private static final TopicEnds AGREED = ends(at(MARK), at(MARK));

  @Test
  void goesOnWhereEverythingIsAsItWas() {
    assertEquals(new StartPlan.Resume(STATE), plan(STATE, HERE, slot(450, null), SETTINGS));
    assertEquals(new StartPlan.Resume(STATE), plan(STATE, HERE, slot(500, null), SETTINGS));
  }

  @Test
  void takesTheFirstSnapshotWhereNothingIsKnown() {
    StartPlan.Snapshot plan = withoutState(ends(new Empty(PARTITION), new Empty(PARTITION)));
    assertEquals(1, plan.epoch());
    assertEquals("nothing was captured before", plan.reason());
  }

  @Test
  void takesAnEpochAboveAllThatTheTopicsHoldWhereTheStateIsGone() {
    StartPlan.Snapshot plan =
        withoutState(ends(new Empty(PARTITION), at(new Position(6, ONE, ONE))));
    assertEquals(7, plan.epoch());
    assertTrue(plan.reason().contains("state is gone"), plan.reason());
  }

  @Test
  void goesOnWithWhatFollowsTheLastWatermarkAsFarAsTheStateKnowsIt() {
    assertEquals(new StartPlan.Resume(STATE), plan(row(500, 480, MARK)));
    assertEquals(new StartPlan.Resume(STATE), plan(row(450, 490, MARK)));
    assertEquals(new StartPlan.Resume(STATE), plan(row(0, 505, MARK)));
    Streaming young = STATE.reached(STATE.resume(), null, ACCOUNTS, Lsn.ZERO);
    assertEquals(
        new StartPlan.Resume(young), plan(young, ends(row(0, 490, null), row(0, 1, null))));
  }

  @Test
  void takesAnotherSnapshotWhereStateAndTopicsAreNotOfOneHistory() {
    assertSnapshot4(plan(new Empty(PARTITION)), "nothing of epoch 3");
    assertSnapshot4(plan(at(new Watermark(3, new Lsn(509), Instant.EPOCH))), "state names");
    assertSnapshot4(plan(at(new Watermark(3, new Lsn(511), Instant.EPOCH))), "state names");
    assertSnapshot4(plan(at(new Watermark(2, new Lsn(510), Instant.EPOCH))), "nothing of epoch 3");
    assertSnapshot4(plan(row(500, 481, MARK)), "only to");
    assertSnapshot4(plan(row(501, 480, MARK)), "only to");
    assertSnapshot4(plan(row(500, 480, null)), "no watermark");
    Streaming young = STATE.reached(STATE.resume(), null, ACCOUNTS, Lsn.ZERO);
    assertSnapshot4(plan(young, AGREED), "state names null");
  }

  @Test
  void anEpochThatTheStateDoesNotKnowIsNeverUsedAgain() {
    End later = at(new Watermark(8, ONE, Instant.EPOCH));
    for (CaptureState state : List.of(STATE, new SnapshotOwed(3, ACCOUNTS))) {
      StartPlan.Snapshot plan = (StartPlan.Snapshot) plan(state, ends(at(MARK), later));
      assertEquals(9, plan.epoch());
      assertEquals(Accounts.NONE, plan.accounts());
    }
  }

  @Test
  void countsGoOnUnlessTheTopicsDoNotAgree() {
    StartPlan lost = plan(STATE, HERE, Optional.empty(), SETTINGS);
    assertEquals(ACCOUNTS, ((StartPlan.Snapshot) lost).accounts());
    StartPlan cut = plan(new Empty(PARTITION));
    assertEquals(Accounts.NONE, ((StartPlan.Snapshot) cut).accounts());
    Tally tally = new Tally(ACCOUNTS);
    tally.count(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), null, null));
    SnapshotOwed owed = new SnapshotOwed(3, tally.accounts());
    StartPlan emptied = plan(owed, ends(new Empty(PARTITION)));
    assertEquals(Accounts.NONE, ((StartPlan.Snapshot) emptied).accounts());
    StartPlan begun = plan(owed, ends(at(new Position(3, Lsn.ZERO, ONE))));
    assertEquals(tally.accounts(), ((StartPlan.Snapshot) begun).accounts());
  }

  @Test
  void takesTheEpochThatDefinitionsBeginWith() {
    List<Table> tables = SETTINGS.tables();
    assertEquals(
        new StartPlan.Resume(STATE), plan(STATE, HERE, slot(450, null), SETTINGS.of(tables, 3)));
    StartPlan wanted = plan(STATE, HERE, slot(450, null), SETTINGS.of(tables, 6));
    assertEquals(6, ((StartPlan.Snapshot) wanted).epoch());
    assertEquals(ACCOUNTS, ((StartPlan.Snapshot) wanted).accounts());
  }

  @Test
  void takesAnotherSnapshotWhereSomethingMayHaveBeenMissed() {
    assertSnapshot4(plan(STATE, HERE, Optional.empty(), SETTINGS));
    assertSnapshot4(plan(STATE, HERE, slot(450, "has lost WAL that it needs"), SETTINGS));
    assertSnapshot4(plan(STATE, HERE, slot(501, null), SETTINGS));
    assertSnapshot4(plan(STATE, new SourceIdentity("7000", "00000002"), slot(1, null), SETTINGS));
    assertSnapshot4(plan(new SnapshotOwed(3, ACCOUNTS), HERE, slot(450, null), SETTINGS));
    Table wider = table(new Column("id", SqlType.TEXT), new Column("n", SqlType.INT4));
    assertSnapshot4(plan(STATE, HERE, slot(450, null), settings(wider)));
    assertSnapshot4(
        StartPlan.choose(
            new Remembered(Optional.of(STATE), AGREED),
            look(HERE, slot(450, null)),
            now(SHAPES),
            SETTINGS,
            "it was asked for"));
  }

  @Test
  void takesAnotherSnapshotWhereTheSourceWasSetBack() {
    SourceLook earlier = new SourceLook(HERE, new Lsn(509), slot(450, null));
    StartPlan plan =
        StartPlan.choose(
            new Remembered(Optional.of(STATE), AGREED), earlier, now(SHAPES), SETTINGS, null);
    assertSnapshot4(plan);
    assertTrue(((StartPlan.Snapshot) plan).reason().contains("set back"));
  }

  @Test
  void takesAnotherSnapshotWhereTheSlotWasNeverCompleted() {
    assertSnapshot4(plan(STATE, HERE, slot(0, null), SETTINGS));
  }

  @Test
  void takesAnotherSnapshotWhereATableWasAlteredMeanwhile() {
    SourceLook found = look(HERE, slot(450, null));
    SourceShapes.Look altered = now(shapes("2 integer"));
    assertSnapshot4(
        StartPlan.choose(
            new Remembered(Optional.of(STATE), AGREED), found, altered, SETTINGS, null));
    Streaming old = STATE.shaped(null);
    assertEquals(
        new StartPlan.Resume(old),
        StartPlan.choose(new Remembered(Optional.of(old), AGREED), found, altered, SETTINGS, null));
  }

  @Test
  void goesOnWithFewerColumnsAndForgetsTheOthers() {
    Table wide = table(new Column("id", SqlType.TEXT), new Column("n", SqlType.INT4));
    SourceShapes shapes = shapes("1 integer");
    shapes.parts().get("public.Parcel").put("column n", "2 integer");
    CapturedTables tables = CapturedTables.of(List.of(wide));
    Streaming before =
        new Streaming(
            3, "t", HERE, tables, shapes, STATE.resume(), MARK, ACCOUNTS, STATE.awaited());
    assertEquals(new StartPlan.Resume(STATE), plan(before, HERE, slot(450, null), SETTINGS));
  }

  @Test
  void stateSurvivesItsRecord() {
    assertEquals(STATE, CaptureStateRecord.read(CaptureStateRecord.write(STATE)));
    Streaming young = STATE.reached(STATE.resume(), null, Accounts.NONE, Lsn.ZERO);
    assertEquals(young, CaptureStateRecord.read(CaptureStateRecord.write(young)));
    Streaming old = STATE.shaped(null);
    assertEquals(old, CaptureStateRecord.read(CaptureStateRecord.write(old)));
    SnapshotOwed owed = new SnapshotOwed(2, ACCOUNTS);
    assertEquals(owed, CaptureStateRecord.read(CaptureStateRecord.write(owed)));
  }

  private static void assertSnapshot4(StartPlan plan, String reason) {
    assertSnapshot4(plan);
    assertTrue(((StartPlan.Snapshot) plan).reason().contains(reason), "" + plan);
  }

  private static void assertSnapshot4(StartPlan plan) {
    assertTrue(plan instanceof StartPlan.Snapshot snapshot && snapshot.epoch() == 4, "" + plan);
  }

  private static StartPlan plan(
      CaptureState state,
      SourceIdentity identity,
      Optional<SourceSlot.Found> slot,
      CaptureSettings settings) {
    return StartPlan.choose(
        new Remembered(Optional.of(state), AGREED),
        look(identity, slot),
        now(SHAPES),
        settings,
        null);
  }

  private static StartPlan plan(CaptureState state, TopicEnds topics) {
    return StartPlan.choose(
        new Remembered(Optional.of(state), topics),
        look(HERE, slot(450, null)),
        now(SHAPES),
        SETTINGS,
        null);
  }

  /** One partition is as it was, the other one ends so. */
  private static StartPlan plan(End other) {
    return plan(STATE, ends(at(MARK), other));
  }

  private static StartPlan.Snapshot withoutState(TopicEnds topics) {
    return (StartPlan.Snapshot)
        StartPlan.choose(
            new Remembered(Optional.empty(), topics),
            look(HERE, slot(1, null)),
            now(SHAPES),
            SETTINGS,
            null);
  }

  private static TopicEnds ends(End... ends) {
    return new TopicEnds(List.of(ends));
  }

  private static End at(Watermark mark) {
    return new End.AtWatermark(PARTITION, mark);
  }

  private static End at(Position newest) {
    return new End.AtRow(PARTITION, newest, null);
  }

  private static End row(long previousCommit, long change, Watermark mark) {
    return new End.AtRow(
        PARTITION, new Position(3, new Lsn(previousCommit), new Lsn(change)), mark);
  }

  private static SourceShapes shapes(String id) {
    SortedMap<String, SortedMap<String, String>> parts = new TreeMap<>();
    parts.put("public.Parcel", new TreeMap<>(Map.of("column id", id)));
    return new SourceShapes("s", "f" + id, "j", parts);
  }

  private static SourceShapes.Look now(SourceShapes shapes) {
    return new SourceShapes.Look(shapes, Set.of());
  }

  private static SourceLook look(SourceIdentity identity, Optional<SourceSlot.Found> slot) {
    return new SourceLook(identity, new Lsn(510), slot);
  }

  private static Optional<SourceSlot.Found> slot(long confirmed, String flaw) {
    return Optional.of(new SourceSlot.Found(new Lsn(confirmed), flaw, "reserved", 0, ""));
  }

  private static Table table(Column... columns) {
    return new Table(new TableName("public", "Parcel"), List.of(columns), List.of("id"));
  }

  private static CaptureSettings settings(Table table) {
    return CaptureSettings.of(
        SourceDatabase.parse("jdbc:postgresql://localhost:5432/d?user=u"),
        new Topics("t", 2),
        List.of(table),
        Map.of());
  }
}
