// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollup added to a running installation, which needs columns that were not captured before. */
class AddedRollupIT {
  private static final String DDL =
      """
      CREATE TABLE keeper (id int PRIMARY KEY, park text, hired date);
      CREATE TABLE feeding (
        id int PRIMARY KEY, keeper_id int, park text, fed date, grams int, food char(6));
      INSERT INTO keeper SELECT n, 'park ' || n % 2, '2026-01-01' FROM generate_series(1, 9) n;
      INSERT INTO feeding
      SELECT n, n % 9 + 1, 'park ' || n % 3, date '2026-02-01' + n % 7, n, left('hay and oats', n % 6)
      FROM generate_series(1, 500) n""";

  @TempDir Path folder;

  @Test
  @Tag("faults")
  void itsColumnsAreReadBesideTheStream() throws Exception {
    Path rollups = folder.resolve("rollups");
    write(
        rollups.resolve("fed_daily/feedings.sql"),
        """
        SELECT park AS workspace_id, fed AS day, count(*) AS feedings, sum(grams) AS grams
        FROM feeding GROUP BY 1, 2""");
    try (PipelineRig rig = PipelineRig.start(folder, DDL, rollups)) {
      rig.migrate();
      rig.startRoles(false);
      assertEqual(rig);
      execute(rig, "DELETE FROM feeding WHERE id % 10 = 0");
      assertEqual(rig);
      rig.stopRoles();

      write(
          rollups.resolve("kept_daily/feedings.sql"),
          """
          SELECT k.park AS workspace_id, f.fed AS day, f.food AS food, count(*) AS feedings
          FROM feeding f JOIN keeper k ON k.id = f.keeper_id GROUP BY 1, 2, 3""");
      rig.migrate();
      execute(rig, "UPDATE feeding SET food = 'bran', grams = 1 WHERE id % 10 = 1");
      rig.startRoles(false);
      assertEqual(rig);
      execute(rig, "UPDATE keeper SET park = 'park 9' WHERE id = 3");
      assertEqual(rig);
      assertEquals(2, rig.rollups().size());
      assertEquals(1, rig.capture().epoch());
    }
  }

  private static void write(Path file, String select) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, select);
  }

  private static void assertEqual(PipelineRig rig) throws Exception {
    Verification verification = rig.verify();
    assertEquals(Verdict.EQUAL, verification.verdict(), verification.toString());
    assertEquals(0, verification.excused());
  }

  private static void execute(PipelineRig rig, String sql) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
