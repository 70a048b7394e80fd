-- case: a table is made anew with a column that takes no NULL any more
CREATE TABLE t (id integer PRIMARY KEY, a text, b text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text NOT NULL, b text);
INSERT INTO new_t SELECT id, a, b FROM t;
DROP TABLE t; --> CO006
ALTER TABLE new_t RENAME TO t;

-- case: it took none before
CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL, b text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY NOT NULL, a text NOT NULL, b text);
INSERT INTO new_t SELECT id, a, b FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
