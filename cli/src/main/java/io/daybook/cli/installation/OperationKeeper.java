// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.operation.Operation;
import io.daybook.serve.operation.Operations;
import io.daybook.serve.operation.Request;
import io.daybook.serve.refresh.Refresh;
import io.daybook.serve.refresh.Refreshes;
import io.daybook.serve.schedule.ScheduleRun;
import io.daybook.serve.schedule.ScheduleRuns;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what was asked for over HTTP. Refreshes, recomputes and runs of the schedule are asked for
 * in turn, and others of this thread's tasks do them; here it is noted which, in the same
 * transaction where that matters, and looked whether they have ended.
 */
final class OperationKeeper implements Upkeep.Task {
  private static final Logger LOG = LoggerFactory.getLogger(OperationKeeper.class);
  private static final int VALID_WITHIN_SECONDS = 2;

  /** SQLSTATEs of a server that cannot be reached, or does not let anybody in just now. */
  private static final Pattern AWAY = Pattern.compile("08...|57P0[123]|53300");

  private static final String SCHEDULED = "operation ";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  private final Installation installation;
  private final Supplier<List<Rollup>> rollups;
  private final Verifier verifier;
  private final Set<String> waiting = new HashSet<>();

  /**
   * @param rollups the generations that are at work
   */
  OperationKeeper(Installation installation, Supplier<List<Rollup>> rollups) {
    this.installation = installation;
    this.rollups = rollups;
    this.verifier = new Verifier(installation.source(), installation.target(), Limits.DEFAULT);
  }

  @Override
  public boolean isDue(Connection target) throws SQLException {
    return !Operations.pending(target).isEmpty();
  }

  @Override
  public void run(Connection target) throws SQLException, InterruptedException {
    for (Operation each : Operations.pending(target)) {
      try {
        step(target, each);
        waiting.remove(each.key());
      } catch (SQLException | IOException | RuntimeException e) {
        if (Thread.interrupted() || e instanceof InterruptException) {
          throw new InterruptedException(e.getMessage());
        } else if (!target.isValid(VALID_WITHIN_SECONDS)) {
          throw e instanceof SQLException sql ? sql : new SQLException(e);
        } else if (mayPass(e)) {
          if (waiting.add(each.key())) {
            LOG.info("The {} of key {} waits: {}", each.kind().text(), each.key(), e.getMessage());
          }
          continue;
        }
        LOG.warn("The {} of key {} cannot be done", each.kind().text(), each.key(), e);
        Operations.failed(
            target,
            each.key(),
            e instanceof RefusedByState
                ? e.getMessage()
                : "it failed; the log of the process that was at it has more under this key");
      }
    }
  }

  /** Whether something is away that may be back in a moment. */
  private static boolean mayPass(Exception e) {
    return e instanceof RetriableException
        || e instanceof SQLException sql
            && sql.getSQLState() != null
            && AWAY.matcher(sql.getSQLState()).matches();
  }

  private void step(Connection target, Operation operation)
      throws SQLException, IOException, InterruptedException {
    Request request = Request.read(operation.request());
    switch (operation.kind()) {
      case VERIFY -> verify(target, operation, request);
      case REFRESH -> refresh(target, operation, request);
      case RECOMPUTE -> recompute(target, operation, request);
      case SCHEDULE -> schedule(target, operation);
    }
  }

  private void verify(Connection target, Operation operation, Request request)
      throws SQLException, InterruptedException {
    Map<String, Integer> pointers = Generations.current(target);
    List<String> wanted =
        request.rollups().isEmpty() ? List.copyOf(pointers.keySet()) : request.rollups();
    List<Rollup> some =
        current(target).stream().filter(each -> wanted.contains(each.name())).toList();
    if (some.size() < wanted.size() && pointers.keySet().containsAll(wanted)) {
      LOG.debug("Not all of {} is at work here yet", wanted);
      return;
    }
    Operations.began(target, operation.key(), null);
    Verification found =
        request.from() == null
            ? verifier.verify(some, VerificationProgress.SILENT)
            : verifier.verifySince(request.from(), some, VerificationProgress.SILENT);
    done(target, operation, found);
  }

  private void refresh(Connection target, Operation operation, Request request)
      throws SQLException {
    if (operation.progress() == null) {
      Optional<Rollup> here =
          current(target).stream()
              .filter(each -> request.rollups().contains(each.name()))
              .findFirst();
      if (here.isEmpty()) {
        LOG.debug("{} is not at work here yet", request.rollups());
        return;
      }
      Rollup rollup = here.get();
      RefreshScope scope =
          new RefreshScope(
              request.workspaces(),
              request.from() == null ? "-infinity" : request.from(),
              request.to() == null ? "infinity" : request.to(),
              List.of());
      target.setAutoCommit(false);
      try {
        long id = Refreshes.ask(target, rollup.name(), rollup.generation(), scope);
        Operations.began(target, operation.key(), write(Map.of("refresh", id)));
        target.commit();
      } finally {
        target.rollback();
        target.setAutoCommit(true);
      }
      return;
    }
    long id = tree(operation.progress()).get("refresh").asLong();
    Optional<Refresh> refresh = Refreshes.find(target, id);
    if (refresh.isEmpty() || refresh.get().failed() != null) {
      Operations.failed(
          target, operation.key(), refresh.map(Refresh::failed).orElse("it is not known any more"));
    } else if (refresh.get().ended()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("id", id);
      result.put("rollup", refresh.get().rollup());
      result.put("generation", refresh.get().generation());
      result.put("rowsRemoved", refresh.get().removed());
      done(target, operation, result);
    }
  }

  /** To ask again attaches to what is on its way: it may be noted afterwards. */
  private void recompute(Connection target, Operation operation, Request request)
      throws SQLException, IOException {
    if (operation.progress() == null) {
      List<String> names =
          request.rollups().isEmpty()
              ? current(target).stream().map(Rollup::name).toList()
              : request.rollups();
      Map<String, Integer> asked = new LinkedHashMap<>();
      new Recompute(installation)
          .ask(names, Wish.USUAL)
          .forEach(each -> asked.put(each.generation().rollup(), each.generation().number()));
      Operations.began(target, operation.key(), write(asked));
      return;
    }
    List<Generation> all = Generations.read(target);
    List<Map<String, Object>> result = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : tree(operation.progress()).properties()) {
      int number = each.getValue().asInt();
      Optional<Generation> generation =
          all.stream().filter(one -> one.is(each.getKey(), number)).findFirst();
      if (generation.isEmpty() || generation.get().phase() == Phase.LEAVING) {
        Operations.failed(
            target,
            operation.key(),
            "generation %d of %s was let go of".formatted(number, each.getKey()));
        return;
      } else if (generation.get().phase() == Phase.BUILDING
          || generation.get().phase() == Phase.READY) {
        return;
      }
      result.add(Map.of("rollup", each.getKey(), "generation", number));
    }
    done(target, operation, Map.of("generations", result));
  }

  private void schedule(Connection target, Operation operation) throws SQLException {
    String key = SCHEDULED + operation.key();
    if (operation.progress() == null) {
      ScheduleRuns.ask(target, key, new Schedule(installation).firstDay(Instant.now()));
      Operations.began(target, operation.key(), write(Map.of("run", key)));
      return;
    }
    Optional<ScheduleRun> run = ScheduleRuns.find(target, key);
    if (run.isEmpty()) {
      Operations.failed(target, operation.key(), "its run is not known any more");
    } else if (run.get().endedAt() != null) {
      done(target, operation, run.get());
    }
  }

  private List<Rollup> current(Connection target) throws SQLException {
    Map<String, Integer> pointers = Generations.current(target);
    return rollups.get().stream()
        .filter(each -> pointers.getOrDefault(each.name(), 0) == each.generation())
        .toList();
  }

  private static void done(Connection target, Operation operation, Object result)
      throws SQLException {
    Operations.done(target, operation.key(), write(result));
    LOG.info("The {} of key {} is done", operation.kind().text(), operation.key());
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
