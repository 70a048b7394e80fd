#!/bin/sh
# Blocks outside transactions on PostgreSQL: stopped half-way, gone on with, judged, given up.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need_postgresql

# revision ID DOWN: its script behind the header is what stdin says.
revision() {
    {
        printf -- '-- revision: %s\n-- down_revision: %s\n\n' "$1" "$2"
        cat
    } >"versions/$1.sql"
}

scenario 'an index that could not be built is cleared away and built again' <<'EOS'
pg_project
revision a1 '' <<'SQL'
-- migrate: upgrade
CREATE TABLE t (a int);
INSERT INTO t VALUES (1), (1);
-- migrate: upgrade transaction=off
SET work_mem = '7MB';
CREATE UNIQUE INDEX CONCURRENTLY "I x" ON t (a);
-- migrate: upgrade
CREATE TABLE seen AS SELECT 1 AS a;
-- migrate: downgrade transaction=off
DROP INDEX CONCURRENTLY "I x";
DROP TABLE t;
DROP TABLE seen;
SQL
run_fails 7 migrate upgrade head
expect_err_like 'could not create unique index "I x"'
expect_err_like '^  at versions/a1.sql:9:1$'
expect_err_like '^  state: half-done: '
expect_pg "SELECT indisvalid FROM pg_index WHERE indexrelid = '\"I x\"'::regclass" f
run_fails 6 migrate stamp a1
sed -i 's/7MB/8MB/' versions/a1.sql
run_fails 6 migrate upgrade head
expect_err_like "error E604: .*'a1' was cut short and cannot go on"
expect_err_like '^  at versions/a1.sql:8:1$'
sed -i 's/8MB/7MB/' versions/a1.sql
_psql "$database" -c 'DELETE FROM t'
run_ok migrate upgrade head
expect_err_like "^the upgrade of 'a1' was cut short; it goes on with block 2, statement 2 of 2$"
expect_pg "SELECT indisvalid FROM pg_index WHERE indexrelid = '\"I x\"'::regclass" t
expect_pg 'SELECT a FROM seen' 1
expect_pg 'SELECT blocks_done, intent, finished_at IS NOT NULL FROM migrate_log' '3||t'
run_ok migrate downgrade base
expect_nothing_left
EOS

scenario 'the index that a statement lacks by now is not what it failed at' <<'EOS'
pg_project
revision a1 '' <<'SQL'
-- migrate: upgrade transaction=off
CREATE INDEX CONCURRENTLY i ON t (a);
-- migrate: downgrade transaction=off
DROP INDEX CONCURRENTLY i;
SQL
_psql "$database" -c 'CREATE TABLE t (a int, b int); CREATE INDEX i ON t (b)'
run_fails 7 migrate upgrade head
expect_err_like 'relation "i" already exists'
run_fails 7 migrate upgrade head
expect_err_like 'relation "i" already exists'
_psql "$database" -c 'DROP INDEX i'
_psql "$database" -c 'CREATE INDEX CONCURRENTLY i ON t (a)'
run_ok migrate upgrade head
expect_err_like "^the upgrade of 'a1' was cut short; all its statements are done$"
expect_pg 'SELECT version_num FROM migrate_version' a1
EOS

scenario 'what nobody can judge is uncertain, until it is given up' <<'EOS'
pg_project
revision a1 '' <<'SQL'
-- migrate: upgrade transaction=off
CREATE TABLE n (a int);
CALL p();
-- migrate: downgrade
SQL
_psql "$database" <<'SQL'
CREATE PROCEDURE p() LANGUAGE plpgsql AS $$
BEGIN INSERT INTO n VALUES (1); COMMIT; INSERT INTO n VALUES (1 / 0); END $$;
SQL
run_fails 7 migrate upgrade head
expect_err_like 'division by zero'
run_fails 7 migrate upgrade head
expect_err_like 'whether this statement was done is uncertain: CALL p\(\)'
expect_pg 'SELECT count(*) FROM n' 1
run_ok migrate repair --abandon a1
run_ok migrate stamp a1
run_ok migrate upgrade head
EOS

scenario 'who stands in the way is named, and what was set has its effect' <<'EOS'
pg_project 'lock_timeout = 300ms' 'lock_retries = 1' 'statement_timeout = 500ms'
revision a1 '' <<'SQL'
-- migrate: upgrade
CREATE TABLE t (a int);
SQL
revision b1 a1 <<'SQL'
-- migrate: upgrade
ALTER TABLE t ADD b text;
SQL
revision c1 b1 <<'SQL'
-- migrate: upgrade
SELECT pg_sleep(30);
SQL
run_ok migrate upgrade a1
{
    echo "BEGIN; LOCK TABLE t; SELECT 'locked';"
    while [ ! -e let_go ]; do sleep 0.1; done
} | PGAPPNAME='some "app"' psql -h "$cluster" -U postgres -d "$database" -XqAt >holder &
while [ ! -s holder ]; do sleep 0.05; done
run_fails 5 migrate upgrade b1
expect_err_like '^waiting for a lock that is held by process [0-9]+ \(some "app" of postgres@local, idle in transaction, since [0-9T:Z-]+\): SELECT .locked.;$'
expect_err_like 'canceling statement due to lock timeout; the lock is held by process [0-9]+ \(some "app" of postgres'
expect_err_like '^  at versions/b1.sql:5:1$'
expect_err_like '^  state: rolled back, the database stays at a1$'
: >let_go
wait
run_ok migrate upgrade b1 --lock-timeout 100000h --run-lock-timeout 100000h
run_fails 4 migrate upgrade head
expect_err_like 'statement timeout'
expect_err_like 'see statement_timeout'
EOS
