// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.HealthRecord;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.generation.Existing;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.serve.mode.StatusReader;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Asks source, target, Kafka and Redis; one that is away is a problem among others. */
public final class StatusProbe {
  private static final Logger LOG = LoggerFactory.getLogger(StatusProbe.class);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  /** SQLSTATE classes of a server that cannot be reached or does not let us in. */
  private static final Set<String> AWAY = Set.of("08", "28", "53", "57", "3D");

  /** Of a schema that an earlier version has made. */
  private static final String UNDEFINED_TABLE = "42P01";

  private static final Set<String> EARLIER = Set.of(UNDEFINED_TABLE, "42703");

  private static final String SLOT =
      """
      SELECT wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint, active
      FROM pg_replication_slots WHERE slot_name = ?""";

  private final Installation installation;
  private final Topics topics;
  private final Map<String, String> kafka;
  private final Clock clock;

  public StatusProbe(Installation installation) {
    this.installation = installation;
    this.topics = installation.topics();
    this.clock = Clock.systemUTC();
    this.kafka = new HashMap<>(installation.config().kafka());
    kafka.put("default.api.timeout.ms", Long.toString(ANSWER_WITHIN.toMillis()));
    kafka.put("request.timeout.ms", Long.toString(ANSWER_WITHIN.toMillis() / 2));
  }

  /** What Kafka tells; the rollups are empty while it is away. */
  private record Told(List<Rollup> rollups, List<HealthRecord> health, String away) {}

  /**
   * Looks.
   *
   * @throws RefusedByState where nothing has been migrated
   */
  public StatusReport read() throws SQLException, InterruptedException {
    Told told = told();
    StatusProblems problems = new StatusProblems(told.health);
    List<RollupStatus> rollups = rollups(problems);
    problems.knows(rollups);
    if (told.away != null) {
      Instant since =
          rollups.stream()
              .map(RollupStatus::updatedAt)
              .filter(Objects::nonNull)
              .max(Comparator.naturalOrder())
              .orElse(null);
      problems.kafkaIsAway(kafka.get("bootstrap.servers"), told.away, since);
    }
    StatusReport.Slot slot = slot(problems);
    Long notes =
        rollups.isEmpty() ? null : rollups.stream().mapToLong(RollupStatus::notesPending).sum();
    redis(notes, problems);
    rollups.forEach(problems::rollup);
    if (told.away == null) {
      transactions(problems);
      problems.roles(Role.configured(installation.config()), clock.instant());
    }
    return new StatusReport(
        problems.all().isEmpty(),
        rollups.stream().map(StatusProbe::of).toList(),
        generations(told.rollups, rollups.isEmpty()),
        stages(told.rollups, rollups.isEmpty()),
        slot,
        new StatusReport.Cache(notes),
        problems.all());
  }

  private Told told() {
    try {
      return new Told(installation.installed(kafka), HealthRecord.load(topics, kafka), null);
    } catch (KafkaException e) {
      LOG.debug("Kafka does not answer", e);
      return new Told(List.of(), List.of(), e.getMessage());
    }
  }

  private List<RollupStatus> rollups(StatusProblems problems) throws SQLException {
    try {
      return new StatusReader(installation.target()).read();
    } catch (SQLException e) {
      if (EARLIER.contains(String.valueOf(e.getSQLState()))) {
        throw new RefusedByState(
            "The target has tables of an earlier version (%s): run 'daybook migrate'"
                .formatted(e.getMessage().lines().findFirst().orElse("")));
      }
      problems.targetIsAway(awayOrFail(e));
      return List.of();
    }
  }

  private void redis(Long notes, StatusProblems problems) {
    URI uri = installation.config().redis();
    try (Jedis redis = new Jedis(uri, Math.toIntExact(ANSWER_WITHIN.toMillis()))) {
      redis.ping();
    } catch (JedisException e) {
      problems.redisIsAway(uri.getHost() + ":" + uri.getPort() + ": " + e.getMessage(), notes);
    }
  }

  private void transactions(StatusProblems problems) throws InterruptedException {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      Set<String> own = admin.startingWith(topics.ownPrefixes());
      problems.hanging(
          new HangingTransactions(admin, topics.captureTransactionalId()).find(own),
          kafka.get("bootstrap.servers"));
    } catch (ExecutionException e) {
      LOG.warn("Whether transactions hang cannot be told: {}", e.getCause().getMessage());
    }
  }

  private List<StatusReport.OfGeneration> generations(List<Rollup> installed, boolean targetIsAway)
      throws SQLException, InterruptedException {
    List<StatusReport.OfGeneration> all = new ArrayList<>();
    if (targetIsAway) {
      return all;
    }
    try (Connection target = installation.target().getConnection();
        Replays replays = new Replays(topics, kafka)) {
      List<Generation> asked = Generations.read(target);
      for (Existing each : Generations.existing(target)) {
        Optional<Generation> more =
            asked.stream().filter(one -> one.is(each.rollup(), each.number())).findFirst();
        Optional<Rollup> building =
            installed.stream()
                .filter(one -> each.phase() == Phase.BUILDING)
                .filter(one -> one.is(each.rollup(), each.number()))
                .findFirst();
        Replay replayed = building.isEmpty() ? null : replays.of(building.get());
        all.add(of(each, more.orElse(null), replayed));
      }
    } catch (SQLException e) {
      if (!UNDEFINED_TABLE.equals(e.getSQLState())) {
        throw e;
      }
      LOG.warn("Generations cannot be told before 'daybook migrate': {}", e.getMessage());
    }
    return all;
  }

  private static StatusReport.OfGeneration of(Existing each, Generation more, Replay replayed) {
    return new StatusReport.OfGeneration(
        each.rollup(),
        each.number(),
        each.phase().toString(),
        each.bytes(),
        more == null ? null : more.times().asked(),
        more == null ? null : more.times().leaves(),
        replayed,
        more == null ? null : more.finding());
  }

  private List<StatusReport.Stage> stages(List<Rollup> installed, boolean targetIsAway)
      throws SQLException, InterruptedException {
    List<StatusReport.Stage> stages = new ArrayList<>();
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      StageLag lag = new StageLag(topics, admin);
      for (Rollup rollup : installed) {
        stages.add(lag.aggregate(rollup));
        if (!targetIsAway) {
          stages.add(lag.sink(rollup, installation.target()));
        }
      }
    } catch (ExecutionException e) {
      throw new KafkaException("The lag of the stages cannot be read", e.getCause());
    }
    return stages;
  }

  private StatusReport.Slot slot(StatusProblems problems) throws SQLException {
    String name = topics.sourceName();
    try (Connection connection = installation.source().getConnection();
        PreparedStatement statement = connection.prepareStatement(SLOT)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          problems.slot("The replication slot " + name + " does not exist");
          return new StatusReport.Slot(name, null, null);
        }
        if ("lost".equals(row.getString(1))) {
          problems.slot("Postgres has dropped WAL that the slot " + name + " needs");
        } else if (!row.getBoolean(3)) {
          problems.slot("Nothing reads from the slot " + name);
        }
        return new StatusReport.Slot(name, row.getString(1), row.getLong(2));
      }
    } catch (SQLException e) {
      problems.sourceIsAway(awayOrFail(e));
      return new StatusReport.Slot(name, null, null);
    }
  }

  private static String awayOrFail(SQLException e) throws SQLException {
    if (e.getSQLState() == null || !AWAY.contains(e.getSQLState().substring(0, 2))) {
      throw e;
    }
    return e.getMessage();
  }

  private static StatusReport.OfRollup of(RollupStatus status) {
    return new StatusReport.OfRollup(
        status.name(),
        status.mode().text(),
        status.ownModes(),
        status.state(),
        status.generation(),
        status.completeThrough(),
        status.completeThroughLsn() == null ? null : status.completeThroughLsn().toString(),
        status.lagMs(),
        status.degradation() == null ? 0 : status.degradation().rows());
  }
}
