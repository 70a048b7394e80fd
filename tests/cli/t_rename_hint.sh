#!/bin/sh
# Renames written in the model: `-- migrate: renamed from NAME`.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

start() {
    run_ok migrate init
    cat >model.sql <<'EOM'
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
CREATE INDEX users_name ON users (name);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
CREATE VIEW names AS SELECT name FROM users;
EOM
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    sqlite3 app.db "INSERT INTO users VALUES (1, 'ann', 30), (2, 'bob', NULL);
        INSERT INTO posts VALUES (7, 2)"
}

scenario 'a column above whose line the old name stands keeps its values, up and down' <<'EOS'
start
cat >model.sql <<'EOM'
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    -- migrate: renamed from name
    "full name" TEXT,
    age INTEGER
);
CREATE INDEX users_name ON users ("full name");
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
CREATE VIEW names AS SELECT "full name" FROM users;
EOM
run_ok migrate revision --autogenerate -m second
run_ok migrate upgrade head
expect_sql app.db 'SELECT group_concat("full name") FROM users' ann,bob
run_ok migrate check
run_ok migrate downgrade -1
expect_sql app.db 'SELECT group_concat(name) FROM users' ann,bob
run_ok migrate verify
EOS

scenario 'on the line of a column, and of a table; what refers to them follows' <<'EOS'
start
cat >model.sql <<'EOM'
CREATE TABLE accounts ( -- migrate: renamed from users
    id INTEGER PRIMARY KEY,
    name TEXT,
    years INTEGER -- migrate: renamed from "age"
);
CREATE INDEX users_name ON accounts (name);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES accounts (id));
CREATE VIEW names AS SELECT name FROM accounts;
EOM
run migrate diff live model
expect_out_like 'ALTER TABLE users RENAME TO accounts'
expect_out_like 'RENAME COLUMN age TO years'
expect_out_unlike 'DROP TABLE'
run_ok migrate revision --autogenerate -m second
run_ok migrate upgrade head
expect_sql app.db "SELECT name, years FROM accounts JOIN posts ON user_id = accounts.id" 'bob|'
run_ok migrate check
run_ok migrate revision --autogenerate -m again
expect_err_like 'no changes'
run_ok migrate downgrade -1
expect_sql app.db "SELECT name, age FROM users WHERE id = 1" 'ann|30'
EOS

scenario 'a hint that stands on nothing, or names nothing, is an error with its place' <<'EOS'
start
cat >model.sql <<'EOM'
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
-- migrate: renamed from users_name
CREATE INDEX users_names ON users (name);
EOM
run_fails 3 migrate check
expect_err_like 'model.sql:2:1'
echo 'CREATE TABLE t (x, y -- migrate: renamed from' >model.sql
echo ');' >>model.sql
run_fails 3 migrate diff live model
expect_err_like 'needs one name'
expect_err_like 'model.sql:1:22'
EOS

scenario 'a hint can change letters between upper and lower case' <<'EOS'
start
sed -i 's/^CREATE TABLE users (/-- migrate: renamed from users\nCREATE TABLE Users (/
        s/ name TEXT,/\n    Name TEXT, -- migrate: renamed from name\n/' model.sql
run_fails 1 migrate check
run_ok migrate revision --autogenerate -m second
run_ok migrate upgrade head
expect_sql app.db "SELECT name FROM sqlite_schema WHERE lower(name) = 'users'" Users
expect_sql app.db 'SELECT group_concat(Name) FROM Users' ann,bob
run_ok migrate check
run_ok migrate downgrade -1
expect_sql app.db "SELECT name FROM sqlite_schema WHERE lower(name) = 'users'" users
run_ok migrate verify
EOS

scenario 'what --rename says goes before a hint' <<'EOS'
start
cat >model.sql <<'EOM'
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
CREATE INDEX users_name ON accounts (name);
CREATE TABLE people (id INTEGER PRIMARY KEY); -- migrate: renamed from users
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES accounts (id));
CREATE VIEW names AS SELECT name FROM accounts;
EOM
run_ok migrate diff live model --rename users=accounts
expect_out_like 'ALTER TABLE users RENAME TO accounts'
expect_out_like 'CREATE TABLE people'
EOS
