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
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The running parts of one process: what starts, in order, and what ends, in the other. */
public final class Roles implements AutoCloseable {
  private static final Duration CACHE_TIMEOUT = Duration.ofSeconds(2);

  private final Capture capture;
  private final Aggregate aggregate;
  private final Sink sink;
  private final Verifications verifications;
  private final HealthReporter health;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private Roles(Installation installation, List<Rollup> rollups, Set<Role> roles, boolean again) {
    this.sink = roles.contains(Role.SINK) ? new Sink(sinkSettings(installation), rollups) : null;
    this.verifications = sink == null ? null : new Verifications(installation, rollups);
    this.aggregate =
        roles.contains(Role.AGGREGATE)
            ? new Aggregate(aggregateSettings(installation), rollups, this::failed)
            : null;
    this.capture =
        roles.contains(Role.CAPTURE)
            ? new Capture(
                captureSettings(installation, rollups).withResnapshot(again), this::failed)
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
      started.verifications.start();
    }
    if (started.aggregate != null) {
      started.aggregate.start();
    }
    if (started.capture != null) {
      started.capture.start();
    }
    started.health.start();
    return started;
  }

  /** What ended a role for good. */
  public Optional<Throwable> failure() {
    if (failure.get() == null && sink != null) {
      sink.failure().ifPresent(this::failed);
    }
    return Optional.ofNullable(failure.get());
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
    if (verifications != null) {
      verifications.close();
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
    health.close();
  }

  private void failed(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  private static CaptureSettings captureSettings(Installation installation, List<Rollup> rollups) {
    Config config = installation.config();
    return CaptureSettings.of(
            SourceDatabase.parse(config.source().jdbcUrl()),
            installation.topics(),
            Installation.tablesOf(rollups),
            config.kafka())
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
