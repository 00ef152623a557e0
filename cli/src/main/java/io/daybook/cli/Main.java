// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./daybook}: one class a verb. */
@Command(
    name = "daybook",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "VERB",
    description = {
      "Keeps the answer of a daily GROUP BY per workspace ready in Postgres.",
      "",
      "A rollup is a folder of plain SELECTs. Daybook captures row changes from Postgres with"
          + " Debezium into Kafka, keeps the aggregates with Kafka Streams, and writes them to a"
          + " rollup table; 'verify' proves at any time that both agree.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done and true; 1 done and false (drift, undecided, unhealthy);",
      "2 wrong usage, configuration or definition; 3 a system it needs is not reachable;",
      "4 interrupted or internal error.",
      "",
      "To begin: daybook dev        (everything embedded, with sample data and live load)"
    },
    subcommands = {
      DevCommand.class,
      PlanCommand.class,
      PreflightCommand.class,
      MigrateCommand.class,
      RunCommand.class,
      StatusCommand.class,
      VerifyCommand.class,
      RecomputeCommand.class,
      RefreshCommand.class,
      ScheduleCommand.class,
      ModeCommand.class,
      CanaryCommand.class,
      RolloutCommand.class,
      QuarantineCommand.class,
      UninstallCommand.class
    })
public final class Main {
  private Main() {}

  /** The version of the build. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"daybook " + (version == null ? "(development build)" : version)};
    }
  }

  public static void main(String[] arguments) {
    if (System.getProperty("daybook.logs") == null) {
      System.setProperty("daybook.logs", Home.state().resolve("logs").toString());
    }
    int code = commandLine().execute(arguments);
    System.exit(code);
  }

  /** The command line as tests call it too: it never ends the JVM. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    ServiceLoader.load(AddedVerb.class).forEach(line::addSubcommand);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          Failures.report(failure, command.getErr());
          return ExitCode.of(failure);
        });
    line.setParameterExceptionHandler(
        (failure, arguments) -> {
          CommandLine command = failure.getCommandLine();
          command.getErr().println(command.getColorScheme().errorText(failure.getMessage()));
          CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr());
          command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
          return ExitCode.USAGE;
        });
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    return line;
  }
}
