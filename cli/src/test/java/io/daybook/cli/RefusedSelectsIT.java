// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Description;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SELECTs that are syntax of the subset and refused for what they mean to a database. Each file
 * says in its second line where, why, and what to write instead; {@code -Ddaybook.golden=write}
 * writes that line.
 */
class RefusedSelectsIT {
  private static final Path FOLDER = Path.of("src/test/resources/refused");
  private static final String MARK = "-- refused: ";

  @TempDir Path folder;

  @Test
  void eachIsRefusedWithItsPlaceItsReasonAndAWayOut() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder))) {
      try (Connection owner = stack.superuser().getConnection();
          Statement statement = owner.createStatement()) {
        statement.execute(Files.readString(FOLDER.resolve("schema.sql")));
      }
      List<String> differences = new ArrayList<>();
      try (Connection connection = asApp(stack)) {
        for (Path file : files()) {
          String wanted = Files.readString(file).lines().toList().get(1);
          String seen = MARK + refusal(connection, file);
          if (!wanted.equals(seen)) {
            differences.add(file.getFileName() + "\n  wanted " + wanted + "\n  saw    " + seen);
            rewrite(file, seen);
          }
        }
      }
      assertEquals("", String.join("\n", differences));
    }
  }

  @Test
  void allProblemsOfAllFilesAreToldAtOnce() throws Exception {
    Path rollups = folder.resolve("rollups");
    write(rollups.resolve("one/a.sql"), "SELECT m.who AS workspace_id, m.at AS day, m.ratio AS r,");
    write(
        rollups.resolve("one/b.sql"),
        "SELECT m.who AS workspace_id,\n\tm.zoned AS day,\n\tm.tags AS t,\n\tsum(m.ratio) AS total\n"
            + "FROM entry m WHERE m.kind > 'a'\nGROUP BY 1, 2, 3");
    write(
        rollups.resolve("two/c.sql"),
        "SELECT m.nothing AS workspace_id, m.at::date AS day, count(*) AS n\n"
            + "FROM loner m JOIN forgotten f ON f.id = m.id GROUP BY 1, 2");
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder.resolve("stack")))) {
      try (Connection owner = stack.superuser().getConnection();
          Statement statement = owner.createStatement()) {
        statement.execute(Files.readString(FOLDER.resolve("schema.sql")));
      }
      List<String> seen = new ArrayList<>();
      try (Connection connection = asApp(stack)) {
        Definition.Reading reading = Definition.read(rollups);
        reading.problems().forEach(problem -> seen.add(told(rollups, problem)));
        assertEquals(
            "Types are checked once the syntax of %s is supported; more may follow."
                .formatted(rollups.resolve("one/a.sql")),
            reading.untold());
        for (Definition definition : reading.definitions()) {
          problems(connection, definition).forEach(problem -> seen.add(told(rollups, problem)));
        }
      }
      assertEquals(
          List.of(
              "one/a.sql:1:56 Syntax error at or near ','.",
              "one/b.sql:2:2 The output column 'day' is a timestamp with time zone, not a date.",
              "one/b.sql:3:2 Not supported: groups of text[], as 't' has.",
              "one/b.sql:4:6 Not supported: the column m.ratio of type double precision.",
              "one/b.sql:5:20 Not supported: 'm.kind > 'a'' under the collation of the database.",
              "two/c.sql:2:41 Postgres says: column m.id does not exist",
              "two/c.sql:2:6 The table public.loner has no primary key.",
              "two/c.sql:2:19 Not supported: the table forgotten is unlogged or temporary."),
          seen);
    }
  }

  private static String told(Path rollups, Problem problem) {
    Path file = rollups.relativize(Path.of(problem.file()));
    return file + ":" + problem.place() + " " + problem.message();
  }

  private static List<Problem> problems(Connection connection, Definition definition) {
    if (definition.selects().isEmpty()) {
      return List.of();
    }
    return assertThrows(DefinitionException.class, () -> Description.of(connection, definition))
        .problems();
  }

  private static String refusal(Connection connection, Path file) throws IOException {
    Map<String, String> texts = Map.of("f", Files.readString(file));
    List<Problem> problems =
        assertThrows(
                DefinitionException.class,
                () -> Description.of(connection, Definition.parse("r", "r", texts)),
                file.toString())
            .problems();
    Problem first = problems.get(0);
    assertTrue(first.toString().contains("^"), file + " has no caret");
    return first.place() + " " + first.message() + " | " + first.remedy();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      List<Path> files = all.filter(file -> !file.endsWith("schema.sql")).sorted().toList();
      assertTrue(files.size() >= 40, "only " + files.size() + " files were found");
      return files;
    }
  }

  private static void rewrite(Path file, String line) throws IOException {
    if ("write".equals(System.getProperty("daybook.golden"))) {
      List<String> lines = new ArrayList<>(Files.readAllLines(file));
      lines.set(1, line);
      Files.write(file, lines);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Connection asApp(EmbeddedStack stack) throws SQLException {
    Connection connection = stack.superuser().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE app");
    }
    return connection;
  }
}
