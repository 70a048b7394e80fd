-- case: stored
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer GENERATED ALWAYS AS (a * 2) STORED; --> PG033

-- case: a plain one
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer;
