-- case: a column in use
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t DROP COLUMN b; --> DS002

-- case: of a new table
-- then
CREATE TABLE t (a integer, b integer);
ALTER TABLE t DROP COLUMN b;
