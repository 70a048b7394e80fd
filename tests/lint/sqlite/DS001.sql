-- case: a table in use
CREATE TABLE t (a integer);
-- then
DROP TABLE t; --> DS001

-- case: one of the same revision, one that is made anew, one that is not there
CREATE TABLE t (id integer PRIMARY KEY, a integer);
-- then
CREATE TABLE u (a integer);
DROP TABLE u;
DROP TABLE IF EXISTS nowhere;
CREATE TABLE new_t (id integer PRIMARY KEY, a text);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;

-- case: the copy of a table that is made anew, dropped afterwards
CREATE TABLE t (a integer);
-- then
CREATE TABLE new_t (a integer);
INSERT INTO new_t SELECT * FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
DROP TABLE t; --> DS001
