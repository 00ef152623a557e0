// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Role;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.text.Durations;
import io.daybook.sink.SinkSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Looks at every system that a scope needs, all of them at once and each of them whatever became of
 * the others, and changes nothing.
 */
public final class Preflight {
  /** Of one system by itself, or against the definitions; any single question has 10 s. */
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final Installation installation;
  private final Scope scope;
  private final SourceInspection source;
  private final TargetInspection target;
  private final SinkInspection sink;
  private final KafkaInspection kafka;
  private final List<Inspection> servers = new ArrayList<>();

  public Preflight(Installation installation, Scope scope) {
    this.installation = installation;
    this.scope = scope;
    this.source = added(scope.needsSource(), new SourceInspection(installation, scope));
    this.target = added(scope.migrate(), new TargetInspection(installation));
    boolean sameUser = installation.config().sink().equals(installation.config().target());
    this.sink =
        added(
            scope.has(Role.SINK) && !(scope.migrate() && sameUser),
            new SinkInspection(installation.config().sink(), scope));
    boolean ownServe = !installation.config().serve().equals(installation.config().target());
    added(
        scope.has(Role.SERVE) && (ownServe || !scope.migrate()),
        new ServeInspection(installation.config().serve(), scope.migrate()));
    this.kafka = added(scope.needsKafka(), new KafkaInspection(installation, scope));
    added(
        scope.has(Role.SINK),
        new RedisInspection(
            installation.config(), SinkSettings.sentinelKey(installation.topics())));
  }

  private <T extends Inspection> T added(boolean needed, T inspection) {
    if (!needed) {
      return null;
    }
    servers.add(inspection);
    return inspection;
  }

  /** Takes up to a minute where systems do not answer, else a second or two. */
  public Report run() throws InterruptedException {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "preflight");
              thread.setDaemon(true);
              return thread;
            });
    try {
      each(threads, Inspection::alone);
      Known known = known();
      each(threads, inspection -> inspection.against(known));
      MachineInspection machine =
          new MachineInspection(installation.config().stateDir(), scope, source, clocks());
      machine.alone();
      machine.against(known);
      List<Check> ofServers = servers.stream().flatMap(each -> each.checks().stream()).toList();
      boolean explained =
          ofServers.stream().anyMatch(each -> each.outcome().compareTo(Outcome.WARNING) > 0);
      List<Check> checks = new ArrayList<>();
      if (kafka != null) {
        checks.addAll(new RollupChecks(scope).run(described(), kafka.installed(), explained));
      }
      checks.addAll(ofServers);
      checks.addAll(machine.checks());
      return new Report(checks);
    } finally {
      servers.forEach(Inspection::close);
      threads.shutdownNow();
    }
  }

  private void each(ExecutorService threads, Consumer<Inspection> work)
      throws InterruptedException {
    Map<Inspection, Future<?>> running = new LinkedHashMap<>();
    servers.forEach(server -> running.put(server, threads.submit(() -> work.accept(server))));
    for (Map.Entry<Inspection, Future<?>> each : running.entrySet()) {
      try {
        each.getValue().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        each.getKey()
            .findings()
            .unreachable(
                "it did not answer all questions within " + Durations.text(LIMIT),
                "# see why it is slow");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      }
    }
  }

  private List<Rollup> described() {
    return source == null ? List.of() : source.described();
  }

  /** What is about to be installed, else what is. */
  private Known known() {
    List<Rollup> installed = kafka == null ? List.of() : kafka.installed().orElse(List.of());
    if (!scope.migrate() && !installed.isEmpty()) {
      return new Known(installed, List.of());
    }
    List<Rollup> rollups = new ArrayList<>();
    List<Rollup> changed = new ArrayList<>();
    for (Rollup each : described()) {
      List<Rollup> present =
          installed.stream().filter(one -> one.name().equals(each.name())).toList();
      Optional<Rollup> same =
          present.stream().filter(one -> one.hash().equals(each.hash())).findFirst();
      if (present.isEmpty()) {
        rollups.add(each);
      } else if (same.isPresent()) {
        rollups.add(each.as(same.get().generation()));
      } else {
        rollups.addAll(present);
        changed.add(each);
      }
    }
    return new Known(rollups, changed);
  }

  private Map<String, Optional<Clock>> clocks() {
    Map<String, Optional<Clock>> clocks = new LinkedHashMap<>();
    if (source != null) {
      clocks.put("source", source.clock());
    }
    if (target != null) {
      clocks.put("target", target.clock());
    } else if (sink != null) {
      clocks.put("target", sink.clock());
    }
    return clocks;
  }
}
