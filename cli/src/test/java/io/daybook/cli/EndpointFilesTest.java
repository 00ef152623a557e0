// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.serve.composition.Composition;
import io.daybook.serve.composition.CompositionReader;
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

/** The endpoints that come along ask for what the rollups that come along have. */
class EndpointFilesTest {
  private static final Path SCHEMAS = Path.of("").toAbsolutePath().getParent().resolve("schemas");

  @Test
  void everyColumnIsOneOfItsRollup() throws IOException {
    List<Composition> all = CompositionReader.readAll(SCHEMAS.resolve("endpoints"));
    assertEquals(
        List.of("analytics/campaigns", "analytics/overview", "analytics/response-timing"),
        all.stream().map(Composition::path).toList());
    for (Composition each : all) {
      for (Composition.Item item :
          each.parts().values().stream().flatMap(part -> part.values().stream()).toList()) {
        Set<String> there = columns(item.rollup());
        for (String column : columns(item)) {
          assertTrue(there.contains(column), each.path() + ": " + column + " of " + there);
        }
      }
    }
  }

  private static List<String> columns(Composition.Item item) {
    if (item instanceof Composition.Number number) {
      return List.of(number.measure());
    } else if (item instanceof Composition.Numbers numbers) {
      return List.copyOf(numbers.measures().values());
    }
    Composition.Rows rows = (Composition.Rows) item;
    List<String> all = new ArrayList<>(rows.by().values());
    all.addAll(rows.measures().values());
    return all;
  }

  private static Set<String> columns(String rollup) throws IOException {
    Set<String> columns = new TreeSet<>();
    try (Stream<Path> files = Files.list(SCHEMAS.resolve("rollups").resolve(rollup))) {
      for (Path file : files.toList()) {
        Matcher matcher = Pattern.compile("\\bAS\\s+(\\w+)").matcher(Files.readString(file));
        while (matcher.find()) {
          columns.add(matcher.group(1));
        }
      }
    }
    return columns;
  }
}
