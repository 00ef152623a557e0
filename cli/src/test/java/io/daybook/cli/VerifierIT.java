// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.serve.verification.Difference;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Unverified;
import io.daybook.serve.verification.UnverifiedTable;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Verification on a real Postgres; the sink is played by SQL. */
class VerifierIT {
  private static final String AMOUNT = ServeFixture.HOSTILE.replace("\"", "\"\"");

  private static ServeFixture fixture;

  @BeforeAll
  static void start() throws IOException, SQLException {
    fixture = ServeFixture.start();
  }

  @AfterAll
  static void stop() throws IOException {
    fixture.close();
  }

  @BeforeEach
  void install() throws SQLException {
    fixture.install();
  }

  @AfterEach
  void uninstall() throws SQLException {
    fixture.uninstall();
  }

  @Test
  void verifyFindsTheRollupEqual() throws Exception {
    fixture.run(
        "UPDATE daybook.shop_daily_rows SET \"%s\" = 3.5000 WHERE workspace = 2".formatted(AMOUNT));
    Verification found = verify(VerificationProgress.SILENT);
    assertEquals(Verdict.EQUAL, found.verdict(), found.toString());
    assertEquals(5 + 3, found.rowsCompared());
    assertEquals(0, found.rechecked());
  }

  @Test
  void verifyNamesEveryChangedDeletedAndAddedRow() throws Exception {
    fixture.run(
        """
        UPDATE daybook.shop_daily_rows SET workspace = 5 WHERE workspace = 2;
        DELETE FROM daybook.shop_daily_rows WHERE day = '2026-01-03';
        INSERT INTO daybook.shop_daily_rows (generation, workspace_id, day, workspace, updated_at)
        VALUES (1, 'no number', '2026-01-01', 1, now())""");
    Verification found = verify(VerificationProgress.SILENT);
    assertEquals(Verdict.DRIFT, found.verdict());
    assertEquals(3, found.differenceCount(), found.toString());
    assertFalse(found.foundNothing());
    assertEquals(3, found.rechecked());
    Set<String> seen = new TreeSet<>();
    for (Difference difference : found.differences()) {
      seen.add(
          "%s %s: %s instead of %s"
              .formatted(
                  difference.key().values(),
                  difference.column(),
                  difference.rollupValue(),
                  difference.liveValue()));
    }
    String amount = ServeFixture.HOSTILE;
    assertEquals(
        Set.of(
            "[7, 2026-01-01, web] workspace: 5 instead of 2",
            "[7, 2026-01-03, null] *: null instead of workspace=1, %s=4, daybook_source=0"
                .formatted(amount),
            "[no number, 2026-01-01, null] *: workspace=1, "
                + amount
                + "=NULL, daybook_source=NULL instead of null"),
        seen);
  }

  @Test
  void verifyCountsTheDifferencesOfWorkspacesInDoubtApart() throws Exception {
    String wrong = "UPDATE daybook.shop_daily_rows SET workspace = workspace + 1";
    fixture.run(wrong + " WHERE day = '2026-01-01'");
    fixture.run("INSERT INTO daybook.degraded VALUES ('shop_daily', 1, '7', 1, 'why')");
    Verification found = verify(VerificationProgress.SILENT);
    assertEquals(Verdict.DRIFT, found.verdict(), found.toString());
    assertEquals(2, found.excused());
    assertEquals(1, found.differenceCount());
    assertEquals("8", found.differences().get(0).key().get("workspace_id"));

    fixture.run("UPDATE daybook.degraded SET workspace = NULL");
    found = verify(VerificationProgress.SILENT);
    assertEquals(Verdict.EQUAL, found.verdict(), found.toString());
    assertEquals(3, found.excused());
  }

  @Test
  void verifyLooksAgainAtWhatChangesMeanwhile() throws Exception {
    fixture.run("UPDATE daybook.shop_daily_rows SET workspace = 5 WHERE workspace = 2");
    String mend = "UPDATE daybook.shop_daily_rows SET workspace = 2 WHERE workspace = 5";
    Verification caughtUp = verify(round -> fixture.run(mend));
    assertEquals(Verdict.EQUAL, caughtUp.verdict(), caughtUp.toString());
    assertEquals(1, caughtUp.rechecked());

    fixture.run("DELETE FROM daybook.shop_daily_rows WHERE workspace_id = '8'");
    String visit = "INSERT INTO shop.visit (shop, at, \"group\") VALUES (8, '2026-01-01', 'web')";
    Verification changing = verify(round -> fixture.run(visit));
    assertEquals(Verdict.UNDECIDED, changing.verdict(), changing.toString());
    assertEquals(1, changing.undecided());
    assertTrue(changing.foundNothing(), "all but what kept changing was compared");
    fixture.run("DELETE FROM shop.visit WHERE id > 3");
  }

  @Test
  void verifyDoesNotCallItEqualWhileTheWatermarkStandsStill() throws Exception {
    fixture.completeThrough("0/1", "0 s");
    Verification found = verify(VerificationProgress.SILENT);
    assertEquals(Verdict.UNDECIDED, found.verdict());
    assertEquals(0, found.rowsCompared());
    assertFalse(found.foundNothing());
    assertTrue(found.reasons().get(0).contains("not complete through"), found.toString());
  }

  @Test
  void onlyTheEpochThatWasComparedIsGivenBackAndWhatWasInVainIsNotTriedAtOnce() throws Exception {
    try (Connection target = fixture.database().getConnection()) {
      fixture.run("INSERT INTO daybook.unverified VALUES ('shop_daily', 1, 2)");
      assertFalse(UnverifiedTable.read(target).get(0).complete(), "complete in epoch 1 only");
      fixture.run("UPDATE daybook.progress SET watermark_epoch = 2 WHERE partition > 0");
      assertFalse(UnverifiedTable.read(target).get(0).complete());
      fixture.run("UPDATE daybook.progress SET watermark_epoch = 3");
      Unverified compared = UnverifiedTable.read(target).get(0);
      assertTrue(compared.complete() && compared.due());

      fixture.run("UPDATE daybook.unverified SET epoch = 3");
      UnverifiedTable.differs(target, compared, "of another epoch");
      assertFalse(UnverifiedTable.confirm(target, compared));
      Unverified next = UnverifiedTable.read(target).get(0);
      assertTrue(next.due() && next.finding() == null, next.toString());
      UnverifiedTable.differs(target, next, "x".repeat(2_000));
      next = UnverifiedTable.read(target).get(0);
      assertTrue(!next.due() && next.finding().length() == 1_000, next.toString());
      fixture.run("UPDATE daybook.unverified SET tried_at = tried_at - interval '5 min'");
      assertTrue(UnverifiedTable.read(target).get(0).due());
      assertTrue(UnverifiedTable.confirm(target, next));
      assertEquals(List.of(), UnverifiedTable.read(target));
    }
  }

  private interface OnRound {
    void run(int round) throws SQLException;
  }

  private static Verification verify(OnRound onRound) throws Exception {
    return verify(
        new VerificationProgress() {
          @Override
          public void rechecking(String rollup, int keys, int round) {
            try {
              onRound.run(round);
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          }
        });
  }

  private static Verification verify(VerificationProgress progress) throws Exception {
    return new Verifier(fixture.database(), fixture.database(), new Limits(Duration.ofMillis(200)))
        .verify(ServeFixture.ROLLUPS, progress);
  }
}
