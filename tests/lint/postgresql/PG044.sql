-- case: a view shows it
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
-- then
ALTER TABLE t ALTER a TYPE bigint; --> PG044!

-- case: the view is made anew
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
-- then
DROP VIEW v;
ALTER TABLE t ALTER a TYPE bigint;
CREATE VIEW v AS SELECT a FROM t;
