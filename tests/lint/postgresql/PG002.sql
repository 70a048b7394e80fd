-- case: of a table in use
CREATE TABLE t (a integer);
CREATE INDEX t_a ON t (a);
-- then
DROP INDEX t_a; --> PG002

-- case: concurrently, of a new table, one that is not there
CREATE TABLE t (a integer);
CREATE INDEX t_a ON t (a);
-- then transaction=off
DROP INDEX CONCURRENTLY t_a;
-- then
CREATE TABLE u (a integer);
CREATE INDEX u_a ON u (a);
DROP INDEX u_a;
DROP INDEX IF EXISTS nowhere;
