-- case: made by somebody else
CREATE TABLE t (id integer);
-- then
DROP TABLE IF EXISTS legacy; --> DS008
DROP VIEW IF EXISTS "Old View"; --> DS008
DROP SCHEMA IF EXISTS partman; --> DS008

-- case: made by the versions
CREATE TABLE t (id integer);
CREATE SCHEMA s;
-- then
DROP TABLE IF EXISTS t;
DROP SCHEMA IF EXISTS s;
DROP INDEX IF EXISTS t_index;
CREATE TABLE u (id integer);
DROP TABLE IF EXISTS u;
