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
