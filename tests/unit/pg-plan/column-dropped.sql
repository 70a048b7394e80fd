-- since: 14
-- from
CREATE TABLE t (a int, b int, c int UNIQUE, CHECK (b > 0), CHECK (a < b));
CREATE INDEX tb ON t (b);
CREATE TABLE u (c int REFERENCES t (c));
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(b) FROM t; END;
-- to
CREATE TABLE t (a int);
CREATE TABLE u (c int);
CREATE VIEW v AS SELECT a FROM t;
