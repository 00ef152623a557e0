// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StartPlanTest {
  private static final SourceIdentity HERE = new SourceIdentity("7000", "00000001");
  private static final Table PARCEL = table(new Column("id", SqlType.TEXT));
  private static final CaptureSettings SETTINGS = settings(PARCEL);
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
          new Watermark(3, new Lsn(510), Instant.EPOCH),
          ACCOUNTS);

  @Test
  void goesOnWhereEverythingIsAsItWas() {
    assertEquals(new StartPlan.Resume(STATE), plan(STATE, HERE, slot(450, null), SETTINGS));
    assertEquals(new StartPlan.Resume(STATE), plan(STATE, HERE, slot(500, null), SETTINGS));
  }

  @Test
  void takesTheFirstSnapshotWhereNothingIsKnown() {
    StartPlan plan = StartPlan.choose(Optional.empty(), look(HERE, slot(1, null)), now(SHAPES), SETTINGS, null);
    assertEquals(1, ((StartPlan.Snapshot) plan).epoch());
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
        StartPlan.choose(Optional.of(STATE), look(HERE, slot(450, null)), now(SHAPES), SETTINGS, "it was asked for"));
  }

  @Test
  void takesAnotherSnapshotWhereTheSourceWasSetBack() {
    SourceLook earlier = new SourceLook(HERE, new Lsn(509), slot(450, null));
    StartPlan plan = StartPlan.choose(Optional.of(STATE), earlier, now(SHAPES), SETTINGS, null);
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
    assertSnapshot4(StartPlan.choose(Optional.of(STATE), found, altered, SETTINGS, null));
    Streaming old = STATE.shaped(null);
    assertEquals(
        new StartPlan.Resume(old),
        StartPlan.choose(Optional.of(old), found, altered, SETTINGS, null));
  }

  @Test
  void stateSurvivesItsRecord() {
    assertEquals(STATE, CaptureStateRecord.read(CaptureStateRecord.write(STATE)));
    Streaming young = STATE.reached(STATE.resume(), null, Accounts.NONE);
    assertEquals(young, CaptureStateRecord.read(CaptureStateRecord.write(young)));
    Streaming old = STATE.shaped(null);
    assertEquals(old, CaptureStateRecord.read(CaptureStateRecord.write(old)));
    SnapshotOwed owed = new SnapshotOwed(2, ACCOUNTS);
    assertEquals(owed, CaptureStateRecord.read(CaptureStateRecord.write(owed)));
  }

  private static void assertSnapshot4(StartPlan plan) {
    assertTrue(plan instanceof StartPlan.Snapshot snapshot && snapshot.epoch() == 4, "" + plan);
  }

  private static StartPlan plan(
      CaptureState state,
      SourceIdentity identity,
      Optional<SourceSlot.Found> slot,
      CaptureSettings settings) {
    return StartPlan.choose(Optional.of(state), look(identity, slot), now(SHAPES), settings, null);
  }

  private static SourceShapes shapes(String id) {
    SortedMap<String, SortedMap<String, String>> parts = new TreeMap<>();
    parts.put("public.Parcel", new TreeMap<>(Map.of("column id", id)));
    return new SourceShapes("f" + id, "j", parts);
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
