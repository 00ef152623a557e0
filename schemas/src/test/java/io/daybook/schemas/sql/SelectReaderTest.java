// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectReaderTest {
  private static final Path REFUSED = Path.of("src/test/resources/refused");
  private static final String MARK = "-- refused: ";
  private static final String SELECT =
      "SELECT m.who AS workspace_id, m.day, count(*) AS n FROM entry m GROUP BY 1, 2";

  /**
   * Each file says in its second line where, why, and what to write instead; {@code
   * -Ddaybook.golden=write} writes that line.
   */
  @TestFactory
  Stream<DynamicTest> whatIsOutsideTheSubsetIsRefusedWithItsPlace() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(REFUSED)) {
      files = all.sorted().toList();
    }
    assertTrue(files.size() >= 30, "only " + files.size() + " files were found");
    return files.stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> refuse(file)));
  }

  private static void refuse(Path file) throws IOException {
    String text = Files.readString(file);
    Problem problem =
        assertThrows(DefinitionException.class, () -> SelectReader.read("f", "f.sql", text))
            .problems()
            .get(0);
    String seen = problem.place() + " " + problem.message() + " | " + problem.remedy();
    if ("write".equals(System.getProperty("daybook.golden"))) {
      List<String> lines = new ArrayList<>(text.lines().toList());
      lines.set(1, MARK + seen);
      Files.write(file, lines);
    }
    assertTrue(!problem.remedy().isEmpty(), "no remedy for: " + seen);
    assertEquals(text.lines().toList().get(1).substring(MARK.length()), seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";", " ;\n", ";\n-- the user's end; really\n", "; /* it's over */ "})
  void theStatementEndsBeforeItsSemicolonAndWhatFollows(String end) {
    Select select = SelectReader.read("f", "f.sql", SELECT + end);
    assertEquals(SELECT, select.sql());
  }

  @Test
  void aSemicolonInAStringNameOrCommentIsNoEnd() {
    String text =
        "SELECT m.who AS workspace_id, m.day, -- one; two\n"
            + "count(*) FILTER (WHERE m.\"a;b\" = 'it''s; here') AS n FROM entry m GROUP BY 1, 2";
    Select select = SelectReader.read("f", "f.sql", text + ";");
    assertEquals(text, select.sql());
    Node.Binary filter = (Node.Binary) select.aggregates().get(0).filter();
    assertEquals("it's; here", ((Node.Constant) filter.right()).text());
    assertEquals("a;b", ((Node.ColumnUse) filter.left()).name());
  }

  @Test
  void namesAreFoldedUnlessQuoted() {
    Select select =
        SelectReader.read(
            "f",
            "f.sql",
            "SELECT M.Who AS Workspace_Id, m.\"Day\" AS day, COUNT(*) AS \"N\""
                + " FROM \"Entry\" M LEFT JOIN Other ON Other.Id = M.O GROUP BY 1, day");
    assertEquals(
        List.of("workspace_id", "day"), select.keys().stream().map(Select.Key::name).toList());
    assertEquals("N", select.aggregates().get(0).name());
    assertEquals(
        List.of("m", "other"), select.tables().stream().map(Select.FromTable::alias).toList());
    assertTrue(select.tables().get(1).left());
    assertEquals("Day", ((Node.ColumnUse) select.keys().get(1).value()).name());
  }
}
