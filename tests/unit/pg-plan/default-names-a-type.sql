-- from
CREATE SEQUENCE s;
CREATE TABLE t (a int DEFAULT nextval('s'), b text DEFAULT 's'::regclass::text);
-- to
CREATE TYPE s AS (f int);
CREATE TABLE t (a int DEFAULT nextval('s'), b text DEFAULT 's'::regclass::text, c s);
