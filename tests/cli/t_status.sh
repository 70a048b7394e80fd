#!/bin/sh
# `status` in every state that a project can be in.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need sqlite3

# script ID PARENT MESSAGE UPGRADE
script() {
    cat >"versions/$1.sql" <<EOF2
-- $3
--
-- revision: $1
-- down_revision: $2

-- migrate: upgrade
$4
EOF2
}

project() {
    run_ok migrate init
    script a1 '' 'first tables' 'CREATE TABLE users (id);'
    script b2 a1 'add posts' 'CREATE TABLE posts (id);'
}

scenario 'pending revisions with their hazards, and drift' <<'EOS'
run_ok migrate init
echo 'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);' >model.sql
run_ok migrate revision --autogenerate -m one --rev-id a1
run_ok migrate upgrade head
run_ok migrate status --drift
expect_out_like '^drift     none$'
echo 'CREATE TABLE a (id INTEGER PRIMARY KEY);' >model.sql
run_ok migrate revision --autogenerate -m two --rev-id b2
run_ok migrate status
expect_out_like '^ +hazard: data-loss: drops column a.x$'
expect_out_unlike '^drift'
sqlite3 app.db 'CREATE INDEX by_hand ON a (x); ALTER TABLE a ADD COLUMN y INT'
run_ok migrate status --drift
expect_out_like '^drift     2 differences'
expect_out_like 'add index a.by_hand'
run_fails 1 migrate status --drift --exit-code
run migrate status --drift --format json
expect_out_like '"equal": false'
expect_out_like '"kind": "data-loss"'
EOS

scenario 'no database, no scripts' <<'EOS'
run_ok migrate init
run_ok migrate status --exit-code
expect_out_like '^database  sqlite:///app.db \(migrate.ini:[0-9]+\), SQLite [0-9.]+, not there yet$'
expect_out_like '^scripts   0 revisions$'
expect_out_like '^current   base, no version table yet$'
expect_out_like '^pending   nothing$'
expect_no_file app.db
EOS

scenario 'no versions folder' <<'EOS'
run_ok migrate init
rm -r versions
run_ok migrate status
expect_out_like '^problem   .*versions'
EOS

scenario 'no migrate.ini' <<'EOS'
run_fails 3 migrate status
EOS

scenario 'no URL' <<'EOS'
printf '[migrate]\n' >migrate.ini
mkdir versions
run_ok migrate status
expect_out_like '^database  none$'
expect_out_like '^problem   '
EOS

scenario 'pending revisions, then none' <<'EOS'
project
run_ok migrate status
expect_out_like '^scripts   2 revisions, head b2$'
expect_out_like '^pending   2 revisions$'
expect_out_like '^          a1, first tables$'
expect_out_like '^          b2 \(head\), add posts$'
expect_no_file app.db
run migrate status --exit-code
expect_status 1
run_ok migrate upgrade +1 --tag rc1
run_ok migrate status
expect_out_like '^current   a1, first tables$'
expect_out_like '^pending   1 revision$'
expect_out_like '^last run  [-0-9]+T[:0-9.]+Z upgrade a1 by .*, tag rc1$'
run_ok migrate upgrade head
run_ok migrate status --exit-code
expect_out_like '^current   b2 \(head\), add posts$'
expect_out_like '^pending   nothing$'
EOS

scenario 'many pending revisions are counted, not all listed' <<'EOS'
run_ok migrate init
parent=
for i in 01 02 03 04 05 06 07 08 09 10 11 12; do
    script "r$i" "$parent" "step $i" "CREATE TABLE t$i (x);"
    parent=r$i
done
run_ok migrate status
expect_out_like '^          r10, step 10$'
expect_out_unlike 'r11, step'
expect_out_like '^          and 2 more$'
EOS

scenario 'two heads, an unknown row, an edited script' <<'EOS'
project
run_ok migrate upgrade head
script c3 a1 'other branch' ''
run_ok migrate status
expect_out_like '^scripts   3 revisions, heads b2, c3$'
expect_out_like '^problem   2 heads$'
rm versions/c3.sql
script b2 a1 'add posts' 'CREATE TABLE posts (id, text);'
run_ok migrate status
expect_out_like '^problem   changed since it was applied: b2 \(upgrade\)$'
run migrate status --exit-code
expect_status 1
rm versions/b2.sql
run_ok migrate status
expect_out_like '^current   b2 \(unknown; the log keeps its script\)$'
expect_out_like '^problem   .*b2'
run migrate status --exit-code
expect_status 1
EOS

scenario 'a broken graph' <<'EOS'
project
run_ok migrate upgrade head
script x9 nosuch 'lost' ''
run_ok migrate status
expect_out_like '^problem   .*nosuch.* \(versions/x9.sql:4\)$'
expect_out_like '^current   b2 \(unknown\)$|^current   b2$'
run migrate status --exit-code
expect_status 1
EOS

scenario 'a file that is no database' <<'EOS'
project
echo 'this is not a database, and long enough to be seen as such' >app.db
run_ok migrate status
expect_out_like '^scripts   2 revisions'
expect_out_like '^problem   '
EOS

scenario 'a database of somebody else' <<'EOS'
project
sqlite3 app.db 'CREATE TABLE t (x)'
run_ok migrate status
expect_out_like '^current   base, no version table yet$'
expect_sql app.db 'SELECT group_concat(name) FROM sqlite_schema' t
EOS

scenario 'JSON has everything' <<'EOS'
project
run_ok migrate upgrade +1
run_ok migrate status --format json
expect_out_like '"good": false'
expect_out_like '"origin": "migrate.ini:[0-9]+"'
expect_out_like '"revision": "b2"'
expect_out_like '"direction": "upgrade"'
EOS

scenario 'several databases' <<'EOS'
mkdir versions
printf '[migrate]\n[migrate:one]\nurl = sqlite:one.db\n[migrate:two]\nurl = sqlite:two.db\n' >migrate.ini
run_ok migrate -n one -n two status
expect_out_like '^database  .*one.db'
expect_out_like '^database  .*two.db'
EOS
