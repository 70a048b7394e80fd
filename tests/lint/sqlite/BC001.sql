-- case: a column in use
CREATE TABLE t (a integer);
-- then
ALTER TABLE t RENAME COLUMN a TO b; --> BC001
ALTER TABLE t RENAME b TO "c d"; --> BC001

-- case: of a new table
-- then
CREATE TABLE t (a integer);
ALTER TABLE t RENAME COLUMN a TO b;

-- case: a table is made anew with another name for it
CREATE TABLE t (id integer PRIMARY KEY, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, b text);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t; --> BC001
ALTER TABLE new_t RENAME TO t;
