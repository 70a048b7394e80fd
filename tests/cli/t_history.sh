#!/bin/sh
# history: order, marks, ranges, drawing; and that it leaves the database alone.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"

scenario 'history lists all revisions, newest first' <<'EOS'
merged_project
run_ok migrate history
expect_out <<'EOF'
(c103, c204) -> dd05 (left) (head) (mergepoint), make dd05
bb02 -> c103 (left), make c103
<base> (bb02) -> zz06 (other) (head), make zz06
bb02 -> c204, make c204
aa01 -> bb02 (branchpoint), make bb02
<base> -> aa01, make aa01
EOF
expect_err ''
expect_no_file app.db
EOS

scenario 'history of an empty project' <<'EOS'
new_project
run_ok migrate history
expect_out ''
expect_err 'There are no revisions yet.'
run_ok migrate history --format json
expect_out '[]'
run_ok migrate history --graph -q
expect_out ''
expect_err ''
EOS

scenario 'ranges' <<'EOS'
merged_project
run_ok migrate history -r c204:dd05
expect_out <<'EOF'
(c103, c204) -> dd05 (left) (head) (mergepoint), make dd05
bb02 -> c204, make c204
EOF
run_ok migrate history --rev-range=:bb
expect_out <<'EOF'
aa01 -> bb02 (branchpoint), make bb02
<base> -> aa01, make aa01
EOF
run_ok migrate history -r left@base:+2
expect_out <<'EOF'
aa01 -> bb02 (branchpoint), make bb02
<base> -> aa01, make aa01
EOF
run_ok migrate history -r -1:c103
expect_out <<'EOF'
bb02 -> c103 (left), make c103
aa01 -> bb02 (branchpoint), make bb02
EOF
EOS

scenario 'ranges that lead nowhere' <<'EOS'
merged_project
run_fails 3 migrate history -r dd05:aa01
expect_out ''
expect_err <<'EOF'
error E325: range 'dd05:aa01' leads nowhere: 'dd05' is not an ancestor of 'aa01'
EOF
run_fails 3 migrate history -r aa02:
expect_err <<'EOF'
error E320: no such revision 'aa02'
  hint: Did you mean 'aa01'?
EOF
run_fails 3 migrate history -r left@c204:
expect_err_like "revision 'c204' is not a member of branch 'left'"
run_fails 3 migrate history -r nope@base:
expect_err_like "no such branch 'nope'"
EOS

scenario 'verbose entries' <<'EOS'
merged_project
run_ok migrate history -q -v -r bb02:c103
expect_out <<'EOF'
Rev: c103
Parent: bb02
Branch names: left
Path: versions/c103_make.sql

    make c103

Rev: bb02 (branchpoint)
Parent: aa01
Branches into: c103, c204
Path: versions/bb02_make.sql

    make bb02
EOF
run_ok migrate history -q -v -r zz06:zz06
expect_out <<'EOF'
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

scenario 'the graph with box characters, or in ASCII' <<'EOS'
merged_project
run_ok migrate history --graph
expect_out <<'EOF'
● dd05 (left) (head) (mergepoint), make dd05
├─╮
● │ c103 (left), make c103
│ │ ● zz06 (other) (head), make zz06
├┄┼┄╯
│ ● c204, make c204
├─╯
● bb02 (branchpoint), make bb02
● aa01, make aa01
EOF
run_ok env LC_ALL=C migrate history --graph
expect_out <<'EOF'
* dd05 (left) (head) (mergepoint), make dd05
|-\
* | c103 (left), make c103
| | * zz06 (other) (head), make zz06
|~+~/
| * c204, make c204
|-/
* bb02 (branchpoint), make bb02
* aa01, make aa01
EOF
EOS

scenario 'the graph beside verbose entries' <<'EOS'
merged_project
run_ok migrate history -q --graph -v -r c103:dd05
expect_out <<'EOF'
● Rev: dd05 (head) (mergepoint)
│ Merges: c103, c204
│ Branch names: left
│ Path: versions/dd05_make.sql
│
│     make dd05
│
● Rev: c103
  Parent: bb02
  Branch names: left
  Path: versions/c103_make.sql

      make c103
EOF
EOS

scenario 'what the database is at' <<'EOS'
merged_project
sqlite3 app.db "CREATE TABLE migrate_version (version_num text PRIMARY KEY);
                INSERT INTO migrate_version VALUES ('c103'), ('zz06')"
run_ok migrate history -i -r bb02:
expect_out <<'EOF'
(c103, c204) -> dd05 (left) (head) (mergepoint), make dd05
bb02 -> c103 (left) (current), make c103
<base> (bb02) -> zz06 (other) (head) (current), make zz06
bb02 -> c204, make c204
aa01 -> bb02 (branchpoint), make bb02
EOF
run_ok migrate history -r left@current:
expect_out <<'EOF'
(c103, c204) -> dd05 (left) (head) (mergepoint), make dd05
bb02 -> c103 (left), make c103
EOF
run_ok migrate history -i --format json -r c103:c103
expect_out_like '"is_current": true'
run_ok migrate history --format json -r c103:c103
expect_out_like '"is_current": null'
EOS

scenario 'only -i and current ask the database' <<'EOS'
merged_project
echo 'this is no database, whatever its name says, and it is long enough to be one' >app.db
run_ok migrate history
run_ok migrate history -r -2:c103
run_ok migrate history --graph -v
run_fails 4 migrate history -i
run_fails 4 migrate history -r current:
EOS

scenario 'history as JSON' <<'EOS'
merged_project
run_ok migrate history --format json -r dd05:dd05
expect_out <<'EOF'
[
  {
    "revision": "dd05",
    "down_revision": [
      "c103",
      "c204"
    ],
    "depends_on": [],
    "branch_labels": [],
    "branches": [
      "left"
    ],
    "children": [],
    "message": "make dd05",
    "doc": "make dd05",
    "created": null,
    "path": "versions/dd05_make.sql",
    "is_base": false,
    "is_head": true,
    "is_effective_head": false,
    "is_branch_point": false,
    "is_merge_point": true,
    "is_current": null
  }
]
EOF
EOS

scenario 'a broken graph is reported whole' <<'EOS'
merged_project
rev e107 nope
rev e208 '' 'depends_on: gone
branch_labels: left'
run_fails 3 migrate history
expect_out ''
expect_err <<'EOF'
error E312: branch label 'left' of revision 'e208' is already used by revision 'c103' (versions/c103_make.sql)
  at versions/e208_make.sql:6
  hint: Labels and ids share one set of names: choose another label.
error E313: unknown revision 'nope' in down_revision of revision 'e107'
  at versions/e107_make.sql:4
  hint: The file of that revision is missing, or its id is misspelt here.
error E313: unknown revision 'gone' in depends_on of revision 'e208'
  at versions/e208_make.sql:5
  hint: The file of that revision is missing, or its id is misspelt here.
EOF
EOS

scenario 'no message, and one that is not ASCII' <<'EOS'
merged_project
rm versions/*
printf -- '-- revision: aa01\n-- down_revision:\n-- migrate: upgrade\n' >versions/1.sql
printf -- '-- füge «Größe» hinzu\n-- revision: bb02\n-- down_revision: aa01\n-- migrate: upgrade\n' \
    >'versions/2 größe.sql'
run_ok migrate history
expect_out <<'EOF'
aa01 -> bb02 (head), füge «Größe» hinzu
<base> -> aa01
EOF
run_ok migrate history -q -v
expect_out <<'EOF'
Rev: bb02 (head)
Parent: aa01
Path: versions/2 größe.sql

    füge «Größe» hinzu

Rev: aa01
Parent: <base>
Path: versions/1.sql
EOF
EOS
