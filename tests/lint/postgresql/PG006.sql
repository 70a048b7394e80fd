-- case: in company
CREATE TABLE t (a integer);
-- then transaction=off
CREATE INDEX CONCURRENTLY t_a ON t (a); --> PG006
COMMENT ON INDEX t_a IS 'mine';

-- case: alone, or among its like
CREATE TABLE t (a integer);
-- then transaction=off
CREATE INDEX CONCURRENTLY t_a ON t (a);
CREATE INDEX CONCURRENTLY t_a2 ON t (a);
-- then
COMMENT ON INDEX t_a IS 'mine';
