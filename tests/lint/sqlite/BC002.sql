-- case: a table in use
CREATE TABLE t (a integer);
-- then
ALTER TABLE t RENAME TO u; --> BC002

-- case: a new one, and one that is made anew
CREATE TABLE t (id integer PRIMARY KEY, a integer);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
CREATE TABLE x (a integer);
ALTER TABLE x RENAME TO y;
