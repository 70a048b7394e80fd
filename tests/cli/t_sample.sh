#!/bin/sh
# The sample at the root: a history that stands, and that the tool would write again.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

copy_sample() {
    cp "$srcdir/migrate.ini" "$srcdir/model.sql" "$srcdir/script.sql.in" .
    cp -R "$srcdir/versions" .
    chmod -R u+w .
}

scenario 'the sample upgrades, is clean, and is proven' <<'EOS'
copy_sample
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate verify
run_ok migrate downgrade base
expect_sql app.db "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'migrate%'
    AND name NOT LIKE 'sqlite%'" 0
EOS

scenario 'posts belong to users and are dated' <<'EOS'
copy_sample
run_ok migrate upgrade head
sqlite3 app.db "INSERT INTO users (username, email) VALUES ('ann', 'ann@example.org');
    INSERT INTO posts (user_id, title, content) VALUES (1, 'Hello', 'world')"
expect_sql app.db "SELECT count(*) FROM posts WHERE date(created_at) IS NOT NULL" 1
run_ok migrate downgrade -1
run_ok migrate upgrade head
expect_sql app.db "SELECT username, age IS NULL, title FROM users JOIN posts ON user_id = users.id" \
    'ann|1|Hello'
EOS

scenario 'the last revision is what autogenerate writes today' <<'EOS'
copy_sample
script=$(ls versions/*_add_age_column.sql)
mv "$script" kept.sql
run_ok migrate upgrade head
run_ok migrate revision --autogenerate -m 'add age column' --rev-id c91a3e5d7f24
grep -v '^-- created:' kept.sql >expected
grep -v '^-- created:' "$script" >written
expect_same expected written
EOS
