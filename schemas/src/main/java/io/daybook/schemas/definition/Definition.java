// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Place;
import io.daybook.schemas.sql.Problem;
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
import java.util.stream.Stream;

/**
 * A rollup as it was written: a folder of SELECTs, read but not yet held against a database.
 *
 * @param rollup name of the folder
 * @param texts what stands in each file, by fact name, sorted
 * @param selects the same, read
 */
public record Definition(String rollup, Map<String, String> texts, List<Select> selects) {
  private static final String SQL = ".sql";

  /**
   * What a folder holds.
   *
   * @param definitions those of every rollup, with the SELECTs that could be read
   * @param problems of those that could not
   */
  public record Reading(List<Definition> definitions, List<Problem> problems) {

    /** What cannot be told yet because of the problems; empty for nothing. */
    public String untold() {
      List<String> files =
          problems.stream()
              .map(Problem::file)
              .filter(file -> file.endsWith(SQL))
              .distinct()
              .toList();
      return files.isEmpty()
          ? ""
          : "Types are checked once the syntax of %s is supported; more may follow."
              .formatted(String.join(", ", files));
    }
  }

  /**
   * Reads all rollups below a folder.
   *
   * @throws DefinitionException with all problems of all files
   */
  public static List<Definition> readAll(Path folder) throws IOException {
    Reading reading = read(folder);
    if (!reading.problems.isEmpty()) {
      throw new DefinitionException(reading.problems, reading.untold());
    }
    return reading.definitions;
  }

  /** The same, but goes on where a file cannot be read. */
  public static Reading read(Path folder) throws IOException {
    List<Path> rollups = list(folder).stream().filter(Files::isDirectory).toList();
    List<Definition> definitions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (Path rollup : rollups) {
      Map<String, String> texts = new TreeMap<>();
      for (Path file : list(rollup)) {
        if (file.toString().endsWith(SQL)) {
          texts.put(factName(file), Files.readString(file, StandardCharsets.UTF_8));
        }
      }
      String name = rollup.getFileName().toString();
      definitions.add(parse(name, rollup.toString(), texts, problems));
    }
    if (rollups.isEmpty()) {
      problems.add(
          new Problem(
              folder.toString(),
              Place.START,
              "There is no rollup in this folder.",
              "Make a folder <rollup> in it with one file <fact>.sql for each SELECT."));
    }
    return new Reading(definitions, problems);
  }

  /**
   * Reads the SELECTs of one rollup.
   *
   * @param folder where the files are, for messages
   */
  public static Definition parse(String rollup, String folder, Map<String, String> texts) {
    List<Problem> problems = new ArrayList<>();
    Definition definition = parse(rollup, folder, texts, problems);
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    return definition;
  }

  private static Definition parse(
      String rollup, String folder, Map<String, String> texts, List<Problem> problems) {
    List<Select> selects = new ArrayList<>();
    TreeMap<String, String> sorted = new TreeMap<>(texts);
    sorted.forEach(
        (fact, text) -> {
          try {
            selects.add(SelectReader.read(fact, folder + "/" + fact + ".sql", text));
          } catch (DefinitionException e) {
            problems.addAll(e.problems());
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
    return name.substring(0, name.length() - SQL.length());
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new DefinitionException(
          List.of(
              new Problem(
                  folder.toAbsolutePath().normalize().toString(),
                  Place.START,
                  "The folder of rollups does not exist.",
                  "Set 'rollups' in the configuration to the folder that holds them; it is relative"
                      + " to where 'daybook' is called.")));
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
