-- case: on a table in use
CREATE TABLE t (a integer, b text);
-- then
CREATE INDEX t_a ON t (a); --> PG001
CREATE UNIQUE INDEX IF NOT EXISTS "T b" ON public.t (lower(b)); --> PG001

-- case: concurrently, on a new table, a temporary one
CREATE TABLE t (a integer);
-- then
CREATE TABLE u (a integer);
CREATE INDEX u_a ON u (a);
CREATE TEMP TABLE x (a integer);
CREATE INDEX x_a ON x (a);
-- then transaction=off
CREATE INDEX CONCURRENTLY t_a ON t (a);

-- case: a materialized view
CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;
-- then
CREATE INDEX v_a ON v (a); --> PG001
