-- case: every row
CREATE TABLE t (a integer, b integer);
-- then
DELETE FROM t; --> DS005
UPDATE ONLY t SET b = (SELECT 1 WHERE true); --> DS005

-- case: some, a new column, a new table
CREATE TABLE t (a integer, b integer);
-- then
DELETE FROM t WHERE a = 1;
UPDATE t SET b = 1 WHERE true;
CREATE TABLE u (a integer);
DELETE FROM u;
-- then
ALTER TABLE t ADD COLUMN c integer;
-- then
UPDATE t SET c = a;
