-- case: a table in use
CREATE TABLE t (a integer);
CREATE SCHEMA s;
CREATE TABLE s."T" (a integer);
-- then
DROP TABLE t; --> DS001
DROP TABLE IF EXISTS s."T"; --> DS001
DROP SCHEMA s;

-- case: a new one, a view, one that is not there
CREATE VIEW v AS SELECT 1;
-- then
CREATE TABLE t (a integer);
DROP TABLE t;
DROP VIEW v;
DROP TABLE IF EXISTS nowhere;
