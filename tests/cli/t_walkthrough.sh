#!/bin/sh
# What a newcomer does on the first day: a project from nothing, two generated revisions, a branch,
# a merge, a downgrade, and the graph of it all.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

write_model() {
    cat >model.sql
}

# The id of the newest revision whose message is $1.
id_of() {
    sed -n 's/^-- revision: //p' versions/*_"$1".sql
}

start() {
    run_ok migrate init
    write_model <<'EOM'
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE
);
EOM
    run_ok migrate revision --autogenerate -m "create users"
    run_ok migrate upgrade head
}

scenario 'from nothing to a first table, and back' <<'EOS'
start
expect_sql app.db "SELECT count(*) FROM pragma_table_info('users')" 2
run_ok migrate check
run_ok migrate downgrade base
expect_sql app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'users'" 0
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'a second revision keeps the rows' <<'EOS'
start
sqlite3 app.db "INSERT INTO users (username) VALUES ('ann'), ('bob')"
write_model <<'EOM'
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    age INTEGER CHECK (age >= 0)
);
CREATE INDEX users_age ON users (age);
EOM
run migrate check
expect_status 1
run_ok migrate revision --autogenerate -m "add age"
run_ok migrate upgrade head
run_ok migrate check
expect_sql app.db "SELECT group_concat(username) FROM users" ann,bob
run_ok migrate downgrade -1
expect_sql app.db "SELECT group_concat(name) FROM pragma_table_info('users')" id,username
expect_sql app.db "SELECT group_concat(username) FROM users" ann,bob
EOS

scenario 'nothing to generate: no file, and success' <<'EOS'
start
ls versions >before
run_ok migrate revision --autogenerate -m "nothing"
ls versions >after
expect_same before after
EOS

scenario 'autogenerate against a database behind its heads is refused' <<'EOS'
start
run_ok migrate revision -m "by hand"
run_fails 6 migrate revision --autogenerate -m "too early"
expect_err_like 'migrate upgrade'
EOS

scenario 'two branches, a merge, and the graph' <<'EOS'
start
users=$(id_of create_users)
run_ok migrate revision -m "left" --rev-id aaa111
run_ok migrate revision -m "right" --rev-id bbb222 --head "$users" --splice
run_ok migrate heads
expect_out_like '^aaa111 \(head\)$'
expect_out_like '^bbb222 \(head\)$'
run_fails 3 migrate upgrade head
expect_err_like 'aaa111'
run_ok migrate upgrade heads
run migrate check
expect_status 1
expect_err_like 'migrate merge'
run_ok migrate merge heads -m "join" --rev-id ccc333
run_ok migrate upgrade head
run_ok migrate current
expect_out_like '^ccc333 .*\(mergepoint\)'
run_ok migrate check
run_ok migrate history --graph
expect_out_like '●.*ccc333'
expect_out_like '├.*╮|●─'
run_ok env LC_ALL=C migrate history --graph
expect_out_like '^\*.*ccc333'
run_ok migrate downgrade aaa111
run_ok migrate current
expect_out_like '^aaa111'
expect_out_like '^bbb222'
EOS
