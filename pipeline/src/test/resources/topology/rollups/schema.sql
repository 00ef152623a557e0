-- SPDX-License-Identifier: Apache-2.0
-- The tables of the small rollups next to this file: keys of many types, a chain of three, a fact
-- with two parents, a parent with two parents.
CREATE TABLE region (id int PRIMARY KEY, label text);
CREATE TABLE owner (id smallint PRIMARY KEY, name varchar(40));
CREATE TABLE shop (
  id        int PRIMARY KEY,
  region_id int,
  owner_id  int,
  tenant    text);
CREATE TABLE courier (id uuid PRIMARY KEY, company text);
CREATE TABLE sale (
  id         bigint PRIMARY KEY,
  shop_id    bigint,
  courier_id uuid,
  tenant     text,
  sold_on    date,
  sold_at    timestamp,
  pieces     int,
  weight     bigint,
  price      numeric,
  paid       boolean,
  note       text);
CREATE TABLE refund (
  id          uuid PRIMARY KEY,
  sale_id     bigint,
  refunded_on date,
  amount      numeric(12,2));
CREATE TABLE visit (
  shop_id int,
  day     date,
  hour    smallint,
  guests  smallint,
  PRIMARY KEY (shop_id, day, hour));
CREATE TABLE "Order Line" ("Id" uuid PRIMARY KEY, "Größe" int, "Tenant" text, "At" timestamptz, "Day" date);
-- Parents that children name by a unique column of theirs.
CREATE TABLE country (id smallint PRIMARY KEY, iso varchar(3) UNIQUE, label text);
CREATE TABLE chain (
  id          uuid PRIMARY KEY,
  code        text UNIQUE DEFERRABLE,
  country_iso text,
  label       text);
CREATE TABLE store (
  region     int,
  number     int,
  code       bigint,
  chain_code text,
  tenant     text,
  PRIMARY KEY (region, number));
CREATE UNIQUE INDEX ON store (code) INCLUDE (tenant);
CREATE TABLE receipt (
  id         bigint PRIMARY KEY,
  store_code int,
  sold_on    date,
  total      int);
