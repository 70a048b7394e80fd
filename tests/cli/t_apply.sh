#!/bin/sh
# The rules that keep data safe, as a user meets them (architecture.md, "Apply").
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

# script ID DOWN: a revision whose blocks come from stdin.
script() {
    {
        printf -- '-- about %s\n-- revision: %s\n-- down_revision: %s\n' "$1" "$1" "$2"
        cat
    } >"versions/$1.sql"
}

# What must not change when nothing is to be done: content and time of last writing.
look_of() {
    cksum <"$1"
    ls -l --full-time "$1"
}

scenario 'nothing to do needs no right and leaves the file alone' <<'EOS'
linear_project
run_ok migrate upgrade head
look_of app.db >before
run_ok migrate upgrade head --url 'sqlite:///app.db?mode=ro'
run_ok migrate downgrade c1 --url 'sqlite:///app.db?mode=ro'
run_ok migrate ensure-version --url 'sqlite:///app.db?mode=ro'
run_ok migrate current --url 'sqlite:///app.db?mode=ro'
run_ok migrate upgrade head
look_of app.db >after
expect_same before after
rev d1 c1
run_fails 4 migrate upgrade head --url 'sqlite:///app.db?mode=ro'
expect_err_like 'error E403: '
look_of app.db >after
expect_same before after
EOS

scenario 'a database in WAL mode stays in it' <<'EOS'
linear_project
sqlite3 app.db 'PRAGMA journal_mode = WAL; CREATE TABLE old (a)' >/dev/null
run_ok migrate upgrade b1
run_ok migrate upgrade head
expect_rows c1
run_ok migrate current
expect_sql app.db 'PRAGMA journal_mode' wal
expect_no_file app.db-wal app.db-shm
EOS

scenario 'what cannot be opened is said' <<'EOS'
linear_project
mkdir folder
run_fails 4 migrate upgrade head --url sqlite:///folder
expect_err_like "error E400: .*it is a folder"
run_fails 4 migrate upgrade head --url sqlite:///no/such.db
expect_err_like "error E400: .*its folder does not exist"
expect_no_file no
run_fails 4 migrate upgrade head --url sqlite:///migrate.ini
expect_err_like "error E402: "
: >empty.db
run_ok migrate upgrade head --url sqlite:///empty.db
expect_rows c1 empty.db
run_fails 3 migrate upgrade head --url 'sqlite:///x.db?mood=ro'
expect_err_like "error E205: .*'mood'"
EOS

scenario 'scripts with a BOM, CRLF and letters of all kinds' <<'EOS'
new_project
printf '\357\273\277-- it'"'"'s "älter"\r\n-- revision: a1\r\n-- down_revision:\r\n-- migrate: upgrade\r\nCREATE TABLE "t Größe" ("ä ""x""" text);\r\nINSERT INTO "t Größe" VALUES ('"'"';\r\n'"'"')' >versions/a1.sql
run_ok migrate upgrade head
expect_err_like "a1  it's \"älter\""
expect_sql app.db 'SELECT hex("ä ""x""") FROM "t Größe"' 3B0D0A
EOS

# What a run calls the process that keeps it out of app.db: by name, where the system tells who has locks.
holder_name() {
    _device=$(stat -c %d app.db)
    _file=$(printf '%02x:%02x:%s' $((_device >> 8 & 0xfff)) $((_device & 0xff | _device >> 12 & 0xfff00)) \
        "$(stat -c %i app.db)")
    if grep -qs "WRITE $1 $_file " /proc/locks; then
        echo "process $1 \\(sqlite3\\)"
    else
        echo 'another process'
    fi
}

scenario 'the lock of another run is waited for, and then given up' <<'EOS'
linear_project
run_ok migrate upgrade a1
mkfifo door
sqlite3 app.db <door & holder=$!
exec 3>door
printf 'BEGIN IMMEDIATE;\n.shell touch locked\n' >&3
while [ ! -e locked ]; do sleep 0.02; done
name=$(holder_name $holder)
run_fails 5 migrate upgrade head --run-lock-timeout 100ms
expect_err_like "error E500: $name holds the lock on 'sqlite:"
expect_err_like '^  next: migrate upgrade head'
run_fails 5 migrate stamp base --run-lock-timeout 100ms
expect_err_like 'error E500: '
migrate upgrade head --run-lock-timeout 20s 2>late 3>&- &
sleep 1.5
exec 3>&-
wait
grep -Eq "^waiting for $name, which holds the lock on 'sqlite:" late || fail "$(cat late)"
expect_rows c1
EOS

scenario 'two runs at once do every step once' <<'EOS'
new_project
before=
for n in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20; do
    rev r$n "$before"
    before=r$n
done
migrate upgrade head --one-by-one 2>first & a=$!
migrate upgrade head 2>second & b=$!
migrate upgrade heads --one-by-one 2>third & c=$!
wait $a && wait $b && wait $c
expect_rows r20
expect_sql app.db 'SELECT count(*), count(DISTINCT revision) FROM migrate_log' '20|20'
EOS

scenario 'a killed run leaves an earlier revision, and the next carries on' <<'EOS'
new_project
before=
for n in 1 2 3 4 5 6 7 8 9; do
    script k$n "$before" <<EOF
-- migrate: upgrade
CREATE TABLE t_k$n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
    WHERE i < 200000) SELECT i, hex(randomblob(10)) AS x FROM n;
EOF
    before=k$n
done
for pause in 0.05 0.2 0.35 0.5; do
    migrate upgrade head 2>/dev/null & victim=$!
    sleep $pause
    kill -9 $victim 2>/dev/null || true
    wait $victim 2>/dev/null || true
    [ -s app.db ] || continue
    expect_sql app.db 'PRAGMA integrity_check' ok
    done=$(sqlite3 app.db "SELECT count(*) FROM sqlite_schema WHERE name GLOB 't_k*'")
    [ "$done" -eq 0 ] || expect_rows k$done
done
run_ok migrate upgrade head
expect_rows k9
expect_sql app.db 'SELECT count(*) FROM migrate_log' 9
EOS

scenario 'a full disk in the middle of a rebuild changes nothing' <<'EOS'
new_project
rev a1 ''
script b1 a1 <<'EOF'
-- migrate: upgrade
CREATE TABLE t_new (id INTEGER PRIMARY KEY, x);
INSERT INTO t_new WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    SELECT i, hex(randomblob(100)) FROM n;
DROP TABLE t_a1;
ALTER TABLE t_new RENAME TO t_a1;
EOF
run_ok migrate upgrade a1
sqlite3 app.db 'INSERT INTO t_a1 VALUES (7)'
sqlite3 app.db .dump >before
cat >limited <<'EOF'
trap '' XFSZ
ulimit -f 1000
exec migrate upgrade head
EOF
run_fails 4 sh limited
expect_err_like 'error E404: upgrade of b1 \(about b1\)'
expect_err_like '^  state: rolled back, the database stays at a1'
sqlite3 app.db .dump >after
expect_same before after
run_ok migrate upgrade head
expect_rows b1
EOS

scenario 'a script cannot end the transaction, and is refused before anything runs' <<'EOS'
linear_project
script d1 c1 <<'EOF'
-- migrate: upgrade
CREATE TABLE t_d1 (a);
  COMMIT;
-- migrate: downgrade
VACUUM;
EOF
run_fails 6 migrate upgrade head
expect_err_like 'error E607: upgrade of d1: '
expect_err_like '^  at versions/d1.sql:6:3'
expect_err_like '^  state: nothing was run'
expect_no_file app.db
EOS

scenario 'foreign keys: no cascade, and no new orphan' <<'EOS'
new_project
script a1 '' <<'EOF'
-- migrate: upgrade
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p ON DELETE CASCADE);
INSERT INTO p VALUES (1), (2);
INSERT INTO c VALUES (1), (2);
EOF
script b1 a1 <<'EOF'
-- migrate: upgrade
DELETE FROM p WHERE id = 2;
EOF
run_fails 4 migrate upgrade head
expect_err_like "error E406: upgrade of b1 .*1 row whose foreign key finds no row: 'c' rowid 2 \(refers to 'p'\)"
expect_err_like '^  state: rolled back, the database stays at a1'
expect_sql app.db 'SELECT count(*) FROM p' 2
echo 'DELETE FROM c WHERE p = 2;' >>versions/b1.sql
run_ok migrate upgrade head
expect_sql app.db 'SELECT count(*) FROM c' 1
EOS

scenario 'an index that the script does not know stops a rebuild' <<'EOS'
new_project
rev a1 ''
script b1 a1 <<'EOF'
-- migrate: upgrade
CREATE TABLE t_new (id INTEGER PRIMARY KEY, x);
INSERT INTO t_new SELECT id, 1 FROM t_a1;
DROP TABLE t_a1;
ALTER TABLE t_new RENAME TO t_a1;
EOF
run_ok migrate upgrade a1
sqlite3 app.db 'CREATE INDEX "by hand" ON t_a1 (id)'
run_fails 6 migrate upgrade head
expect_err_like "error E609: upgrade of b1 .*would lose index 'by hand' of 't_a1'"
expect_rows a1
run_ok migrate upgrade head --allow-drop 'by *'
expect_rows b1
EOS

scenario 'an edited script stops the next upgrade' <<'EOS'
linear_project
run_ok migrate upgrade b1
sed -i 's/t_a1 (id/t_a1 (  id/; s/make a1/made a1/' versions/a1_make.sql
run_ok migrate upgrade b1
sed -i 's/t_a1 ( *id/t_a1 (no/' versions/a1_make.sql
run_fails 6 migrate upgrade head
expect_err_like "error E604: revision 'a1' was changed after it was applied"
expect_err_like '^  at versions/a1_make.sql$'
expect_rows b1
EOS

scenario 'irreversible revisions are all named before anything is undone' <<'EOS'
linear_project
sed -i '/downgrade$/,$d' versions/a1_make.sql versions/b1_make.sql
run_ok migrate upgrade head
run_fails 6 migrate downgrade base
expect_err_like "error E600: revision 'b1' cannot be undone"
expect_err_like "error E600: revision 'a1' cannot be undone"
expect_rows c1
EOS

scenario 'a block outside transactions that is cut short' <<'EOS'
new_project
script a1 '' <<'EOF'
-- migrate: upgrade transaction=off
CREATE TABLE t_a1 (a);
VACUUM;
INSERT INTO nowhere VALUES (1);
-- migrate: downgrade
EOF
run_fails 7 migrate upgrade head
expect_err_like 'error E700: upgrade of a1 \(about a1\), block 1, statement 3 of 3: no such table'
expect_err_like '^  at versions/a1.sql:7:1'
expect_err_like '^  state: half-done: .*3 of 3.*stay at base'
run_fails 6 migrate stamp head
expect_err_like "error E606: the upgrade of 'a1' was cut short: 0 of 1 blocks are done, and 2 statements"
expect_err_like "^  hint: .*migrate repair --abandon a1"
sed -i 's/CREATE TABLE t_a1 (a)/CREATE TABLE t_a1 (b)/' versions/a1.sql
run_fails 6 migrate upgrade head
expect_err_like "error E604: .*'a1' was cut short and cannot go on"
expect_err_like '^  at versions/a1.sql:5:1'
expect_err_like '^  \+CREATE TABLE t_a1 \(b\);'
sed -i 's/CREATE TABLE t_a1 (b)/CREATE TABLE t_a1 ( a )/; s/INSERT INTO nowhere/INSERT INTO t_a1/' versions/a1.sql
run_ok migrate upgrade head
expect_err_like "^the upgrade of 'a1' was cut short; it goes on with block 1, statement 3 of 3"
expect_rows a1
expect_sql app.db 'SELECT a FROM t_a1' 1
EOS

scenario 'a whole run in one transaction' <<'EOS'
linear_project
echo 'transaction_per_migration = false' >>migrate.ini
echo 'SELECT nosuch;' >>versions/c1_make.sql
sed -i 's/^DROP TABLE t_c1;$//; s/^-- migrate: downgrade$//' versions/c1_make.sql
run_fails 4 migrate upgrade head
expect_err_like '^  state: rolled back, the database stays at base'
expect_sql app.db 'SELECT count(*) FROM sqlite_schema' 0
sed -i '/nosuch/d' versions/c1_make.sql
run_ok migrate upgrade head
expect_rows c1
EOS

scenario 'a row that no script knows' <<'EOS'
linear_project
run_ok migrate upgrade head
sqlite3 app.db "UPDATE migrate_version SET version_num = 'it''s'"
run_fails 6 migrate upgrade head
expect_err_like "error E605: .*it's"
run_fails 6 migrate downgrade base
run_ok migrate stamp --purge c1
expect_rows c1
sqlite3 app.db "INSERT INTO migrate_version VALUES ('a1')"
rev d1 c1
run_fails 3 migrate upgrade head
expect_err_like "version row 'c1' overlaps with 'a1'"
expect_tables 't_a1 t_b1 t_c1'
EOS

scenario 'tables of our names that are not ours' <<'EOS'
linear_project
sqlite3 app.db 'CREATE TABLE migrate_log (id integer, text text)'
run_fails 6 migrate upgrade head
expect_err_like 'error E608: .*is not a log table'
expect_err_like '^  hint: .*log_table'
expect_tables ''
sqlite3 app.db 'DROP TABLE migrate_log; CREATE TABLE migrate_version (a)'
run_fails 4 migrate upgrade head
expect_err_like '^  hint: .*version_table'
EOS

scenario 'a signal stops a run: it rolls back and says where it is' <<'EOS'
linear_project
script d1 c1 <<'EOF'
-- migrate: upgrade
CREATE TABLE t_d1 (a);
INSERT INTO t_d1 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n
    LIMIT 1000000000;
EOF
run_ok migrate upgrade b1
signals=TERM:143
default=
# A shell's background jobs ignore SIGINT, and only some systems have a program that undoes that.
if env --default-signal=INT true 2>/dev/null; then
    signals='INT:130 TERM:143'
    default='env --default-signal=INT'
fi
for signal in $signals; do
    $default migrate upgrade head --one-by-one 2>stopped & run=$!
    tries=0
    until [ "$(sqlite3 app.db 'SELECT version_num FROM migrate_version' 2>/dev/null)" = c1 ]; do
        sleep 0.05
        tries=$((tries + 1))
        [ $tries -lt 400 ] || fail 'the run does not begin'
    done
    sleep 0.3
    kill -${signal%:*} $run
    status=0
    wait $run || status=$?
    [ $status -eq ${signal#*:} ] || fail "status $status after $signal: $(cat stopped)"
    grep -q '^error E408: upgrade of d1 (about d1)' stopped || fail "$(cat stopped)"
    grep -q '^  state: rolled back, the database stays at c1' stopped || fail "$(cat stopped)"
    expect_rows c1
    expect_sql app.db 'PRAGMA integrity_check' ok
    sqlite3 app.db 'BEGIN IMMEDIATE; ROLLBACK'
    run_ok migrate downgrade b1
done
EOS

scenario 'a signal stops a run that waits, and one outside a transaction' <<'EOS'
new_project
rev a1 ''
script b1 a1 <<'EOF'
-- migrate: upgrade transaction=off
CREATE TABLE t_b1 (a);
CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n
    LIMIT 1000000000;
EOF
run_ok migrate upgrade a1
mkfifo door
sqlite3 app.db <door &
exec 3>door
printf 'BEGIN IMMEDIATE;\n.shell touch locked\n' >&3
while [ ! -e locked ]; do sleep 0.02; done
migrate upgrade head 2>stopped 3>&- & run=$!
sleep 0.5
kill -TERM $run
status=0
wait $run || status=$?
[ $status -eq 143 ] || fail "status $status: $(cat stopped)"
grep -q 'stopped while waiting for the lock' stopped || fail "$(cat stopped)"
exec 3>&-
wait
migrate upgrade head 2>stopped & run=$!
tries=0
until [ "$(sqlite3 app.db "SELECT statements_done FROM migrate_log WHERE revision = 'b1'" 2>/dev/null)" = 1 ]; do
    sleep 0.05
    tries=$((tries + 1))
    [ $tries -lt 400 ] || fail 'the run does not begin'
done
sleep 0.2
kill -TERM $run
status=0
wait $run || status=$?
[ $status -eq 143 ] || fail "status $status: $(cat stopped)"
grep -q '^  state: half-done: .*(2 of 2 in its block)' stopped || fail "$(cat stopped)"
sed -i 's/1000000000/10/' versions/b1.sql
run_ok migrate upgrade head
expect_rows b1
EOS
