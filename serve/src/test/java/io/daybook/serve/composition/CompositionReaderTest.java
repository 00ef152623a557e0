// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompositionReaderTest {
  private static final String HEAD = "path: a/b\nworkspace: w\n";

  @TempDir private Path folder;

  @Test
  void whatIsWrongIsNamedWithItsFile() throws IOException {
    Map<String, String> wrong =
        Map.of(
            "- x",
            "an endpoint should have",
            HEAD,
            "parts should be names",
            "path: /a\nworkspace: w\nparts: {}",
            "the path '/a' should be like",
            "path: rollups/x\nworkspace: w\nparts: {}",
            "not begin with",
            HEAD + "color: red",
            "has 'color'",
            HEAD + "parts: {core: {}}",
            "the part 'core' is empty",
            HEAD + "parts: {core: {a: {rollup: r}}}",
            "core.a has neither",
            HEAD + "parts: {core: {a: {rollup: r, measure: m, group: day}}}",
            "one number",
            HEAD + "parts: {core: {a: {rollup: r, group: hour, measures: {x: y}}}}",
            "group 'hour' should be",
            HEAD + "parts: {core: {a: {rollup: r, by: {x: y}, measures: {x: y}}}}",
            "needs a group");
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      Path file = Files.writeString(folder.resolve("one.yaml"), each.getKey());
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> CompositionReader.readAll(folder),
              each::getKey);
      assertTrue(
          refused.getMessage().contains(each.getValue())
              && refused.getMessage().startsWith(file.toString()),
          refused.getMessage());
    }
  }

  @Test
  void onePathIsOneFiles() throws IOException {
    String good = HEAD + "parts: {core: {a: {rollup: r, measure: m}}}";
    Files.writeString(folder.resolve("one.yaml"), good);
    assertEquals(List.of("r"), CompositionReader.readAll(folder).get(0).rollups());
    Files.writeString(folder.resolve("two.yaml"), good);
    assertThrows(IllegalArgumentException.class, () -> CompositionReader.readAll(folder));
  }
}
