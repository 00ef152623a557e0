// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Place;
import io.daybook.schemas.sql.Problem;
import io.daybook.schemas.sql.RefusedException;
import io.daybook.schemas.sql.Select;
import io.daybook.schemas.sql.SelectReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A rollup as it was written: a folder of SELECTs, read but not yet held against a database.
 *
 * @param rollup name of the folder
 * @param texts what stands in each file, by fact name, sorted
 * @param selects the same, read
 */
public record Definition(String rollup, Map<String, String> texts, List<Select> selects) {

  /**
   * Reads all rollups below a folder.
   *
   * @throws DefinitionException with all problems of all files
   */
  public static List<Definition> readAll(Path folder) throws IOException {
    List<Problem> problems = new ArrayList<>();
    List<Definition> definitions = readAll(folder, problems::add);
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    return definitions;
  }

  /**
   * Reads those rollups below a folder that can be read.
   *
   * @param refused told every problem of the others
   */
  public static List<Definition> readAll(Path folder, Consumer<Problem> refused)
      throws IOException {
    List<Definition> definitions = new ArrayList<>();
    try {
      List<Path> rollups = list(folder).stream().filter(Files::isDirectory).toList();
      for (Path rollup : rollups) {
        try {
          definitions.add(read(rollup));
        } catch (DefinitionException e) {
          e.problems().forEach(refused);
        }
      }
      if (rollups.isEmpty()) {
        refused.accept(
            new Problem(
                folder.toString(),
                Place.START,
                "There is no rollup in this folder.",
                "Make a folder <rollup> in it with one file <fact>.sql for each SELECT."));
      }
    } catch (DefinitionException e) {
      e.problems().forEach(refused);
    }
    return definitions;
  }

  private static Definition read(Path rollup) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (Path file : list(rollup)) {
      if (file.toString().endsWith(".sql")) {
        texts.put(factName(file), Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    return parse(rollup.getFileName().toString(), rollup.toString(), texts);
  }

  /**
   * Reads the SELECTs of one rollup.
   *
   * @param folder where the files are, for messages
   */
  public static Definition parse(String rollup, String folder, Map<String, String> texts) {
    List<Select> selects = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    TreeMap<String, String> sorted = new TreeMap<>(texts);
    sorted.forEach(
        (fact, text) -> {
          String file = folder + "/" + fact + ".sql";
          try {
            selects.add(SelectReader.read(fact, file, text));
          } catch (RefusedException e) {
            problems.add(e.in(file));
          }
        });
    if (sorted.isEmpty()) {
      problems.add(
          new Problem(folder, Place.START, "The rollup has no facts.", "Add a file <fact>.sql."));
    }
    if (!rollup.matches("[a-z][a-z0-9_]{0,39}")) {
      problems.add(
          new Problem(
              folder,
              Place.START,
              "'" + rollup + "' cannot name a rollup: it becomes part of topics and tables.",
              "Use up to 40 lower-case letters, digits and underscores, a letter first."));
    }
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    return new Definition(rollup, sorted, selects);
  }

  /** Changes with the meaning of any SELECT, not with its comments or layout. */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Select select : selects) {
        digest.update(
            (select.fact() + "\n" + select.normalized() + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private static String factName(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ".sql".length());
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new DefinitionException(
          List.of(
              new Problem(
                  folder.toString(),
                  Place.START,
                  "The folder of rollups does not exist.",
                  "Set 'rollups' in the configuration to the folder that holds them.")));
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
