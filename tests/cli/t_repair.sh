#!/bin/sh
# repair: a changed script that is accepted, a half-done step that is given up.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

# script ID DOWN: a revision whose blocks come from stdin.
script() {
    {
        printf -- '-- about %s\n-- revision: %s\n-- down_revision: %s\n' "$1" "$1" "$2"
        cat
    } >"versions/$1.sql"
}

scenario 'a changed script is shown and can be accepted' <<'EOS'
linear_project
run_ok migrate upgrade b1
sed -i "s/t_a1 (id/t_a1 (\"it's\" TEXT, id/" versions/a1_make.sql
run_fails 6 migrate upgrade head
expect_err <<'EOF'
error E604: revision 'a1' was changed after it was applied
  at versions/a1_make.sql
  --- a1 as it was applied
  +++ versions/a1_make.sql
  @@ -4,7 +4,7 @@
   -- down_revision: 
   
   -- migrate: upgrade
  -CREATE TABLE t_a1 (id INTEGER PRIMARY KEY);
  +CREATE TABLE t_a1 ("it's" TEXT, id INTEGER PRIMARY KEY);
   
   -- migrate: downgrade
   DROP TABLE t_a1;
  state: nothing was run
  hint: Undo the edit and write a new revision instead; or take the script as it is now, if it leads to the same: migrate repair --accept a1
EOF
run_fails 6 migrate upgrade head --format json
expect_err_like '"diff": ?"--- a1 as it was applied'
run_ok migrate status
expect_out_like 'problem +changed since it was applied: a1 \(upgrade\)'
run_ok migrate repair --accept a1 --tag "O'Brien said so"
expect_out_like '^\+CREATE TABLE t_a1 \("it'
expect_err "the script of 'a1' is accepted as it is now"
expect_sql app.db "SELECT direction, tag FROM migrate_log WHERE revision = 'a1' ORDER BY id" "upgrade|
accept|O'Brien said so"
run_ok migrate upgrade head
expect_rows c1
run_ok migrate repair --accept a1
expect_out ''
expect_err "nothing to accept: the script of 'a1' is what was applied"
expect_sql app.db "SELECT count(*) FROM migrate_log WHERE direction = 'accept'" 1
run_ok migrate downgrade base
EOS

scenario 'a changed downgrade and a changed parent are told and can be accepted' <<'EOS'
linear_project
rev x1 ''
run_ok migrate upgrade heads
sed -i 's/DROP TABLE t_b1/DROP TABLE IF EXISTS t_b1/; s/down_revision: a1/down_revision: a1, x1/' versions/b1_make.sql
run_ok migrate stamp --purge c1
sqlite3 app.db "DELETE FROM migrate_log WHERE direction = 'stamp'"
rev d1 c1
run migrate check --format json
expect_out_like '"reason": "changed-parent"'
expect_out_like '"reason": "changed-script"'
run_ok migrate upgrade head
expect_err_like "^warning: the downgrade of 'b1' was changed after it was applied"
expect_err_like "^warning: 'b1' was applied with the parents 'a1' and has 'a1, x1' now"
run_ok migrate status
expect_out_like "problem +changed since it was applied: b1 \(downgrade\)"
expect_out_like "problem +'b1' was applied with the parents 'a1' and has 'a1, x1' now"
run_ok migrate repair --accept b1 --format json
expect_out_like '"upgrade": false'
expect_out_like '"downgrade": true'
expect_out_like '"down_revision": true'
run_ok migrate status
expect_out_unlike problem
EOS

scenario 'only what is applied can be accepted' <<'EOS'
linear_project
run_fails 2 migrate repair
run_fails 2 migrate repair --accept a1 --abandon a1
run_fails 3 migrate repair --accept a1
expect_err_like "revision 'a1' is not applied"
expect_no_file app.db
run_ok migrate stamp c1
sqlite3 app.db 'DELETE FROM migrate_log'
run_ok migrate repair --accept b1
expect_err "the log knew nothing of 'b1'; its script is kept there from now on"
sed -i 's/t_b1 (id/t_b1 (x, id/' versions/b1_make.sql
rev d1 c1
run_fails 6 migrate upgrade head
expect_err_like "error E604: revision 'b1' was changed"
EOS

scenario 'a half-done step is given up' <<'EOS'
new_project
rev a1 ''
script b1 a1 <<'EOF'
-- migrate: upgrade
CREATE TABLE t_b1 (a);
-- migrate: upgrade transaction=off
INSERT INTO t_b1
    VALUES ('it''s');
VACUUM;
INSERT INTO nowhere VALUES (1);
-- migrate: downgrade
EOF
run_fails 7 migrate upgrade head
run_fails 6 migrate stamp head
expect_err_like '^  hint: .*migrate repair --abandon b1'
run_fails 6 migrate downgrade base
run_ok migrate status
expect_err_like '^hint: .*migrate repair --abandon b1'
run_fails 3 migrate repair --abandon a1
expect_err_like "no step of 'a1' is half done"
expect_err_like "^  hint: Half done is: 'b1'"
run_fails 3 migrate repair --abandon ''
run_ok migrate upgrade head --plan
expect_out <<'EOF'
-- upgrade b1: a1 -> b1, about b1
-- outside a transaction
-- nowhere: rows are written
INSERT INTO nowhere VALUES (1);

EOF
expect_err_like '^the upgrade of b1 was cut short; what it did is not run again \(3 statements\)'
run_ok migrate upgrade head --plan --format json
expect_out_like '"statements_done": 3,'
mkfifo door
sqlite3 app.db <door &
exec 3>door
printf 'BEGIN IMMEDIATE;\n.shell touch locked\n' >&3
while [ ! -e locked ]; do sleep 0.02; done
run_fails 5 migrate repair --abandon b1 --run-lock-timeout 100ms
exec 3>&-
wait
rm versions/b1.sql
run_ok migrate repair --abandon b
expect_err <<'EOF'
the upgrade of 'b1' is given up; the database stays at a1
these statements were run, and what they did is kept:
EOF
expect_out <<'EOF'
CREATE TABLE t_b1 (a);
INSERT INTO t_b1
    VALUES ('it''s');
VACUUM;
EOF
run_ok migrate status
expect_out_unlike half-done
run_fails 3 migrate repair --abandon b1
expect_sql app.db 'SELECT direction, blocks_done, statements_done, finished_at IS NOT NULL FROM
    migrate_log WHERE revision = '"'b1'" 'abandoned upgrade|1|2|1'
run_ok migrate downgrade base
expect_tables t_b1
EOS
