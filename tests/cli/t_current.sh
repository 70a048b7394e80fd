#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

scenario 'a database that is not there' <<'EOS'
linear_project
run_ok migrate current
expect_out ''
expect_err 'the database has no revision yet'
expect_no_file app.db
run migrate current --check-heads -q
expect_status 1
expect_out ''
expect_err ''
expect_no_file app.db
rm versions/*
run_ok migrate current --check-heads
EOS

scenario 'the row, and whether it is the head' <<'EOS'
linear_project
run_ok migrate upgrade b1
run_ok migrate current
expect_out b1
run migrate current --check-heads
expect_status 1
expect_out b1
expect_err 'the database is not at all heads'
run_ok migrate upgrade head
run_ok migrate current --check-heads
expect_out 'c1 (head)'
expect_err ''
EOS

scenario 'branches, labels, merge points and what rows imply' <<'EOS'
branched_project
run_ok migrate upgrade heads
run_ok migrate current
expect_out <<'EOF'
b2 (left) (head)
c1 (right) (head)
EOF
rev m1 'b2, c1'
run_ok migrate upgrade m1
run_ok migrate current
expect_out 'm1 (left, right) (head) (mergepoint)'
EOS

scenario 'a dependency makes an effective head' <<'EOS'
branched_project
rev d1 c1 'depends_on: b2'
run_ok migrate upgrade heads
run_ok migrate current --check-heads
expect_out <<'EOF'
b2 (left) (effective head)
d1 (right) (head)
EOF
expect_rows d1
EOS

scenario 'details' <<'EOS'
branched_project
run_ok migrate upgrade a1
run_ok migrate current -v
expect_out <<'EOF'
Current revision(s) for sqlite:///app.db:
Rev: a1 (branchpoint)
Parent: <base>
Branches into: b1, c1
Path: versions/a1_make.sql

    make a1
EOF
run_ok migrate upgrade left
run_ok migrate current -v
expect_out_like '^Branch names: left$'
EOS

scenario 'unknown and overlapping rows are shown with a warning' <<'EOS'
linear_project
run_ok migrate upgrade head
sqlite3 app.db "INSERT INTO migrate_version VALUES ('gone''s')"
run_ok migrate current
expect_out "c1 (head)
gone's (unknown)"
expect_err_like "^warning: .*gone's"
run migrate current --check-heads
expect_status 1
run_ok migrate current --format json
expect_out_like '"at_heads": false'
sqlite3 app.db "UPDATE migrate_version SET version_num = 'a1' WHERE version_num LIKE 'gone%'"
run_ok migrate current
expect_out_like '^a1$'
expect_err_like '^warning: '
EOS

scenario 'JSON' <<'EOS'
linear_project
run_ok migrate upgrade head
run_ok migrate current --format json
expect_out <<'EOF'
{
  "name": null,
  "url": "sqlite:///app.db",
  "rows": [
    "c1"
  ],
  "current": [
    {
      "revision": "c1",
      "down_revision": [
        "b1"
      ],
      "depends_on": [],
      "branch_labels": [],
      "branches": [],
      "children": [],
      "message": "make c1",
      "doc": "make c1",
      "created": null,
      "path": "versions/c1_make.sql",
      "is_base": false,
      "is_head": true,
      "is_effective_head": false,
      "is_branch_point": false,
      "is_merge_point": false,
      "is_current": true
    }
  ],
  "unknown": [],
  "unknown_in_log": [],
  "heads": [
    "c1"
  ],
  "at_heads": true
}
EOF
EOS

scenario 'what is no database' <<'EOS'
linear_project
echo 'this is text, and enough of it to be no database' >app.db
run_fails 4 migrate current
expect_err_like 'error E402: '
rm app.db
mkdir app.db
run_fails 4 migrate current
EOS
