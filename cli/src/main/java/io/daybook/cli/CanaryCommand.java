// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.serve.canary.Canary;
import io.daybook.serve.canary.CanaryHtml;
import io.daybook.serve.canary.CanaryReport;
import io.daybook.serve.canary.Comparison;
import io.daybook.serve.canary.Sample;
import io.daybook.serve.mode.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the endpoints that readers call. */
@Command(
    name = "canary",
    mixinStandardHelpOptions = true,
    description = {
      "Asks endpoints as their readers do, and says go or no-go: for windows of days that nobody has"
          + " asked for (cold), then for one window again and again (warm).",
      "An endpoint is a go when the 95th percentile of both is within what is promised (3 s cold,"
          + " 1.5 s warm unless --endpoints says otherwise), every answer is a 200 within --timeout"
          + " and has the headers, and enough samples count.",
      "It works against any server that sends x-zrg-cache, x-zrg-duration-ms and x-request-id.",
      "With --compare live,rollup it turns the switch of this workspace, in all rollups, for as long"
          + " as it takes, and says for each endpoint whether precompute is needed. The server must"
          + " then send x-zrg-read-source, too. Where somebody else turns the switch, that stays."
    },
    footer = {
      "",
      "Exit codes: 0 go; 1 no-go; 2 wrong usage; 3 the server does not answer when it is asked for",
      "its rollups (with --endpoints that is a no-go)."
    })
final class CanaryCommand extends Verb {
  @Mixin private CanaryOptions options;

  @Option(
      names = "--compare",
      split = ",",
      paramLabel = "MODE",
      converter = ModeCommand.ModeReader.class,
      description =
          "live,rollup: measures both modes, and turns the switch of this workspace back.")
  private List<Mode> compare;

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the record as JSON.")
  private Path out;

  @Option(names = "--html", paramLabel = "FILE", description = "Writes a report to look at.")
  private Path html;

  @Option(names = "--json", description = "Print the record as one JSON object.")
  private boolean json;

  private int taken;

  @Override
  public Integer call() throws Exception {
    options.requireMeant();
    requireWritable(out);
    requireWritable(html);
    if (compare != null && !compare.equals(List.of(Mode.LIVE, Mode.ROLLUP))) {
      throw new IllegalArgumentException("--compare takes live,rollup");
    }
    Canary.Settings settings = options.settings(null);
    Canary canary = new Canary(settings);
    int requests = settings.endpoints().size() * (settings.cold() + settings.warm());
    if (compare == null) {
      CanaryReport report = canary.run(null, 0, each -> progress(each, requests));
      finish(report, CanaryHtml.page(report), CanaryText.lines(report));
      return report.go() ? ExitCode.TRUE : ExitCode.FALSE;
    }
    Comparison comparison =
        new WorkspaceModes(installation(), settings.workspace())
            .compare(
                mode ->
                    canary.run(mode.text(), mode.ordinal(), each -> progress(each, 2 * requests)));
    finish(comparison, CanaryHtml.page(comparison), CanaryText.lines(comparison));
    return comparison.rollup().go() ? ExitCode.TRUE : ExitCode.FALSE;
  }

  /** Before minutes are spent on what is to be written. */
  private static void requireWritable(Path file) throws IOException {
    if (file != null) {
      Files.writeString(file, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private void progress(Sample sample, int requests) {
    taken++;
    if (taken % 10 == 0 || taken == requests || sample.problem() != null) {
      say(
          "%d of %d requests%s",
          taken, requests, sample.problem() == null ? "" : "; " + sample.problem());
    }
  }

  private void finish(Object record, String page, List<String> lines) throws IOException {
    if (out != null) {
      Files.writeString(out, jsonOf(record) + "\n");
    }
    if (html != null) {
      Files.writeString(html, page);
    }
    if (json) {
      printJson(record);
    } else {
      lines.forEach(out()::println);
      out().flush();
    }
  }
}
