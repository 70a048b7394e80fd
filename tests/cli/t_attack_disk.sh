#!/bin/sh
# Files that cannot grow, and files that cannot be read.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

need sqlite3

scenario 'a limit on the size of files is an error, and nothing changes' <<'EOS'
run_ok migrate init
echo 'CREATE TABLE big(id INTEGER PRIMARY KEY, v TEXT);' >model.sql
run_ok migrate revision --autogenerate -m one
run_ok migrate upgrade head
sqlite3 app.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                INSERT INTO big SELECT i, printf('%080d', i) FROM n"
sqlite3 app.db .dump >before
echo 'CREATE TABLE big(id INTEGER PRIMARY KEY, v TEXT NOT NULL);' >model.sql
run_ok migrate revision --autogenerate -m two
run_fails 4 sh -c 'ulimit -f 5000; exec migrate upgrade head'
expect_err_like 'state: rolled back'
sqlite3 app.db .dump >after
expect_same before after
run_ok migrate upgrade head
expect_sql app.db 'SELECT count(*) FROM big' 20000
EOS

scenario 'why a file cannot be read is said' <<'EOS'
run_ok migrate init
ln -s loop loop
run_fails 3 migrate -c loop heads
expect_err_like "cannot read 'loop': Too many levels of symbolic links"
printf '[migrate]\nurl = sqlite:///app.db\nmodel = loop\n' >migrate.ini
run_fails 3 migrate revision --autogenerate -m x
expect_err_like "cannot read 'loop': Too many levels of symbolic links"
EOS
