#!/bin/sh
# verify: each step up, down and up again on scratch; the end against the model.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

# script ID PARENT UPGRADE DOWNGRADE; a downgrade of "none" leaves the block out
script() {
    {
        printf -- '-- revision %s\n--\n-- revision: %s\n-- down_revision: %s\n\n' "$1" "$1" "$2"
        printf -- '-- migrate: upgrade\n%s\n' "$3"
        [ "$4" = none ] || printf -- '\n-- migrate: downgrade\n%s\n' "$4"
    } >"versions/$1.sql"
}

start() {
    run_ok migrate init
    script a1 '' 'CREATE TABLE t (x integer, y text);' 'DROP TABLE t;'
    script b2 a1 'CREATE INDEX t_x ON t (x);' 'DROP INDEX t_x;'
    echo 'CREATE TABLE t (x integer, y text); CREATE INDEX t_x ON t (x);' >model.sql
}

scenario 'several jobs find what one finds, in the same order' <<'EOS'
run_ok migrate init
parent=
for n in 1 2 3 4 5 6 7 8 9; do
    script "r$n" "$parent" "CREATE TABLE t$n (id INTEGER PRIMARY KEY);" "DROP TABLE t$n;"
    parent=r$n
done
found() {
    run migrate verify --format json "$@"
    sed '/elapsed_us/d' "$out" >"found-$name"
    echo "$status" >>"found-$name"
}
same() {
    name=one found -j 1 "$@"
    name=many found -j 4 "$@"
    expect_same found-one found-many
}
same --no-model
same
run_ok migrate verify --no-model -j 4
[ "$(grep -c '^verify r.* (' "$err")" -eq 8 ] || fail 'a line for each step'
[ "$(sed -n 's/^verify [^ ]* -> \(r[0-9]\) .*/\1/p' "$err" | tr -d '\n')" = r1r2r3r4r5r6r7r8r9 ] ||
    fail 'steps are told in order'
sed -i 's/DROP TABLE t4/SELECT 1/' versions/r4.sql
sed -i 's/DROP TABLE t8/SELECT 1/' versions/r8.sql
same --no-model
same --no-model --keep-going
expect_out_like not-inverse
sed -i 's/CREATE TABLE t6/CREATE TABLE t5/' versions/r6.sql
same --no-model --keep-going
same r7: --no-model
same r2:r5 --no-model
run_fails 2 migrate verify -j 0
run_fails 2 migrate verify -j x
EOS

scenario 'a sound history, without any database' <<'EOS'
start
run_ok migrate verify
expect_out 'ok model: is where the history ends'
expect_err_like '^verify base -> a1'
expect_err_like 'verified 2 revisions, 0 irreversible, 0 at fault'
expect_no_file app.db
EOS

scenario 'a downgrade that is not the inverse is named, with the SQL it lacks' <<'EOS'
start
script b2 a1 'CREATE INDEX t_x ON t (x); CREATE VIEW v AS SELECT x FROM t;' 'DROP INDEX t_x;'
run_fails 1 migrate verify
expect_out_like '^fault b2: the downgrade is not the inverse'
expect_out_like 'DROP VIEW "?v"?;'
run_ok migrate verify :a1
EOS

scenario 'a downgrade that fails, and going on' <<'EOS'
start
script a1 '' 'CREATE TABLE t (x integer, y text);' 'DROP TABLE nowhere;'
run migrate verify
expect_status 1
expect_out_like '^fault a1: the downgrade fails'
expect_err_like 'no such table: nowhere'
expect_err_like 'a1.sql:10:1'
run migrate verify --keep-going
expect_status 1
expect_out_like '^fault a1'
expect_err_like 'verify a1 -> b2'
EOS

scenario 'an irreversible revision is no fault' <<'EOS'
start
script b2 a1 'CREATE INDEX t_x ON t (x);' none
run_ok migrate verify
expect_out_like '^ok b2: irreversible'
EOS

scenario 'the end must be the model' <<'EOS'
start
echo 'CREATE TABLE u (z);' >>model.sql
run_fails 1 migrate verify
expect_out_like '^fault model: .*not the model'
expect_out_like 'CREATE TABLE u'
run_ok migrate verify --no-model
run migrate verify --format json
expect_status 1
python3 -c '
import json, sys
results = json.load(open(sys.argv[1]))
assert [r["verdict"] for r in results] == ["ok", "ok", "not-model"], results
' "$out"
EOS

scenario 'what include and exclude leave out is no difference' <<'EOS'
start
script b2 a1 'CREATE TABLE cache_a (x); CREATE VIEW cache_v AS SELECT x FROM t;' 'SELECT 1;'
echo 'CREATE TABLE t (x integer, y text);' >model.sql
run_fails 1 migrate verify
expect_out_like '^fault b2: '
expect_out_like 'DROP TABLE "?cache_a"?;'
cp migrate.ini before.ini
echo 'exclude = cache_*' >>migrate.ini
script b2 a1 'CREATE TABLE IF NOT EXISTS cache_a (x);' 'SELECT 1;'
run_ok migrate verify
cp before.ini migrate.ini
echo 'include = t' >>migrate.ini
run_ok migrate verify
script b2 a1 'CREATE TABLE IF NOT EXISTS cache_a (x); CREATE INDEX t_x ON t (x);' 'SELECT 1;'
run_fails 1 migrate verify
expect_out_like '^fault b2: '
expect_out_like 'DROP INDEX "?t_x"?;'
expect_out_unlike 'cache_a'
EOS

scenario 'branches that a merge joins, in either order' <<'EOS'
mkdir -p versions
printf '[migrate]\nurl = sqlite:///app.db\n' >migrate.ini
part() { # ID PARENTS UP [DOWN]
    printf -- '-- revision: %s\n-- down_revision: %s\n-- migrate: upgrade\n%s\n' "$1" "$2" "$3" >"versions/$1.sql"
    [ $# -lt 4 ] || printf -- '-- migrate: downgrade\n%s\n' "$4" >>"versions/$1.sql"
}
part a1 '' 'CREATE TABLE t (id integer PRIMARY KEY);' 'DROP TABLE t;'
part b2 a1 'CREATE TABLE "u x" (id integer); ALTER TABLE t ADD COLUMN b integer;' \
    'ALTER TABLE t DROP COLUMN b; DROP TABLE "u x";'
part b3 b2 'CREATE INDEX u_id ON "u x" (id);' 'DROP INDEX u_id;'
part c2 a1 'CREATE TABLE v (id integer);' 'DROP TABLE v;'
part d4 'b3, c2' '' ''
run_ok migrate verify --merges
expect_err_like 'verified 5 revisions, 0 irreversible, 0 at fault'
part b3 b2 'CREATE VIEW IF NOT EXISTS "the v" AS SELECT 1 AS x;'
part c2 a1 'CREATE VIEW IF NOT EXISTS "the v" AS SELECT 2 AS x;'
run_ok migrate verify
run migrate verify --merges --format json
expect_status 1
expect_out_like '"verdict": "not-commuting"'
expect_out_like '"rule": "RV014"'
run migrate verify --merges
expect_status 1
expect_out_like '^fault d4: the branches that it joins do not end there in the other order'
expect_out_like 'CREATE VIEW "the v" AS SELECT [12] AS x'
part c2 a1 'ALTER TABLE t ADD COLUMN c integer;' 'ALTER TABLE t DROP COLUMN c;'
part b3 b2 'CREATE INDEX t_c ON t (c);' 'DROP INDEX t_c;'
run migrate verify --merges
expect_status 1
expect_out_like '^fault d4: the branches'
expect_err_like 'has no column named c|no such column: c'
sed -i 's/^-- down_revision: b2$/&\n-- depends_on: c2/' versions/b3.sql
part d4 'b3' '' ''
run_ok migrate verify --merges
part b3 b2 'ALTER TABLE t ADD COLUMN d integer;' 'ALTER TABLE t DROP COLUMN d;'
part d4 'b3, c2' '' ''
run_ok migrate verify --merges
EOS
