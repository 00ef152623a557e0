// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import com.cronutils.model.time.ExecutionTime;
import io.daybook.cli.config.Config;
import io.daybook.serve.schedule.ScheduleRun;
import io.daybook.serve.schedule.ScheduleRuns;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/** When rollups are verified and mended, and what came of it. */
public final class Schedule {
  private final Installation installation;
  private final int days;
  private final Optional<ExecutionTime> times;

  public Schedule(Installation installation) {
    this.installation = installation;
    Config.Schedule schedule = installation.config().schedule();
    this.days = schedule.days();
    this.times = schedule.times();
  }

  /** The last tick until a moment; empty where there is no schedule. */
  Optional<Instant> lastTick(Instant until) {
    return times.flatMap(each -> each.lastExecution(at(until))).map(ZonedDateTime::toInstant);
  }

  /** The next tick; empty where there is no schedule. */
  public Optional<Instant> nextTick(Instant after) {
    return times.flatMap(each -> each.nextExecution(at(after))).map(ZonedDateTime::toInstant);
  }

  private static ZonedDateTime at(Instant instant) {
    return instant.atZone(ZoneOffset.UTC);
  }

  /** The first day that a run looks at. */
  String firstDay(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(days - 1L).toString();
  }

  /** Asks for a run; one of the same key that was asked for before is the answer. */
  public ScheduleRun ask(String key) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      ScheduleRuns.ask(target, key, firstDay(Instant.now()));
      return ScheduleRuns.find(target, key).orElseThrow();
    }
  }

  /** How a run stands. */
  public ScheduleRun now(String key) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      return ScheduleRuns.find(target, key).orElseThrow();
    }
  }

  /** The last ten runs, the last one first. */
  public List<ScheduleRun> last() throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      return ScheduleRuns.last(target);
    }
  }
}
