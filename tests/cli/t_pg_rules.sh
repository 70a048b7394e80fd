#!/bin/sh
# The rules of apply on PostgreSQL, as far as they show at the command line (docs/apply-rules.md).
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

# Until a run has come to its statement that sleeps.
wait_for_sleep() {
    _tries=0
    until [ "$(_psql "$database" -c "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" = 1 ]
    do
        sleep 0.05
        _tries=$((_tries + 1))
        [ $_tries -lt 1200 ] || fail 'the run does not come to its statement'
    done
}

# Three steps that make a table each.
three_revisions() {
    _parent=
    for _id in a1 b1 c1; do
        revision $_id "$_parent" <<SQL
-- migrate: upgrade
CREATE TABLE t_$_id (a int);
-- migrate: downgrade
DROP TABLE t_$_id;
SQL
        _parent=$_id
    done
}

scenario 'nothing to do needs no lock and no right' <<'EOS'
pg_project
three_revisions
_psql "$database" <<SQL
CREATE ROLE looker LOGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
reader="postgresql://looker@/$database?host=$cluster"
run_ok migrate upgrade base --url "$reader"
expect_nothing_left
run_ok migrate upgrade head
_psql "$database" -c 'GRANT SELECT ON migrate_version, migrate_log TO looker'
{
    echo "BEGIN; LOCK TABLE migrate_version IN SHARE ROW EXCLUSIVE MODE; SELECT 'locked';"
    while [ ! -e let_go ]; do sleep 0.1; done
} | _psql "$database" >holder &
while [ ! -s holder ]; do sleep 0.05; done
run_ok migrate upgrade head --url "$reader"
expect_err_like 'nothing to do'
: >let_go
wait
revision d1 c1 <<SQL
-- migrate: upgrade
SELECT pg_sleep(60);
SQL
migrate upgrade head 2>/dev/null & other=$!
wait_for_sleep
run_ok migrate upgrade c1 --url "$reader" --run-lock-timeout 100ms
expect_err_like 'nothing to do'
kill $other
wait
EOS

scenario 'commands that read create nothing' <<'EOS'
pg_project
three_revisions
for command in current status heads 'history' 'upgrade head --plan' 'upgrade head --sql'; do
    run migrate $command
    [ "$status" -le 1 ] || fail "$command: $status"
done
expect_pg "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace" 0
EOS

scenario 'what can be refused is, before the first statement' <<'EOS'
pg_project
three_revisions
cp versions/c1.sql kept
for statement in 'COMMIT;' 'CREATE INDEX CONCURRENTLY i ON t_c1 (a);' "SELECT 'open;"; do
    sed "s/^CREATE TABLE t_c1.*/&\n$statement/" kept >versions/c1.sql
    run migrate upgrade head
    [ "$status" = 6 ] || [ "$status" = 3 ] || fail "$statement: exit status $status"
    expect_err_like '^  state: nothing was run$'
    expect_nothing_left
done
cp kept versions/c1.sql
sed -i 's/^-- migrate: upgrade$/& transaction=off/' versions/c1.sql
cp migrate.ini kept.ini
echo 'transaction_per_migration = false' >>migrate.ini
run_fails 6 migrate upgrade head
expect_err_like "revision 'c1' has a block with transaction=off, but transaction_per_migration is false"
expect_nothing_left
mv kept.ini migrate.ini
cp kept versions/c1.sql
sed -i '/downgrade/,$d' versions/b1.sql
run_ok migrate upgrade head
run_fails 6 migrate downgrade base
expect_pg "SELECT to_regclass('t_c1')" t_c1
sed -i 's/t_b1 (a int)/t_b1 (a bigint)/' versions/b1.sql
revision d1 c1 <<'SQL'
-- migrate: upgrade
CREATE TABLE t_d1 (a int);
SQL
run_fails 6 migrate upgrade head
expect_err_like "^ *-CREATE TABLE t_b1 \(a int\);"
expect_pg "SELECT to_regclass('t_d1') IS NULL" t
_psql "$database" -c "INSERT INTO migrate_version VALUES ('a1')"
run_fails 3 migrate upgrade head
expect_err_like "version row 'c1' overlaps with 'a1'"
expect_pg "SELECT to_regclass('t_d1') IS NULL" t
EOS

scenario 'our own statements find our own tables, whatever a script makes and sets' <<'EOS'
pg_project
three_revisions
revision d1 c1 <<'SQL'
-- migrate: upgrade transaction=off
CREATE TEMP TABLE migrate_version (version_num text);
CREATE TEMP TABLE migrate_log AS SELECT * FROM public.migrate_log;
CREATE SCHEMA other;
SET search_path = other, pg_temp;
CREATE TABLE migrate_version AS SELECT * FROM public.migrate_version;
-- migrate: upgrade
CREATE TEMP TABLE migrate_version (version_num text);
CREATE TEMP TABLE migrate_log AS SELECT * FROM public.migrate_log;
SET search_path = other;
SQL
run_ok migrate upgrade head
expect_pg 'SELECT version_num FROM public.migrate_version' d1
expect_pg "SELECT finished_at IS NOT NULL FROM public.migrate_log WHERE revision = 'd1'" t
EOS

scenario 'a signal cancels the running statement, and the run says where the database is' <<'EOS'
pg_project
three_revisions
sed -i 's/^CREATE TABLE t_c1.*/&\nSELECT pg_sleep(60);/' versions/c1.sql
signals=TERM:143
default=
# A shell's background jobs ignore SIGINT, and only some systems have a program that undoes that.
if env --default-signal=INT true 2>/dev/null; then
    signals='INT:130 TERM:143'
    default='env --default-signal=INT'
fi
for signal in $signals; do
    $default migrate upgrade head --one-by-one 2>stopped & run=$!
    wait_for_sleep
    kill -${signal%:*} $run
    status=0
    wait $run || status=$?
    [ $status -eq ${signal#*:} ] || fail "status $status after $signal: $(cat stopped)"
    grep -q '^error E408: upgrade of c1, block 1, statement 2 of 2' stopped || fail "$(cat stopped)"
    grep -q '^  state: rolled back, the database stays at b1' stopped || fail "$(cat stopped)"
    expect_pg "SELECT to_regclass('t_b1'), to_regclass('t_c1')" 't_b1|'
    expect_pg "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" 0
    expect_pg "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'" 0
    run_ok migrate downgrade a1
done
EOS

scenario 'a row that no script knows, and the scripts of the log' <<'EOS'
pg_project
three_revisions
run_ok migrate upgrade head
mv versions/c1.sql .
run_ok migrate status
expect_out_like '^current +c1 \(unknown; the log keeps its script\)'
run_ok migrate current
expect_out_like '^c1 \(unknown; the log keeps its script\)'
run_fails 6 migrate upgrade head
run_fails 6 migrate downgrade b1
expect_err_like '^  hint: .*migrate downgrade b1 --from-log --plan'
_psql "$database" -c "UPDATE migrate_log SET script = replace(script, 'DROP TABLE t_c1', 'DROP TABLE t_a1')"
run_fails 6 migrate downgrade b1 --from-log
_psql "$database" -c "UPDATE migrate_log SET script = replace(script, 'DROP TABLE t_a1', 'DROP TABLE t_c1')
    WHERE revision = 'c1'"
run_ok migrate downgrade b1 --from-log
expect_pg "SELECT to_regclass('t_c1') IS NULL" t
expect_pg 'SELECT version_num FROM migrate_version' b1
_psql "$database" -c "UPDATE migrate_log SET script = NULL; UPDATE migrate_version SET version_num = 'zz'"
run_ok migrate status
expect_out_like '^current +zz \(unknown\)'
run_ok migrate current
expect_out_like '^zz \(unknown\)'
EOS
