// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.dev.DevTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of docs/examples, as its head says; where Node is, and the package that it needs. */
@Tag("external")
class NodeReaderIT {
  private static final Path SCRIPT = Path.of("../docs/examples/read-rollup.mjs");

  @TempDir private Path folder;

  @Test
  void aNodeApplicationReadsByTheFunctionAndOverHttp() throws Exception {
    assumeTrue(isThere("node") && isThere("npm"), "Node is needed");
    Path work = Files.createDirectories(folder.resolve("node"));
    Files.copy(SCRIPT, work.resolve("read-rollup.mjs"));
    run(work, "npm", "install", "pg@8");
    DevTokens tokens = new DevTokens();
    try (TripSite site =
        TripSite.start(
            folder,
            "http: {listen: \"127.0.0.1:0\", auth: {secret: \"%s\"}}".formatted(tokens.secret()))) {
      Files.writeString(
          work.resolve("dev.env"),
          """
          DAYBOOK_DEV_TARGET_URL=postgresql://owner:secret@%s:%d/app
          DAYBOOK_DEV_HTTP=http://127.0.0.1:%d
          DAYBOOK_DEV_TOKEN=%s
          """
              .formatted(
                  site.rig().stack().host(),
                  site.rig().stack().postgresPort(),
                  site.rig().apiPort(),
                  tokens.issue("node", List.of("red"), false)));
      List<String> expected =
          site.queries(
              "SELECT concat_ws('|', day, trips, km) FROM"
                  + " daybook.read_trips_daily('red', '2026-01-01', '2026-01-31') ORDER BY day");
      JsonNode said = read(work);
      assertEquals(expected, lines(said.at("/sql/rows")));
      assertEquals(expected, lines(said.at("/http/rows")));
      assertTrue(expected.size() > 10, expected::toString);
      assertEquals("rollup", said.at("/sql/servedFrom").asText());
      assertEquals("rollup", said.at("/http/servedFrom").asText());

      site.succeed("mode", "live");
      Await.until(
          Duration.ofSeconds(20),
          "live answers",
          () -> "live".equals(read(work).at("/http/servedFrom").asText()));
      JsonNode live = read(work);
      assertEquals("live", live.at("/sql/servedFrom").asText());
      assertEquals(expected, lines(live.at("/sql/rows")));
      assertEquals(expected, lines(live.at("/http/rows")));
    }
  }

  private static JsonNode read(Path work) throws IOException, InterruptedException {
    String said =
        run(
            work,
            "node",
            "--env-file=dev.env",
            "read-rollup.mjs",
            "trips_daily",
            "red",
            "2026-01-01",
            "2026-01-31");
    return new ObjectMapper().readTree(said);
  }

  private static List<String> lines(JsonNode rows) {
    List<String> lines = new ArrayList<>();
    for (JsonNode row : rows) {
      lines.add(
          "%s|%s|%s"
              .formatted(
                  row.get("day").asText(), row.get("trips").asText(), row.get("km").asText()));
    }
    return lines;
  }

  private static boolean isThere(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(Path folder, String... command)
      throws IOException, InterruptedException {
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), String.join(" ", command));
    assertEquals(0, process.exitValue(), out + Files.readString(err));
    return out;
  }
}
