// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.sql.DefinitionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionTest {
  private static final String SELECT =
      "SELECT m.who AS workspace_id, m.day, count(*) FILTER (WHERE m.a = 'x') AS n"
          + " FROM entry m GROUP BY 1, 2";

  @ParameterizedTest
  @ValueSource(
      strings = {
        SELECT + ";",
        "-- why\n" + SELECT + "\n-- end",
        "/* why */ " + SELECT + " ; -- end",
        "SELECT m.who   AS workspace_id,\n\tm.day,\n  count(*) FILTER (WHERE m.a = 'x') AS n\n"
            + "FROM entry m -- all\nGROUP  BY 1,2"
      })
  void commentsAndLayoutDoNotChangeTheHash(String text) {
    assertEquals(hash(SELECT), hash(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"= 'X'", "= 'x '", "<> 'x'", "= 'x' AND m.b"})
  void anotherMeaningChangesTheHash(String condition) {
    assertNotEquals(hash(SELECT), hash(SELECT.replace("= 'x'", condition)));
  }

  @Test
  void theHashKnowsTheFactsNames() {
    assertNotEquals(hash(SELECT), Definition.parse("r", "r", Map.of("other", SELECT)).hash());
  }

  @Test
  void theHashOfAReleaseStays() {
    assertEquals("2902b8b678d73e72", hash(SELECT));
  }

  @Test
  void theReferenceRollupsAreInsideTheSubset() throws Exception {
    List<Definition> definitions = Definition.readAll(Path.of("rollups"));
    assertEquals(
        List.of("campaign_daily", "lead_daily", "segment_daily", "workspace_daily"),
        definitions.stream().map(Definition::rollup).toList());
  }

  @Test
  void allProblemsOfAllFilesComeAtOnce() {
    Map<String, String> texts =
        Map.of("a", SELECT + " LIMIT 1", "b", SELECT, "c", SELECT.replace("count", "avg"));
    DefinitionException refused =
        assertThrows(DefinitionException.class, () -> Definition.parse("No Name", "dir", texts));
    assertEquals(
        List.of("dir/a.sql", "dir/c.sql", "dir"),
        refused.problems().stream().map(problem -> problem.file()).toList());
  }

  @Test
  void aRollupWithoutFactsIsRefused() {
    DefinitionException refused =
        assertThrows(DefinitionException.class, () -> Definition.parse("r", "r", Map.of()));
    assertTrue(refused.getMessage().contains("no facts"));
  }

  private static String hash(String text) {
    return Definition.parse("r", "r", Map.of("f", text)).hash();
  }
}
