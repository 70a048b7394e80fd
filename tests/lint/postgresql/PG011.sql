-- case: validated at once
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD CHECK (a > 0); --> PG011

-- case: NOT VALID, or of a new table
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD CONSTRAINT t_a CHECK (a > 0) NOT VALID;
CREATE TABLE u (a integer);
ALTER TABLE u ADD CHECK (a > 0);
