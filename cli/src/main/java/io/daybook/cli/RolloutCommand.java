// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.config.Times;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.rollout.Rollout;
import io.daybook.cli.rollout.RolloutPacket;
import io.daybook.serve.canary.Canary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves readers to a rollup, step by step. */
@Command(
    name = "rollout",
    mixinStandardHelpOptions = true,
    description = {
      "Moves the readers of a rollup from the live query to the rollup, step by step: first shadow"
          + " (readers get live, reads are compared), then a growing share of the workspaces.",
      "Each step lasts --soak, and must then show: every row equals the live query; no read in shadow"
          + " differed; the canary of --workspace is a go (in shadow: is answered, however slowly the"
          + " live query is); the rollup runs and is fresh. A step that does not is taken back to the"
          + " one before, and the reason is said. Where somebody else turns the switch, that stays.",
      "Called again after it was cut off, it goes on where it was. --abort ends it from anywhere, and"
          + " gives everybody the live query. The server must send x-zrg-cache, x-zrg-duration-ms,"
          + " x-zrg-read-source and x-request-id."
    },
    footer = {
      "",
      "Exit codes: 0 everybody has the rollup (or, with --abort, the live query); 1 a step was not",
      "good, or somebody else turned the switch."
    })
final class RolloutCommand extends Verb {
  @Parameters(index = "0", paramLabel = "ROLLUP", description = "Which rollup.")
  private String rollup;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "P",
      defaultValue = "1,10,50,100",
      description = "Percents of the workspaces (default: ${DEFAULT-VALUE}).")
  private List<Integer> steps;

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "How long each step lasts at least (default: ${DEFAULT-VALUE}).")
  private String soak;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the evidence as JSON, after each step.")
  private Path out;

  @Option(names = "--abort", description = "Ends the one that is under way.")
  private boolean abort;

  @Option(names = "--show", description = "Print the evidence of the last one, and do nothing.")
  private boolean show;

  @Option(names = "--json", description = "Print the evidence as one JSON object.")
  private boolean json;

  @Mixin private CanaryOptions options;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    if (out != null && !show) {
      Files.writeString(out, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    if (abort || show) {
      Rollout rollout =
          new Rollout(installation, rollup, null, this::sayLine, this::writeWhileUnderWay);
      finish(abort ? rollout.abort() : rollout.last());
      return ExitCode.TRUE;
    }
    options.requireMeant();
    requireSteps();
    Duration time = Times.parse(soak);
    Canary.Settings settings = options.settings(rollup);
    Rollout rollout =
        new Rollout(
            installation,
            rollup,
            (mode, step) -> new Canary(settings).run(mode, step, sample -> {}),
            this::sayLine,
            this::writeWhileUnderWay);
    RolloutPacket packet =
        rollout.run(options.workspace(), steps, time, new Main.Version().getVersion()[0]);
    finish(packet);
    return packet.go() ? ExitCode.TRUE : ExitCode.FALSE;
  }

  /** The target has it, too: a full disk is no reason to stop half way. */
  private void writeWhileUnderWay(RolloutPacket packet) {
    try {
      write(packet);
    } catch (IOException e) {
      sayLine("%s could not be written: %s; --show prints it".formatted(out, e.getMessage()));
    }
  }

  private void write(RolloutPacket packet) throws IOException {
    if (out != null) {
      Files.writeString(out, jsonOf(packet) + "\n");
    }
  }

  private void requireSteps() {
    for (int i = 0; i < steps.size(); i++) {
      int least = i == 0 ? 1 : steps.get(i - 1) + 1;
      if (steps.get(i) < least || steps.get(i) > 100) {
        throw new IllegalArgumentException(
            "--steps %s: percents should grow, up to 100".formatted(steps));
      }
    }
    if (steps.get(steps.size() - 1) != 100) {
      throw new IllegalArgumentException("--steps %s: the last one should be 100".formatted(steps));
    }
  }

  private void sayLine(String line) {
    err().println(line);
    err().flush();
  }

  private void finish(RolloutPacket packet) throws Exception {
    write(packet);
    if (json) {
      printJson(packet);
    } else {
      packet
          .steps()
          .forEach(
              each ->
                  out()
                      .println(
                          "  %-8s %s"
                              .formatted(
                                  each.name(),
                                  each.reasons().isEmpty() ? "good" : each.reasons())));
      out()
          .println(
              packet.over()
                  ? packet.verdict() + (packet.reason() == null ? "" : ": " + packet.reason())
                  : "under way");
      out().flush();
    }
  }
}
