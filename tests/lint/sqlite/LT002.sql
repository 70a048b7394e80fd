-- case: UNIQUE
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b text UNIQUE; --> LT002

-- case: PRIMARY KEY
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer PRIMARY KEY; --> LT002

-- case: a unique index instead
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b text;
CREATE UNIQUE INDEX t_b ON t (b);
