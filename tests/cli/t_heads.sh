#!/bin/sh
# heads and branches.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"

scenario 'heads' <<'EOS'
merged_project
run_ok migrate heads
expect_out <<'EOF'
dd05 (left) (head)
zz06 (other) (head)
EOF
expect_err ''
expect_no_file app.db
run_ok migrate heads -q -v
expect_out <<'EOF'
Rev: dd05 (head) (mergepoint)
Merges: c103, c204
Branch names: left
Path: versions/dd05_make.sql

    make dd05

Rev: zz06 (head)
Parent: <base>
Also depends on: bb02
Branch names: other
Path: versions/zz06_make.sql
Created: 2026-11-21T10:00:00Z

    make zz06

    More about zz06.
EOF
EOS

scenario 'heads that another revision depends on' <<'EOS'
merged_project
rev zz07 zz06 'depends_on: dd05'
run_ok migrate heads
expect_out <<'EOF'
dd05 (left) (effective head)
zz07 (other) (head)
EOF
run_ok migrate heads --resolve-dependencies
expect_out 'zz07 (other) (head)'
run_ok migrate heads --format json
expect_out_like '"is_effective_head": true'
EOS

scenario 'no revisions: no heads, no branches' <<'EOS'
new_project
run_ok migrate heads
expect_out ''
expect_err 'There are no revisions yet.'
run_ok migrate heads --format json
expect_out '[]'
run_ok migrate branches
expect_out ''
expect_err 'There are no branch points.'
EOS

scenario 'branches' <<'EOS'
merged_project
rev bx03 bb02
rev zz07 zz06
rev zz08 zz06
run_ok migrate branches
expect_out <<'EOF'
zz06 (other) (branchpoint)
     -> zz07 (other) (head)
     -> zz08 (other) (head)

bb02 (branchpoint)
     -> bx03 (head)
     -> c103 (left)
     -> c204
EOF
run_ok migrate branches --format json
expect_out_like '"children": \['
expect_no_file app.db
EOS

scenario 'branches in full' <<'EOS'
merged_project
run_ok migrate branches -q -v
expect_out <<'EOF'
Rev: bb02 (branchpoint)
Parent: aa01
Branches into: c103, c204
Path: versions/bb02_make.sql

    make bb02
     -> c103 (left), make c103
     -> c204, make c204
EOF
EOS

scenario 'neither asks the database' <<'EOS'
merged_project
echo 'this is no database, whatever its name says, and it is long enough to be one' >app.db
run_ok migrate heads
run_ok migrate branches
printf '[migrate]\nscript_location = .\n' >migrate.ini
run_ok migrate heads
run_ok migrate branches
EOS
