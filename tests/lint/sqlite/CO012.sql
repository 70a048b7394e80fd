-- case: twice
CREATE TABLE t (a integer, b integer);
-- then
UPDATE t SET a = 1, b = 2, "A" = 3 WHERE b = 1; --> CO012

-- case: once each
CREATE TABLE t (a integer, b integer);
-- then
UPDATE t SET a = max(a, b), b = a WHERE a = 1;
