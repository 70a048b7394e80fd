#!/bin/sh
# A server that follows another one: it can be read, not written.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
MIGRATE_TEST_OPTIONS='-c wal_level=replica -c max_wal_senders=2'
export MIGRATE_TEST_OPTIONS
need_postgresql
standby=$(MIGRATE_TEST_OWNER=$$ "$srcdir/tests/lib/cluster.sh" standby "$cluster") || exit 1

# Waits until the standby has all that the primary has.
catch_up() {
    _lsn=$(_psql postgres -c 'SELECT pg_current_wal_lsn()')
    _tries=0
    until psql -h "$standby" -U postgres -d postgres -Atc \
        "SELECT pg_last_wal_replay_lsn() >= '$_lsn'" | grep -q t; do
        _tries=$((_tries + 1))
        [ "$_tries" -lt 600 ] || fail 'the standby does not follow'
        sleep 0.1
    done
}

scenario 'a standby is read, and refuses to be written' <<'EOS'
pg_project
echo 'CREATE TABLE t (a int);' >model.sql
autogenerate first
run_ok migrate upgrade head
catch_up
there="postgresql://postgres@/$database?host=$standby"
run_ok migrate current --url "$there"
expect_out_like '^[0-9a-f]+ \(head\)$'
run_ok migrate status --url "$there"
echo 'CREATE TABLE t (a int, b int);' >model.sql
autogenerate second
for command in 'upgrade head' 'downgrade base' 'stamp base'; do
    run_fails 4 migrate $command --url "$there"
    expect_err_like 'is a standby that cannot be written'
    expect_err_like 'target_session_attrs=read-write'
done
run_ok migrate upgrade head --url "postgresql://postgres@/$database?host=$standby,$cluster&target_session_attrs=read-write"
run_ok migrate check
catch_up
run_ok migrate current --url "$there"
expect_out_like '^[0-9a-f]+ \(head\)$'
EOS
