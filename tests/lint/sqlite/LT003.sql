-- case: an indexed column
CREATE TABLE t (a integer, b text);
CREATE INDEX t_b ON t (b);
-- then
ALTER TABLE t DROP COLUMN b; --> LT003

-- case: a primary key
CREATE TABLE t (id integer PRIMARY KEY, b text);
-- then
ALTER TABLE t DROP COLUMN id; --> LT003

-- case: a UNIQUE column
CREATE TABLE t (a integer, b text UNIQUE);
-- then
ALTER TABLE t DROP COLUMN b; --> LT003

-- case: a column that a view shows
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT b FROM t;
-- then
ALTER TABLE t DROP COLUMN b; --> LT003

-- case: the index is dropped before
CREATE TABLE t (a integer, b text);
CREATE INDEX t_b ON t (b);
-- then
DROP INDEX t_b;
ALTER TABLE t DROP COLUMN b;
