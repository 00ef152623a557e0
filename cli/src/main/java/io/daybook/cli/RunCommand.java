// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Role;
import io.daybook.cli.installation.Roles;
import io.daybook.cli.installation.Setup;
import io.daybook.cli.preflight.Scope;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.serve.mode.StatusReader;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs roles until it is told to end. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the roles against your servers until Ctrl-C or SIGTERM: capture (Postgres to Kafka),"
          + " aggregate (Kafka Streams), sink (rollup table and cache versions), serve (HTTP API).",
      "All in one process by default; --roles splits them over machines. Needs 'daybook migrate'"
          + " once before.",
      "Begins with the part of 'daybook preflight' that concerns these roles; what blocks ends it"
          + " with that verb's exit code before anything is created."
    })
final class RunCommand extends Verb {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
  private static final long LOOK_EVERY_MS = 500;
  private static final int LOOKS_PER_STATE = 4;

  @Option(
      names = "--roles",
      split = ",",
      paramLabel = "ROLE",
      description =
          "Which roles: ${COMPLETION-CANDIDATES}; default: all, serve where http.listen is set.")
  private Set<Role> roles;

  @Option(
      names = "--resnapshot",
      description =
          "Let capture drop its slot and read all tables again, once; readers get the live query"
              + " until what was read is verified.")
  private boolean resnapshot;

  @Option(
      names = "--skip-preflight",
      description =
          "Start without a look at the servers: for a supervisor that starts this again while one"
              + " of them is away, which the roles wait for.")
  private boolean skipPreflight;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    if (roles == null) {
      roles = Role.configured(installation.config());
    }
    int cleared = skipPreflight ? ExitCode.TRUE : preflight(installation, new Scope(roles, false));
    if (cleared != ExitCode.TRUE) {
      return cleared;
    }
    List<Rollup> rollups = List.of();
    if (Role.needKafka(roles)) {
      rollups = installation.installed();
      new Setup(installation).follow(rollups, roles.contains(Role.SINK)).forEach(this::say);
    }
    try (OrderlyEnd end = OrderlyEnd.begin()) {
      try (Roles running = Roles.start(installation, rollups, roles, resnapshot)) {
        say("running: " + String.join(", ", roles.stream().map(Role::toString).toList()));
        running.apiPort().ifPresent(port -> say("the API listens on port " + port));
        watch(installation, running, end);
      }
      say("stopped");
    }
    return ExitCode.TRUE;
  }

  private void watch(Installation installation, Roles running, OrderlyEnd end)
      throws InterruptedException {
    RunView view = new RunView();
    StatusReader reader = new StatusReader(installation.target());
    long looks = 0;
    while (!end.await(LOOK_EVERY_MS)) {
      Optional<Throwable> failure = running.failure();
      if (failure.isPresent()) {
        throw new IllegalStateException("A role has failed for good", failure.get());
      }
      running
          .capture()
          .ifPresent(status -> view.capture(status, System.nanoTime()).forEach(this::say));
      view.restoring(running.restoring(), System.nanoTime()).forEach(this::say);
      if (roles.contains(Role.SINK) && looks++ % LOOKS_PER_STATE == 0) {
        view.rollups(states(reader)).forEach(this::say);
      }
    }
  }

  /** None while the target is away, which the sink says. */
  private static List<RollupStatus> states(StatusReader reader) {
    try {
      return reader.read();
    } catch (SQLException e) {
      LOG.debug("The target cannot be asked how rollups stand", e);
      return List.of();
    }
  }

  private void say(String line) {
    err().println(line);
    err().flush();
  }
}
