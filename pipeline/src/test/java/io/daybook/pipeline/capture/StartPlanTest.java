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
import org.junit.jupiter.api.Test;

class StartPlanTest {
  private static final SourceIdentity HERE = new SourceIdentity("7000", "00000001");
  private static final Table PARCEL = table(new Column("id", SqlType.TEXT));
  private static final CaptureSettings SETTINGS = settings(PARCEL);
  private static final Accounts ACCOUNTS =
      Accounts.NONE
          .with(List.of(new Topics("t", 2).cdc(PARCEL.name())), 1)
          .with(List.of(new Topics("t", 3).cdc(new TableName("public", "Depot"))), 3);
  private static final Streaming STATE =
      new Streaming(
          3,
          "t",
          HERE,
          CapturedTables.of(List.of(PARCEL)),
          new ResumePoint(new Lsn(500), 9, 2, new Lsn(480)),
          new Watermark(3, new Lsn(510), Instant.EPOCH),
          ACCOUNTS,
          new Lsn(530));

  @Test
  void goesOnWhereEverythingIsAsItWas() {
    assertEquals(new StartPlan.Resume(STATE), plan(STATE, HERE, slot(450, true), SETTINGS));
    assertEquals(new StartPlan.Resume(STATE), plan(STATE, HERE, slot(500, true), SETTINGS));
  }

  @Test
  void takesTheFirstSnapshotWhereNothingIsKnown() {
    StartPlan plan =
        StartPlan.choose(
            Optional.empty(), new StartPlan.Found(HERE, slot(1, true)), SETTINGS, false);
    assertEquals(1, ((StartPlan.Snapshot) plan).epoch());
  }

  @Test
  void takesAnotherSnapshotWhereSomethingMayHaveBeenMissed() {
    assertSnapshot4(plan(STATE, HERE, Optional.empty(), SETTINGS));
    assertSnapshot4(plan(STATE, HERE, slot(450, false), SETTINGS));
    assertSnapshot4(plan(STATE, HERE, slot(501, true), SETTINGS));
    assertSnapshot4(plan(STATE, new SourceIdentity("7000", "00000002"), slot(1, true), SETTINGS));
    assertSnapshot4(plan(new SnapshotOwed(3, ACCOUNTS), HERE, slot(450, true), SETTINGS));
    Table wider = table(new Column("id", SqlType.TEXT), new Column("n", SqlType.INT4));
    assertSnapshot4(plan(STATE, HERE, slot(450, true), settings(wider)));
    assertSnapshot4(
        StartPlan.choose(
            Optional.of(STATE), new StartPlan.Found(HERE, slot(450, true)), SETTINGS, true));
  }

  @Test
  void stateSurvivesItsRecord() {
    assertEquals(STATE, CaptureStateRecord.read(CaptureStateRecord.write(STATE)));
    Streaming young = STATE.reached(STATE.resume(), null, Accounts.NONE, Lsn.ZERO);
    assertEquals(young, CaptureStateRecord.read(CaptureStateRecord.write(young)));
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
    return StartPlan.choose(
        Optional.of(state), new StartPlan.Found(identity, slot), settings, false);
  }

  private static Optional<SourceSlot.Found> slot(long confirmed, boolean usable) {
    return Optional.of(new SourceSlot.Found(new Lsn(confirmed), usable, 0, ""));
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
