-- case: in either kind of block
-- then
BEGIN; --> CO010
CREATE TABLE t (a integer);
COMMIT; --> CO010
-- then transaction=off
START TRANSACTION; --> CO010

-- case: a savepoint, a function's body
-- then
SAVEPOINT s;
CREATE TABLE t (a integer);
RELEASE s;
DO $$ BEGIN PERFORM 1; END $$;
