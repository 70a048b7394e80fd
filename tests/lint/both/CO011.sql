-- case: never ended
CREATE TABLE t (a integer);
-- then transaction=off
BEGIN; --> CO011
INSERT INTO t VALUES (1);

-- case: ended
CREATE TABLE t (a integer);
-- then transaction=off
BEGIN;
INSERT INTO t VALUES (1);
COMMIT;

-- case: in a transaction
CREATE TABLE t (a integer);
-- then
BEGIN;
INSERT INTO t VALUES (1);
