-- case: what hangs on it
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT b FROM t;
-- then
ALTER TABLE t DROP COLUMN b CASCADE; --> DS006
DROP TABLE t CASCADE; --> DS006

-- case: nothing
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t DROP COLUMN b RESTRICT;
DROP TABLE t;
