// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The switch as it is turned from the command line, on a real Postgres. */
class ModeIT {
  @TempDir private Path folder;

  private Path config;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void whatWorkspacesHaveOfTheirOwnIsShownAndGivesWayToTheKillSwitch() throws Exception {
    try (ServeFixture fixture = ServeFixture.start()) {
      configure(fixture);
      assertEquals(ExitCode.USAGE, call("mode"));
      assertTrue(err.toString().contains("run 'daybook migrate' first"), err.toString());

      fixture.install();
      assertEquals(ExitCode.TRUE, call("mode", "rollup", "shop_daily", "--workspace", "3"));
      List<String> shown = out.toString().lines().toList();
      assertEquals("shop_daily: rollup", shown.get(0));
      assertTrue(shown.get(1).matches(" {2}workspace 3: rollup  since .* by .*"), shown.get(1));

      assertEquals(ExitCode.TRUE, call("mode", "live", "--reason", "wrong numbers", "--json"));
      JsonNode live = new ObjectMapper().readTree(out.toString());
      assertEquals("live", live.at("/modes/shop_daily").asText(), out.toString());
      assertEquals(0, live.get("workspaces").size(), out.toString());
      assertEquals("3", live.at("/removed/0/workspace").asText(), out.toString());
      assertEquals(
          List.of("live"),
          fixture.rows("SELECT served_from FROM daybook.source_of_shop_daily('3')"));

      call("mode", "live", "shop_daily", "--workspace", "4", "--reason", "odd totals");
      assertEquals(ExitCode.TRUE, call("mode", "rollup"));
      assertTrue(out.toString().contains("  workspace 4: live  since"), out.toString());
      assertTrue(out.toString().contains(": odd totals"), out.toString());
      call("mode", "default", "shop_daily", "--workspace", "4");
      assertTrue(out.toString().contains("no longer with a mode of their own: 4"), out.toString());
      assertEquals(
          List.of(), fixture.rows("SELECT FROM daybook.control WHERE workspace IS NOT NULL"));
      fixture.uninstall();
    }
  }

  @Test
  void aShareOfTheWorkspacesIsSwitchedAndTheHistorySaysWhoDidWhat() throws Exception {
    try (ServeFixture fixture = ServeFixture.start()) {
      configure(fixture);
      fixture.install();
      assertEquals(ExitCode.TRUE, call("mode", "shadow", "shop_daily", "--reason", "a first look"));
      assertEquals(
          ExitCode.TRUE,
          call("mode", "rollup", "shop_daily", "--percent", "10", "--others", "shadow"));
      String said = "shop_daily: rollup for 10 % of the workspaces, shadow for the others  since ";
      assertTrue(out.toString().startsWith(said), out.toString());
      assertEquals(
          List.of("live|mode is shadow|f", "rollup|running|t"),
          fixture.rows(
              "SELECT served_from, reason, count(*) BETWEEN 70 AND 130"
                  + " FROM generate_series(1, 1000) n, daybook.source_of_shop_daily(n::text)"
                  + " GROUP BY 1, 2 ORDER BY 1"));
      call("mode", "default", "shop_daily");

      assertEquals(ExitCode.TRUE, call("mode", "--history", "2"));
      List<String> lines = out.toString().lines().toList();
      assertEquals(2 + 2, lines.size(), out.toString());
      assertTrue(lines.get(2).matches(".*Z {2}shop_daily: default by .*"), lines.get(2));
      assertTrue(
          lines.get(3).contains("shop_daily: rollup for 10 % of the workspaces, shadow"),
          lines.get(3));
      call("mode", "--history", "9", "--json");
      JsonNode history = new ObjectMapper().readTree(out.toString()).get("history");
      assertEquals(3, history.size(), out.toString());
      assertEquals("a first look", history.at("/2/reason").asText());
      assertEquals("shadow", history.at("/1/others").asText());
      assertEquals(10, history.at("/1/percent").asInt());

      for (List<String> wrong :
          List.of(
              List.of("mode", "rollup", "--percent", "101"),
              List.of("mode", "--percent", "5"),
              List.of("mode", "rollup", "--percent", "5", "--workspace", "3"),
              List.of("mode", "rollup", "--others", "live"),
              List.of("mode", "rollup", "--percent", "5", "--others", "default"),
              List.of("mode", "--history", "0"))) {
        assertEquals(ExitCode.USAGE, call(wrong.toArray(String[]::new)), wrong::toString);
      }
      assertEquals(List.of(), fixture.rows("SELECT FROM daybook.control"));
      fixture.uninstall();
    }
  }

  private void configure(ServeFixture fixture) throws IOException, SQLException {
    try (Connection connection = fixture.database().getConnection()) {
      String uri = connection.getMetaData().getURL().replace("jdbc:", "").replaceAll("\\?.*", "");
      config = folder.resolve("daybook.yaml");
      Files.writeString(
          config,
          """
          source.uri: "%1$s"
          target.uri: "%1$s"
          kafka.bootstrap-servers: "localhost:1"
          redis.uri: "redis://localhost:1"
          """
              .formatted(uri.replace("//", "//postgres@")));
    }
  }

  private int call(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = config.toString();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(all);
  }
}
