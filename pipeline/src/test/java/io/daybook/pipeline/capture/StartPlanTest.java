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
          Loads.NONE,
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
        new StartPlan.Resume(STATE),
        plan(
            STATE,
            HERE,
            slot(450, null),
            SETTINGS.of(tables, new CaptureSettings.From(3, Map.of()))));
    CaptureSettings later = SETTINGS.of(tables, new CaptureSettings.From(6, Map.of()));
    StartPlan wanted = plan(STATE, HERE, slot(450, null), later);
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
    SourceLook earlier = new SourceLook(HERE, new Lsn(509), slot(450, null), true);
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
  void readsMoreColumnsBesideTheStream() {
    Table wider = table(new Column("id", SqlType.TEXT), new Column("n", SqlType.INT4));
    Streaming first = resumed(STATE, asking(1, wider));
    assertEquals(STATE.tables(), first.tables());
    Loads.Owed owed = first.loads().owed().get("public.Parcel");
    assertEquals(new Loads.Owed(1, columns(wider), List.of()), owed);
    assertEquals(first, CaptureStateRecord.read(CaptureStateRecord.write(first)));

    Streaming further = first.loading(first.loads().read("public.Parcel", List.of("p 7")));
    assertEquals(further, CaptureStateRecord.read(CaptureStateRecord.write(further)));
    assertEquals(further.loads(), resumed(further, asking(1, wider)).loads());
    Table widest =
        table(
            new Column("id", SqlType.TEXT),
            new Column("n", SqlType.INT4),
            new Column("m", SqlType.INT4));
    owed = resumed(further, asking(2, widest)).loads().owed().get("public.Parcel");
    assertEquals(new Loads.Owed(2, columns(widest), List.of()), owed);
    Streaming givenUp = resumed(further, SETTINGS);
    assertTrue(givenUp.loads().owed().isEmpty());
    owed = resumed(givenUp, asking(2, wider)).loads().owed().get("public.Parcel");
    assertEquals(new Loads.Owed(2, columns(wider), List.of()), owed);

    Streaming loaded = further.loaded("public.Parcel");
    assertTrue(loaded.tables().cover(CapturedTables.of(List.of(wider))));
    assertEquals(1, loaded.loads().done("public.Parcel"));
    assertTrue(resumed(loaded, asking(1, wider)).loads().owed().isEmpty());
    owed = resumed(loaded, asking(2, widest)).loads().owed().get("public.Parcel");
    assertEquals(new Loads.Owed(2, columns(widest), List.of()), owed);
  }

  /** Whoever needs them passes over loads of other numbers. */
  @Test
  void takesAnotherSnapshotOfColumnsForWhichNoLoadIsAsked() {
    Table wider = table(new Column("id", SqlType.TEXT), new Column("n", SqlType.INT4));
    assertSnapshot4(plan(STATE, HERE, slot(450, null), settings(wider)), "not before");
    Streaming loaded = resumed(STATE, asking(1, wider)).loaded("public.Parcel");
    Table widest =
        table(
            new Column("id", SqlType.TEXT),
            new Column("n", SqlType.INT4),
            new Column("m", SqlType.INT4));
    assertSnapshot4(plan(loaded, HERE, slot(450, null), asking(1, widest)), "not before");
  }

  /** Its slot's reader may go on leaving the changes of such a table out. */
  @Test
  void takesAnotherSnapshotOfAnAddedTableOnAnOlderServer() {
    Table added =
        new Table(
            new TableName("public", "Added"),
            List.of(new Column("id", SqlType.TEXT)),
            List.of("id"));
    CaptureSettings asked =
        SETTINGS.of(
            List.of(SETTINGS.tables().get(0), added),
            new CaptureSettings.From(3, Map.of("public.Added", 1)));
    for (boolean seesAdditions : new boolean[] {true, false}) {
      SourceLook found = new SourceLook(HERE, new Lsn(510), slot(450, null), seesAdditions);
      assertEquals(seesAdditions, with(behind(1), found, asked) instanceof StartPlan.Resume);
    }
  }

  /** How many of its events are captured is counted, and other tables have others. */
  @Test
  void takesAnotherSnapshotWhereItWasCutOffWithinATransactionAndHasOtherTables() {
    Table other =
        new Table(
            new TableName("public", "Other"),
            List.of(new Column("id", SqlType.TEXT)),
            List.of("id"));
    CapturedTables both = CapturedTables.of(List.of(SETTINGS.tables().get(0), other));
    for (int events : new int[] {1, 2}) {
      Streaming state = behind(events);
      Streaming wide =
          new Streaming(
              3,
              "t",
              HERE,
              both,
              SHAPES,
              state.resume(),
              MARK,
              ACCOUNTS,
              Loads.NONE,
              STATE.awaited());
      StartPlan plan = with(wide, look(HERE, slot(450, null)), SETTINGS);
      assertEquals(events == 1, plan instanceof StartPlan.Resume);
    }
  }

  /** The state behind as many events of a transaction. */
  private static Streaming behind(int events) {
    ResumePoint point = new ResumePoint(new Lsn(500), 9, events, new Lsn(480));
    return STATE.reached(point, MARK, ACCOUNTS, STATE.awaited());
  }

  private static StartPlan with(Streaming state, SourceLook found, CaptureSettings settings) {
    return StartPlan.choose(
        new Remembered(Optional.of(state), AGREED), found, now(SHAPES), settings, null);
  }

  private static CaptureSettings asking(int load, Table table) {
    return SETTINGS.of(List.of(table), new CaptureSettings.From(3, Map.of("public.Parcel", load)));
  }

  @Test
  void readsWhatIsAskedForUnderTheNumberThatIsAskedFor() {
    CaptureSettings asked =
        SETTINGS.of(SETTINGS.tables(), new CaptureSettings.From(3, Map.of("public.Parcel", 2)));
    Streaming resumed = resumed(STATE, asked);
    assertEquals(2, resumed.loads().begun("public.Parcel"));
    assertTrue(resumed(resumed.loaded("public.Parcel"), asked).loads().owed().isEmpty());
    CaptureSettings earlier =
        SETTINGS.of(SETTINGS.tables(), new CaptureSettings.From(2, Map.of("public.Parcel", 2)));
    assertEquals(Loads.NONE, resumed(STATE, earlier).loads());
  }

  @Test
  void takesAnotherSnapshotOfWhatCannotBeReadBesideTheStream() {
    Table odd =
        new Table(
            new TableName("public", "Odd"),
            List.of(new Column("id", new SqlType(SqlType.Kind.UNSUPPORTED, "bytea"))),
            List.of("id"));
    assertSnapshot4(plan(STATE, HERE, slot(450, null), settings(odd)), "not before");
  }

  private static SortedMap<String, String> columns(Table table) {
    return CapturedTables.of(List.of(table)).columns().get(table.name().toString());
  }

  private static Streaming resumed(Streaming from, CaptureSettings to) {
    return ((StartPlan.Resume) plan(from, HERE, slot(450, null), to)).state();
  }

  @Test
  void goesOnWithFewerColumnsAndForgetsTheOthers() {
    Table wide = table(new Column("id", SqlType.TEXT), new Column("n", SqlType.INT4));
    SourceShapes shapes = shapes("1 integer");
    shapes.parts().get("public.Parcel").put("column n", "2 integer");
    CapturedTables tables = CapturedTables.of(List.of(wide));
    Streaming before =
        new Streaming(
            3,
            "t",
            HERE,
            tables,
            shapes,
            STATE.resume(),
            MARK,
            ACCOUNTS,
            Loads.NONE,
            STATE.awaited());
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
    return new SourceLook(identity, new Lsn(510), slot, true);
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
