-- case: nobody can tell
CREATE TABLE t (id integer);
CREATE PROCEDURE fill() LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (1); COMMIT; END';
-- then transaction=off
CALL fill(); --> CO016
-- then transaction=off
DO $$ BEGIN INSERT INTO t VALUES (2); COMMIT; END $$; --> CO016

-- case: looked after, or done again
CREATE TABLE t (id integer);
-- then transaction=off
CREATE INDEX CONCURRENTLY t_id ON t (id);
-- then transaction=off
INSERT INTO t VALUES (1);
-- then transaction=off
VACUUM t;
-- then transaction=off
REINDEX TABLE CONCURRENTLY t;
-- then
DO $$ BEGIN INSERT INTO t VALUES (2); END $$;
