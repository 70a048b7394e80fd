-- case: built under the lock
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t ADD CONSTRAINT t_key UNIQUE (a, b); --> PG020

-- case: from an index, or of a new table
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX t_key ON t (a);
-- then
ALTER TABLE t ADD CONSTRAINT t_key UNIQUE USING INDEX t_key;
CREATE TABLE u (a integer);
ALTER TABLE u ADD UNIQUE (a);
