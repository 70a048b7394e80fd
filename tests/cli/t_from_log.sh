#!/bin/sh
# Rows whose scripts are not in the checkout, and the scripts that the log keeps.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

scenario 'an unknown row is shown, and whether the log keeps its script' <<'EOS'
linear_project
run_ok migrate upgrade head
rm versions/c1_make.sql
run_ok migrate status
expect_out_like '^current +c1 \(unknown; the log keeps its script\)'
run_ok migrate current
expect_out_like '^c1 \(unknown; the log keeps its script\)'
run_ok migrate current --format json
expect_out_like '"unknown_in_log": \['
sqlite3 app.db "UPDATE migrate_log SET script = NULL WHERE revision = 'c1'"
run_ok migrate status --format json
expect_out_like '"unknown_in_log": \[\]'
run_ok migrate current
expect_out_like '^c1 \(unknown\)'
run_fails 6 migrate downgrade b1 --from-log
expect_err_like "error E605: .*'c1'"
EOS

scenario 'a downgrade takes missing scripts from the log only when told to' <<'EOS'
branched_project
run_ok migrate upgrade heads
sed -i 's/^/-- /' versions/c1_make.sql
mv versions/c1_make.sql c1.kept
mv versions/b1_make.sql versions/b2_make.sql .
run_fails 6 migrate downgrade a1
expect_err_like '^  hint: .*migrate downgrade a1 --from-log --plan'
run_fails 6 migrate upgrade heads
run_ok migrate downgrade a1 --from-log --plan
expect_err_like "^the script of 'b1' is taken from the log"
expect_out_like '^DROP TABLE t_b2;'
expect_tables 't_a1 t_b1 t_b2 t_c1'
run_ok migrate downgrade left@a1 --from-log
expect_tables 't_a1 t_c1'
run_ok migrate downgrade a1 --from-log
expect_tables t_a1
expect_rows a1
run_ok migrate downgrade base --from-log
expect_sql app.db 'SELECT count(*) FROM migrate_version' 0
run_fails 2 migrate upgrade heads --from-log
run_fails 2 migrate downgrade heads:base --from-log --sql
EOS

scenario 'a script that is missing in the middle' <<'EOS'
linear_project
run_ok migrate upgrade head
rm versions/b1_make.sql
run_fails 3 migrate downgrade base
expect_err_like 'error E313: '
run_ok migrate downgrade base --from-log
expect_tables ''
EOS

scenario 'a log that was tampered with is refused' <<'EOS'
linear_project
run_ok migrate upgrade head
mv versions/c1_make.sql .
cp app.db good.db
tamper() {
    cp good.db app.db
    sqlite3 app.db "UPDATE migrate_log SET $1 WHERE revision = 'c1'"
    run_fails "$2" migrate downgrade b1 --from-log
    expect_err_like "$3"
    expect_tables 't_a1 t_b1 t_c1'
    expect_rows c1
}
tamper "script = replace(script, 'DROP TABLE t_c1', 'DROP TABLE t_a1')" 6 "error E604: .*'c1'.* its downgrade "
tamper "script = replace(script, 'CREATE TABLE t_c1', 'CREATE TABLE t_z1')" 6 "error E604: .*'c1'.* its upgrade "
tamper "script = replace(script, 'revision: c1', 'revision: z1')" 6 "error E604: .*'c1'.* its id "
tamper "script = replace(script, 'down_revision: b1', 'down_revision: a1')" 6 "error E604: .*'c1'.* its down_revision "
tamper "script = 'no script'" 3 'error E30'
tamper "downgrade_checksum = NULL" 6 "error E604: .*'c1'.* its downgrade "
cp good.db app.db
run_ok migrate downgrade b1 --from-log
EOS

scenario 'names with quotes, and a script of another kind of line end' <<'EOS'
new_project 'log_table = the "log" of o'"'"'brien
version_table = it'"'"'s'
printf '\357\273\277-- revision: a1\r\n-- down_revision:\r\n-- migrate: upgrade\r\nCREATE TABLE "t Größe" (a);\r\n-- migrate: downgrade\r\nDROP TABLE "t Größe";\r\n' >versions/a1.sql
run_ok migrate upgrade head
rm versions/a1.sql
run_ok migrate status
expect_out_like '^current +a1 \(unknown; the log keeps its script\)'
run_ok migrate downgrade base --from-log
expect_sql app.db "SELECT count(*) FROM sqlite_schema WHERE name = 't Größe'" 0
EOS
