// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSwitch;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.serve.mode.StatusReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The kill switch. */
@Command(
    name = "mode",
    mixinStandardHelpOptions = true,
    description = {
      "Shows or turns the switch: what readers get, the rollup or the live query. It holds for"
          + " every statement that begins after this command has returned.",
      "Whatever the switch says, readers get the live query while a rollup is building or stale."
    })
final class ModeCommand extends Verb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "live|rollup",
      description = "What to switch to; without it the switch is shown.")
  private Mode mode;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ROLLUP",
      description = "Which rollup; default: all.")
  private String rollup;

  @Option(names = "--workspace", paramLabel = "W", description = "Only for this workspace.")
  private String workspace;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  private String reason;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    StatusReader reader = new StatusReader(installation.target());
    if (mode != null) {
      ModeSwitch modeSwitch = new ModeSwitch(installation.target());
      List<String> rollups =
          rollup != null
              ? List.of(rollup)
              : reader.read().stream().map(RollupStatus::name).toList();
      for (String each : rollups) {
        modeSwitch.set(
            new ModeChange(each, workspace, mode, System.getProperty("user.name"), reason));
      }
    }
    Map<String, String> modes = new LinkedHashMap<>();
    reader.read().forEach(each -> modes.put(each.name(), each.mode().text()));
    if (json) {
      printJson(Map.of("modes", modes));
    } else {
      modes.forEach((name, now) -> out().println(name + ": " + now));
      out().flush();
    }
    return ExitCode.TRUE;
  }
}
