#!/bin/sh
# Schemas and databases that are odd, each met as a user would.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3 timeout

# start: a project whose database is made from the model on stdin by the first revision.
start() {
    new_project 'model = model.sql'
    cat >model.sql
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    run_ok migrate check
}

# go SED-SCRIPT: the model edited, a revision to it, up, down, and up again.
go() {
    sed -i "$1" model.sql
    run_ok migrate revision --autogenerate -m next
    [ -s "$out" ] || fail 'no change'
    run_ok migrate upgrade head
    run_ok migrate check
    run_ok migrate downgrade -1
    run_ok migrate upgrade head
    run_ok migrate check
    expect_sql app.db 'PRAGMA integrity_check; PRAGMA foreign_key_check' ok
}

scenario 'AUTOINCREMENT goes on counting behind a rebuild' <<'EOS'
start <<'EOF'
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
CREATE TABLE "Other T" (id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE unused (id INTEGER PRIMARY KEY AUTOINCREMENT, a);
EOF
sqlite3 app.db "INSERT INTO t (id, a) VALUES (5, 'x'), (900, 'y'); DELETE FROM t WHERE id = 900;
    INSERT INTO \"Other T\" VALUES (77); DELETE FROM \"Other T\""
go 's/a TEXT)/a TEXT NOT NULL CHECK (a <> 7))/; s/"Other T" (id/"Other T" (b DEFAULT 1 UNIQUE, id/; s/AUTOINCREMENT, a)/AUTOINCREMENT, a UNIQUE)/'
expect_sql app.db 'SELECT name, seq FROM sqlite_sequence ORDER BY name' 'Other T|77
t|900'
sqlite3 app.db "INSERT INTO t (a) VALUES ('z')"
expect_sql app.db 'SELECT max(id) FROM t' 901
EOS

scenario 'generated columns through a rebuild' <<'EOS'
start <<'EOF'
CREATE TABLE t (a INT, v INT AS (a * 2), s TEXT AS ('s' || a) STORED, z INT);
CREATE UNIQUE INDEX by_v ON t (v);
CREATE VIEW w AS SELECT v, s FROM t;
EOF
sqlite3 app.db 'INSERT INTO t (a, z) VALUES (1, 2), (3, 4)'
go 's/z INT)/z INT NOT NULL CHECK (v < 100))/'
expect_sql app.db 'SELECT a, v, s, z FROM t' '1|2|s1|2
3|6|s3|4'
go "s/AS (a \* 2)/AS (a * 3) STORED/; s/AS ('s' || a) STORED/AS ('r' || a) VIRTUAL/"
expect_sql app.db 'SELECT * FROM w' '3|r1
9|r3'
go 's/v INT AS (a \* 3) STORED/v INT/'
go 's/v INT, s/v INT, s/; s/ z INT/ z REAL/'
EOS

scenario 'views that mention one another in a circle, or nothing that is there' <<'EOS'
start <<'EOF'
CREATE TABLE t (a, b);
CREATE VIEW one AS SELECT * FROM two;
CREATE VIEW two AS SELECT * FROM one;
CREATE VIEW lost AS SELECT * FROM nowhere;
CREATE VIEW self AS SELECT * FROM self;
CREATE TRIGGER far AFTER INSERT ON t BEGIN INSERT INTO nowhere VALUES (new.a); END;
EOF
go 's/(a, b)/(a NOT NULL DEFAULT 0, b)/'
go 's/FROM one;/FROM one WHERE 1;/'
go '/VIEW two/d'
EOS

scenario 'statistics of ANALYZE are no objects, and stay' <<'EOS'
start <<'EOF'
CREATE TABLE t (a INT, b);
CREATE INDEX i ON t (a);
EOF
sqlite3 app.db 'INSERT INTO t (a) VALUES (1), (2); ANALYZE'
run_ok migrate inspect
expect_out_unlike sqlite_stat
run_ok migrate check
expect_err ''
go 's/, b)/, b, c)/'
expect_sql app.db "SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 't'" 'i|2 1'
sqlite3 app.db .dump >model.sql
run_ok migrate check
EOS

scenario 'a damaged database says so, wherever the damage is found' <<'EOS'
start <<'EOF'
CREATE TABLE t (a);
EOF
page=$(sqlite3 app.db "SELECT rootpage FROM sqlite_schema WHERE name = 'migrate_version'")
size=$(sqlite3 app.db 'PRAGMA page_size')
head -c "$size" /dev/zero | dd of=app.db bs="$size" seek=$((page - 1)) conv=notrunc 2>/dev/null
for command in check current 'upgrade head' 'stamp head'; do
    # shellcheck disable=SC2086 # a list of words
    run_fails 4 migrate $command
    expect_err_like 'malformed'
    expect_err_like 'hint: .*damaged: restore it from a backup'
    expect_err_unlike 'version_table'
done
EOS

scenario 'every source into a pipe that is closed' <<'EOS'
run_ok migrate init
i=0
while [ $i -lt 3000 ]; do
    echo "CREATE TABLE t$i (id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'some text of a certain length', b);"
    i=$((i + 1))
done >model.sql
sqlite3 app.db <model.sql
for source in live model file:model.sql file:app.db sqlite:app.db; do
    for format in text json; do
        echo 0 >status
        { timeout 60 migrate inspect "$source" --format $format 2>err || echo $? >status; } | head -c 10 >/dev/null
        [ "$(cat status)" -eq 141 ] || fail "$source: exit status $(cat status)"
        [ ! -s err ] || fail "$source: $(cat err)"
    done
done
EOS

scenario 'titles and names that would steer the terminal' <<'EOS'
need_script=$(command -v script) || skip "'script' is not installed"
new_project 'model = model.sql'
printf 'CREATE TABLE "a\033[2Jb" (x);\n' >model.sql
run_ok migrate revision --autogenerate -m "$(printf 'red \033[31malert\007')"
for command in history 'show head' 'inspect model' 'diff live model' 'upgrade head' status check; do
    # shellcheck disable=SC2086 # a list of words
    run_tty migrate $command
    expect_status 0
    tr -d '\r' <"$out" | sed 's/\x1b\[[0-9;]*m//g' >seen
    if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037]')" seen; then
        fail "$command: $(od -c seen | head)"
    fi
done
run_ok migrate inspect
cp "$out" piped.sql
printf 'CREATE TABLE "a\033[2Jb" (x);\n' >expected
expect_same expected piped.sql
EOS
