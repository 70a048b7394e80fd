#!/bin/sh
# Offline scripts lead where online runs lead, for a real history and with the plain client.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

# A database whole, with the times blotted out.
dump_of() {
    sqlite3 "$1" .dump | sed "s/'20[0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9:.]*Z\{0,1\}'/TIME/g"
}

chirpstack() {
    printf '[migrate]\nurl = sqlite:///app.db\n' >migrate.ini
    cp -r "$srcdir/tests/data/examples/histories/chirpstack.sqlite/versions" .
    chmod -R u+w versions
}

scenario 'a real history, up and down' <<'EOS'
chirpstack
run_ok migrate upgrade head --allow-drop '*'
run_ok migrate upgrade head --sql
sqlite3 -bail off.db <"$out"
dump_of app.db >online
dump_of off.db >offline
expect_same online offline
run_ok migrate downgrade base --allow-drop '*'
run_ok migrate downgrade head:base --sql
sqlite3 -bail off.db <"$out"
dump_of app.db >online
dump_of off.db >offline
expect_same online offline
expect_sql off.db "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'migrate%' AND name NOT LIKE 'sqlite%'" 0
EOS

scenario 'the same history loses indexes in a rebuild, which is said' <<'EOS'
chirpstack
run_fails 6 migrate upgrade head
expect_err_like "error E609: .*index 'idx_device_profile_name_trgm' of 'device_profile'"
expect_err_like '^  state: rolled back, the database stays at 20251003080542'
expect_rows 20251003080542
EOS

scenario 'a step that fails ends the script with the steps before it kept' <<'EOS'
linear_project
sed -i 's/^CREATE TABLE t_c1.*/&\nINSERT INTO nowhere VALUES (1);/' versions/c1_make.sql
run_ok migrate upgrade head --sql
sqlite3 off.db <"$out" 2>said && fail 'the script went on'
grep -q 'nowhere' said
expect_rows b1 off.db
expect_tables 't_a1 t_b1' off.db
EOS

scenario 'a message cannot break out of its comment' <<'EOS'
new_project
printf -- '-- a1\rDROP TABLE x; */ it'"'"'s\n-- revision: a1\n-- down_revision:\n-- migrate: upgrade\nCREATE TABLE t_a1 (a)' >versions/a1.sql
run_ok migrate upgrade head --sql --tag "it's; --"
sqlite3 -bail off.db <"$out"
expect_rows a1 off.db
expect_sql off.db 'SELECT tag FROM migrate_log' "it's; --"
EOS
