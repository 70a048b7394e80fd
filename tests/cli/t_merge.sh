#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

# Three heads on one base.
three_heads() {
    migrate init
    migrate revision --rev-id aa -m base
    migrate revision --rev-id bb -m one
    migrate revision --rev-id cc --head aa --splice -m two
    migrate revision --rev-id dd --head aa --splice -m three
} >/dev/null 2>&1

scenario 'merge joins all heads' <<'EOS'
three_heads
run_ok migrate merge heads --rev-id mm -m 'all together'
expect_out 'created versions/mm_all_together.sql'
grep -qx -e '-- down_revision: bb, cc, dd' versions/mm_all_together.sql || fail 'parents'
run_ok migrate upgrade head
run_ok migrate current
expect_out_like '^mm .*\(head\)'
run_ok migrate downgrade bb
run_ok migrate current
[ "$(wc -l <"$out")" = 3 ] || fail 'not three rows'
EOS

scenario 'merge of nothing named means heads' <<'EOS'
three_heads
run_ok migrate merge --rev-id mm
expect_out 'created versions/mm.sql'
run_ok migrate merge
expect_out ''
expect_err 'nothing to merge: there is one head'
run_ok migrate --format json merge
expect_out_like '"revision": null'
EOS

scenario 'merge of two of three, labelled' <<'EOS'
three_heads
run_ok migrate merge dd bb --rev-id mm --branch-label joined -m x
grep -qx -e '-- down_revision: dd, bb' versions/mm_x.sql || fail 'parents'
grep -qx -e '-- branch_labels: joined' versions/mm_x.sql || fail 'label'
run_ok migrate --format json merge joined@head cc --rev-id nn
expect_out <<'EOF'
{
  "revision": "nn",
  "path": "versions/nn.sql"
}
EOF
EOS

scenario 'what cannot be merged' <<'EOS'
run_ok migrate init
run_ok migrate merge
expect_err 'nothing to merge: there are no revisions'
run_ok migrate revision --rev-id aa -m base
run_ok migrate revision --rev-id bb -m one
run_fails 2 migrate merge bb
expect_err 'error E103: a merge needs at least two revisions'
run_fails 2 migrate merge bb bb
expect_err "error E103: revision 'bb' is given twice as a parent"
run_fails 2 migrate merge aa bb
expect_err_like "^error E103: revision 'aa' is not a head"
run_fails 3 migrate merge bb zz
expect_err_like '^error E320: '
[ "$(ls versions | wc -l)" = 2 ] || fail 'something was written'
EOS
