// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeSettings;
import io.daybook.serve.mode.ModeSwitch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How {@code mode} shows the switch. */
final class ModeText {
  /** More workspaces than this are counted, not named. */
  private static final int NAMED_MAX = 100;

  private ModeText() {}

  /** A workspace with a mode of its own, as JSON. */
  private record OfWorkspace(
      String rollup,
      String workspace,
      String mode,
      Instant changedAt,
      String changedBy,
      String reason) {}

  /** What holds for all, as JSON. */
  private record OfAll(
      String mode,
      Integer percent,
      String others,
      Instant changedAt,
      String changedBy,
      String reason) {}

  /** A turn of the switch, as JSON; mode null where one was taken back. */
  private record Turned(
      String rollup,
      String workspace,
      String mode,
      Integer percent,
      String others,
      Instant changedAt,
      String changedBy,
      String reason) {}

  /** A mode that a workspace no longer has, as JSON. */
  private record Removed(String rollup, String workspace) {}

  /**
   * The object that {@code --json} prints.
   *
   * @param removed by rollup the workspaces whose own mode was taken back
   * @param past the newest first
   */
  static Map<String, Object> json(
      List<ModeSettings> all, Map<String, List<String>> removed, List<ModeSwitch.Past> past) {
    Map<String, String> modes = new LinkedHashMap<>();
    Map<String, OfAll> settings = new LinkedHashMap<>();
    List<OfWorkspace> workspaces = new ArrayList<>();
    for (ModeSettings each : all) {
      modes.put(each.rollup(), each.mode().text());
      if (each.ofAll() != null) {
        settings.put(each.rollup(), ofAll(each.ofAll()));
      }
      each.workspaces()
          .forEach(
              (workspace, setting) ->
                  workspaces.add(
                      new OfWorkspace(
                          each.rollup(),
                          workspace,
                          setting.mode().text(),
                          setting.since(),
                          setting.who(),
                          setting.why())));
    }
    List<Removed> gone = new ArrayList<>();
    removed.forEach((rollup, names) -> names.forEach(name -> gone.add(new Removed(rollup, name))));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("modes", modes);
    json.put("settings", settings);
    json.put("workspaces", workspaces);
    json.put("removed", gone);
    json.put("history", past.stream().map(ModeText::turned).toList());
    return json;
  }

  private static OfAll ofAll(ModeSettings.Setting setting) {
    return new OfAll(
        setting.mode().text(),
        setting.percent(),
        text(setting.others()),
        setting.since(),
        setting.who(),
        setting.why());
  }

  private static Turned turned(ModeSwitch.Past past) {
    ModeSettings.Setting to = past.setting();
    return new Turned(
        past.rollup(),
        past.workspace(),
        to == null ? null : to.mode().text(),
        to == null ? null : to.percent(),
        to == null ? null : text(to.others()),
        past.when(),
        past.who(),
        past.why());
  }

  private static String text(Mode mode) {
    return mode == null ? null : mode.text();
  }

  /** A turn of the switch for people. */
  static String line(ModeSwitch.Past past) {
    String to = past.setting() == null ? "default" : what(past.setting());
    return "%s  %s%s: %s by %s%s"
        .formatted(
            past.when(),
            past.rollup(),
            past.workspace() == null ? "" : " workspace " + past.workspace(),
            to,
            past.who(),
            past.why() == null ? "" : ": " + past.why());
  }

  /** The same for people. */
  static List<String> lines(List<ModeSettings> all, Map<String, List<String>> removed) {
    List<String> lines = new ArrayList<>();
    for (ModeSettings each : all) {
      lines.add(each.rollup() + ": " + text(each.mode(), each.ofAll()));
      each.workspaces().entrySet().stream()
          .limit(NAMED_MAX)
          .map(
              own ->
                  "  workspace %s: %s"
                      .formatted(own.getKey(), text(own.getValue().mode(), own.getValue())))
          .forEach(lines::add);
      int more = each.workspaces().size() - NAMED_MAX;
      if (more > 0) {
        lines.add("  and %d more workspaces: see the table daybook.control".formatted(more));
      }
      List<String> gone = removed.getOrDefault(each.rollup(), List.of());
      if (!gone.isEmpty()) {
        lines.add("  no longer with a mode of their own: " + named(gone));
      }
    }
    return lines;
  }

  private static String text(Mode mode, ModeSettings.Setting setting) {
    if (setting == null) {
      return mode.text();
    }
    return what(setting)
        + "  since %s by %s".formatted(setting.since(), setting.who())
        + (setting.why() == null ? "" : ": " + setting.why());
  }

  private static String what(ModeSettings.Setting setting) {
    return setting.mode().text()
        + (setting.percent() == null
            ? ""
            : " for %d %% of the workspaces, %s for the others"
                .formatted(setting.percent(), setting.others().text()));
  }

  private static String named(List<String> workspaces) {
    String first = String.join(", ", workspaces.subList(0, Math.min(NAMED_MAX, workspaces.size())));
    int more = workspaces.size() - NAMED_MAX;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
