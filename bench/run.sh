#!/bin/sh
# usage: run.sh MIGRATE TOOLS
#
# Measures the program MIGRATE and prints a table; TOOLS is the folder of the built `measure` and
# `read_files`. `make bench` calls it. BENCH_RUNS sets how often each is run (default 5), BENCH_DIR
# where (default: a new folder below TMPDIR, removed afterwards).
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
migrate=$1 tools=$2
runs=${BENCH_RUNS:-5}
work=${BENCH_DIR:-$(mktemp -d "${TMPDIR:-/tmp}/migrate-bench.XXXXXX")}
[ -n "${BENCH_DIR:-}" ] || trap 'rm -rf "$work"' EXIT
unset MIGRATE_URL MIGRATE_CONFIG DATABASE_URL MEASURE_BEFORE

. "$bench/lib.sh"

rm -rf "$work/linear" "$work/merging" "$work/small" "$work/scripts" "$work/reversible" "$work/one" "$work/model"
title 'Start'
baseline 'true' true
line 'migrate --version' - "$migrate" --version

for shape in linear merging; do
    title "10,000 revisions, $shape"
    "$bench/generate_revisions.sh" "$work/$shape" 10000 "$shape"
    cd "$work/$shape"
    baseline 'read_files' "$tools/read_files" versions
    line 'migrate heads' 2 "$migrate" heads
    baseline 'cat versions/*' sh -c 'cat versions/*'
    line 'migrate heads' 2 "$migrate" heads
    line 'migrate history' 2 "$migrate" history
    line 'migrate history --graph' - "$migrate" history --graph
done

title '1,000 revisions onto a new SQLite file'
"$bench/generate_revisions.sh" "$work/small" 1000 linear
cd "$work/small"
awk 'BEGIN { for (n = 0; n < 1000; n++)
    print "BEGIN; CREATE TABLE table_" n " (id integer PRIMARY KEY, name text NOT NULL); COMMIT;" }' \
    >plain.sql
MEASURE_BEFORE='rm -f app.db'
export MEASURE_BEFORE
baseline 'sqlite3, a transaction a revision' sh -c 'sqlite3 app.db <plain.sql'
line 'migrate upgrade head' 0.15 "$migrate" upgrade head
line 'migrate upgrade head --one-by-one' 1.1 "$migrate" upgrade head --one-by-one
unset MEASURE_BEFORE

title 'Where the database is (1,000 revisions)'
baseline 'sqlite3, reading one row' sqlite3 app.db 'SELECT version_num FROM migrate_version'
line 'migrate current' - "$migrate" current
line 'migrate upgrade head, nothing to do' - "$migrate" upgrade head
mkdir -p "$work/one/versions"
cp migrate.ini app.db "$work/one"
head=$("$migrate" heads | cut -d ' ' -f 1)
sed 's/^-- down_revision:.*/-- down_revision:/' versions/"$head"_* >"$work/one/versions/$head.sql"
cd "$work/one"
line 'migrate current, one revision' 3 "$migrate" current

title '1,000 scripts of several statements, looked at'
"$bench/generate_scripts.sh" "$work/scripts" 1000 sqlite:///app.db
cd "$work/scripts"
baseline 'sqlite3, running them in memory' sh -c 'sqlite3 :memory: <plain.sql'
line 'migrate lint' 2 "$migrate" lint

title '200 revisions, up, down and up again'
"$bench/generate_reversible.sh" "$work/reversible" 200 sqlite:///app.db
cd "$work/reversible"
baseline 'sqlite3, up, down and up again' sh -c 'sqlite3 :memory: <plain.sql'
line 'migrate verify' - "$migrate" verify
line 'migrate verify, one at a time' - "$migrate" verify -j 1

title 'A model of 1,000 tables of 10 columns'
"$bench/generate_model.sh" "$work/model" 1000
cd "$work/model"
"$migrate" -q revision --autogenerate -m 'all tables' >/dev/null
"$migrate" -q upgrade head
baseline 'sqlite3, loading the model' sh -c 'sqlite3 :memory: <model.sql'
line 'migrate check, no change' - "$migrate" check
