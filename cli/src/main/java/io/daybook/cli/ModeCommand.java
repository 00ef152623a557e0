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
          + " back. The others leave them. 'mode default' takes back what was set.",
      "'mode shadow': readers get the live query, and the role serve reads the rollup beside it and"
          + " records what differs and how long both took.",
      "With --percent for a share of the workspaces, by a hash of their names: it is always the same"
          + " ones, and a larger share has those of a smaller one.",
      "Whatever the switch says, readers get the live query while a rollup is building or healing;"
          + " while it is stale, what freshness.on-stale says."
    })
final class ModeCommand extends Verb {
  private static final String UNDEFINED_COLUMN = "42703";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "live|rollup|shadow|default",
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

  @Option(
      names = "--percent",
      paramLabel = "P",
      description = "Only for so many of a hundred workspaces.")
  private Integer percent;

  @Option(
      names = "--others",
      paramLabel = "MODE",
      converter = ModeReader.class,
      description =
          "With --percent: what the other workspaces get; default: live, or rollup where the mode is"
              + " live.")
  private Mode others;

  @Option(
      names = "--history",
      paramLabel = "N",
      description = "Show the last N turns of the switch, the newest first.")
  private Integer history;

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
          "expected live, rollup, shadow or default but was '" + text + "'");
    }
  }

  /** Reads a mode alone. */
  static final class ModeReader implements CommandLine.ITypeConverter<Mode> {
    @Override
    public Mode convert(String text) {
      Mode mode = new TurnReader().convert(text).mode();
      if (mode == null) {
        throw new CommandLine.TypeConversionException(
            "expected live, rollup or shadow but was '" + text + "'");
      }
      return mode;
    }
  }

  @Override
  public Integer call() throws Exception {
    requireMeant();
    ModeSwitch modeSwitch = new ModeSwitch(installation().target());
    List<ModeSettings> before = modeSwitch.isInstalled() ? settings(modeSwitch) : List.of();
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
    List<ModeSwitch.Past> past = history == null ? List.of() : modeSwitch.history(rollup, history);
    if (json) {
      printJson(ModeText.json(shown, removed, past));
    } else {
      ModeText.lines(shown, removed).forEach(out()::println);
      past.stream().map(ModeText::line).forEach(out()::println);
      out().flush();
    }
    return ExitCode.TRUE;
  }

  private static List<ModeSettings> settings(ModeSwitch modeSwitch) throws SQLException {
    try {
      return modeSwitch.settings();
    } catch (SQLException e) {
      if (UNDEFINED_COLUMN.equals(e.getSQLState())) {
        throw new RefusedByState(
            "The tables in the target are of an earlier version: run 'daybook migrate', or use the"
                + " 'mode' of that version until then");
      }
      throw e;
    }
  }

  private void requireMeant() {
    boolean sets = turn != null && turn.mode() != null;
    if (percent != null && (!sets || workspace != null || percent < 0 || percent > 100)) {
      throw new IllegalArgumentException(
          "--percent %d: it goes from 0 to 100, with a mode and without --workspace"
              .formatted(percent));
    }
    if (others != null && percent == null) {
      throw new IllegalArgumentException("--others is for what --percent leaves: add --percent");
    }
    if (history != null && history < 1) {
      throw new IllegalArgumentException("--history %d: it goes from 1 on".formatted(history));
    }
  }

  /** Turns the switch of one rollup, and returns the workspaces that lost a mode by it. */
  private List<String> turn(ModeSwitch modeSwitch, String name) throws SQLException {
    String who = System.getProperty("user.name");
    if (turn.mode() != null) {
      return modeSwitch.set(
          new ModeChange(name, workspace, percent, turn.mode(), others, who, reason));
    }
    boolean cleared = modeSwitch.clear(name, workspace, who, reason);
    return cleared && workspace != null ? List.of(workspace) : List.of();
  }
}
