-- case: with IF NOT EXISTS
CREATE TABLE t (a integer);
-- then transaction=off
CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a); --> PG005

-- case: without
CREATE TABLE t (a integer);
-- then transaction=off
CREATE INDEX CONCURRENTLY t_a ON t (a);
-- then
CREATE INDEX IF NOT EXISTS t_b ON t (a);
