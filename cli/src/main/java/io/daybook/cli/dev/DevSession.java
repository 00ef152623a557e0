// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.LoadProgress;
import io.daybook.cli.installation.Role;
import io.daybook.cli.installation.Roles;
import io.daybook.cli.installation.Setup;
import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.text.Durations;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.serve.mode.StatusReader;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run of {@code dev}: what starts, in order; {@link #close} ends it in the other. */
public final class DevSession implements AutoCloseable {
  private static final Duration LOAD_LIMIT = Duration.ofHours(1);
  private static final Duration SAY_EVERY = Duration.ofSeconds(2);
  private static final Limits LIMITS = new Limits(Duration.ofSeconds(60));

  private final DevSettings settings;
  private final CountDownLatch end;
  private final Consumer<String> say;
  private final DevTokens tokens = new DevTokens();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private EmbeddedStack stack;
  private Source source;
  private Installation installation;
  private List<Rollup> rollups;
  private Roles roles;
  private CacheVersions versions;
  private OnceResult.InitialLoad initialLoad;
  private long versionsBefore;
  private LiveLoad load;
  private FreshnessProbe probe;
  private Verdicts verdicts;

  /**
   * Starts nothing yet.
   *
   * @param end released when the user wants it to end
   * @param say told in words what happens
   */
  public DevSession(DevSettings settings, CountDownLatch end, Consumer<String> say) {
    this.settings = settings;
    this.end = end;
    this.say = say;
  }

  /** Comes back when the initial load is complete and the addresses are published. */
  public void start() throws Exception {
    startServers();
    prepareSource();
    startRoles();
    awaitComplete();
    publish();
  }

  private void startServers() throws IOException {
    say.accept("Starting Postgres, Kafka and Redis on loopback …");
    stack =
        EmbeddedStack.start(
            new StackSettings(
                settings.state(),
                settings.postgresPort(),
                settings.kafkaPort(),
                settings.redisPort(),
                settings.fresh()));
    parts.push(stack);
    new Published(settings.state()).close(); // the addresses of a run that was killed
  }

  private void prepareSource() throws SQLException, IOException {
    source = new Source(stack);
    if (source.create(settings.home())) {
      say.accept("Loading the sample (scale " + settings.scale() + ") …");
      SampleData.Counts counts = source.fill(settings.seed(), settings.scale());
      say.accept(
          "  %,d workspaces, %,d leads, %,d messages, %,d rows in all"
              .formatted(counts.workspaces(), counts.leads(), counts.messages(), counts.total()));
    }
  }

  private void startRoles() throws IOException, SQLException {
    Path file = Files.createTempFile("daybook-dev", ".yaml");
    try {
      Published.writeConfig(file, configuration());
      installation = new Installation(ConfigReader.read(file, Map.of()));
    } finally {
      Files.deleteIfExists(file);
    }
    new Setup(installation).apply();
    List<Rollup> installed = installation.installed();
    rollups = installation.current();
    versions =
        new CacheVersions(installation.config().redis(), installation.config().cache().keyPrefix());
    parts.push(versions);
    roles = Roles.start(installation, installed, Role.configured(installation.config()));
    parts.push(roles);
  }

  private Map<String, String> configuration() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("source.uri", source.uri(Source.OWNER));
    settings.put("target.uri", source.uri(Source.OWNER));
    settings.put("sink.uri", source.uri(Source.SINK_USER));
    settings.put("serve.uri", source.uri(Source.READER));
    settings.put("kafka.bootstrap-servers", stack.kafkaBootstrap());
    settings.put("redis.uri", stack.redisUri());
    settings.put("topic-prefix", "dev");
    settings.put("partitions", "2");
    settings.put("rollups", this.settings.home().resolve("schemas/rollups").toString());
    settings.put("state-dir", stack.streamsStateDir().toString());
    settings.put("cache.bump-interval", "200ms");
    settings.put("http.listen", "127.0.0.1:" + (roles == null ? this.settings.httpPort() : api()));
    settings.put("http.endpoints", this.settings.home().resolve("schemas/endpoints").toString());
    settings.put("http.auth.secret", tokens.secret());
    return settings;
  }

  private int api() {
    return roles.apiPort().orElseThrow();
  }

  private void awaitComplete() throws Exception {
    long started = System.nanoTime();
    long said = started;
    LoadProgress progress = new LoadProgress(started, 0);
    Instant begun = Instant.now();
    StatusReader reader = new StatusReader(installation.target());
    while (!isComplete(reader.read(), begun)) {
      pause(100);
      if (System.nanoTime() - said > SAY_EVERY.toNanos()) {
        said = System.nanoTime();
        say.accept(progress.line(roles.capture().orElseThrow(), said));
      }
      if (System.nanoTime() - started > LOAD_LIMIT.toNanos()) {
        throw new IllegalStateException(
            "The initial load is not complete after " + Durations.text(LOAD_LIMIT));
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    long rows = roles.capture().orElseThrow().counts().reads();
    initialLoad = new OnceResult.InitialLoad(rows, Math.round(seconds * 10) / 10.0);
    say.accept("Complete: %,d rows in %.1f s".formatted(rows, seconds));
  }

  /** Complete through a moment of this run; what an earlier one had reached does not count. */
  private boolean isComplete(List<RollupStatus> states, Instant begun) {
    return states.size() == rollups.size()
        && states.stream()
            .allMatch(
                each -> each.completeThrough() != null && each.completeThrough().isAfter(begun));
  }

  private void publish() throws IOException {
    Published published = new Published(settings.state());
    parts.push(published);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("DAYBOOK_DEV_SOURCE_URL", source.uri(Source.OWNER));
    variables.put("DAYBOOK_DEV_TARGET_URL", source.uri(Source.OWNER));
    variables.put("DAYBOOK_DEV_KAFKA", stack.kafkaBootstrap());
    variables.put("DAYBOOK_DEV_REDIS", stack.redisUri());
    variables.put("DAYBOOK_DEV_HTTP", "http://127.0.0.1:" + api());
    variables.put("DAYBOOK_DEV_TOKEN", tokens.issue("dev", List.of("*"), true));
    variables.put("DAYBOOK_DEV_PID", Long.toString(ProcessHandle.current().pid()));
    published.publish(configuration(), variables);
    say.accept("Addresses for psql, redis-cli and scripts: " + settings.state() + "/dev.env");
  }

  /** Starts the live load, and verifies now and then. */
  public void startLoad() {
    versionsBefore = versions.sum();
    if (settings.rate() > 0) {
      LiveLoad.Settings how =
          new LiveLoad.Settings(settings.seed(), settings.rate(), 2, Clock.systemUTC());
      load = LiveLoad.start(source.owner(), how);
      parts.push(load);
    }
    verdicts = Verdicts.start(this::verify);
    parts.push(verdicts);
  }

  /** Loads for some seconds, comes to rest, verifies. */
  public OnceResult once(int seconds) throws Exception {
    versionsBefore = versions.sum();
    LiveLoad.Settings how =
        new LiveLoad.Settings(settings.seed(), Math.max(1, settings.rate()), 2, Clock.systemUTC());
    say.accept("Changing rows for " + seconds + " s (seed " + settings.seed() + ") …");
    Map<String, Long> operations;
    try (LiveLoad running = LiveLoad.start(source.owner(), how);
        FreshnessProbe probing = FreshnessProbe.start(source.owner())) {
      load = running;
      probe = probing;
      for (int tenths = 0; tenths < seconds * 10; tenths++) {
        pause(100);
      }
    }
    if (probe.failure().isPresent()) {
      throw probe.failure().get();
    }
    operations = load.operations();
    say.accept("At rest; comparing every row with the live query …");
    Verification verification = verify();
    awaitBumps();
    return result(verification, operations);
  }

  private OnceResult result(Verification verification, Map<String, Long> operations)
      throws SQLException {
    CaptureStatus.Counts counts = roles.capture().orElseThrow().counts();
    Map<String, Long> events = new LinkedHashMap<>();
    events.put("insert", counts.inserts());
    events.put("update", counts.updates());
    events.put("delete", counts.deletes());
    Map<String, Long> rows = rows();
    return new OnceResult(
        verification.verdict() == Verdict.EQUAL,
        verification.differenceCount(),
        verification.undecided(),
        rows.values().stream().mapToLong(Long::longValue).sum(),
        rows,
        events,
        operations,
        versions.sum() - versionsBefore,
        OnceResult.Percentiles.of(probe.millis()),
        initialLoad,
        settings.seed());
  }

  /** Every change is in the tables; its note may still be on its way to Redis. */
  private void awaitBumps() throws Exception {
    StatusReader reader = new StatusReader(installation.target());
    while (reader.read().stream().anyMatch(each -> each.notesPending() > 0)) {
      pause(20);
    }
  }

  private Map<String, Long> rows() throws SQLException {
    Map<String, Long> rows = new LinkedHashMap<>();
    try (Connection connection = source.owner().getConnection();
        Statement statement = connection.createStatement()) {
      for (Rollup rollup : rollups) {
        String view = DaybookSchema.qualified(rollup.name());
        try (ResultSet count = statement.executeQuery("SELECT count(*) FROM " + view)) {
          count.next();
          rows.put(rollup.name(), count.getLong(1));
        }
      }
    }
    return rows;
  }

  private Verification verify() throws SQLException, InterruptedException {
    return new Verifier(installation.source(), installation.target(), LIMITS)
        .verify(rollups, VerificationProgress.SILENT);
  }

  /** How things stand now. */
  public DevLook look() throws Exception {
    checkAlive();
    return new DevLook(
        load == null ? 0 : load.rowChanges(),
        roles.capture().orElseThrow(),
        roles.aggregate(),
        roles.sink().orElseThrow(),
        new StatusReader(installation.target()).read(),
        rows(),
        versions.sum() - versionsBefore,
        verdicts.last());
  }

  private void pause(long millis) throws InterruptedException {
    checkAlive();
    if (end.await(millis, TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("told to end");
    }
  }

  private void checkAlive() {
    if (roles.failure().isPresent()) {
      throw new IllegalStateException("A role has failed for good", roles.failure().get());
    }
    if (load != null && load.failure().isPresent()) {
      throw new IllegalStateException("The live load has failed", load.failure().get());
    }
  }

  @Override
  public void close() throws Exception {
    Exception failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
