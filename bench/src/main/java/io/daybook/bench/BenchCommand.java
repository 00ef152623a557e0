// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import io.daybook.cli.AddedVerb;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Home;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures on embedded Postgres, Kafka and Redis, beside nothing else: numbered scenarios, each"
          + " with its baseline in the same run. What was computed is compared with the live query,"
          + " or there is no figure.",
      "Give the machine to it alone, one with Linux: memory is read from /proc. The figures also go to .daybook/bench/report.json."
    },
    footer = {
      "",
      "Scenarios:",
      "  08  replay: a rollup computed anew from its topics (15 minutes)",
      "  16  canary: whether a large and a small workspace need rollups (6 minutes)",
      "  17  cache: hits and age of answers, by cache.bump-interval (9 minutes)"
    })
public final class BenchCommand implements AddedVerb {
  private static final List<Scenario> ALL =
      List.of(new Replay(), new CanaryPackets(), new CacheHits());

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "NN", description = "Which scenarios; default: all.")
  private List<String> numbers = List.of();

  @Option(names = "--quick", description = "An eighth of the data, once: to see whether it moved.")
  private boolean quick;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    List<Scenario> chosen = chosen();
    Size size = quick ? Size.QUICK : Size.USUAL;
    List<Result> results = new ArrayList<>();
    for (Scenario each : chosen) {
      say(each.number() + " " + each.title());
      results.addAll(each.run(size, line -> say("   " + line)));
    }
    Report report =
        new Report(
            Machine.here(),
            Report.commit(Home.path()),
            Instant.now(),
            size,
            Site.SETTINGS,
            results);
    Path file = Home.state().resolve("bench/report.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, report.json() + "\n");
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.json());
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    return results.stream().anyMatch(each -> Boolean.FALSE.equals(each.met()))
        ? ExitCode.FALSE
        : ExitCode.TRUE;
  }

  private List<Scenario> chosen() {
    List<String> known = ALL.stream().map(Scenario::number).toList();
    for (String number : numbers) {
      if (!known.contains(number)) {
        throw new IllegalArgumentException(
            "There is no scenario '%s'; there are %s"
                .formatted(number, known.stream().collect(Collectors.joining(", "))));
      }
    }
    return ALL.stream()
        .filter(each -> numbers.isEmpty() || numbers.contains(each.number()))
        .toList();
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
