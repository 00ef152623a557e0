// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.generation;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.serve.generation.Generation.Times;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.migration.Step;
import io.daybook.serve.verification.Verification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The rows of {@code daybook.recompute}, and the pointer to what readers get. */
public final class Generations {
  private static final int FINDING_LENGTH_MAX = 1_000;

  /** A comparison that finds differences costs as much as any: again after 2 s, 4 s, … 5 min. */
  private static final int TRIES_MAX = 9;

  /** What could not be decided may be any moment: after 2 s, … 16 s. */
  private static final int TRIES_IN_VAIN_MAX = 4;

  private static final String READ =
      """
      SELECT r.rollup, r.generation, r.phase, r.definition, r.swap, r.forced, r.keep_running,
             r.asked_at, r.verified_at, r.switched_at, r.leaves_at,
             coalesce(clock_timestamp() - f.complete_through <= s.freshness_limit, false)
               AND (SELECT min(p.watermark_epoch) = max(p.watermark_epoch)
                    FROM daybook.progress p
                    WHERE p.rollup = r.rollup AND p.generation = r.generation),
             coalesce(clock_timestamp() > r.tried_at
                        + least(interval '5 min', interval '1 s' * 2 ^ least(r.tries, %d)), true),
             r.finding,
             coalesce((SELECT max(p.watermark_epoch) FROM daybook.progress p
                       WHERE p.rollup = r.rollup AND p.generation = r.generation), 0)
      FROM   daybook.recompute r
      CROSS  JOIN daybook.setting s
      LEFT   JOIN daybook.freshness f USING (rollup, generation)
      ORDER  BY r.rollup, r.generation"""
          .formatted(TRIES_MAX);

  private static final String EXISTING =
      """
      SELECT g.rollup, g.generation, coalesce(r.phase, 'current'), pg_total_relation_size(t.oid)
      FROM   daybook.generation g
      JOIN   pg_class t ON t.relnamespace = 'daybook'::regnamespace
                       AND t.relname = g.rollup || '_rows_g' || g.generation
      LEFT   JOIN daybook.recompute r USING (rollup, generation)
      ORDER  BY g.rollup, g.generation""";

  private static final String EXIST =
      """
      SELECT to_regclass('daybook.current_generation') IS NOT NULL
             AND to_regclass('daybook.recompute') IS NOT NULL""";

  private static final String WITH_DEFINITION =
      """
      SELECT max(generation) FROM daybook.generation
      WHERE  rollup = ? AND definition_hash = ?""";

  private static final String POINTERS =
      "SELECT rollup, generation FROM daybook.current_generation";

  private static final String NEXT =
      """
      SELECT coalesce(max(generation), 0) + 1 FROM daybook.generation WHERE rollup = ?""";

  private static final String WISH =
      """
      UPDATE daybook.recompute
      SET    phase = 'building', swap = ?, forced = ?, keep_running = ?,
             tries = 0, tried_at = NULL, finding = NULL
      WHERE  rollup = ? AND generation = ? AND phase IN ('building', 'ready')""";

  private static final String FOUND =
      """
      UPDATE daybook.recompute
      SET    tries = least(tries, ?) + 1, tried_at = clock_timestamp(), finding = left(?, %d)
      WHERE  rollup = ? AND generation = ? AND phase = 'building'"""
          .formatted(FINDING_LENGTH_MAX);

  private static final String IS_READY =
      """
      UPDATE daybook.recompute
      SET    phase = 'ready', verified_at = clock_timestamp(), finding = NULL, tries = 0
      WHERE  rollup = ? AND generation = ? AND phase = 'building' AND NOT swap""";

  private static final String DOUBT =
      """
      SELECT count(*) || ' workspaces are degraded in it: ' || coalesce(min(d.reason), '')
      FROM   daybook.degraded d
      WHERE  d.rollup = ? AND d.generation = ?
        AND  NOT EXISTS (SELECT FROM daybook.degraded c
                         JOIN daybook.current_generation USING (rollup, generation)
                         WHERE c.rollup = d.rollup
                           AND (c.workspace IS NULL OR c.workspace = d.workspace))
      HAVING count(*) > 0""";

  private static final String LEAVE =
      """
      UPDATE daybook.recompute SET phase = 'leaving'
      WHERE  rollup = ? AND generation = ? AND phase IN ('building', 'ready', 'kept')""";

  private static final String EXPIRE =
      """
      UPDATE daybook.recompute SET phase = 'leaving'
      WHERE  phase = 'kept' AND leaves_at <= clock_timestamp()""";

  private static final List<String> FORGET =
      List.of(
          "DELETE FROM daybook.note WHERE rollup = ? AND generation = ?",
          "DELETE FROM daybook.degraded WHERE rollup = ? AND generation = ?",
          "DELETE FROM daybook.unverified WHERE rollup = ? AND generation = ?",
          "DELETE FROM daybook.progress WHERE rollup = ? AND generation = ?",
          "DELETE FROM daybook.recompute WHERE rollup = ? AND generation = ?");

  private Generations() {}

  /** All of them, by rollup and number. */
  public static List<Generation> read(Connection target) throws SQLException {
    List<Generation> all = new ArrayList<>();
    try (PreparedStatement statement = target.prepareStatement(READ);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        all.add(
            new Generation(
                row.getString(1),
                row.getInt(2),
                Phase.of(row.getString(3)),
                row.getString(4),
                new Wish(row.getBoolean(5), row.getBoolean(6), row.getBoolean(7)),
                new Times(instant(row, 8), instant(row, 9), instant(row, 10), instant(row, 11)),
                row.getBoolean(12),
                row.getBoolean(13),
                row.getString(14),
                row.getInt(15)));
      }
    }
    return all;
  }

  /** One of them. */
  public static Optional<Generation> find(Connection target, String rollup, int number)
      throws SQLException {
    return read(target).stream().filter(each -> each.is(rollup, number)).findFirst();
  }

  /** Every generation that has a table, asked for or not, by rollup and number. */
  public static List<Existing> existing(Connection target) throws SQLException {
    List<Existing> all = new ArrayList<>();
    try (PreparedStatement statement = target.prepareStatement(EXISTING);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        all.add(
            new Existing(
                row.getString(1), row.getInt(2), Phase.of(row.getString(3)), row.getLong(4)));
      }
    }
    return all;
  }

  /** Whether there are the tables that tell of generations. */
  public static boolean exist(Connection target) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(EXIST);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** The last generation that was ever made for a definition; empty for none. */
  public static Optional<Integer> withDefinition(Connection target, String rollup, String hash)
      throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(WITH_DEFINITION)) {
      statement.setString(1, rollup);
      statement.setString(2, hash);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getObject(1, Integer.class));
      }
    }
  }

  /** The generations that readers get, by rollup. */
  public static Map<String, Integer> current(Connection target) throws SQLException {
    Map<String, Integer> current = new TreeMap<>();
    try (PreparedStatement statement = target.prepareStatement(POINTERS);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        current.put(row.getString(1), row.getInt(2));
      }
    }
    return current;
  }

  /** The number of the next generation. */
  public static int next(Connection target, String rollup) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(NEXT)) {
      statement.setString(1, rollup);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** What asks for a generation, in the transaction that creates its tables. */
  public static Step asking(String rollup, int number, String definition, Wish wish) {
    return new Step(
        "generation %d of %s is asked for".formatted(number, rollup),
        """
        INSERT INTO daybook.recompute
          (rollup, generation, phase, definition, swap, forced, keep_running)
        VALUES (%s, %d, 'building', %s, %s, %s, %s)"""
            .formatted(
                Identifier.literal(rollup),
                number,
                Identifier.literal(definition),
                wish.swap(),
                wish.forced(),
                wish.keepRunning()),
        true);
  }

  /** What lets go of those that are on their way, since one of another definition is asked for. */
  public static Step replacing(String rollup) {
    return new Step(
        "other generations of %s are let go of".formatted(rollup),
        """
        UPDATE daybook.recompute SET phase = 'leaving'
        WHERE  rollup = %s AND phase IN ('building', 'ready')"""
            .formatted(Identifier.literal(rollup)),
        true);
  }

  /** Changes what is to become of one that readers do not get yet. */
  public static void wish(Connection target, Generation of, Wish wish) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(WISH)) {
      statement.setBoolean(1, wish.swap());
      statement.setBoolean(2, wish.forced());
      statement.setBoolean(3, wish.keepRunning());
      statement.setString(4, of.rollup());
      statement.setInt(5, of.number());
      statement.executeUpdate();
    }
  }

  /** Says what a comparison has found, which is made again later. */
  public static void found(Connection target, Generation of, String finding) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(FOUND)) {
      boolean certain = finding.startsWith(Verification.DIFFERENCES);
      statement.setInt(1, (certain ? TRIES_MAX : TRIES_IN_VAIN_MAX) - 1);
      statement.setString(2, finding);
      statement.setString(3, of.rollup());
      statement.setInt(4, of.number());
      statement.executeUpdate();
    }
  }

  /** It is verified, and waits; false where it is to be switched to by now. */
  public static boolean isReady(Connection target, Generation of) throws SQLException {
    return execute(target, IS_READY, of) > 0;
  }

  /** Workspaces, in words, that are in doubt in it and not in what readers have. */
  public static Optional<String> doubt(Connection target, Generation of) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(DOUBT)) {
      statement.setString(1, of.rollup());
      statement.setInt(2, of.number());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  /** Lets one go that readers do not get; false where they do, or where it is gone. */
  public static boolean leave(Connection target, Generation of) throws SQLException {
    return execute(target, LEAVE, of) > 0;
  }

  /** Lets those go that have been kept for long enough. */
  public static void expire(Connection target) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(EXPIRE)) {
      statement.executeUpdate();
    }
  }

  /**
   * Removes every row that tells of a generation, but for those of its rollup table and the one
   * that its number has been used.
   */
  public static void forget(Connection target, Generation of) throws SQLException {
    for (String each : FORGET) {
      execute(target, each, of);
    }
  }

  private static int execute(Connection target, String sql, Generation of) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(sql)) {
      statement.setString(1, of.rollup());
      statement.setInt(2, of.number());
      return statement.executeUpdate();
    }
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    Timestamp timestamp = row.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }
}
