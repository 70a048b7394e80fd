#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

scenario 'one step back, to a revision, to base' <<'EOS'
linear_project
run_ok migrate upgrade head
run_ok migrate downgrade -1
expect_out ''
expect_err_like '^downgrade c1 -> b1  make c1 \('
expect_tables 't_a1 t_b1'
run_ok migrate downgrade a1
expect_rows a1
run_ok migrate downgrade a1
expect_err 'nothing to do: the database is at a1'
run_ok migrate downgrade base
expect_rows ''
expect_tables ''
run_ok migrate downgrade base
expect_err 'nothing to do: the database is at base'
run_fails 3 migrate downgrade -1
EOS

scenario 'an irreversible revision stops the run before it begins' <<'EOS'
linear_project
sed -i '/downgrade$/,$d' versions/b1_make.sql
run_ok migrate upgrade head
run_fails 6 migrate downgrade base
expect_err_like "error E600: .*b1"
expect_rows c1
expect_tables 't_a1 t_b1 t_c1'
run_ok migrate downgrade b1
expect_rows b1
EOS

scenario 'other branches are left alone' <<'EOS'
branched_project
run_ok migrate upgrade heads
run_fails 6 migrate downgrade left@base
expect_err_like "error E602: .*'c1'"
expect_rows 'b2 c1'
run_ok migrate downgrade left@base --all-branches --plan
expect_out_like '^-- downgrade c1: '
run_ok migrate downgrade left@a1
expect_rows c1
run_ok migrate downgrade right@base
expect_rows ''
run_ok migrate upgrade heads
run_ok migrate downgrade left@base --all-branches
expect_rows ''
expect_tables ''
EOS

scenario 'the plan' <<'EOS'
linear_project
run_ok migrate upgrade head
run_ok migrate downgrade a1 --plan
expect_out <<'EOF'
-- downgrade c1: c1 -> b1, make c1
DROP TABLE t_c1;

-- downgrade b1: b1 -> a1, make b1
DROP TABLE t_b1;

EOF
expect_rows c1
run_ok migrate downgrade -1 --plan --format json
expect_out_like '"direction": "downgrade"'
run_ok migrate downgrade -1 --format json
expect_out_like '^\{"name":null,"url":"sqlite:///app.db","direction":"downgrade","steps":1,"rows":\["b1"\]\}$'
EOS

scenario 'the offline script needs a range' <<'EOS'
linear_project
run_ok migrate upgrade head
run_fails 2 migrate downgrade a1 --sql
run_ok migrate downgrade c1:a1 --sql
sqlite3 app.db <"$out"
expect_rows a1
expect_tables t_a1
run_fails 2 migrate downgrade c1:a1 --sql --one-by-one
EOS

scenario 'wrong usage' <<'EOS'
linear_project
run_fails 2 migrate downgrade
expect_err_like 'hint: For example: `migrate downgrade -1`'
run_fails 2 migrate downgrade a1 b1
run_fails 3 migrate downgrade c1
expect_no_file app.db
EOS

scenario '-N with several rows says where it counts from' <<'EOS'
branched_project
run_ok migrate -q upgrade heads
run_ok migrate -q downgrade -1
expect_err_like "the database is at 'b2', 'c1': '-1' counts from 'b2'; to choose, name a branch"
expect_tables 't_a1 t_b1 t_c1'
run_ok migrate -q downgrade right@-1
expect_err ''
expect_tables 't_a1 t_b1'
EOS
