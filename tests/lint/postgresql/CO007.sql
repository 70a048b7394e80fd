-- case: over old rows
CREATE TABLE t (a integer, b integer);
-- then
CREATE UNIQUE INDEX t_a ON t (a); --> CO007
ALTER TABLE t ADD UNIQUE (b); --> CO007

-- case: plain, from an index, of a new table
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX t_b ON t (b);
-- then
CREATE INDEX t_a ON t (a);
ALTER TABLE t ADD UNIQUE USING INDEX t_b;
CREATE TABLE u (a integer UNIQUE);
