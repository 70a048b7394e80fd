-- case: behind the lock, and before it
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer;
UPDATE t SET b = a; --> PG064
-- then
UPDATE u SET a = 1 WHERE a IS NULL;
ALTER TABLE u ALTER a SET DEFAULT 1; --> PG064

-- case: apart, or a few rows
CREATE TABLE t (a integer);
-- then
ALTER TABLE t ADD COLUMN b integer;
-- then
UPDATE t SET b = a;
-- then
ALTER TABLE t ADD COLUMN c integer;
UPDATE t SET c = 1 WHERE a = 1;
