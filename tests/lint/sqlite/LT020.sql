-- case: newer than 3.20
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t RENAME COLUMN a TO x; --> LT020
ALTER TABLE t DROP COLUMN b; --> LT020
CREATE TABLE u (a integer, b integer AS (a + 1)); --> LT020
CREATE TABLE v (a integer) STRICT; --> LT020
DELETE FROM t WHERE x = 1 RETURNING x; --> LT020

-- case: as old as that
CREATE TABLE t (a integer, b integer);
-- then
ALTER TABLE t RENAME TO u;
CREATE TABLE w (a integer);
