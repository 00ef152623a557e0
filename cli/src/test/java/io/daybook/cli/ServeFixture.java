// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.schemas.aggregate.CountAggregate;
import io.daybook.schemas.aggregate.NumericSum;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.expression.Expression;
import io.daybook.schemas.table.LiveQuery;
import io.daybook.serve.migration.Migration;
import io.daybook.serve.migration.Uninstallation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import javax.sql.DataSource;

/** A Postgres with two small applications in it, and their rollups put together by hand. */
public final class ServeFixture implements AutoCloseable {
  /** A name that tries to break out of every kind of quotes. */
  public static final String HOSTILE = "a b\"$daybook$'%s;--";

  /** An LSN that no source ever reaches. */
  public static final String FAR_AHEAD = "FFFFFFFF/FFFFFFFF";

  static final SqlType UUID = new SqlType(SqlType.Kind.UUID, "uuid");
  static final SqlType KIND = new SqlType(SqlType.Kind.ENUM, "desk.\"Kind\"");

  public static final Rollup SHOPS = shops();
  public static final Rollup DESKS = desks();

  /** The shops by another definition: fewer facts, no dimension, a measure that is new. */
  static final Rollup OTHER_SHOPS = otherShops();

  public static final List<Rollup> ROLLUPS = List.of(SHOPS, DESKS);
  static final Migration.Settings HERE = new Migration.Settings(true, 3);

  private static final String TABLES =
      """
      CREATE SCHEMA shop;
      CREATE TABLE shop."Order Lines" (
        id bigserial PRIMARY KEY, "shopId" int, placed timestamp, "select" text,
        amount numeric(12,2));
      CREATE INDEX order_lines_shop ON shop."Order Lines" ("shopId");
      CREATE TABLE shop.visit (id bigserial PRIMARY KEY, shop int, at date, "group" text);
      CREATE INDEX visit_shop ON shop.visit (shop);
      CREATE SCHEMA desk;
      CREATE TYPE desk."Kind" AS ENUM ('bug', 'wish');
      CREATE TABLE desk.ticket (id int PRIMARY KEY, team uuid, opened date, kind desk."Kind");
      CREATE INDEX ticket_team ON desk.ticket (team);
      """;

  private static final String ROWS =
      """
      INSERT INTO shop."Order Lines" ("shopId", placed, "select", amount)
      VALUES (7, '2026-01-01 09:00', 'web', 1.50), (7, '2026-01-01 10:00', 'web', 2.00),
             (7, '2026-01-01 11:00', NULL, NULL), (7, '2026-01-03 11:00', NULL, 4),
             (8, '2026-01-01 11:00', 'web', 9), (NULL, '2026-01-01 11:00', 'web', 9),
             (7, NULL, 'web', 9);
      INSERT INTO shop.visit (shop, at, "group")
      VALUES (7, '2026-01-01', NULL), (7, '2026-01-02', 'web'), (8, '2026-01-01', 'web');
      INSERT INTO desk.ticket
      VALUES (1, 'aaaaaaaa-0000-0000-0000-000000000001', '2026-01-01', 'bug'),
             (2, 'aaaaaaaa-0000-0000-0000-000000000001', '2026-01-01', NULL),
             (3, 'aaaaaaaa-0000-0000-0000-000000000002', 'infinity', 'wish');
      """;

  private final EmbeddedPostgres postgres;
  private final DataSource database;

  private ServeFixture(EmbeddedPostgres postgres) throws SQLException {
    this.postgres = postgres;
    this.database = postgres.getPostgresDatabase();
    run(TABLES + ROWS);
  }

  public static ServeFixture start() throws IOException, SQLException {
    return new ServeFixture(EmbeddedPostgres.start());
  }

  /** Two facts under integer workspaces, with names that collide with all that they can. */
  private static Rollup shops() {
    Fact orders =
        fact(
            0,
            """
            SELECT "shopId" AS workspace_id, placed::date AS day, "select" AS "from_day",
                   count(*) AS workspace, sum(amount) AS "%s"
            FROM   "Order Lines"
            GROUP  BY 1, 2, 3 -- the last line is a comment"""
                .formatted(HOSTILE.replace("\"", "\"\"")),
            SqlType.INT4,
            new Measure("workspace", SqlType.INT8, new CountAggregate(true), null, null),
            new Measure(HOSTILE, SqlType.NUMERIC, new NumericSum(), null, null));
    Fact visits =
        fact(
            1,
            """
            SELECT shop AS workspace_id, at AS day, "group" AS from_day, count(*) AS daybook_source
            FROM   visit
            GROUP  BY 1, 2, 3""",
            SqlType.INT4,
            new Measure("daybook_source", SqlType.INT8, new CountAggregate(true), null, null));
    return rollup("shop_daily", "shop", "hash-1", "from_day", SqlType.TEXT, orders, visits);
  }

  private static Rollup otherShops() {
    Fact orders =
        fact(
            0,
            """
            SELECT "shopId" AS workspace_id, placed::date AS day,
                   count(*) AS workspace, sum(amount) AS turnover
            FROM   shop."Order Lines"
            GROUP  BY 1, 2""",
            SqlType.INT4,
            new Measure("workspace", SqlType.INT8, new CountAggregate(true), null, null),
            new Measure("turnover", SqlType.NUMERIC, new NumericSum(), null, null));
    List<Column> keys =
        List.of(new Column("workspace_id", SqlType.TEXT), new Column("day", SqlType.DATE));
    return new Rollup(SHOPS.name(), 2, "hash-3", keys, List.of(), List.of("desk"), List.of(orders));
  }

  /** One fact under UUIDs, by an enum. */
  private static Rollup desks() {
    Fact tickets =
        fact(
            0,
            """
            SELECT team AS workspace_id, opened AS day, kind, count(*) AS tickets
            FROM   ticket
            GROUP  BY 1, 2, 3""",
            UUID,
            new Measure("tickets", SqlType.INT8, new CountAggregate(true), null, null));
    return rollup("desk's \"daily\"", "desk", "hash-2", "kind", KIND, tickets);
  }

  private static Fact fact(int index, String sql, SqlType workspace, Measure... measures) {
    return new Fact(
        "fact" + index,
        index,
        sql,
        List.of(),
        null,
        new OfType(workspace),
        new OfType(SqlType.DATE),
        List.of(),
        List.of(measures));
  }

  private static Rollup rollup(
      String name, String schema, String hash, String dimension, SqlType type, Fact... facts) {
    List<Column> keys =
        List.of(
            new Column("workspace_id", SqlType.TEXT),
            new Column("day", SqlType.DATE),
            new Column(dimension, type));
    return new Rollup(name, 1, hash, keys, List.of(), List.of(schema), List.of(facts));
  }

  private record OfType(SqlType type) implements Expression {
    @Override
    public Object evaluate(Object[][] row) {
      throw new UnsupportedOperationException("only its type is asked for");
    }
  }

  public DataSource database() {
    return database;
  }

  /** The same database for another user. */
  public DataSource databaseAs(String user) {
    return postgres.getDatabase(user, "postgres");
  }

  /** Another database of the same server, empty. */
  public DataSource emptyDatabase(String name) throws SQLException {
    run("CREATE DATABASE " + name);
    return postgres.getDatabase("postgres", name);
  }

  /** Migrates, fills both rollups and makes them fresh. */
  public void install() throws SQLException {
    new Migration(database, HERE).apply(ROLLUPS);
    fill(SHOPS);
    fill(DESKS);
    completeThrough(FAR_AHEAD, "0 s");
  }

  public List<String> uninstall() throws SQLException {
    return new Uninstallation(database, Duration.ofSeconds(5)).apply().done();
  }

  /** Brings a rollup's table to what the live query says; stands for the sink. */
  void fill(Rollup rollup) throws SQLException {
    String table = "daybook.\"" + rollup.name().replace("\"", "\"\"") + "_rows\"";
    run(
        """
        DELETE FROM %1$s;
        SET search_path = %2$s;
        INSERT INTO %1$s SELECT 1, l.*, now() FROM (%3$s) l"""
            .formatted(table, rollup.searchPath().get(0), new LiveQuery(rollup).all()));
  }

  /** Makes all rollups complete through this LSN, so long ago. */
  public void completeThrough(String lsn, String ago) throws SQLException {
    run(
        ("UPDATE daybook.progress SET watermark_epoch = 1, watermark_lsn = '%s',"
                + " watermark_time = clock_timestamp() - interval '%s'")
            .formatted(lsn, ago));
  }

  public void run(String sql) throws SQLException {
    run(database, sql);
  }

  public static void run(DataSource database, String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Rows as text, columns between bars, after an optional statement in the same session. */
  public List<String> rows(String before, String sql) throws SQLException {
    return rows(database, before, sql);
  }

  public List<String> rows(String sql) throws SQLException {
    return rows(database, "", sql);
  }

  public static List<String> rows(DataSource database, String before, String sql)
      throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      if (!before.isEmpty()) {
        statement.execute(before);
      }
      List<String> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery(sql)) {
        while (result.next()) {
          StringJoiner row = new StringJoiner("|");
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.add(String.valueOf(result.getString(i)));
          }
          rows.add(row.toString());
        }
      }
      return rows;
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
