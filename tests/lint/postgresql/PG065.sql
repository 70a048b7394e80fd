-- case: all rows at once
CREATE TABLE t (a integer, b integer);
-- then
UPDATE t SET b = 1 WHERE b IS NULL; --> PG065
DELETE FROM t; --> PG065

-- case: a range of them, or a new table
CREATE TABLE t (id integer PRIMARY KEY, b integer);
-- then
UPDATE t SET b = 1 WHERE b IS NULL AND id >= 1 AND id < 1000;
CREATE TABLE u (a integer);
UPDATE u SET a = 1;
