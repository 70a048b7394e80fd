#!/bin/sh
# What is told while a run on PostgreSQL lasts.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need_postgresql

# script ID DOWN: a revision that is what stdin says.
script() {
    { printf -- '-- revision: %s\n-- down_revision: %s\n\n-- migrate: upgrade' "$1" "$2"; cat; } >"versions/$1.sql"
}

scenario 'steps that travel together have each its own time' <<'EOS'
pg_project
printf '\nSELECT 1;\n' | script a1 ''
printf '\nSELECT pg_sleep(0.3);\n' | script b1 a1
printf '\nSELECT 1;\n' | script c1 b1
printf ' transaction=off\nSELECT pg_sleep(0.2);\nSELECT pg_sleep(0.1);\n-- migrate: upgrade\nSELECT 1;\n' | script d1 c1
run_ok migrate upgrade head
expect_err_like '^upgrade a1 -> b1 \(([3-9][0-9][0-9] ms|[0-9.]+ s)\)$'
expect_err_like '^upgrade c1 -> d1 \(([3-9][0-9][0-9] ms|[0-9.]+ s)\)$'
EOS

scenario 'a transaction that takes long is said to be at work' <<'EOS'
pg_project 'lock_timeout = 60s'
_psql "$database" -c 'CREATE TABLE t (a int)' >/dev/null
printf '\nSELECT 1;\n' | script a1 ''
printf '\nLOCK TABLE t;\nSELECT 1;\n' | script b1 a1
{
    echo 'BEGIN; LOCK TABLE t;'
    echo "\\! touch locked"
    tries=0
    until grep -q '"event":"progress"' events 2>/dev/null || [ "$tries" -ge 600 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    echo 'COMMIT;'
} | _psql "$database" >/dev/null &
tries=0
until [ -e locked ] || [ "$tries" -ge 600 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
status=0
migrate -v --format json upgrade head --one-by-one >events 2>said || status=$?
wait
[ "$status" -eq 0 ] || fail "status $status: $(cat said)"
grep -E '^\{"event":"progress","direction":"upgrade","revision":"b1",.*"step":2,"n_steps":2,.*"elapsed_ms":[0-9]+\}$' events || fail "$(cat events)"
EOS

scenario 'the progress of an index build is that of the server' <<'EOS'
pg_project
_psql "$database" -c 'CREATE TABLE t (a int)' >/dev/null
printf ' transaction=off\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n' | script a1 ''
# Somebody writes until the build was seen waiting for that.
{
    echo 'BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE;'
    echo "\\! touch locked"
    tries=0
    until grep -q '"event":"progress","message"' events 2>/dev/null || [ "$tries" -ge 600 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    echo 'COMMIT;'
} | _psql "$database" >/dev/null &
tries=0
until [ -e locked ] || [ "$tries" -ge 600 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
status=0
migrate -v --format json upgrade head >events 2>said || status=$?
wait
[ "$status" -eq 0 ] || fail "status $status: $(cat said)"
grep -E '^\{"event":"progress","message":"index t_a, waiting for writers before build","direction":"upgrade","revision":"a1",.*"statement":1,"n_statements":1,"elapsed_ms":[0-9]+,"done":[01],"total":1\}$' events || fail "$(cat events)"
expect_pg "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'migrate' AND datname = current_database()" 0
EOS
