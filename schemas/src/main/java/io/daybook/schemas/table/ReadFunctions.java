// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The two functions through which readers get a rollup: {@code read_<rollup>(workspace, from_day,
 * to_day)} with the rows, {@code source_of_<rollup>(workspace)} with where they come from and why.
 *
 * <p>The live answer follows the generation that readers have: after a change of the definition the
 * one before stays what it was, and a column that only others have is NULL. So a switch is a change
 * of one row, here too.
 *
 * <p>Both are STABLE, so that switch, freshness and rows are seen in the one snapshot of the
 * caller's statement. The live query is a string that is executed: Postgres records no dependency
 * on the user's tables, whose names cannot collide with the function's variables either, and plans
 * it anew for each workspace. {@code generation} and {@code complete_through} tell of the rollup
 * even where the answer is live; {@code updated_at} of a live row is the time of the statement.
 *
 * <p>Reasons: {@code running} for the rollup; for live {@code mode is live}, {@code mode is
 * shadow}, {@code building} (not every partition has a watermark yet), {@code healing} (the
 * source's history broke; the rollup is in {@code daybook.unverified} until everything has been
 * read again and compared), {@code missing} (the generation has no table), {@code degraded} (rows
 * of the workspace, or of one that is not known, are in {@code daybook.degraded}), {@code
 * unreadable} (tables that tell all this are gone, locked or closed). {@code stale} (complete
 * through longer ago than the limit in {@code daybook.setting}, or not yet back within half of it)
 * is what {@code on_stale} there says: live, the rollup, or an error, for which {@code served_from}
 * is {@code none}.
 *
 * <p>Both wait half a second for a lock on a table of Daybook's and no longer: that somebody holds
 * one is no reason for readers to stand still.
 */
public final class ReadFunctions {
  /** SQLSTATE of a read that must be live in a database without the source's tables. */
  public static final String LIVE_IS_ELSEWHERE = "DB001";

  /** SQLSTATE of a read of a rollup that is stale, where that is to be an error. */
  public static final String STALE = "DB002";

  private static final String DECIDES_WITHIN = "500ms";

  private static final StoredColumn UPDATED_AT =
      new StoredColumn("updated_at", "timestamp with time zone", false);
  private static final List<StoredColumn> ORIGIN =
      List.of(
          new StoredColumn("served_from", "text", false),
          new StoredColumn("generation", "integer", false),
          new StoredColumn("complete_through", "timestamp with time zone", false));

  private final RollupTable table;
  private final List<StoredColumn> answer;
  private final List<LiveAnswer> live;
  private final LiveAnswer newest;
  private final boolean sourceIsHere;

  /**
   * @param table of any generation; what the answer lacks of its columns is added
   * @param present attributes that the type of the answer has already; readers may rely on their
   *     order, so that new ones follow
   * @param live how each generation is answered live, the newest last
   * @param sourceIsHere whether the source's tables are in the same database, so that the function
   *     can run the live query itself
   */
  public ReadFunctions(
      RollupTable table, List<StoredColumn> present, List<LiveAnswer> live, boolean sourceIsHere) {
    this.table = table;
    this.answer =
        Stream.concat(present.stream(), lacking(present, answerColumns(table)).stream()).toList();
    this.live = List.copyOf(live);
    this.newest = live.get(live.size() - 1);
    this.sourceIsHere = sourceIsHere;
  }

  /** The composite type of an answer: the view's columns and where they came from. */
  public Definition answer() {
    String attributes =
        answer.stream()
            .map(column -> column.quoted() + " " + column.type())
            .collect(joining(",\n  "));
    return new Definition(
        table.answerName(),
        "CREATE TYPE %s AS (\n  %s)"
            .formatted(DaybookSchema.qualified(table.answerName()), attributes));
  }

  /** What the type of an answer lacks that has only these attributes. */
  public List<StoredColumn> lacking(List<StoredColumn> present) {
    return lacking(present, answer);
  }

  private static List<StoredColumn> lacking(List<StoredColumn> present, List<StoredColumn> all) {
    List<String> names = present.stream().map(StoredColumn::name).toList();
    return all.stream().filter(each -> !names.contains(each.name())).toList();
  }

  /** The attributes of a first answer. */
  private static List<StoredColumn> answerColumns(RollupTable table) {
    return Stream.of(table.columns().stream(), Stream.of(UPDATED_AT), ORIGIN.stream())
        .flatMap(columns -> columns)
        .toList();
  }

  /** The function that decides. */
  public FunctionDefinition sourceFunction() {
    String body =
        """

        #variable_conflict use_column
        BEGIN
          RETURN QUERY
          SELECT CASE s.reason
                   WHEN 'running' THEN 'rollup'
                   WHEN 'stale' THEN CASE s.on_stale WHEN 'rollup' THEN 'rollup'
                                                     WHEN 'error' THEN 'none' ELSE 'live' END
                   ELSE 'live'
                 END,
                 s.generation, s.complete_through, s.reason
          FROM  (SELECT p.generation,
                        f.complete_through,
                        coalesce(l.on_stale_of ->> %1$s, l.on_stale) AS on_stale,
                        CASE WHEN m.mode IN ('live', 'shadow') THEN 'mode is ' || m.mode
                             WHEN l.freshness_limit IS NULL THEN 'unreadable'
                             WHEN f.healing THEN 'healing'
                             WHEN f.complete_through IS NULL THEN 'building'
                             WHEN NOT EXISTS
                                  (SELECT FROM pg_inherits i
                                   WHERE i.inhrelid
                                         = to_regclass(format('daybook.%%I', %3$s || p.generation))
                                     AND i.inhparent = to_regclass(%4$s))
                               THEN 'missing'
                             WHEN EXISTS (SELECT FROM daybook.degraded d
                                          WHERE d.rollup = p.rollup
                                            AND d.generation = p.generation
                                            AND (d.workspace = $1 OR d.workspace IS NULL))
                               THEN 'degraded'
                             WHEN f.late
                                  OR clock_timestamp() - f.complete_through > l.freshness_limit
                               THEN 'stale'
                             ELSE 'running' END AS reason
                 FROM  (SELECT) one_row
                 LEFT   JOIN daybook.setting l ON true
                 LEFT   JOIN daybook.current_generation p ON p.rollup = %1$s
                 LEFT   JOIN daybook.freshness f
                        ON f.rollup = p.rollup AND f.generation = p.generation
                 LEFT   JOIN (SELECT CASE WHEN %2$s THEN c.mode
                                          WHEN c.others IS NOT NULL THEN c.others
                                          WHEN c.mode = 'live' THEN 'rollup'
                                          ELSE 'live'
                                     END AS mode
                              FROM   daybook.control c
                              WHERE  c.rollup = %1$s AND (c.workspace IS NULL OR c.workspace = $1)
                              ORDER  BY c.workspace NULLS LAST
                              LIMIT  1) m ON true) s;
        EXCEPTION
          WHEN undefined_table OR undefined_column OR insufficient_privilege OR lock_not_available
            OR deadlock_detected THEN
            BEGIN
              RETURN QUERY
              SELECT 'live',
                     (SELECT p.generation FROM daybook.current_generation p WHERE p.rollup = %1$s),
                     NULL::timestamptz, 'unreadable';
            EXCEPTION
              WHEN undefined_table OR undefined_column OR insufficient_privilege
                OR lock_not_available OR deadlock_detected THEN
                RETURN QUERY SELECT 'live', NULL::int, NULL::timestamptz, 'unreadable';
            END;
        END
        """
            .formatted(
                Identifier.literal(table.rollup().name()),
                inPercent("c.percent", "$1"),
                Identifier.literal(RollupTable.partitionPrefix(table.rollup().name())),
                Identifier.literal(DaybookSchema.qualified(table.tableName())));
    return new FunctionDefinition(
        table.sourceFunctionName(),
        "workspace text",
        "TABLE (served_from text, generation int, complete_through timestamptz, reason text)",
        List.of("pg_catalog"),
        Map.of("lock_timeout", DECIDES_WITHIN),
        body);
  }

  /**
   * Whether a workspace is among the first {@code percent} of a hundred even parts; always true for
   * a NULL percent. The part depends on the name alone and so never changes.
   */
  private static String inPercent(String percent, String workspace) {
    return "%1$s IS NULL OR ('x' || substr(md5(%2$s), 1, 7))::bit(28)::int %% 100 < %1$s"
        .formatted(percent, workspace);
  }

  /** The function that answers. */
  public FunctionDefinition readFunction() {
    String body =
        """

        #variable_conflict use_column
        DECLARE
          daybook_source record;
          daybook_patience text;
        BEGIN
          SELECT s.* INTO daybook_source FROM %1$s($1) s;
          IF daybook_source.served_from = 'rollup' THEN
            -- All that it locks is locked before its first row: there is no half an answer.
            BEGIN
              daybook_patience := pg_catalog.current_setting('lock_timeout');
              PERFORM pg_catalog.set_config('lock_timeout', '%8$s', true);
              RETURN QUERY
              SELECT %2$s
              FROM   %3$s daybook_rows
              WHERE  daybook_rows.workspace_id = $1 AND daybook_rows.day BETWEEN $2 AND $3;
              IF FOUND OR pg_catalog.pg_partition_root(pg_catalog.to_regclass(
                            pg_catalog.format('daybook.%%I', %6$s OPERATOR(pg_catalog.||)
                              daybook_source.generation::pg_catalog.text)))::pg_catalog.oid
                          OPERATOR(pg_catalog.=) pg_catalog.to_regclass(%7$s)::pg_catalog.oid THEN
                PERFORM pg_catalog.set_config('lock_timeout', daybook_patience, true);
                RETURN;
              END IF;
              -- Its table was taken away while we waited for it.
              PERFORM pg_catalog.set_config('lock_timeout', daybook_patience, true);
              daybook_source.reason := 'missing';
            EXCEPTION
              WHEN undefined_table OR undefined_column OR insufficient_privilege
                OR lock_not_available OR deadlock_detected THEN
                daybook_source.reason := 'unreadable';
            END;
            daybook_source.served_from := 'live';
          END IF;
          IF daybook_source.served_from = 'none' THEN
            %5$s
          END IF;
        %4$s
        END
        """
            .formatted(
                DaybookSchema.qualified(table.sourceFunctionName()),
                ofRollup(),
                DaybookSchema.qualified(table.viewName()),
                sourceIsHere ? live() : refusal(),
                staleness(),
                Identifier.literal(RollupTable.partitionPrefix(table.rollup().name())),
                Identifier.literal(DaybookSchema.qualified(table.tableName())),
                DECIDES_WITHIN);
    return new FunctionDefinition(
        table.readFunctionName(),
        "workspace text, from_day date, to_day date",
        "SETOF " + DaybookSchema.qualified(table.answerName()),
        newest.searchPath(),
        Map.of(),
        body);
  }

  /** Without the columns that no generation has any more, so that they may be dropped. */
  private String ofRollup() {
    Set<String> names = new HashSet<>(List.of(UPDATED_AT.name()));
    live.forEach(each -> names.addAll(each.columns()));
    return answer.stream()
        .map(
            each -> {
              if (ORIGIN.contains(each)) {
                return "daybook_source." + each.quoted();
              }
              return names.contains(each.name())
                  ? "daybook_rows." + each.quoted()
                  : "NULL::" + each.type();
            })
        .collect(joining(", "));
  }

  /** One branch for each query; the newest generation's is the last, which needs no condition. */
  private String live() {
    List<LiveAnswer> queries = new ArrayList<>();
    for (LiveAnswer each : live) {
      if (!each.hasSameQuery(newest)) {
        add(queries, each);
      }
    }
    StringBuilder text = new StringBuilder();
    for (LiveAnswer other : queries) {
      text.append("  IF daybook_source.generation IN (")
          .append(other.generations().stream().map(String::valueOf).collect(joining(", ")))
          .append(") THEN\n");
      if (!other.searchPath().equals(newest.searchPath())) {
        text.append("  PERFORM set_config('search_path', ")
            .append(Identifier.literal(FunctionDefinition.path(other.searchPath())))
            .append(", true);\n");
      }
      text.append(live(other)).append("\n  RETURN;\n  END IF;\n");
    }
    return text + live(newest);
  }

  private static void add(List<LiveAnswer> queries, LiveAnswer other) {
    for (int i = 0; i < queries.size(); i++) {
      if (queries.get(i).hasSameQuery(other)) {
        queries.set(i, queries.get(i).and(other.generations()));
        return;
      }
    }
    queries.add(other);
  }

  private String live(LiveAnswer by) {
    String statement =
        "SELECT %s\nFROM (\n%s\n) l"
            .formatted(
                answer.stream().map(each -> ofLive(each, by)).collect(joining(", ")), by.query());
    return """
      RETURN QUERY EXECUTE %s
      USING $1, $2, $3, daybook_source.served_from, daybook_source.generation,
            daybook_source.complete_through;"""
        .formatted(FunctionDefinition.dollarQuoted(statement));
  }

  private static String ofLive(StoredColumn column, LiveAnswer by) {
    if (ORIGIN.contains(column)) {
      return "$" + (4 + ORIGIN.indexOf(column));
    } else if (column.equals(UPDATED_AT)) {
      return "statement_timestamp()";
    }
    return by.columns().contains(column.name()) ? "l." + column.quoted() : "NULL::" + column.type();
  }

  private String staleness() {
    return """
    RAISE EXCEPTION 'Rollup %% is stale: it is complete through %%',
              %s, daybook_source.complete_through
              USING ERRCODE = '%s',
                    HINT = 'freshness.on-stale says so: see that the pipeline works, or let '
                           'it say live or rollup.';"""
        .formatted(Identifier.literal(table.rollup().name()), STALE);
  }

  private String refusal() {
    return """
      RAISE EXCEPTION 'Rollup %% has no answer for workspace %% now: %%',
        %s, quote_nullable($1), daybook_source.reason
        USING ERRCODE = '%s',
              HINT = 'The source is another database: run the live query there, or wait until '
                     'daybook.%s returns served_from = rollup.';"""
        .formatted(
            Identifier.literal(table.rollup().name()),
            LIVE_IS_ELSEWHERE,
            table.sourceFunctionName().replace("'", "''"));
  }
}
