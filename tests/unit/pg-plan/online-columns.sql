-- New columns whose values differ from row to row, on tables that exist.
-- from
CREATE SCHEMA "Other";
CREATE FUNCTION later() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION stable() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE TABLE t (a text);
CREATE TABLE "Other"."T" (a text);
CREATE TABLE watched (a text);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER w BEFORE UPDATE ON watched FOR EACH ROW EXECUTE FUNCTION watch();
CREATE TABLE parts (k integer) PARTITION BY LIST (k);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE base (a integer);
CREATE TABLE heir (b integer) INHERITS (base);
-- to
CREATE SCHEMA "Other";
CREATE FUNCTION later() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION stable() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE TABLE t (a text, at timestamptz DEFAULT clock_timestamp(), id serial PRIMARY KEY,
    r double precision NOT NULL DEFAULT random(), c text COLLATE "C" DEFAULT random()::text, l integer DEFAULT later(),
    s integer NOT NULL DEFAULT stable(), n timestamptz NOT NULL DEFAULT now(), g integer GENERATED ALWAYS AS (1) STORED);
COMMENT ON COLUMN t.at IS 'when';
CREATE INDEX by_at ON t (at);
CREATE TABLE "Other"."T" (a text,
    "I d" bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 2) PRIMARY KEY,
    d smallint NOT NULL DEFAULT random() CHECK (d < 2));
CREATE TABLE watched (a text, r integer DEFAULT later());
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER w BEFORE UPDATE ON watched FOR EACH ROW EXECUTE FUNCTION watch();
CREATE TABLE parts (k integer, r double precision NOT NULL DEFAULT random()) PARTITION BY LIST (k);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE base (a integer, r double precision NOT NULL DEFAULT random());
CREATE TABLE heir (b integer) INHERITS (base);
