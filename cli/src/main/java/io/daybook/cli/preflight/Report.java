// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All that was checked, by system. */
@JsonPropertyOrder({"verdict", "checks"})
public record Report(List<Check> checks) {
  private static final String INDENT = " ".repeat(10);

  public Report {
    checks = List.copyOf(checks);
  }

  /** {@code ok}, {@code warnings} or {@code blocked}: the worst of the checks. */
  @JsonProperty
  public String verdict() {
    return switch (worst()) {
      case OK -> "ok";
      case WARNING -> "warnings";
      default -> "blocked";
    };
  }

  /** Whether nothing keeps Daybook from working. */
  @JsonIgnore
  public boolean passed() {
    return worst().compareTo(Outcome.WARNING) <= 0;
  }

  /** Whether a system could not be asked, which goes before anything else that blocks. */
  @JsonIgnore
  public boolean unreachable() {
    return worst() == Outcome.UNREACHABLE;
  }

  /** What is warned about, by system and name. */
  @JsonIgnore
  public List<String> warnings() {
    return checks.stream()
        .filter(check -> check.outcome() == Outcome.WARNING)
        .map(check -> check.system() + " " + check.what())
        .toList();
  }

  private Outcome worst() {
    return checks.stream().map(Check::outcome).max(Comparator.naturalOrder()).orElse(Outcome.OK);
  }

  /** Every check for the terminal. */
  public List<String> lines() {
    return lines(Outcome.OK);
  }

  /** The checks from an outcome up for the terminal, and a summary. */
  public List<String> lines(Outcome least) {
    List<String> lines = new ArrayList<>();
    String system = "";
    for (Check check : checks) {
      if (check.outcome().compareTo(least) < 0) {
        continue;
      }
      if (!check.system().equals(system)) {
        system = check.system();
        lines.add(system);
      }
      add(check, lines);
    }
    lines.add(summary());
    return lines;
  }

  private static void add(Check check, List<String> lines) {
    List<String> detail = check.detail().lines().toList();
    String first = detail.isEmpty() ? "" : ": " + detail.get(0);
    lines.add("  %-7s %s%s".formatted(check.outcome(), check.what(), first));
    detail.stream().skip(1).forEach(line -> lines.add(INDENT + line));
    check.remedy().lines().forEach(line -> lines.add(INDENT + "> " + line));
  }

  private String summary() {
    long blocking = count(Outcome.BLOCKS) + count(Outcome.UNREACHABLE);
    return "%s: %d checks, %d warnings, %d that block"
        .formatted(verdict(), checks.size(), count(Outcome.WARNING), blocking);
  }

  private long count(Outcome outcome) {
    return checks.stream().filter(check -> check.outcome() == outcome).count();
  }
}
