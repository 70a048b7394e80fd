#!/bin/sh
# What SQLite accepts and migrate cannot manage (dialects/sqlite/unmanaged.def): it is reported by
# name with its reason, it is no difference, and nothing drops it.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

# reason NAME: its text in the list, without the quotes.
reason() {
    sed -n "s/^UNMANAGED($1, \"\(.*\)\",\$/\1/p" "$srcdir/dialects/sqlite/unmanaged.def"
}

# strange SQL: puts rows into sqlite_schema that this SQLite would not make itself.
strange() {
    sqlite3 app.db "PRAGMA writable_schema = on;
        INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES $1;"
}

# stays WHAT NAME REASON: reported everywhere with that reason, and still there after a revision that
# changes what is around it, up and down.
stays() {
    for command in 'inspect' 'diff live model' 'check' 'revision --autogenerate -m nothing'; do
        # shellcheck disable=SC2086 # a list of words
        run migrate $command
        grep -F "unmanaged: $1" "$err" | grep -qF ": $3" || fail "$command: $(cat "$err")"
        expect_out_unlike 'DROP|[^a-z]differences? between'
    done
    expect_err_like 'no changes'
    run_ok migrate inspect --format json
    expect_out_like "\"unmanaged\": \"$(reason "$4")"
    sqlite3 app.db "PRAGMA writable_schema = on; SELECT * FROM sqlite_schema WHERE name = '$2'" >before
    sed -i 's/^CREATE TABLE plain (a);/CREATE TABLE plain (a, b);/' model.sql
    run_ok migrate revision --autogenerate -m more
    run_ok migrate upgrade head
    run_ok migrate check
    run_ok migrate downgrade base
    run_ok migrate upgrade head
    sqlite3 app.db "PRAGMA writable_schema = on; SELECT * FROM sqlite_schema WHERE name = '$2'" >after
    expect_same before after
}

project() {
    new_project 'model = model.sql'
    sqlite3 app.db 'CREATE TABLE plain (a); INSERT INTO plain VALUES (7)'
    echo 'CREATE TABLE plain (a);' >model.sql
}

scenario 'the list is short, and each reason in it has its test here' <<'EOS'
grep -o '^UNMANAGED([A-Z_0-9]*' "$srcdir/dialects/sqlite/unmanaged.def" | cut -d'(' -f2 >listed
[ "$(wc -l <listed)" -lt 10 ] || fail 'the list grows long'
while read -r name; do
    grep -q "^# tests: .*$name" "$srcdir/tests/cli/t_unmanaged.sh" || fail "no test of $name"
done <listed
EOS

# tests: UNLOADABLE
scenario 'a virtual table whose module is not there, and a view of it' <<'EOS'
project
strange "('table', 'far', 'far', 0, 'CREATE VIRTUAL TABLE far USING no_module(a)')"
sqlite3 app.db 'CREATE VIEW near AS SELECT * FROM far'
echo 'CREATE VIEW near AS SELECT * FROM far;' >>model.sql
stays 'virtual table far' far 'no such module: no_module' UNLOADABLE
EOS

scenario 'a function that is not there: in a table, in an index' <<'EOS'
project
sqlite3 app.db "CREATE TABLE f (a CHECK (a > 'no_function'))"
sqlite3 app.db "PRAGMA writable_schema = on; UPDATE sqlite_schema
    SET sql = 'CREATE TABLE f (a CHECK (no_function(a)))' WHERE name = 'f'"
stays 'table f' f 'no such function: no_function' UNLOADABLE
EOS

scenario 'an index on a function that is not there: its table cannot be rebuilt over it' <<'EOS'
project
sqlite3 app.db 'CREATE INDEX i ON plain (abs(a))'
sqlite3 app.db "PRAGMA writable_schema = on; UPDATE sqlite_schema
    SET sql = 'CREATE INDEX i ON plain (no_function(a))' WHERE name = 'i'"
stays 'index plain.i' i 'no such function: no_function' UNLOADABLE
echo 'CREATE TABLE plain (b, a NOT NULL);' >model.sql
run_ok migrate revision --autogenerate -m rebuild
sqlite3 app.db .dump >before
run_fails 6 migrate upgrade head
expect_err_like "E609: .*would lose index 'i' of 'plain'"
sqlite3 app.db .dump >after
expect_same before after
EOS

scenario 'a collation that is not there' <<'EOS'
project
sqlite3 app.db 'CREATE TABLE c (a TEXT COLLATE NOCASE)'
sqlite3 app.db "PRAGMA writable_schema = on; UPDATE sqlite_schema
    SET sql = 'CREATE TABLE c (a TEXT COLLATE LOCALIZED)' WHERE name = 'c'"
stays 'table c' c 'no such collation sequence: LOCALIZED' UNLOADABLE
EOS

# Whatever of a statement can be impossible again has to be tried: SQLite reads all of these.
scenario 'what is not there is found wherever it stands' <<'EOS'
found() {
    new_project
    sqlite3 app.db 'CREATE TABLE t (a, b)'
    for sql; do
        if [ "$sql" = "$1" ]; then
            sqlite3 app.db "PRAGMA writable_schema = on;
                UPDATE sqlite_schema SET sql = '$sql' WHERE name = 't'"
        else
            sqlite3 app.db 'CREATE INDEX i ON t (a)'
            sqlite3 app.db "PRAGMA writable_schema = on;
                UPDATE sqlite_schema SET sql = '$sql' WHERE name = 'i'"
        fi
    done
    run_ok migrate inspect
    grep -q '^unmanaged: .*this SQLite cannot create it: ' "$err" || fail "not found: $*"
    rm -r ./*
}
found 'CREATE TABLE t (a, b AS (no_function(a)))'
found 'CREATE TABLE t (a, b AS (1 + (a IN (no_function(a, 1)))) STORED)'
found 'CREATE TABLE t (a, b CHECK (b > 0 AND "no function" (a)))'
found 'CREATE TABLE t (a, b, CONSTRAINT c CHECK (a REGEXP b))'
found 'CREATE TABLE t (a, b COLLATE "Ger man")'
found 'CREATE TABLE t (a, b, CHECK (a), CHECK (b <> no_function()))'
found 'CREATE TABLE t (a, b, UNIQUE (a, b COLLATE german))'
found 'CREATE TABLE t (a, b DEFAULT (?1))'
found 'CREATE TABLE t (a, b)' 'CREATE INDEX i ON t (a COLLATE german DESC)'
found 'CREATE TABLE t (a, b)' 'CREATE INDEX i ON t (a) WHERE b LIKE no_function(a)'
found 'CREATE TABLE t (a, b)' 'CREATE INDEX i ON t (a || [no function](b))'
EOS

# tests: UNREADABLE is in tests/unit/test_sqlite_introspect.c: of this SQLite's own making there is no
# such statement, and one put there by hand makes the whole file unreadable to it.
scenario 'a statement that SQLite itself cannot read' <<'EOS'
project
strange "('trigger', 'lost', 'nowhere', 0, NULL)"
run_fails 4 migrate inspect
expect_err_like 'malformed database schema'
EOS

# tests: NOT_UTF8
scenario 'names that are not UTF-8' <<'EOS'
project
printf 'CREATE TABLE "na\377me" (a);' | sqlite3 app.db
run migrate check
expect_status 0
expect_err_like '^unmanaged: table "na\\xffme": its statement is not UTF-8 text$'
printf 'CREATE VIEW v AS SELECT '\''\377'\'';' | sqlite3 app.db
stays 'view v' v 'its statement is not UTF-8 text' NOT_UTF8
EOS

# tests: TEMPORARY
scenario 'temporary tables in a model' <<'EOS'
project
cat >>model.sql <<'EOF'
CREATE TEMP TABLE t (a);
CREATE TEMP VIEW v AS SELECT 1;
CREATE TEMP TRIGGER g AFTER INSERT ON plain BEGIN SELECT 1; END;
EOF
run_ok migrate check
expect_err <<'EOF'
unmanaged: temporary table t: it is temporary, so no part of the database
unmanaged: temporary trigger g: it is temporary, so no part of the database
unmanaged: temporary view v: it is temporary, so no part of the database
EOF
run_ok migrate inspect model
expect_out 'CREATE TABLE plain (a);'
EOS
