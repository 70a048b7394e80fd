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
