-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE TABLE t (a int DEFAULT f(3), b int, g int GENERATED ALWAYS AS (f(b)) STORED, CHECK (f(b) > 0));
CREATE INDEX t_f ON t (f(b));
CREATE VIEW v AS SELECT f(a) AS x FROM t;
-- to
CREATE FUNCTION f(x int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'select $1::bigint';
CREATE TABLE t (a int DEFAULT f(3), b int, g int GENERATED ALWAYS AS (f(b)) STORED, CHECK (f(b) > 0));
CREATE INDEX t_f ON t (f(b));
CREATE VIEW v AS SELECT f(a) AS x FROM t;
