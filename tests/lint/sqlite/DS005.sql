-- case: every row
CREATE TABLE t (a integer, b integer);
-- then
DELETE FROM t; --> DS005
UPDATE OR IGNORE main.t SET b = (SELECT 1 WHERE 1); --> DS005

-- case: some, a new column, a new table
CREATE TABLE t (a integer, b integer);
-- then
DELETE FROM t WHERE a = 1;
WITH old AS (SELECT 1 AS a) UPDATE t SET b = 1 WHERE a IN (SELECT a FROM old);
ALTER TABLE t ADD COLUMN c integer;
UPDATE t SET c = a + b;
CREATE TABLE u (a integer);
INSERT INTO u VALUES (1);
DELETE FROM u;
UPDATE t SET b = 1 WHERE 1;
