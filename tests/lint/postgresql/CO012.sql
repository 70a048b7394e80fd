-- case: twice
CREATE TABLE t (a integer, b integer);
-- then
UPDATE t SET a = 1, a = 2 WHERE b = 1; --> CO012!

-- case: once each
CREATE TABLE t (a integer, b integer, c integer[]);
-- then
UPDATE t SET a = 1, b = 2 WHERE b = 1;
UPDATE t SET c[1] = 1, c[2] = 2 WHERE b = 1;
