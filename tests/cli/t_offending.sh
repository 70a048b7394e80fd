#!/bin/sh
# A rebuild whose rows break the new table: which table, how many rows, how to see them; and the
# database as it was.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

# goes_wrong NEW-MODEL: from a table with odd rows to the new model
goes_wrong() {
    run_ok migrate init
    echo 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT, n INTEGER);' >model.sql
    run_ok migrate revision --autogenerate -m first --rev-id a1
    run_ok migrate upgrade head
    sqlite3 app.db "INSERT INTO \"My Items\" VALUES (1, 'x', 5), (2, NULL, -1), (3, NULL, NULL),
        (4, 'x', -7), (5, 'y', 5)"
    echo "$1" >model.sql
    run_ok migrate revision --autogenerate -m second
    sqlite3 app.db .dump >before
    run_fails 4 migrate upgrade head
    sqlite3 app.db .dump >after
    expect_same before after
    expect_err_like 'stays at a1'
}

scenario 'a column becomes NOT NULL over NULLs' <<'EOS'
goes_wrong 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT NOT NULL, n INTEGER);'
expect_err_like 'detail: table "My Items": 2 rows with NULL for the name: SELECT \* FROM "My Items" WHERE "the name" IS NULL'
EOS

scenario 'a new column that must have a value' <<'EOS'
goes_wrong 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT, n INTEGER, z TEXT NOT NULL);'
expect_err_like 'detail: table "My Items": 5 rows without a value for the new column z'
EOS

scenario 'a new UNIQUE over values that occur twice' <<'EOS'
goes_wrong 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT UNIQUE, n INTEGER);'
expect_err_like 'detail: table "My Items": 2 rows with values of .* that occur twice'
EOS

scenario 'a new CHECK, named and not' <<'EOS'
goes_wrong 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT, n INTEGER CHECK (n > 0));'
expect_err_like 'detail: table "My Items": 2 rows that break CHECK \(n > 0\)'
rm -r app.db versions model.sql migrate.ini script.sql.in
goes_wrong 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT, n INTEGER, CONSTRAINT positive CHECK (n > -5));'
expect_err_like 'detail: table "My Items": 1 row that break CHECK \(n > ?- ?5\)'
EOS

scenario 'a new UNIQUE index, over an expression, over some of the rows' <<'EOS'
goes_wrong 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT, n INTEGER);
CREATE UNIQUE INDEX i ON "My Items" (n DESC, length("the name")) WHERE n > 0;'
expect_err_like 'detail: table "My Items": 2 rows with values of \(n, length\("the name"\)\) that occur twice: SELECT'
EOS

scenario 'a new UNIQUE index whose collation makes values equal' <<'EOS'
goes_wrong 'CREATE TABLE "My Items" (id INTEGER PRIMARY KEY, "the name" TEXT, n INTEGER);
CREATE UNIQUE INDEX i ON "My Items" ("the name" COLLATE NOCASE);'
expect_err_like 'detail: table "My Items": 2 rows with values of .* that occur twice'
EOS

scenario 'a table becomes STRICT over values that do not fit; the query finds just them' <<'EOS'
run_ok migrate init
echo 'CREATE TABLE t (id INTEGER PRIMARY KEY, a);' >model.sql
run_ok migrate revision --autogenerate -m first
run_ok migrate upgrade head
sqlite3 app.db "INSERT INTO t (a) VALUES (NULL), (1), (1.0), (1.5), ('1'), ('1.0'), ('1.5'), ('x'), (x'31')"
fits() {
    echo "CREATE TABLE t (id INTEGER PRIMARY KEY, a $1) STRICT;" >model.sql
    run_ok migrate revision --autogenerate -m second
    grep -q '^--   SELECT \* FROM t WHERE .*(a' versions/*_second.sql || fail 'no query'
    run_fails 4 migrate upgrade head
    expect_err_like "detail: table t: $2 with a value of a that is no $1: SELECT"
    sed -n "s/.*that is no $1: //p" "$err" | sed 's/SELECT/DELETE/; s/ \*//' >delete.sql
    cp app.db copy.db
    sqlite3 app.db <delete.sql
    run_ok migrate upgrade head
    expect_sql app.db 'SELECT count(*) FROM t' "$3"
    mv copy.db app.db
    rm versions/*_second.sql
}
fits INTEGER '4 rows' 5
fits REAL '2 rows' 7
fits TEXT '1 row' 8
fits BLOB '7 rows' 2
EOS

scenario 'a column of a STRICT table narrows' <<'EOS'
run_ok migrate init
echo 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) STRICT;' >model.sql
run_ok migrate revision --autogenerate -m first
run_ok migrate upgrade head
sqlite3 app.db "INSERT INTO t (a) VALUES ('1'), ('x'), (NULL)"
echo 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER) STRICT;' >model.sql
run_ok migrate revision --autogenerate -m second
grep -q '^--   SELECT \* FROM t WHERE NOT (a = CAST(a AS INTEGER));' versions/*_second.sql || fail 'no query'
grep -q '^--   UPDATE t SET a = ... WHERE NOT (a = CAST(a AS INTEGER));' versions/*_second.sql || fail 'no backfill'
run_fails 4 migrate upgrade head
expect_err_like 'detail: table t: 1 row with a value of a that is no INTEGER'
EOS
