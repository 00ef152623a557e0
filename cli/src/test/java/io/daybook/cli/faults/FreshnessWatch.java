// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A reader that asks every 100 ms where answers come from and how old they are, and now and then
 * whether any number is negative. Its clock is the one of the database, since all run on one
 * machine.
 */
final class FreshnessWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final String SOMEBODY = "C-1";
  private static final int SIGNS_EVERY = 20;

  /** How a rollup stood: complete through when, and whether readers got it. */
  private record Look(String rollup, Instant at, Instant completeThrough, boolean served) {}

  private final Database database;
  private final List<Rollup> rollups;
  private final Duration limit;
  private final List<Look> looks = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "freshness-watch");
  private volatile boolean closed;
  private Connection connection;
  private long turns;

  private FreshnessWatch(Database database, List<Rollup> rollups, Duration limit) {
    this.database = database;
    this.rollups = List.copyOf(rollups);
    this.limit = limit;
  }

  static FreshnessWatch start(Database database, List<Rollup> rollups, Duration limit) {
    FreshnessWatch watch = new FreshnessWatch(database, rollups, limit);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  /** Forgets what it saw so far. */
  synchronized void begin() {
    looks.clear();
  }

  /** The oldest answer that was served from a rollup. */
  synchronized Duration worstServed() {
    return looks.stream()
        .filter(Look::served)
        .map(look -> Duration.between(look.completeThrough(), look.at()))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** How far the oldest rollup was behind at worst since an instant, served or not. */
  synchronized Duration worstSince(Instant since) {
    return looks.stream()
        .filter(look -> look.completeThrough() != null && !look.at().isBefore(since))
        .map(look -> Duration.between(look.completeThrough(), look.at()))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** Since when every rollup is complete through an instant; null while one is not. */
  synchronized Instant completeSince(Instant instant) {
    Instant last = null;
    for (Rollup rollup : rollups) {
      Instant since =
          looks.stream()
              .filter(look -> look.rollup().equals(rollup.name()))
              .filter(look -> look.completeThrough() != null)
              .filter(look -> !look.completeThrough().isBefore(instant))
              .map(Look::at)
              .findFirst()
              .orElse(null);
      if (since == null) {
        return null;
      }
      last = last == null || since.isAfter(last) ? since : last;
    }
    return last;
  }

  /** Answers from a rollup that were older than the limit, and negative numbers. */
  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  private void run() {
    try {
      while (!closed) {
        look();
        Await.pass(EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    disconnect();
  }

  /** A database that is away serves nobody. */
  private void look() {
    try {
      turns++;
      if (connection == null) {
        connection = database.superuser();
      }
      for (Rollup rollup : rollups) {
        look(rollup.name());
        if (turns % SIGNS_EVERY == 0) {
          lookForNegative(rollup);
        }
      }
    } catch (SQLException away) {
      disconnect();
    }
  }

  private void look(String rollup) throws SQLException {
    Instant before = Instant.now();
    String function = "daybook." + Identifier.quote("source_of_" + rollup);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT served_from, complete_through FROM " + function + "(?)")) {
      statement.setString(1, SOMEBODY);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        OffsetDateTime through = row.getObject(2, OffsetDateTime.class);
        note(
            new Look(
                rollup,
                before,
                through == null ? null : through.toInstant(),
                row.getString(1).equals("rollup")));
      }
    }
  }

  /** Counts, and sums of what never is negative in these tables. */
  private void lookForNegative(Rollup rollup) throws SQLException {
    String measures =
        rollup.measures().stream()
            .map(measure -> Identifier.quote(measure.name()))
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT r::text FROM %s r WHERE least(%s) < 0 LIMIT 1"
            .formatted(DaybookSchema.qualified(rollup.name()), measures);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (row.next()) {
        violated(rollup.name() + " has a negative number: " + row.getString(1));
      }
    }
  }

  private synchronized void violated(String what) {
    violations.add(what);
  }

  private synchronized void note(Look look) {
    looks.add(look);
    if (look.served() && Duration.between(look.completeThrough(), look.at()).compareTo(limit) > 0) {
      violations.add(
          look.rollup() + " was served at " + look.at() + " as of " + look.completeThrough());
    }
  }

  private void disconnect() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("a connection cannot be closed", e);
      }
      connection = null;
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
