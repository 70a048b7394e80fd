-- case: a column in use
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t DROP COLUMN b; --> DS002
ALTER TABLE t ADD b;

-- case: of a table of the same revision
-- then
CREATE TABLE t (a integer, b integer);
ALTER TABLE t DROP COLUMN b;
