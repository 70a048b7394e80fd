#!/bin/sh
# show: a revision's place in the graph and its SQL.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"

scenario 'a revision with its SQL' <<'EOS'
merged_project
run_ok migrate show c103
expect_out <<'EOF'
Rev: c103
Parent: bb02
Branch names: left
Path: versions/c103_make.sql

    make c103

-- migrate: upgrade
CREATE TABLE t_c103 (id INTEGER PRIMARY KEY);

-- migrate: downgrade
DROP TABLE t_c103;
EOF
expect_err ''
expect_no_file app.db
EOS

scenario 'several, each once, by any symbol' <<'EOS'
merged_project
run_ok migrate show left@head aa aa01 left@base+2 heads
grep '^Rev:' "$out" >ids
expect_content ids <<'EOF'
Rev: dd05 (head) (mergepoint)
Rev: aa01
Rev: bb02 (branchpoint)
Rev: zz06 (head)
EOF
EOS

scenario 'what cannot be shown' <<'EOS'
merged_project
run_fails 2 migrate show
run_fails 3 migrate show nope
expect_err_like "no such revision 'nope'"
run_fails 3 migrate show c
expect_err_like "'c' is ambiguous: it begins 'c103', 'c204'"
run_fails 3 migrate show head
expect_err_like "there are several heads: 'dd05', 'zz06'"
run_fails 3 migrate show aa01 nope
expect_out ''
run_ok migrate show base
expect_out ''
expect_err "'base' stands for no revision here."
EOS

scenario 'current asks the database, the rest does not' <<'EOS'
merged_project
sqlite3 app.db "CREATE TABLE migrate_version (version_num text PRIMARY KEY);
                INSERT INTO migrate_version VALUES ('c103')"
run_ok migrate show current
expect_out_like '^Rev: c103$'
run_ok migrate show -- -1
expect_out_like '^Rev: bb02 '
run_ok migrate show current+1
expect_out_like '^Rev: dd05 '
echo 'this is no database, whatever its name says, and it is long enough to be one' >app.db
run_ok migrate show c103
run_fails 4 migrate show current
EOS

scenario 'block options, empty blocks, no downgrade' <<'EOS'
merged_project
cat >versions/ee07.sql <<'EOF'
-- revision: ee07
-- down_revision: dd05

-- migrate: upgrade transaction=off dialect=sqlite
VACUUM;


-- migrate: upgrade
EOF
run_ok migrate show ee07
expect_out <<'EOF'
Rev: ee07 (head)
Parent: dd05
Branch names: left
Path: versions/ee07.sql

-- migrate: upgrade dialect=sqlite transaction=off
VACUUM;

-- migrate: upgrade
EOF
run_ok migrate show ee07 --format json
expect_out_like '"transaction": false'
expect_out_like '"sql": "VACUUM;\\n\\n\\n"'
EOS

scenario 'a script whose body is wrong' <<'EOS'
merged_project
printf -- '-- revision: ee07\n-- down_revision: dd05\n-- migrate: upgrade\n-- migrate: sideways\n' \
    >versions/ee07.sql
run_ok migrate heads
run_fails 3 migrate show ee07
expect_err_like 'at versions/ee07.sql:4'
EOS
