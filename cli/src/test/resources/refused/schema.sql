-- SPDX-License-Identifier: Apache-2.0
-- The tables of the SELECTs beside it, which are read by the role app.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE entry (
  id int PRIMARY KEY, who text NOT NULL, kind text, at timestamp NOT NULL, zoned timestamptz,
  till timestamp, n int, price numeric(10, 2), ratio float8, tags text[], moods mood[], body jsonb,
  raw json, span interval, code char(4), parent_id int, parent_name text, mood mood, ref uuid,
  zone text, doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
  loose text COLLATE any_case, german text COLLATE "de-x-icu", french text COLLATE "fr-x-icu");
CREATE TABLE parent (id int PRIMARY KEY, name text, workspace text);
CREATE TABLE label (id int PRIMARY KEY, code text COLLATE any_case UNIQUE, name text);
CREATE TABLE measured (at_value float8 PRIMARY KEY, who text, at date);
CREATE TABLE loner (who text, at date);
CREATE UNLOGGED TABLE forgotten (id int PRIMARY KEY, who text, at date);
CREATE TABLE secured (id int PRIMARY KEY, who text, at date);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE TABLE elder (id int PRIMARY KEY, who text, at date);
CREATE TABLE younger () INHERITS (elder);
CREATE VIEW entry_view AS SELECT * FROM entry;
CREATE MATERIALIZED VIEW entry_summary AS SELECT * FROM entry;
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER elsewhere;
CREATE FOREIGN TABLE entry_elsewhere (id int, who text, at date) SERVER elsewhere;
CREATE FUNCTION left(date, int) RETURNS text LANGUAGE sql IMMUTABLE RETURN 'mine';
CREATE ROLE app LOGIN;
GRANT USAGE ON SCHEMA public TO app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO app;
