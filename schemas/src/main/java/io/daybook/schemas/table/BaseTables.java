// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import java.util.List;

/** What every installation has once, whatever its rollups; in the order of creation. */
public final class BaseTables {
  /** Of notes that a switch of generations wrote: no partition's, so every sink sees to them. */
  public static final int SWITCH_PARTITION = -1;

  /** How each is answered live, so that the read function can be made anew from here alone. */
  private static final String GENERATION =
      """
      CREATE TABLE daybook.generation (
        rollup          text NOT NULL,
        generation      int NOT NULL,
        definition_hash text NOT NULL,
        partitions      int NOT NULL CHECK (partitions > 0),
        created_at      timestamptz NOT NULL DEFAULT now(),
        live_query      text,
        live_columns    text[],
        search_path     text[],
        PRIMARY KEY (rollup, generation))""";

  /** For a table of an earlier version, which has none of these columns. */
  public static final String GENERATION_LIVE =
      """
      ALTER TABLE daybook.generation
        ADD COLUMN live_query text, ADD COLUMN live_columns text[], ADD COLUMN search_path text[]""";

  private static final String CURRENT_GENERATION =
      """
      CREATE TABLE daybook.current_generation (
        rollup     text PRIMARY KEY,
        generation int NOT NULL,
        FOREIGN KEY (rollup, generation) REFERENCES daybook.generation)""";

  private static final String PROGRESS =
      """
      CREATE TABLE daybook.progress (
        rollup          text NOT NULL,
        generation      int NOT NULL,
        partition       int NOT NULL,
        "offset"        bigint NOT NULL DEFAULT 0,
        fence           bigint NOT NULL DEFAULT 0,
        watermark_epoch int,
        watermark_lsn   pg_lsn,
        watermark_time  timestamptz,
        updated_at      timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (rollup, generation, partition),
        FOREIGN KEY (rollup, generation) REFERENCES daybook.generation)""";

  private static final String NOTE =
      """
      CREATE TABLE daybook.note (
        rollup     text NOT NULL,
        generation int NOT NULL,
        partition  int NOT NULL,
        workspace  text NOT NULL,
        seq        bigint NOT NULL,
        PRIMARY KEY (rollup, generation, partition, workspace))""";

  /** Whose readers get the live query, although the rollup is fresh; workspace NULL for all. */
  private static final String DEGRADED =
      """
      CREATE TABLE daybook.degraded (
        rollup     text NOT NULL,
        generation int NOT NULL,
        workspace  text,
        rows       bigint NOT NULL,
        reason     text,
        since      timestamptz NOT NULL DEFAULT clock_timestamp(),
        UNIQUE NULLS NOT DISTINCT (rollup, generation, workspace),
        FOREIGN KEY (rollup, generation) REFERENCES daybook.generation)""";

  /**
   * Rollups that were complete when a new epoch began, and that no verification has found equal
   * since: their readers get the live query. The sink writes the row together with the first
   * watermark of the epoch; what compares the rollup once it is complete again takes it away, or
   * says in it what it has found.
   */
  private static final String UNVERIFIED =
      """
      CREATE TABLE daybook.unverified (
        rollup     text NOT NULL,
        generation int NOT NULL,
        epoch      int NOT NULL,
        since      timestamptz NOT NULL DEFAULT clock_timestamp(),
        tries      int NOT NULL DEFAULT 0,
        tried_at   timestamptz,
        finding    text,
        PRIMARY KEY (rollup, generation),
        FOREIGN KEY (rollup, generation) REFERENCES daybook.generation)""";

  /**
   * Generations that were asked for, and the ones they replace: where each stands on its way.
   *
   * <p>{@code building}: topics are replayed, until the generation has caught up and is verified.
   * {@code ready}: it is, and waits to be asked for. {@code current}: readers get it. {@code kept}:
   * they had it, and may get it back until {@code leaves_at}. {@code leaving}: everything of it is
   * being removed, this row last. The definition is its record in the topic of definitions, for one
   * that is not there yet.
   */
  private static final String RECOMPUTE =
      """
      CREATE TABLE daybook.recompute (
        rollup       text NOT NULL,
        generation   int NOT NULL,
        phase        text NOT NULL
                     CHECK (phase IN ('building', 'ready', 'current', 'kept', 'leaving')),
        definition   text,
        swap         boolean NOT NULL DEFAULT true,
        forced       boolean NOT NULL DEFAULT false,
        keep_running boolean NOT NULL DEFAULT false,
        asked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
        verified_at  timestamptz,
        switched_at  timestamptz,
        leaves_at    timestamptz,
        tries        int NOT NULL DEFAULT 0,
        tried_at     timestamptz,
        finding      text,
        PRIMARY KEY (rollup, generation),
        FOREIGN KEY (rollup, generation) REFERENCES daybook.generation)""";

  /**
   * Rows that the aggregate was asked to send once more, and what came of it.
   *
   * <p>What is in the scope and was written by a transaction before {@code asked_xid} is gone when
   * everything was sent, since no cell stands for it. Of a table that is read anew from its topic,
   * {@code until} has the offset of each partition at which that is so. An id is used once, even if
   * this table is lost: answers with it stay in the rollup topic.
   */
  private static final String REFRESH =
      """
      CREATE TABLE daybook.refresh (
        id         bigint PRIMARY KEY,
        rollup     text NOT NULL,
        generation int NOT NULL,
        scope      text NOT NULL,
        until      bigint[],
        asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
        asked_xid  xid8 NOT NULL DEFAULT pg_current_xact_id(),
        sent_at    timestamptz,
        done_at    timestamptz,
        removed    bigint,
        failed     text,
        FOREIGN KEY (rollup, generation) REFERENCES daybook.generation)""";

  /** Partitions that have sent all, as the sink has written it. */
  private static final String REFRESH_PART =
      """
      CREATE TABLE daybook.refresh_part (
        id        bigint NOT NULL,
        partition int NOT NULL,
        complete  boolean NOT NULL,
        PRIMARY KEY (id, partition))""";

  /**
   * Runs of the schedule, one for each key: of a tick or of who asked. A run looks for differences,
   * asks for the rows that have them, and looks again once all of them have come.
   */
  private static final String SCHEDULE_RUN =
      """
      CREATE TABLE daybook.schedule_run (
        key         text PRIMARY KEY,
        asked_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
        first_day   date NOT NULL,
        began_at    timestamptz,
        ended_at    timestamptz,
        position    pg_lsn,
        rows        bigint,
        differences bigint,
        remaining   bigint,
        refreshes   bigint[],
        finding     text)""";

  /**
   * The highest cache version of each workspace that Redis has answered; 0 before the first answer.
   * Its versions change all the time and are in no index: room in each page keeps updates there.
   */
  private static final String CACHE_VERSION =
      """
      CREATE TABLE daybook.cache_version (
        workspace text COLLATE "C" PRIMARY KEY,
        version   bigint NOT NULL) WITH (fillfactor = 70)""";

  /**
   * One row: what the sentinel in Redis must at least show, so that lost data is noticed.
   *
   * <p>{@code lift} numbers the times that all versions had to be lifted; {@code counter} is the
   * highest that was recorded of the sentinel's rounds.
   */
  private static final String CACHE_SENTINEL =
      """
      CREATE TABLE daybook.cache_sentinel (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        lift    bigint NOT NULL DEFAULT 0,
        counter bigint NOT NULL DEFAULT 0) WITH (fillfactor = 10)""";

  /**
   * The lowest watermark with its own time; NULL until every partition has one. A new epoch begins
   * with a watermark of LSN 0, which promises nothing: while one stands, nothing is complete. A
   * rollup that was complete before is healing from there until it has been verified.
   */
  private static final String FRESHNESS =
      """
      CREATE OR REPLACE VIEW daybook.freshness AS
      SELECT rollup,
             generation,
             CASE WHEN complete THEN watermarks[1].watermark_time END AS complete_through,
             CASE WHEN complete THEN watermarks[1].watermark_lsn END AS complete_through_lsn,
             updated_at,
             EXISTS (SELECT FROM daybook.unverified u
                     WHERE u.rollup = lowest_first.rollup
                       AND u.generation = lowest_first.generation) AS healing
      FROM  (SELECT g.rollup,
                    g.generation,
                    count(p.watermark_lsn) FILTER (WHERE p.watermark_lsn > '0/0') = g.partitions
                      AS complete,
                    array_agg(p ORDER BY p.watermark_epoch, p.watermark_lsn, p.watermark_time)
                      AS watermarks,
                    max(p.updated_at) AS updated_at
             FROM   daybook.generation g
             JOIN   daybook.progress p USING (rollup, generation)
             GROUP  BY g.rollup, g.generation, g.partitions) lowest_first""";

  /**
   * Without a row for a rollup its mode is {@code rollup}. A workspace's own row goes before the
   * rollup's; where {@code percent} is set, the mode holds for that share of the workspaces and the
   * others get the other one.
   */
  private static final String CONTROL =
      """
      CREATE TABLE daybook.control (
        rollup     text NOT NULL,
        workspace  text,
        percent    int CHECK (percent BETWEEN 0 AND 100),
        mode       text NOT NULL CHECK (mode IN ('live', 'rollup')),
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL,
        reason     text,
        CHECK (workspace IS NULL OR percent IS NULL),
        UNIQUE NULLS NOT DISTINCT (rollup, workspace))""";

  /** One row for each change; mode NULL where a row of control was removed. */
  private static final String CONTROL_HISTORY =
      """
      CREATE TABLE daybook.control_history (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        rollup     text NOT NULL,
        workspace  text,
        percent    int,
        mode       text,
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL,
        reason     text)""";

  /** One row: what the read functions must know and an operator may change without DDL. */
  private static final String SETTING =
      """
      CREATE TABLE daybook.setting (
        one_row         boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        freshness_limit interval NOT NULL)""";

  private BaseTables() {}

  /** All of them; the schema itself comes before. */
  public static List<Definition> all() {
    return List.of(
        new Definition("generation", GENERATION),
        new Definition("current_generation", CURRENT_GENERATION),
        new Definition("progress", PROGRESS),
        new Definition("note", NOTE),
        new Definition("note_seq", "CREATE SEQUENCE daybook.note_seq"),
        new Definition("degraded", DEGRADED),
        new Definition("unverified", UNVERIFIED),
        new Definition("recompute", RECOMPUTE),
        new Definition("refresh", REFRESH),
        new Definition("refresh_part", REFRESH_PART),
        new Definition("schedule_run", SCHEDULE_RUN),
        new Definition("cache_version", CACHE_VERSION),
        new Definition("cache_sentinel", CACHE_SENTINEL),
        new Definition("control", CONTROL),
        new Definition("control_history", CONTROL_HISTORY),
        new Definition("setting", SETTING),
        new Definition("freshness", FRESHNESS));
  }
}
