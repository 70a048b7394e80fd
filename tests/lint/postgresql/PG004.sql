-- case: in a transaction
CREATE TABLE t (a integer);
-- then
CREATE INDEX CONCURRENTLY t_a ON t (a); --> PG004!

-- case: VACUUM
CREATE TABLE t (a integer);
-- then
VACUUM t; --> PG004!

-- case: outside of one
CREATE TABLE t (a integer);
-- then transaction=off
CREATE INDEX CONCURRENTLY t_a ON t (a);
