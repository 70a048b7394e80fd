-- case: the old one first
CREATE TABLE t (a integer);
CREATE INDEX t_a ON t (a);
-- then transaction=off
DROP INDEX CONCURRENTLY t_a; --> BC009
CREATE INDEX CONCURRENTLY t_a ON t (a DESC);

-- case: the new one first
CREATE TABLE t (a integer);
CREATE INDEX t_a ON t (a);
-- then transaction=off
CREATE INDEX CONCURRENTLY t_a2 ON t (a DESC);
DROP INDEX CONCURRENTLY t_a;
