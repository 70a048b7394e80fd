#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

scenario 'stamp sets the rows and runs nothing' <<'EOS'
linear_project
run_ok migrate stamp head
expect_out 'base -> c1'
expect_tables ''
expect_rows c1
expect_sql app.db 'SELECT revision, direction FROM migrate_log ORDER BY id' 'a1|stamp
b1|stamp
c1|stamp'
run_ok migrate stamp a1
expect_out 'c1 -> a1'
run_ok migrate stamp base
expect_out 'a1 -> base'
expect_rows ''
EOS

scenario 'branches' <<'EOS'
branched_project
run_ok migrate stamp b1 right@head
expect_out 'base -> b1, c1'
run_ok migrate stamp left@head
expect_out 'b1, c1 -> b2, c1'
run_ok migrate stamp heads --tag "it's done"
expect_out 'b2, c1 -> b2, c1'
run_ok migrate stamp a1
expect_out 'b2, c1 -> a1'
run_fails 3 migrate stamp nonsense
expect_rows a1
EOS

scenario 'unknown rows are refused without --purge' <<'EOS'
linear_project
run_ok migrate ensure-version
sqlite3 app.db "INSERT INTO migrate_version VALUES ('gone')"
run_fails 6 migrate stamp head
expect_err_like "error E605: .*'gone'"
expect_rows gone
run_ok migrate stamp --purge head
expect_out 'gone -> c1'
expect_rows c1
EOS

scenario 'rows that are NULL or no text go with --purge too' <<'EOS'
linear_project
sqlite3 app.db "CREATE TABLE migrate_version (version_num);
    INSERT INTO migrate_version VALUES (NULL), (7), (x'ff00'), ('c1')"
run_ok migrate stamp --purge head
expect_sql app.db 'SELECT typeof(version_num), version_num FROM migrate_version' 'text|c1'
sqlite3 app.db 'INSERT INTO migrate_version VALUES (NULL)'
run_ok migrate stamp --purge head
expect_sql app.db 'SELECT typeof(version_num), version_num FROM migrate_version' 'text|c1'
run_ok migrate stamp --purge base
expect_sql app.db 'SELECT count(*) FROM migrate_version' 0
rm app.db
run_ok migrate stamp --purge base
expect_no_file app.db
EOS

scenario 'the offline script' <<'EOS'
linear_project
run_ok migrate stamp b1 --sql --tag "it's"
expect_no_file app.db
sqlite3 new.db <"$out"
expect_rows b1 new.db
expect_sql new.db 'SELECT DISTINCT tag FROM migrate_log' "it's"
run_ok migrate stamp b1:c1 --sql
sqlite3 new.db <"$out"
expect_rows c1 new.db
run_ok migrate stamp --purge a1 --sql
sqlite3 new.db <"$out"
expect_rows a1 new.db
EOS

scenario 'JSON, and several databases' <<'EOS'
linear_project
run_ok migrate stamp a1 --format json
expect_out <<'EOF'
{
  "name": null,
  "url": "sqlite:///app.db",
  "before": [],
  "after": [
    "a1"
  ]
}
EOF
printf '[migrate:two]\nurl = sqlite:///two.db\n[migrate:one]\n' >>migrate.ini
run_ok migrate stamp b1 -n one -n two
expect_out 'a1 -> b1
base -> b1'
run_fails 2 migrate stamp
expect_err_like 'hint: For example: `migrate stamp head`'
EOS

scenario 'ensure-version makes the tables, once' <<'EOS'
new_project 'version_table = "odd" name
log_table = l'
run_ok migrate ensure-version
expect_out ''
expect_err_like 'are there$'
expect_sql app.db "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name" '"odd" name
l'
cp app.db before.db
run_ok migrate -q ensure-version
expect_err ''
cmp app.db before.db || fail 'the file was written to'
run_ok migrate ensure-version --format json
expect_out_like '"version_table": "\\"odd\\" name"'
EOS
