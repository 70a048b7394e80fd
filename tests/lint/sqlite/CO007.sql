-- case: a unique index on a table in use
CREATE TABLE t (a integer);
-- then
CREATE UNIQUE INDEX t_a ON t (a); --> CO007

-- case: a plain one, and a new table
CREATE TABLE t (a integer);
-- then
CREATE INDEX t_a ON t (a);
CREATE TABLE u (a integer);
CREATE UNIQUE INDEX u_a ON u (a);
