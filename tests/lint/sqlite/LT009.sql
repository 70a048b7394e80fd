-- case: the sequence is forgotten
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY AUTOINCREMENT, a text NOT NULL);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t; --> LT009
ALTER TABLE new_t RENAME TO t;

-- case: it is copied
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text);
-- then
CREATE TABLE new_t (id integer PRIMARY KEY AUTOINCREMENT, a text NOT NULL);
INSERT INTO new_t SELECT id, a FROM t;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 't')
    WHERE name = 'new_t';
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
