-- case: an index and a trigger are lost
CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE INDEX t_a ON t (a);
CREATE TRIGGER t_ins AFTER INSERT ON t BEGIN SELECT 1; END;
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text NOT NULL);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t; --> LT008
ALTER TABLE new_t RENAME TO t;

-- case: both are made again
CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE INDEX t_a ON t (a);
CREATE TRIGGER t_ins AFTER INSERT ON t BEGIN SELECT 1; END;
-- then
CREATE TABLE new_t (id integer PRIMARY KEY, a text NOT NULL);
INSERT INTO new_t SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
CREATE INDEX t_a ON t (a);
CREATE TRIGGER "T_INS" AFTER INSERT ON t BEGIN SELECT 1; END;
