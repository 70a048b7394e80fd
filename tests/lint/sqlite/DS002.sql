-- case: a column in use
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t DROP COLUMN b; --> DS002
ALTER TABLE t ADD b;

-- case: of a table of the same revision
-- then
CREATE TABLE t (a integer, b integer);
ALTER TABLE t DROP COLUMN b;

-- case: a table is made anew without it
CREATE TABLE t (id integer PRIMARY KEY, a text, b text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t; --> DS002
ALTER TABLE new_t RENAME TO t;
