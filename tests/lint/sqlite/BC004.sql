-- case: a table is made anew with a column that every INSERT must fill
CREATE TABLE t (id integer PRIMARY KEY, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text, b text NOT NULL);
INSERT INTO new_t SELECT id, a, '' FROM t;
DROP TABLE t; --> BC004
ALTER TABLE new_t RENAME TO t;

-- case: with a default
CREATE TABLE t (id integer PRIMARY KEY, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text, b text NOT NULL DEFAULT '', c text);
INSERT INTO new_t (id, a) SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
