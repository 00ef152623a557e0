// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Role;
import io.daybook.cli.installation.Roles;
import io.daybook.cli.installation.Setup;
import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** Real servers with one source database and all roles in this JVM, for integration tests. */
final class PipelineRig implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String DATABASE = "app";
  private static final String OWNER = "owner";

  private final EmbeddedStack stack;
  private final Installation installation;
  private List<Rollup> rollups;
  private Roles roles;

  private PipelineRig(EmbeddedStack stack, Path folder, Path rollupFolder, String settings)
      throws IOException {
    this.stack = stack;
    Path config = folder.resolve("daybook.yaml");
    String uri =
        "postgresql://%s:secret@%s:%d/%s"
            .formatted("%s", stack.host(), stack.postgresPort(), DATABASE);
    Files.writeString(
        config,
        """
        source.uri: "%s"
        target.uri: "%s"
        sink.uri: "%s"
        kafka.bootstrap-servers: "%s"
        redis.uri: "%s"
        topic-prefix: it
        partitions: 2
        rollups: "%s"
        state-dir: "%s"
        cache.bump-interval: 100ms
        %s
        """
            .formatted(
                uri.formatted(OWNER),
                uri.formatted(OWNER),
                uri.formatted("sink_only"),
                stack.kafkaBootstrap(),
                stack.redisUri(),
                rollupFolder,
                stack.streamsStateDir(),
                settings));
    this.installation = new Installation(ConfigReader.read(config, Map.of()));
  }

  /** Starts the servers and creates the source's tables; no role runs yet. */
  static PipelineRig start(Path folder, String ddl, Path rollupFolder)
      throws IOException, SQLException {
    return start(folder, ddl, rollupFolder, "");
  }

  /**
   * The same with more in the configuration.
   *
   * @param settings a line of YAML
   */
  static PipelineRig start(Path folder, String ddl, Path rollupFolder, String settings)
      throws IOException, SQLException {
    EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder.resolve("stack")));
    try {
      try (Connection connection = stack.superuser().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE ROLE owner LOGIN REPLICATION CREATEROLE PASSWORD 'secret'");
        statement.execute("CREATE ROLE sink_only LOGIN PASSWORD 'secret'");
        statement.execute("CREATE DATABASE app OWNER owner");
      }
      PipelineRig rig = new PipelineRig(stack, folder, rollupFolder, settings);
      try (Connection connection = rig.source().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(ddl);
      }
      return rig;
    } catch (IOException | SQLException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /** As the owner of the source's tables. */
  DataSource source() {
    return installation.source();
  }

  EmbeddedStack stack() {
    return stack;
  }

  Installation installation() {
    return installation;
  }

  List<Rollup> rollups() {
    return rollups;
  }

  /** Migrates, which admits the sink's user, who may do nothing else. */
  void migrate() throws IOException, SQLException {
    new Setup(installation).apply();
    rollups = installation.installed();
  }

  void startRoles(boolean resnapshot) {
    startRoles(Role.configured(installation.config()), resnapshot);
  }

  void startRoles(Set<Role> some, boolean resnapshot) {
    roles = Roles.start(installation, rollups, some, resnapshot);
  }

  void stopRoles() {
    roles.close();
    roles = null;
  }

  int apiPort() {
    return roles.apiPort().orElseThrow();
  }

  CaptureStatus capture() {
    roles
        .failure()
        .ifPresent(
            cause -> {
              throw new IllegalStateException("A role has failed", cause);
            });
    return roles.capture().orElseThrow();
  }

  /** Waits for a condition, with a limit, while the roles live. */
  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      capture();
      if (System.nanoTime() > end) {
        throw new AssertionError(what + " did not come about within " + LIMIT);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** Waits until the rollups are complete through now, and compares every row. */
  Verification verify() throws SQLException, InterruptedException {
    return new Verifier(installation.source(), installation.target(), new Limits(LIMIT))
        .verify(rollups, VerificationProgress.SILENT);
  }

  /** Rows that only the live query or only the view has, both read in one snapshot. */
  List<String> differencesInOneSnapshot(Rollup rollup) throws SQLException {
    try (Connection connection = source().getConnection()) {
      return SnapshotDifferences.of(connection, rollup);
    }
  }

  @Override
  public void close() {
    try {
      if (roles != null) {
        roles.close();
      }
    } finally {
      stack.close();
    }
  }
}
