// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Role;
import io.daybook.cli.preflight.Preflight;
import io.daybook.cli.preflight.Report;
import io.daybook.cli.preflight.Scope;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what on the configured servers would keep Daybook from working. */
@Command(
    name = "preflight",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at the configured Postgres, Kafka and Redis, at this machine and at the definitions,"
          + " and says for each thing that 'migrate' and 'run' need: ok, warning (it works, and"
          + " will be regretted) or blocks (it cannot work), with the remedy: SQL for psql, a"
          + " command of Kafka's tools, a line for redis-cli, to paste as it stands.",
      "Changes nothing, waits for no server longer than 10 s at a time, and lists everything that"
          + " is wrong, whichever system it is on. 'run' and 'migrate' do it first for what they"
          + " need themselves.",
    },
    footer = {
      "",
      "Exit codes: 0 ok, or only warnings; 3 some system cannot be reached or does not let us in,"
          + " whatever else is wrong; 2 everything can be reached, and something blocks."
    })
final class PreflightCommand extends Verb {
  @Option(
      names = "--roles",
      split = ",",
      paramLabel = "ROLE",
      description =
          "Only what these roles need on the machine where they run: ${COMPLETION-CANDIDATES};"
              + " default: all of them, and what 'migrate' needs.")
  private Set<Role> roles;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    Scope scope =
        roles == null
            ? new Scope(Role.configured(installation.config()), true)
            : new Scope(roles, false);
    Report report = new Preflight(installation, scope).run();
    if (json) {
      printJson(report);
    } else {
      report.lines().forEach(out()::println);
      out().flush();
    }
    return exitCode(report);
  }

  static int exitCode(Report report) {
    if (report.passed()) {
      return ExitCode.TRUE;
    }
    return report.unreachable() ? ExitCode.UNREACHABLE : ExitCode.USAGE;
  }
}
