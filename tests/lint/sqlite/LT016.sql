-- case: rows that collide are dropped
CREATE TABLE t (id integer PRIMARY KEY, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text UNIQUE);
INSERT OR IGNORE INTO new_t SELECT id, a FROM t; --> LT016
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;

-- case: REPLACE
CREATE TABLE t (id integer PRIMARY KEY, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text UNIQUE);
REPLACE INTO new_t SELECT id, a FROM t; --> LT016
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;

-- case: a plain copy, and one that is none
CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE TABLE s (id integer PRIMARY KEY, a text);
-- then
INSERT OR IGNORE INTO s SELECT id, a FROM t;
CREATE TABLE new_t (id integer PRIMARY KEY, a text UNIQUE);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
