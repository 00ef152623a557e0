// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Movers;
import io.daybook.cli.preflight.Outcome;
import io.daybook.cli.preflight.Preflight;
import io.daybook.cli.preflight.Report;
import io.daybook.cli.preflight.Scope;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the verbs have in common. */
abstract class Verb implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration; default: ./daybook.yaml, else that of a running 'daybook dev', else"
              + " the environment (DAYBOOK_SOURCE_URI, …).")
  private Path configFile;

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final Installation installation() {
    Path file = configFile == null ? Home.defaultConfig() : configFile;
    return new Installation(ConfigReader.read(file, System.getenv()));
  }

  /**
   * Looks at the servers before anything is changed, and prints what blocks; warnings only by name.
   *
   * @return {@link ExitCode#TRUE}, or with what to end
   */
  final int preflight(Installation installation, Scope scope) throws InterruptedException {
    Report report = new Preflight(installation, scope).run();
    List<String> lines = report.lines(Outcome.BLOCKS);
    lines.subList(0, lines.size() - 1).forEach(err()::println);
    err().println("preflight: " + lines.get(lines.size() - 1));
    if (!report.warnings().isEmpty()) {
      err()
          .println(
              "  warnings, which 'daybook preflight' explains: "
                  + String.join(", ", report.warnings()));
    }
    if (!report.passed()) {
      err().println("daybook: nothing was changed; 'daybook preflight' shows all that was checked");
    }
    err().flush();
    return PreflightCommand.exitCode(report);
  }

  /** Says something on stderr, where it is no part of the result. */
  final void say(String format, Object... values) {
    err().println(format.formatted(values));
    err().flush();
  }

  /** To wait is in vain then. */
  final void sayWhereNothingMoves(Installation installation) throws SQLException {
    Optional<String> missing = new Movers(installation).missing();
    if (missing.isPresent()) {
      say("%s: is 'daybook run' running?", missing.get());
    }
  }

  /** Prints a result as one line. */
  final void printJson(Object result) {
    out().println(jsonOf(result));
    out().flush();
  }

  /** As {@code --json} prints it. */
  static String jsonOf(Object result) {
    try {
      return JSON.writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
