#!/bin/sh
# A dropped table or column that looks like an added one: asked about on a terminal, noted without.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need script sqlite3

start() {
    run_ok migrate init
    cat >model.sql <<'EOM'
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
CREATE INDEX users_name ON users (name);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER no_age AFTER INSERT ON posts BEGIN
    UPDATE users SET age = 0 WHERE id = NEW.user_id;
END;
EOM
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    sqlite3 app.db "INSERT INTO users VALUES (1, 'ann', 30), (2, 'bob', NULL);
        INSERT INTO posts VALUES (7, 2)"
}

# Another name for the table, and for a column of it.
rename_all() {
    sed -i 's/users (/accounts (/; s/FROM users/FROM accounts/; s/UPDATE users/UPDATE accounts/
            s/name TEXT/full_name TEXT/; s/(name)/(full_name)/; s/SELECT name/SELECT full_name/' model.sql
}

# The table stays, a column has two heirs.
two_heirs() {
    sed -i 's/name TEXT/full_name TEXT, nick_name TEXT/; s/(name)/(nick_name)/
            s/SELECT name/SELECT nick_name/' model.sql
}

scripts() {
    ls versions | wc -l | tr -d ' '
}

scenario 'yes keeps the rows, and what refers to them follows; the answers lead to the next question' <<'EOS'
start
rename_all
answer_tty 'y\nperhaps\nYES\n' migrate revision --autogenerate -m second
expect_status 0
expect_out_like 'table users is gone from the model, and accounts is new there'
expect_out_like 'column users.name is gone from the model, and full_name is new there'
[ "$(grep -c 'column users.name is gone' "$out")" -eq 2 ] || fail 'an odd answer is asked again'
grep -q 'ALTER TABLE users RENAME TO accounts' versions/*_second.sql || fail 'no rename of the table'
! grep -q 'data-loss' versions/*_second.sql || fail 'something is dropped'
run_ok migrate upgrade head
expect_sql app.db 'SELECT full_name FROM accounts JOIN posts ON user_id = accounts.id' bob
expect_sql app.db 'SELECT group_concat(full_name) FROM names' ann,bob
run_ok migrate check
run_ok migrate downgrade -1
expect_sql app.db 'SELECT group_concat(name) FROM users' ann,bob
run_ok migrate verify
EOS

scenario 'no drops it, and is not asked again' <<'EOS'
start
rename_all
answer_tty 'n\n' migrate revision --autogenerate -m second
expect_status 0
[ "$(grep -c 'is gone from the model' "$out")" -eq 1 ] || fail 'asked more than once'
grep -q 'DROP TABLE users' versions/*_second.sql || fail 'the table is kept'
EOS

scenario 'several candidates are numbered' <<'EOS'
start
two_heirs
answer_tty '3\ny\n2\n' migrate revision --autogenerate -m second
expect_status 0
expect_out_like '^  1  to full_name'
expect_out_like '^  2  to nick_name'
[ "$(grep -c 'column users.name is gone' "$out")" -eq 3 ] || fail 'only 1, 2 and n are answers'
run_ok migrate upgrade head
expect_sql app.db 'SELECT group_concat(nick_name) FROM users' ann,bob
EOS

scenario 'the end of input, or an interrupt, writes nothing' <<'EOS'
start
rename_all
answer_tty '\004' migrate revision --autogenerate -m second
expect_status 6
expect_out_like 'E611.*: a question got no answer'
expect_out_like 'state:.* nothing was written'
expect_out_like '--no-rename'
answer_tty '\003' migrate revision --autogenerate -m second
expect_status 4
expect_out_like 'E408.*: interrupted'
[ "$(scripts)" -eq 1 ] || fail 'a script was written'
EOS

scenario 'the options answer: nothing is asked' <<'EOS'
start
rename_all
run_tty migrate revision --autogenerate -m second --rename users=accounts --rename users.name=accounts.full_name
expect_status 0
expect_out_unlike 'is gone'
rm versions/*_second.sql
run_tty migrate revision --autogenerate -m second --no-rename
expect_status 0
expect_out_unlike 'is gone'
grep -q 'DROP TABLE users' versions/*_second.sql || fail 'the table is kept'
run_fails 2 migrate revision -m third --no-rename
EOS

scenario 'nothing alike, nothing asked' <<'EOS'
start
sed -i 's/, age INTEGER/, photo BLOB/; /TRIGGER/,/END/d' model.sql
run_tty migrate revision --autogenerate -m second
expect_status 0
expect_out_unlike 'gone'
EOS

scenario 'without a terminal a note names the rename and what would make it; diff does so too' <<'EOS'
start
rename_all
run_ok migrate revision --autogenerate -m second
expect_err_like 'table users may have become accounts; renames are not guessed.* --rename users=accounts, or `-- migrate: renamed from users`'
grep -q 'DROP TABLE users' versions/*_second.sql || fail 'guessed'
rm versions/*_second.sql
run_ok migrate revision --autogenerate -m second -q
expect_err ''
rm versions/*_second.sql
run_ok migrate revision --autogenerate -m second --no-rename
expect_err_unlike 'may have'
rm versions/*_second.sql
run_ok migrate diff live model
expect_err_like 'table users may have become accounts'
expect_out_unlike 'may have'
run_ok migrate diff live model --rename users=accounts
expect_err_like 'column users.name may have become full_name.*--rename users.name=accounts.full_name'
run_ok migrate diff live model --rename users=accounts --rename users.name=accounts.full_name
expect_err ''
run_ok migrate diff live live
expect_err_unlike 'may have'
EOS

scenario 'a table that the versions did not create is left alone, not asked about' <<'EOS'
start
sqlite3 app.db 'CREATE TABLE stray (a TEXT, b TEXT)'
echo 'CREATE TABLE strays (a TEXT, b TEXT);' >>model.sql
run_tty migrate revision --autogenerate -m second
expect_status 0
expect_out_unlike 'is gone from'
EOS
