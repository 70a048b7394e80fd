-- case: a star
CREATE TABLE t (a integer);
-- then
CREATE VIEW v AS SELECT * FROM t; --> CO019
CREATE MATERIALIZED VIEW w AS SELECT t.* FROM t; --> CO019

-- case: columns
CREATE TABLE t (a integer);
-- then
CREATE VIEW v AS SELECT a, count(*) FROM t GROUP BY a;
