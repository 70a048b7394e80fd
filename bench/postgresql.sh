#!/bin/sh
# usage: postgresql.sh MIGRATE TOOLS
#
# Measures the program MIGRATE on a PostgreSQL server of its own and prints a table; TOOLS is the folder
# of the built `measure` and `delay_proxy`. `make bench-postgresql` calls it. The settings are those
# of run.sh, and BENCH_TABLES ("1000 5000"), BENCH_VERSION (of the server, see tests/lib/cluster.sh),
# BENCH_DELAY_MS (of the proxy, each way: 10).
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
cluster=$bench/../tests/lib/cluster.sh
migrate=$1 tools=$2
runs=${BENCH_RUNS:-5}
tables=${BENCH_TABLES-1000 5000}
delay=${BENCH_DELAY_MS:-10}
revisions=1000
work=${BENCH_DIR:-$(mktemp -d "${TMPDIR:-/tmp}/migrate-bench.XXXXXX")}
server=
proxy=

clean_up() {
    [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
    [ -z "$server" ] || "$cluster" stop "$server"
    [ -n "${BENCH_DIR:-}" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM
unset MIGRATE_CONFIG DATABASE_URL MEASURE_BEFORE PGSERVICE
. "$bench/lib.sh"

# use FOLDER: programs connect to the database `bench` through the socket there.
use() {
    export PGHOST="$1" PGUSER=postgres PGDATABASE=bench
    export MIGRATE_URL="postgresql://postgres@/bench?host=$1"
}

start_server() {
    server=
    server=$(MIGRATE_TEST_OWNER=$$ "$cluster" start "${BENCH_VERSION:-}")
    use "$server"
}

# far NAME COMMAND…: one run through the proxy, with its time and its round trips.
far() {
    name=$1
    shift
    [ -z "${MEASURE_BEFORE:-}" ] || sh -c "$MEASURE_BEFORE"
    "$tools/delay_proxy" "$delay" "$work/far" "$server" >"$work/proxy.txt" &
    proxy=$!
    until grep -q ready "$work/proxy.txt"; do sleep 0.01; done
    use "$work/far"
    before=${MEASURE_BEFORE:-}
    unset MEASURE_BEFORE
    measure 1 "$@"
    [ -z "$before" ] || export MEASURE_BEFORE="$before"
    use "$server"
    kill "$proxy"
    wait "$proxy" || true
    proxy=
    printf '%-44s %9s ms %s\n' "$name" "$ms" "$(tail -n 1 "$work/proxy.txt")"
}

# check_model TABLES: nothing has changed.
check_model() {
    title "check of $1 tables without a change"
    cd "$work"
    rm -rf "$work/model"
    psql -q -d postgres -c 'DROP DATABASE IF EXISTS bench' -c 'CREATE DATABASE bench'
    "$bench/generate_model.sh" "$work/model" "$1" 2
    cd "$work/model"
    MEASURE_BEFORE="psql -q -d postgres -c 'DROP DATABASE IF EXISTS loaded' -c 'CREATE DATABASE loaded'"
    export MEASURE_BEFORE
    baseline 'psql loading the model, pg_dump' sh -c \
        'psql -q -d loaded -f model.sql && pg_dump -d loaded --schema-only'
    psql -q -v ON_ERROR_STOP=1 -f model.sql
    "$migrate" -q revision -m "all tables" >/dev/null
    "$migrate" -q stamp head >/dev/null
    MEASURE_BEFORE='rm -rf "$XDG_CACHE_HOME"'
    line 'migrate check, cold' 1.3 "$migrate" check
    far 'the same, far away' "$migrate" check
    unset MEASURE_BEFORE
    baseline 'pg_dump --schema-only' pg_dump --schema-only
    line 'migrate check, warm' 1 "$migrate" check
    far 'the same, far away' "$migrate" check
    far 'pg_dump --schema-only, far away' pg_dump --schema-only
}

upgrade_revisions() {
    title "upgrade head of $revisions revisions, on a server that waits for the disk"
    "$cluster" stop "$server"
    export MIGRATE_TEST_DURABLE=1
    start_server
    cd "$work"
    rm -rf "$work/small"
    "$bench/generate_revisions.sh" "$work/small" $revisions linear
    cd "$work/small"
    awk -v revisions=$revisions 'BEGIN { for (n = 0; n < revisions; n++)
        print "BEGIN;\nCREATE TABLE table_" n " (id integer PRIMARY KEY, name text NOT NULL);\nCOMMIT;" }' \
        >plain.sql
    MEASURE_BEFORE="psql -q -d postgres -c 'DROP DATABASE IF EXISTS bench' -c 'CREATE DATABASE bench' -c CHECKPOINT"
    export MEASURE_BEFORE
    baseline 'psql, a transaction a revision' psql -q -f plain.sql
    line 'migrate upgrade head' 0.8 "$migrate" upgrade head
    line 'migrate upgrade head --one-by-one' 1 "$migrate" upgrade head --one-by-one
    far 'psql, far away' psql -q -f plain.sql
    far 'migrate upgrade head, far away' "$migrate" upgrade head
    far 'migrate upgrade head --one-by-one, far away' "$migrate" upgrade head --one-by-one
    unset MEASURE_BEFORE
}

ask_current() {
    title "Where the database is ($revisions revisions)"
    baseline 'psql, reading one row' psql -q -c 'SELECT version_num FROM migrate_version'
    line 'migrate current' - "$migrate" current
    line 'migrate upgrade head, nothing to do' - "$migrate" upgrade head
    far 'psql reading one row, far away' psql -q -c 'SELECT version_num FROM migrate_version'
    far 'migrate current, far away' "$migrate" current
    far 'migrate upgrade head, nothing to do' "$migrate" upgrade head
}

lint_scripts() {
    title "$revisions scripts of several statements, looked at"
    rm -rf "$work/scripts"
    "$bench/generate_scripts.sh" "$work/scripts" $revisions "$MIGRATE_URL"
    cd "$work/scripts"
    MEASURE_BEFORE="psql -q -d postgres -c 'DROP DATABASE IF EXISTS bench' -c 'CREATE DATABASE bench'"
    export MEASURE_BEFORE
    baseline 'psql, running them' psql -q -f plain.sql
    # Each finds an index that is not built concurrently.
    line 'migrate lint' - sh -c "'$migrate' -q lint >/dev/null; [ \$? -eq 1 ]"
    unset MEASURE_BEFORE
}

verify_scripts() {
    title '200 revisions, up, down and up again'
    rm -rf "$work/reversible"
    "$bench/generate_reversible.sh" "$work/reversible" 200 "$MIGRATE_URL"
    cd "$work/reversible"
    MEASURE_BEFORE="psql -q -d postgres -c 'DROP DATABASE IF EXISTS bench' -c 'CREATE DATABASE bench'"
    export MEASURE_BEFORE
    baseline 'psql, up, down and up again' psql -q -f plain.sql
    line 'migrate verify' - "$migrate" -q verify
    line 'migrate verify, one at a time' - "$migrate" -q verify -j 1
    unset MEASURE_BEFORE
}

mkdir -p "$work/far"
export XDG_CACHE_HOME="$work/cache" PGOPTIONS='-c client_min_messages=warning'
start_server
psql -d postgres -Atc "SELECT 'PostgreSQL ' || current_setting('server_version')"
for n in $tables; do
    check_model "$n"
done
lint_scripts
verify_scripts
upgrade_revisions
ask_current
