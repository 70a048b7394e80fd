-- case: a table without INTEGER PRIMARY KEY
CREATE TABLE t (a text);
-- then
CREATE TABLE new_t (a text NOT NULL);
INSERT INTO new_t (a) SELECT a FROM t; --> LT010
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;

-- case: row ids are copied
CREATE TABLE t (a text);
-- then
CREATE TABLE new_t (a text NOT NULL);
INSERT INTO new_t (rowid, a) SELECT rowid, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;

-- case: with INTEGER PRIMARY KEY
CREATE TABLE t (id integer PRIMARY KEY, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text NOT NULL);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
