#!/bin/sh
# Taking over a database that is there already: made by hand, or by Alembic.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
. "$srcdir/tests/cli/rows.sh"
need sqlite3

scenario 'a database without any history' <<'EOS'
sqlite3 app.db <"$srcdir/tests/data/examples/series/memos.sqlite/0000_2025-01-31_39d4d4f4.sql"
sqlite3 app.db "CREATE VIEW usernames AS SELECT username FROM user;
    CREATE TRIGGER t AFTER DELETE ON memo BEGIN DELETE FROM memo_relation WHERE memo_id = old.id; END"
fill app.db 5
new_project 'model = model.sql'
cp app.db old.db

run_ok migrate inspect live
cp "$out" model.sql
run_ok migrate revision --autogenerate --against versions -m baseline
run_ok migrate stamp head
expect_rows_kept old.db app.db
run_ok migrate check
run_ok migrate revision --autogenerate -m nothing
expect_err_like 'no changes'

sed -i '/^CREATE TABLE idp/,/^);/s/^  name TEXT NOT NULL,/&\n  uid TEXT,/' model.sql
run_ok migrate revision --autogenerate -m 'give idp a uid'
run_ok migrate upgrade head
run_ok migrate check
expect_rows_kept old.db app.db
run_ok migrate downgrade -1
expect_rows_kept old.db app.db

run_ok migrate upgrade head --url sqlite:new.db
run_ok migrate check --url sqlite:new.db
EOS

scenario 'a database of Alembic' <<'EOS'
sqlite3 app.db "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
        CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
    INSERT INTO alembic_version VALUES ('a1');
    CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR(30), PRIMARY KEY (id));
    INSERT INTO users VALUES (1, 'ann')"
new_project 'model = model.sql
version_table = alembic_version'
cat >versions/a1_first.sql <<'END'
-- first, as Alembic made it
--
-- revision: a1
-- down_revision:

-- migrate: upgrade
CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR(30), PRIMARY KEY (id));

-- migrate: downgrade
DROP TABLE users;
END
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(30));' >model.sql
run_ok migrate current
expect_out 'a1 (head)'
run_ok migrate check
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(60) NOT NULL);' >model.sql
run_ok migrate revision --autogenerate --rev-id b2 -m 'longer names'
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db 'SELECT * FROM alembic_version; SELECT * FROM users' 'b2
1|ann'
run_ok migrate downgrade base
expect_sql app.db 'SELECT count(*) FROM alembic_version' 0
EOS
