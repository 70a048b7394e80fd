-- case: a strong lock, and lock_timeout is none
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer; --> PG066

-- case: a weak one, or a new table
CREATE TABLE t (a integer, CONSTRAINT t_a CHECK (a > 0) NOT VALID);
-- then
ALTER TABLE t VALIDATE CONSTRAINT t_a;
CREATE TABLE u (a integer);
ALTER TABLE u ADD COLUMN b integer;
