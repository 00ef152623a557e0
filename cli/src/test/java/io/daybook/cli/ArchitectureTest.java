// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The directions between the modules, and that none knows the reference. */
class ArchitectureTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final List<String> NEUTRAL = List.of("schemas", "pipeline", "sink", "serve");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.daybook");

  @Test
  void pipelineSinkAndServeMeetAtTopicsAndTablesOnly() {
    for (String module : List.of("schemas", "pipeline", "sink", "serve", "cli")) {
      assertTrue(
          classes.stream()
              .anyMatch(each -> each.getPackageName().startsWith("io.daybook." + module)),
          "no class of " + module + " was seen");
    }
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("schemas")
        .definedBy("io.daybook.schemas..")
        .layer("pipeline")
        .definedBy("io.daybook.pipeline..")
        .layer("sink")
        .definedBy("io.daybook.sink..")
        .layer("serve")
        .definedBy("io.daybook.serve..")
        .layer("cli")
        .definedBy("io.daybook.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("pipeline")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("sink")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("serve")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("schemas")
        .mayOnlyBeAccessedByLayers("pipeline", "sink", "serve", "cli")
        .check(classes);
  }

  @Test
  void captureAndTopologyDoNotKnowEachOther() {
    slices().matching("io.daybook.pipeline.(*)..").should().notDependOnEachOther().check(classes);
  }

  @Test
  void noNameOfTheReferenceOccursInTheNeutralModules() throws IOException {
    Set<String> names = referenceNames();
    assertTrue(names.contains("Message") && names.contains("workspace_daily"), names::toString);
    List<String> found = new ArrayList<>();
    int files = 0;
    for (String module : NEUTRAL) {
      for (Path file : sources(ROOT.resolve(module).resolve("src/main"))) {
        files++;
        String text = Files.readString(file);
        for (String literal : literals(text)) {
          for (String name : names) {
            if (literal.matches("(?s).*(?<![A-Za-z_])" + Pattern.quote(name) + "(?![A-Za-z_]).*")) {
              found.add(file.getFileName() + " says \"" + literal + "\"");
            }
          }
        }
      }
    }
    assertTrue(files > 50, "only " + files + " files were seen");
    assertEquals(List.of(), found);
  }

  /** Names of tables, columns in quotes, rollups, facts and measures. */
  private static Set<String> referenceNames() throws IOException {
    Set<String> names = new TreeSet<>();
    String ddl = Files.readString(ROOT.resolve("schemas/reference/schema.sql"));
    Matcher quoted = Pattern.compile("\"(\\w+)\"").matcher(ddl);
    while (quoted.find()) {
      names.add(quoted.group(1));
    }
    for (Path file : sources(ROOT.resolve("schemas/rollups"))) {
      names.add(file.getParent().getFileName().toString());
      Matcher outputs = Pattern.compile("\\bAS\\s+(\\w+)").matcher(Files.readString(file));
      while (outputs.find()) {
        names.add(outputs.group(1));
      }
    }
    names.removeAll(Set.of("workspace_id", "day"));
    // Plain words such as 'name' are no giveaway, spelled-out ones such as "sentAt" are.
    names.removeIf(name -> !name.matches(".*(_|[a-z][A-Z]|^[A-Z][a-z]).*"));
    return names;
  }

  /** Everything between quotes in Java or SQL: a class may be called Message, a string may not. */
  private static List<String> literals(String text) {
    List<String> literals = new ArrayList<>();
    String code =
        text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)^\\s*(//|--|import).*$", "");
    Matcher matcher =
        Pattern.compile("(?s)\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\n]|\\\\.)*)\"").matcher(code);
    while (matcher.find()) {
      literals.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    return literals;
  }

  private static List<Path> sources(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
