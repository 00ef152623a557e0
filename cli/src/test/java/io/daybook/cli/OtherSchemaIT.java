// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Nothing is made for the reference alone: other names, key types, workspace type and values. */
class OtherSchemaIT {
  private static final String DDL =
      """
      CREATE SCHEMA shop;
      ALTER DATABASE app SET search_path = shop, public;
      CREATE TYPE shop."order state" AS ENUM ('open', 'paid', 'sent back');
      CREATE TABLE shop.tenants (tenant_no int PRIMARY KEY, plan text);
      CREATE TABLE shop.regions (id smallint PRIMARY KEY, name varchar(40) NOT NULL);
      CREATE TABLE shop."Branch Offices" (
        key uuid PRIMARY KEY, tenant_no int NOT NULL REFERENCES shop.tenants ON DELETE CASCADE,
        region smallint REFERENCES shop.regions, office_no int UNIQUE DEFERRABLE);
      CREATE TABLE shop.orders (
        order_no bigint, line int, branch uuid REFERENCES shop."Branch Offices" ON DELETE CASCADE,
        sold_by int, ordered timestamp NOT NULL, delivered date, state shop."order state",
        amount numeric(14,2), weight numeric, pieces int, cents bigint, gift boolean,
        note text, office bigint, labels text[], counts int[], details jsonb, code char(5),
        paid timestamptz, PRIMARY KEY (order_no, line));
      CREATE TABLE shop.sellers (
        id int PRIMARY KEY, "full name" text, badge smallint UNIQUE DEFERRABLE);
      """;
  private static final String SALES =
      """
      -- Two parents of one fact, one of them with a parent of its own.
      SELECT b.tenant_no AS workspace_id, o.ordered::date AS day,
             coalesce(r.name, 'nowhere') AS "where is it", s."full name" AS seller,
             o.code AS code, count(*) AS lines, count(o.note) AS noted, sum(o.pieces) AS pieces,
             sum(o.cents) AS cents, sum(o.amount) AS amount,
             sum(o.weight) FILTER (WHERE NOT o.gift) AS "weight, no gifts",
             sum(CASE WHEN o.state = 'paid' THEN o.pieces * 2 - 1 ELSE 0 END) AS score,
             count(*) FILTER (WHERE 'a "b"' = ANY (o.labels)) AS labelled,
             sum(cardinality(o.labels) + array_length(o.counts, 1)) AS parts,
             sum((o.details #>> '{who,name}' = 'Zoë 🏔')::int) AS zoes,
             count(*) FILTER (WHERE lower(o.details ->> 'kind' COLLATE "C") = 'web') AS web,
             count(*) FILTER (WHERE o.code = 'ab') AS coded, sum(length(o.code)) AS code_letters,
             count(*) FILTER (WHERE extract(hour FROM o.paid AT TIME ZONE 'Asia/Tokyo') < 9)
               AS early,
             count(*) FILTER (WHERE (o.paid AT TIME ZONE 'Europe/Berlin') - o.ordered
                                    > interval '1 day 02:00') AS late
      FROM orders o
      JOIN "Branch Offices" b ON b.key = o.branch
      LEFT JOIN regions r ON r.id = b.region
      LEFT JOIN sellers s ON o.sold_by = s.id
      WHERE o.state <> 'sent back' OR o.state IS NULL
      GROUP BY workspace_id, day, 3, seller, o.code;
      """;
  private static final String DELIVERIES =
      """
      -- The same parents by unique columns of theirs.
      SELECT b.tenant_no AS workspace_id, o.delivered AS day, coalesce(r.name, 'nowhere')
             AS "where is it", s."full name" AS seller, o.code AS code, count(*) AS delivered
      FROM orders o JOIN "Branch Offices" b ON b.office_no = o.office
      LEFT JOIN regions r ON r.id = b.region LEFT JOIN sellers s ON s.badge = o.sold_by
      GROUP BY 1, 2, 3, 4, 5
      """;

  @TempDir Path folder;

  @Test
  @Tag("faults")
  void anotherSchemaIsKeptExactly() throws Exception {
    Path rollup = Files.createDirectories(folder.resolve("rollups/sales"));
    Files.writeString(rollup.resolve("sold.sql"), SALES);
    Files.writeString(rollup.resolve("delivered.sql"), DELIVERIES);
    try (PipelineRig rig = PipelineRig.start(folder, DDL, rollup.getParent())) {
      execute(
          rig,
          """
          INSERT INTO shop.tenants SELECT n, 'small' FROM generate_series(1, 9) n;
          INSERT INTO shop.regions SELECT n, 'Région "' || n || '" 🏔' FROM generate_series(1, 4) n;
          INSERT INTO shop.sellers SELECT n, 'Seller ' || n, n FROM generate_series(1, 5) n;
          INSERT INTO shop."Branch Offices"
          SELECT md5(n::text)::uuid, n % 9 + 1, nullif(n % 5, 0), n FROM generate_series(1, 40) n;
          INSERT INTO shop.orders
          SELECT n, n % 3, md5((n % 44)::text)::uuid, nullif(n % 7, 0),
                 timestamp '2024-02-27' + n * interval '37 minutes',
                 CASE WHEN n % 4 > 0 THEN date '2024-03-01' + n % 50 END,
                 (ARRAY['open', 'paid', 'sent back', NULL])[n % 4 + 1]::shop."order state",
                 n * 1.37, nullif(n % 11, 0) / 7.0, n % 13, n * 3000000000000000, n % 2 = 0,
                 nullif(repeat('x', n % 3), ''), n % 41,
                 CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN '{"a \\"b\\"",c}' WHEN 2 THEN '{NULL,"NULL"}'
                            ELSE NULL END::text[],
                 CASE n % 5 WHEN 0 THEN '{{1,2},{3,4},{5,6}}' WHEN 1 THEN '[0:1]={7,8}'
                            ELSE '{9}' END::int[],
                 CASE n % 3 WHEN 0 THEN '{"who": {"name": "Zoë 🏔"}, "kind": "WEB", "n": 1e2}'
                            WHEN 1 THEN '{"kind": null, "who": [1, 2]}' ELSE NULL END::jsonb,
                 CASE n % 3 WHEN 0 THEN 'ab' WHEN 1 THEN 'abcde' END,
                 timestamptz '2024-03-30 20:00+00' + n * interval '29 minutes'
          FROM generate_series(1, 3000) n WHERE n % 44 BETWEEN 1 AND 40;
          """);
      rig.migrate();
      rig.startRoles(false);
      assertEqual(rig, "after the load");
      execute(
          rig,
          """
          -- Values too large for their rows, which the next statement leaves as they are.
          UPDATE shop.orders SET details = jsonb_set('{"kind": "web"}', '{all}', to_jsonb(large)),
                 labels = large || 'a "b"'::text, counts = numbers, weight = long
          FROM (SELECT array_agg(md5(n::text)) AS large, array_agg(n * 7919) AS numbers,
                       string_agg((n * 104729)::text, '')::numeric AS long
                FROM generate_series(1, 2000) n) AS made
          WHERE order_no % 50 = 1;
          UPDATE shop.orders SET amount = amount + 0.01, gift = NOT gift
          WHERE order_no % 5 = 0 OR order_no % 50 = 1;
          UPDATE shop.orders SET branch = NULL WHERE order_no % 97 = 0;
          UPDATE shop.orders SET labels = array_append(labels, 'a "b"'), code = 'ab ',
                 details = jsonb_set(details, '{kind}', '"web"'), counts = '{1,2,3}'
          WHERE order_no % 6 = 0;
          UPDATE shop.orders SET paid = paid - interval '3 days', details = NULL, labels = NULL
          WHERE order_no % 8 = 0;
          UPDATE shop.orders SET line = line + 10 WHERE order_no % 31 = 0;
          UPDATE shop.orders SET ordered = 'infinity' WHERE order_no = 3;
          UPDATE shop.orders SET ordered = '0044-03-15 12:00 BC', delivered = '-infinity'
          WHERE order_no = 5;
          UPDATE shop.orders SET weight = 'NaN' WHERE order_no IN (6, 8);
          UPDATE shop."Branch Offices" SET tenant_no = tenant_no % 9 + 1 WHERE region = 2;
          UPDATE shop."Branch Offices" SET region = NULL WHERE region = 3;
          UPDATE shop.regions SET name = 'renamed' WHERE id = 1;
          UPDATE shop."Branch Offices" SET office_no = 41 - office_no;
          UPDATE shop."Branch Offices" SET office_no = NULL, region = 4 WHERE office_no = 7;
          UPDATE shop."Branch Offices" SET office_no = 7 WHERE office_no = 8;
          UPDATE shop.sellers SET badge = 6 - badge;
          UPDATE shop.sellers SET "full name" = NULL WHERE id = 2;
          -- Longer than an entry of an index can be, and alike for long.
          UPDATE shop.sellers SET "full name" = (
            SELECT string_agg(md5(n::text), '' ORDER BY n) FROM generate_series(1, 200) n) || id
          WHERE id IN (4, 5);
          UPDATE shop.orders SET note = repeat('🏔', 300000) WHERE order_no % 400 = 1;
          DELETE FROM shop.sellers WHERE id = 3;
          """);
      assertEqual(rig, "after changes");
      execute(
          rig,
          """
          UPDATE shop.orders SET weight = 1 WHERE order_no IN (6, 8);
          INSERT INTO shop.sellers VALUES (3, 'Back again', NULL), (6, 'New one', 3);
          DELETE FROM shop.tenants WHERE tenant_no = 4;
          DELETE FROM shop.orders WHERE order_no % 3 = 0;
          """);
      assertEqual(rig, "after a cascade");
      try (Jedis redis = new Jedis(rig.installation().config().redis())) {
        assertTrue(Long.parseLong(redis.get("analytics:v1:ver:4")) > 0, "no bump of workspace 4");
      }
      execute(rig, "TRUNCATE shop.orders");
      assertEqual(rig, "after a truncate");
      TopicRecords.assertValid(rig.installation());
    }
  }

  private static void assertEqual(PipelineRig rig, String when) throws Exception {
    Verification verification = rig.verify();
    assertEquals(
        Verdict.EQUAL,
        verification.verdict(),
        () -> when + ": " + verification.differences() + verification.reasons());
    for (Rollup rollup : rig.rollups()) {
      assertEquals(List.of(), rig.differencesInOneSnapshot(rollup), when);
    }
    System.out.println("OtherSchemaIT: " + when + ", " + verification.rowsCompared() + " rows");
  }

  private static void execute(PipelineRig rig, String sql) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
