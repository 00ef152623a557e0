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
        dimensions      text[],
        PRIMARY KEY (rollup, generation))""";

  private static final String CURRENT_GENERATION =
      """
      CREATE TABLE daybook.current_generation (
        rollup     text PRIMARY KEY,
        generation int NOT NULL,
        FOREIGN KEY (rollup, generation) REFERENCES daybook.generation)""";

  /**
   * Where the sink is. {@code late_at}: when a watermark last came that was further behind than the
   * freshness limit; NULL again once one was within half of it, or all were within it for as long.
   */
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
        late_at         timestamptz,
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
   * rollup that was complete before is healing from there until it has been verified. {@code late}
   * where a partition is, so that readers do not come and go while it is about the limit.
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
                       AND u.generation = lowest_first.generation) AS healing,
             late
      FROM  (SELECT g.rollup,
                    g.generation,
                    count(p.watermark_lsn) FILTER (WHERE p.watermark_lsn > '0/0') = g.partitions
                      AS complete,
                    array_agg(p ORDER BY p.watermark_epoch, p.watermark_lsn, p.watermark_time)
                      AS watermarks,
                    max(p.updated_at) AS updated_at,
                    bool_or(p.late_at IS NOT NULL) AS late
             FROM   daybook.generation g
             JOIN   daybook.progress p USING (rollup, generation)
             GROUP  BY g.rollup, g.generation, g.partitions) lowest_first""";

  /**
   * Without a row for a rollup its mode is {@code rollup}. A workspace's own row goes before the
   * rollup's; where {@code percent} is set, the mode holds for that share of the workspaces, and
   * {@code others} for the rest: NULL is {@code rollup} where the mode is live, else {@code live}.
   */
  private static final String CONTROL =
      """
      CREATE TABLE daybook.control (
        rollup     text NOT NULL,
        workspace  text,
        percent    int CHECK (percent BETWEEN 0 AND 100),
        mode       text NOT NULL CHECK (mode IN ('live', 'rollup', 'shadow')),
        changed_at timestamptz NOT NULL DEFAULT now(),
        changed_by text NOT NULL,
        reason     text,
        others     text CHECK (others IN ('live', 'rollup', 'shadow')),
        CHECK (others IS NULL OR percent IS NOT NULL),
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
        reason     text,
        others     text)""";

  private static final String MEANINGFUL =
      """
      NOT jsonb_path_exists(
        on_stale_of, '$.* ? (!(@ == "live" || @ == "rollup" || @ == "error"))')""";

  /**
   * One row: what the read functions must know and an operator may change without DDL. {@code
   * on_stale} is what readers get past the limit, {@code on_stale_of} the same by rollup. {@code
   * control_version} grows with every change of this row, of the switch and of the pointers to
   * generations, in the transaction that changes them: who caches answers may tell by it.
   */
  private static final String SETTING =
      """
      CREATE TABLE daybook.setting (
        one_row         boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        freshness_limit interval NOT NULL,
        on_stale        text NOT NULL DEFAULT 'live'
                        CHECK (on_stale IN ('live', 'rollup', 'error')),
        on_stale_of     jsonb NOT NULL DEFAULT '{}' CHECK (%s),
        control_version bigint NOT NULL DEFAULT 0)"""
          .formatted(MEANINGFUL);

  /**
   * Answers that were read both ways while the mode was shadow. {@code mismatches} counts keys that
   * still differed when the rollup was complete through the live answer; NULL where that could not
   * be decided, and {@code finding} says why.
   */
  private static final String SHADOW =
      """
      CREATE TABLE daybook.shadow (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        rollup     text NOT NULL,
        generation int,
        workspace  text NOT NULL,
        first_day  date NOT NULL,
        last_day   date NOT NULL,
        read_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
        live_ms    double precision NOT NULL,
        rollup_ms  double precision NOT NULL,
        rows       bigint NOT NULL,
        mismatches bigint,
        finding    text)""";

  private static final String SHADOW_TIME =
      "CREATE INDEX shadow_time ON daybook.shadow (rollup, read_at)";

  /** What an operator's program has asked for, once for each key, and what came of it. */
  private static final String OPERATION =
      """
      CREATE TABLE daybook.operation (
        key      text PRIMARY KEY,
        kind     text NOT NULL CHECK (kind IN ('verify', 'refresh', 'recompute', 'schedule')),
        request  jsonb NOT NULL,
        asked_by text NOT NULL,
        asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        began_at timestamptz,
        ended_at timestamptz,
        progress jsonb,
        result   jsonb,
        failed   text)""";

  /** Of each rollup its last rollout: {@code step} 0 is shadow, n the n-th percent. */
  private static final String ROLLOUT =
      """
      CREATE TABLE daybook.rollout (
        rollup        text PRIMARY KEY,
        workspace     text NOT NULL,
        percents      int[] NOT NULL,
        soak_ms       bigint NOT NULL,
        step          int NOT NULL DEFAULT 0,
        began_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
        step_began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at      timestamptz,
        packet        jsonb NOT NULL)""";

  /** Statements that change no row count, too; a trigger for each row would cost as much. */
  private static final String CONTROL_VERSION =
      """
      CREATE OR REPLACE FUNCTION daybook.next_control_version() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        NEW.control_version := OLD.control_version + 1;
        RETURN NEW;
      END $$;
      CREATE OR REPLACE FUNCTION daybook.control_changed() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        UPDATE daybook.setting SET one_row = one_row;
        RETURN NULL;
      END $$;
      REVOKE ALL ON FUNCTION daybook.next_control_version(), daybook.control_changed() FROM PUBLIC;
      CREATE OR REPLACE TRIGGER control_version BEFORE UPDATE ON daybook.setting
        FOR EACH ROW EXECUTE FUNCTION daybook.next_control_version();
      CREATE OR REPLACE TRIGGER control_version
        AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON daybook.control
        FOR EACH STATEMENT EXECUTE FUNCTION daybook.control_changed();
      CREATE OR REPLACE TRIGGER control_version
        AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON daybook.current_generation
        FOR EACH STATEMENT EXECUTE FUNCTION daybook.control_changed();
      CREATE OR REPLACE TRIGGER control_version
        AFTER UPDATE OF live_query, live_columns, dimensions, search_path ON daybook.generation
        FOR EACH STATEMENT EXECUTE FUNCTION daybook.control_changed();
      CREATE OR REPLACE TRIGGER control_version AFTER INSERT OR DELETE ON daybook.unverified
        FOR EACH ROW EXECUTE FUNCTION daybook.control_changed()""";

  /**
   * What tables of earlier versions lack.
   *
   * @param table that has it by now
   * @param column by which it is known
   * @param sql what adds it
   */
  public record Addition(String table, String column, String sql) {}

  /** In the order in which readers lock them. */
  private static final List<Addition> ADDITIONS =
      List.of(
          new Addition(
              "setting",
              "on_stale",
              """
              ALTER TABLE daybook.setting
                ADD COLUMN on_stale text NOT NULL DEFAULT 'live'
                  CHECK (on_stale IN ('live', 'rollup', 'error')),
                ADD COLUMN on_stale_of jsonb NOT NULL DEFAULT '{}' CHECK (%s),
                ADD COLUMN control_version bigint NOT NULL DEFAULT 0"""
                  .formatted(MEANINGFUL)),
          new Addition(
              "generation",
              "live_query",
              """
              ALTER TABLE daybook.generation
                ADD COLUMN live_query text, ADD COLUMN live_columns text[],
                ADD COLUMN search_path text[]"""),
          new Addition(
              "generation",
              "dimensions",
              """
              ALTER TABLE daybook.generation ADD COLUMN dimensions text[];
              UPDATE daybook.generation g
              SET    dimensions = ARRAY(
                       SELECT a.attname::text
                       FROM   pg_index i
                       JOIN   pg_depend d ON d.classid = 'pg_class'::regclass
                                         AND d.objid = i.indexrelid
                                         AND d.refclassid = 'pg_class'::regclass
                                         AND d.refobjid = i.indrelid
                       JOIN   pg_attribute a ON a.attrelid = d.refobjid
                                            AND a.attnum = d.refobjsubid AND a.attnum > 0
                       WHERE  i.indrelid = to_regclass(
                                format('daybook.%I', g.rollup || '_rows_g' || g.generation))
                         AND  i.indisunique
                         AND  a.attname NOT IN ('generation', 'workspace_id', 'day')
                       GROUP  BY 1
                       ORDER  BY array_position(g.live_columns, a.attname::text))"""),
          new Addition(
              "progress", "late_at", "ALTER TABLE daybook.progress ADD COLUMN late_at timestamptz"),
          new Addition(
              "control_history",
              "others",
              "ALTER TABLE daybook.control_history ADD COLUMN others text"),
          new Addition(
              "control",
              "others",
              """
              ALTER TABLE daybook.control
                ADD COLUMN others text CHECK (others IN ('live', 'rollup', 'shadow')),
                ADD CHECK (others IS NULL OR percent IS NOT NULL),
                DROP CONSTRAINT control_mode_check,
                ADD CONSTRAINT control_mode_check CHECK (mode IN ('live', 'rollup', 'shadow'))"""));

  private BaseTables() {}

  /** What is added to tables that are there already; views come after. */
  public static List<Addition> additions() {
    return ADDITIONS;
  }

  /** Tables with a trigger by which the version of control grows. */
  public static final List<String> UNDER_CONTROL =
      List.of("setting", "control", "current_generation", "generation", "unverified");

  /** What makes it grow, once all tables are there; again at any time. */
  public static Definition controlVersion() {
    return new Definition("control_version", CONTROL_VERSION);
  }

  /** All of them, views last; the schema itself comes before. */
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
        new Definition("shadow", SHADOW + ";\n" + SHADOW_TIME),
        new Definition("operation", OPERATION),
        new Definition("rollout", ROLLOUT),
        new Definition("freshness", FRESHNESS));
  }
}
