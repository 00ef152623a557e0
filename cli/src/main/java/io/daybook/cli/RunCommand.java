// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Role;
import io.daybook.cli.installation.Roles;
import io.daybook.cli.installation.Setup;
import io.daybook.schemas.definition.Rollup;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs roles until it is told to end. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the roles against your servers until Ctrl-C or SIGTERM: capture (Postgres to Kafka),"
          + " aggregate (Kafka Streams), sink (rollup table and cache versions).",
      "All in one process by default; --roles splits them over machines. Needs 'daybook migrate'"
          + " once before."
    })
final class RunCommand extends Verb {
  private static final long LOOK_EVERY_MS = 500;

  @Option(
      names = "--roles",
      split = ",",
      paramLabel = "ROLE",
      description = "Which roles: ${COMPLETION-CANDIDATES}; default: all.")
  private Set<Role> roles = EnumSet.allOf(Role.class);

  @Option(
      names = "--resnapshot",
      description =
          "Let capture drop its slot and read all tables again, once; values heal as it goes.")
  private boolean resnapshot;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    List<Rollup> rollups = installation.installed();
    new Setup(installation).refuseChanges(rollups);
    try (OrderlyEnd end = OrderlyEnd.begin();
        Roles running = Roles.start(installation, rollups, roles, resnapshot)) {
      err().println("running: " + String.join(", ", roles.stream().map(Role::toString).toList()));
      err().flush();
      while (!end.await(LOOK_EVERY_MS)) {
        Optional<Throwable> failure = running.failure();
        if (failure.isPresent()) {
          throw new IllegalStateException("A role has failed for good", failure.get());
        }
      }
    }
    return ExitCode.TRUE;
  }
}
