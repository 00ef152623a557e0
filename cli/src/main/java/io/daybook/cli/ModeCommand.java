// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.RefusedByState;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSettings;
import io.daybook.serve.mode.ModeSwitch;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
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
      "'mode live' is for all readers: modes that single workspaces have of their own are taken"
          + " back. 'mode rollup' leaves them. 'mode default' takes back what was set.",
      "Whatever the switch says, readers get the live query while a rollup is building or stale."
    })
final class ModeCommand extends Verb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "live|rollup|default",
      converter = TurnReader.class,
      description = "What to switch to; without it the switch is shown.")
  private Turn turn;

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

  /** What the switch can be told; {@code mode} is null for taking back what was set. */
  private record Turn(Mode mode) {}

  /** Reads what is written in help and documents, in either case. */
  static final class TurnReader implements CommandLine.ITypeConverter<Turn> {
    @Override
    public Turn convert(String text) {
      if (text.equalsIgnoreCase("default")) {
        return new Turn(null);
      }
      for (Mode each : Mode.values()) {
        if (each.text().equalsIgnoreCase(text)) {
          return new Turn(each);
        }
      }
      throw new CommandLine.TypeConversionException(
          "expected live, rollup or default but was '" + text + "'");
    }
  }

  @Override
  public Integer call() throws Exception {
    ModeSwitch modeSwitch = new ModeSwitch(installation().target());
    List<ModeSettings> before = modeSwitch.isInstalled() ? modeSwitch.settings() : List.of();
    if (before.isEmpty()) {
      throw new RefusedByState("No rollup is installed in the target: run 'daybook migrate' first");
    }
    Map<String, List<String>> removed = new TreeMap<>();
    if (turn != null) {
      List<String> rollups =
          rollup != null ? List.of(rollup) : before.stream().map(ModeSettings::rollup).toList();
      for (String each : rollups) {
        List<String> workspaces = turn(modeSwitch, each);
        if (!workspaces.isEmpty()) {
          removed.put(each, workspaces);
        }
      }
    }
    List<ModeSettings> shown =
        modeSwitch.settings().stream()
            .filter(each -> rollup == null || each.rollup().equals(rollup))
            .toList();
    if (json) {
      printJson(ModeText.json(shown, removed));
    } else {
      ModeText.lines(shown, removed).forEach(out()::println);
      out().flush();
    }
    return ExitCode.TRUE;
  }

  /** Turns the switch of one rollup, and returns the workspaces that lost a mode by it. */
  private List<String> turn(ModeSwitch modeSwitch, String name) throws SQLException {
    String who = System.getProperty("user.name");
    if (turn.mode() != null) {
      return modeSwitch.set(new ModeChange(name, workspace, turn.mode(), who, reason));
    }
    boolean cleared = modeSwitch.clear(name, workspace, who, reason);
    return cleared && workspace != null ? List.of(workspace) : List.of();
  }
}
