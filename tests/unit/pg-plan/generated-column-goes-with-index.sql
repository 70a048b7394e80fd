-- from
CREATE TABLE t (a int);
-- to
CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (b % 7) STORED, d int GENERATED ALWAYS AS (b % 5) STORED);
CREATE INDEX i ON t (b, c, d);
ALTER TABLE t ADD CONSTRAINT k UNIQUE (b, c, d);
