#!/bin/sh
# Runs through PgBouncer in transaction mode, where no session lasts (rule 2).
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
PATH=$PATH:/usr/sbin
need pgbouncer
need_postgresql

# Fewer sessions of the server than there are runs; it ends when this script does.
pooler=$(mktemp -d /tmp/migrate-pooler.XXXXXX)
cat >"$pooler/ini" <<END_OF_INI
[databases]
* = host=$cluster user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $pooler
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 200
END_OF_INI
as_user=
if [ "$(id -u)" -eq 0 ]; then
    chown -R nobody "$pooler"
    as_user='setpriv --reuid=nobody --regid=nogroup --clear-groups'
fi
# shellcheck disable=SC2086 # a list of words
$as_user pgbouncer -q "$pooler/ini" >"$pooler/log" 2>&1 </dev/null &
pid=$!
(
    while kill -0 $$ 2>/dev/null; do sleep 0.2; done
    kill $pid
    rm -rf "$pooler"
) >/dev/null 2>&1 </dev/null &
tries=0
until psql -h "$pooler" -p 6432 -U x postgres -Xqc 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || { cat "$pooler/log"; exit 99; }
    sleep 0.1
done

# A project on a new database, reached through the pooler. Each step leaves a row when it is run.
pooled_project() {
    fresh_database
    direct=$url
    url="postgresql://x@/$database?host=$pooler&port=6432"
    run_ok migrate init --url "$url"
    parent=
    for step in 1 2 3 4 5 6; do
        cat >versions/r$step.sql <<EOF
-- revision: r$step
-- down_revision: $parent

-- migrate: upgrade
CREATE TABLE IF NOT EXISTS hits (x text);
INSERT INTO hits VALUES ('r$step');
SET search_path = pg_catalog;
-- migrate: upgrade
INSERT INTO public.hits VALUES ('r$step, block 2');
-- migrate: upgrade
INSERT INTO public.hits VALUES ('r$step, block 3');
-- migrate: downgrade
DELETE FROM hits WHERE x LIKE 'r$step%';
EOF
        parent=r$step
    done
}

# What is left in the server's sessions and locks.
expect_clean() {
    expect_pg "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'" 0
    expect_pg "SELECT count(*) FROM migrate_log WHERE finished_at IS NULL" 0
    _left=$(psql -h "$pooler" -p 6432 -U x -d "$database" -XqAtc \
        "SELECT name FROM pg_settings WHERE source = 'session' AND setting <> reset_val AND name NOT IN
         ('application_name', 'client_encoding', 'standard_conforming_strings', 'DateStyle')")
    [ -z "$_left" ] || fail "settings are left in the pooler's session: $_left"
}

scenario 'one run, up and down' <<'EOS'
pooled_project
run_ok migrate upgrade head
run_ok migrate current
expect_out_like '^r6'
expect_pg 'SELECT count(*), count(DISTINCT x) FROM hits' '18|18'
run_ok migrate downgrade -2
expect_pg 'SELECT count(*), count(DISTINCT x) FROM hits' '12|12'
run_ok migrate stamp r6
run_ok migrate upgrade head
expect_clean
EOS

for runs in 2 20; do
    scenario "$runs runs at once apply each step once" <<EOS
runs=$runs
$(cat <<'EOF'
pooled_project
i=0
while [ $i -lt $runs ]; do
    i=$((i + 1))
    (
        _status=0
        migrate upgrade head >"log.$i" 2>&1 || _status=$?
        echo $_status >"status.$i"
    ) &
done
wait
for _file in status.*; do
    [ "$(cat "$_file")" = 0 ] || fail "$_file: $(cat "$_file"): $(cat "log.${_file#status.}")"
done
expect_pg 'SELECT count(*), count(DISTINCT x) FROM hits' '18|18'
expect_pg 'SELECT count(*), count(DISTINCT revision) FROM migrate_log' '6|6'
expect_pg 'SELECT version_num FROM migrate_version' r6
expect_clean
EOF
)
EOS
done

scenario 'what must run outside transactions is refused before anything runs' <<'EOS'
pooled_project
cat >versions/s1.sql <<'EOF'
-- revision: s1
-- down_revision: r6

-- migrate: upgrade
CREATE TABLE never (a int);
-- migrate: upgrade transaction=off
CREATE INDEX CONCURRENTLY i ON never (a);
EOF
run_fails 6 migrate upgrade head
expect_err_like 'a block with transaction=off cannot run through a connection pooler'
expect_err_like '^  at versions/s1.sql:6'
expect_err_like 'hint: Connect to the server directly'
expect_pg "SELECT to_regclass('hits'), to_regclass('never'), to_regclass('migrate_log')" '||'
run_ok migrate upgrade head --url "$direct"
expect_pg 'SELECT version_num FROM migrate_version' s1
EOS
