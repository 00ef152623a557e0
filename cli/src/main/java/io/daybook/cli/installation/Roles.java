// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Config;
import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.pipeline.capture.SourceDatabase;
import io.daybook.pipeline.topology.Aggregate;
import io.daybook.pipeline.topology.Counters;
import io.daybook.schemas.definition.Rollup;
import io.daybook.sink.Sink;
import io.daybook.sink.SinkSettings;
import io.daybook.sink.SinkStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** The running parts of one process: what starts, in order, and what ends, in the other. */
public final class Roles implements AutoCloseable {
  private static final Duration CACHE_TIMEOUT = Duration.ofSeconds(2);

  private final Capture capture;
  private final Aggregate aggregate;
  private final Sink sink;
  private final Upkeep upkeep;
  private final Api api;
  private final HealthReporter health;
  private final RunningGenerations generations;
  private final AtomicReference<Throwable> captureFailure = new AtomicReference<>();
  private volatile List<Rollup> rollups;
  private Throwable suspect;
  private long suspectSince;

  private Roles(Installation installation, List<Rollup> rollups, Set<Role> roles, boolean again) {
    this.rollups = List.copyOf(rollups);
    this.generations = new RunningGenerations(installation, this::run);
    this.sink = roles.contains(Role.SINK) ? new Sink(sinkSettings(installation), rollups) : null;
    this.upkeep = sink == null ? null : new Upkeep(installation, () -> this.rollups, generations);
    this.api = roles.contains(Role.SERVE) ? Api.start(installation) : null;
    this.aggregate =
        roles.contains(Role.AGGREGATE)
            ? new Aggregate(aggregateSettings(installation), rollups)
            : null;
    this.capture =
        roles.contains(Role.CAPTURE)
            ? new Capture(
                captureSettings(installation, rollups).withResnapshot(again),
                cause -> captureFailure.compareAndSet(null, cause))
            : null;
    this.health =
        new HealthReporter(
            installation,
            roles.stream().map(Role::toString).toList(),
            this::troubles,
            Clock.systemUTC());
  }

  /** Starts the roles, the last stage first. */
  public static Roles start(Installation installation, List<Rollup> rollups, Set<Role> roles) {
    return start(installation, rollups, roles, false);
  }

  /**
   * Starts the roles, the last stage first.
   *
   * @param resnapshot lets capture read all tables again, in a new epoch
   */
  public static Roles start(
      Installation installation, List<Rollup> rollups, Set<Role> roles, boolean resnapshot) {
    Roles started = new Roles(installation, rollups, roles, resnapshot);
    if (started.sink != null) {
      started.sink.start();
      started.upkeep.start();
    }
    if (started.aggregate != null) {
      started.aggregate.start();
    }
    if (started.capture != null) {
      started.capture.start();
    }
    if (Role.needKafka(roles)) {
      started.generations.start();
    }
    started.health.start();
    return started;
  }

  private void run(List<Rollup> wanted) {
    rollups = List.copyOf(wanted);
    if (capture != null && !wanted.isEmpty()) {
      capture.run(Installation.tablesOf(wanted), Installation.fromOf(wanted));
    }
    if (sink != null) {
      sink.run(wanted);
    }
    if (aggregate != null) {
      aggregate.run(wanted);
    }
  }

  /**
   * What ended a role for good. A generation that goes while it is at work may fail first: what is
   * still there after definitions were looked at again is meant.
   */
  public synchronized Optional<Throwable> failure() {
    if (captureFailure.get() != null) {
      return Optional.of(captureFailure.get());
    }
    if (generations.failure().isPresent()) {
      return generations.failure();
    }
    Throwable now =
        Stream.of(failureOfAggregate(), failureOfSink())
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(null);
    if (now != suspect) {
      suspect = now;
      suspectSince = generations.looks();
    }
    boolean lasts = suspect != null && generations.looks() > suspectSince + 1;
    return lasts ? Optional.of(suspect) : Optional.empty();
  }

  private Optional<Throwable> failureOfAggregate() {
    return aggregate == null ? Optional.empty() : aggregate.failure();
  }

  private Optional<Throwable> failureOfSink() {
    return sink == null ? Optional.empty() : sink.failure();
  }

  public Optional<CaptureStatus> capture() {
    return Optional.ofNullable(capture).map(Capture::status);
  }

  /** By rollup; empty where the role does not run here. */
  public Map<String, Counters> aggregate() {
    return aggregate == null ? Map.of() : aggregate.counters();
  }

  /** How far state is restored, by the name of each rollup of which some is missing. */
  public Map<String, String> restoring() {
    return aggregate == null ? Map.of() : aggregate.restoring();
  }

  public Optional<SinkStatus> sink() {
    return Optional.ofNullable(sink).map(Sink::status);
  }

  /** The port of the API; empty where the role does not run here. */
  public OptionalInt apiPort() {
    return api == null ? OptionalInt.empty() : OptionalInt.of(api.port());
  }

  /** What keeps the roles from going on, by part. */
  private Map<String, String> troubles() {
    Map<String, String> troubles = new LinkedHashMap<>();
    capture()
        .filter(status -> status.problem() != null)
        .ifPresent(status -> troubles.put("capture", status.problem()));
    if (aggregate != null) {
      aggregate
          .restoring()
          .forEach((rollup, progress) -> troubles.put("aggregate " + rollup, progress));
      aggregate.states().entrySet().stream()
          .filter(each -> !each.getValue().isRunningOrRebalancing())
          .forEach(
              each ->
                  troubles.put(
                      "aggregate " + each.getKey(), "Kafka Streams is " + each.getValue()));
    }
    sink()
        .ifPresent(
            status -> {
              status
                  .rollups()
                  .forEach(
                      each ->
                          each.problem()
                              .ifPresent(
                                  problem ->
                                      troubles.put("sink " + each.rollup(), problem.what())));
              status.cache().problem().ifPresent(problem -> troubles.put("cache", problem.what()));
            });
    return troubles;
  }

  /** Ends the roles, the first stage first. */
  @Override
  public void close() {
    generations.close();
    if (upkeep != null) {
      upkeep.close();
    }
    if (capture != null) {
      capture.close();
    }
    if (aggregate != null) {
      aggregate.close();
    }
    if (sink != null) {
      sink.close();
    }
    if (api != null) {
      api.close();
    }
    health.close();
  }

  private static CaptureSettings captureSettings(Installation installation, List<Rollup> rollups) {
    Config config = installation.config();
    return CaptureSettings.of(
            SourceDatabase.parse(config.source().jdbcUrl()),
            installation.topics(),
            Installation.tablesOf(rollups),
            config.kafka())
        .of(Installation.tablesOf(rollups), Installation.fromOf(rollups))
        .withDebezium(config.debezium());
  }

  private static Aggregate.Settings aggregateSettings(Installation installation) {
    Config config = installation.config();
    return new Aggregate.Settings(
        installation.topics(), config.stateDir().toString(), config.kafka(), config.streams());
  }

  private static SinkSettings sinkSettings(Installation installation) {
    Config config = installation.config();
    return SinkSettings.of(
        SinkSettings.Target.of(config.sink().jdbcUrl(), null, null),
        new SinkSettings.Cache(
            config.redis(),
            config.cache().keyPrefix(),
            config.cache().bumpInterval(),
            CACHE_TIMEOUT),
        config.kafka(),
        installation.topics());
  }
}
