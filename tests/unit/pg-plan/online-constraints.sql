-- Keys, foreign keys, checks and NOT NULL on tables that exist.
-- from
CREATE SCHEMA "Other";
CREATE TABLE t (a integer, b integer, c text, d text, e integer CHECK (e IS NOT NULL), n integer NOT NULL,
    CONSTRAINT changes UNIQUE (a), CONSTRAINT check_changes CHECK (b > 0), CONSTRAINT goes CHECK (a > 0));
CREATE TABLE refers (a integer, b integer, CONSTRAINT fk_changes FOREIGN KEY (a) REFERENCES t (a));
CREATE TABLE "Other"."T" (id integer, "B c" integer, v text);
CREATE TABLE pk_moves (a integer PRIMARY KEY, b integer);
CREATE TABLE pk_same (a integer, b integer NOT NULL, PRIMARY KEY (a));
CREATE TABLE parts (k integer, v integer) PARTITION BY LIST (k);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE base (a integer, b integer);
CREATE TABLE heir (c integer) INHERITS (base);
CREATE DOMAIN dom AS integer;
-- to
CREATE SCHEMA "Other";
CREATE TABLE t (a integer, b integer NOT NULL, c text, d text, e integer NOT NULL CHECK (e IS NOT NULL), n integer,
    CONSTRAINT for_fk UNIQUE (b, a), CONSTRAINT changes UNIQUE (a) INCLUDE (b) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT check_changes CHECK (b > 1), CONSTRAINT comes CHECK (c <> '(') NO INHERIT,
    CONSTRAINT t_pkey PRIMARY KEY (b, c), CONSTRAINT "d's" UNIQUE (d) WITH (fillfactor = 50));
COMMENT ON CONSTRAINT comes ON t IS 'c';
COMMENT ON CONSTRAINT "d's" ON t IS 'd';
CREATE TABLE refers (a integer, b integer,
    CONSTRAINT fk_changes FOREIGN KEY (b, a) REFERENCES t (b, a) MATCH FULL ON DELETE CASCADE DEFERRABLE);
CREATE TABLE "Other"."T" (id integer, "B c" integer, v text NOT NULL,
    CONSTRAINT "Pk (1)" PRIMARY KEY ("B c"), UNIQUE (id), CHECK (id > 0),
    FOREIGN KEY (id) REFERENCES "Other"."T" ("B c"), CHECK (v <> '') NOT VALID);
CREATE TABLE pk_moves (a integer, b integer, CONSTRAINT pk_moves_pkey PRIMARY KEY (b));
CREATE TABLE pk_same (a integer, b integer NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE parts (k integer, v integer NOT NULL CHECK (v > 0), UNIQUE (k, v)) PARTITION BY LIST (k);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
ALTER TABLE parts ADD FOREIGN KEY (v) REFERENCES pk_moves (b);
CREATE TABLE base (a integer NOT NULL, b integer CHECK (b > 0));
CREATE TABLE heir (c integer NOT NULL) INHERITS (base);
CREATE DOMAIN dom AS integer CHECK (VALUE > 0);
CREATE TABLE newcomer (a integer PRIMARY KEY, b integer REFERENCES pk_moves (b), CHECK (a > 0));
