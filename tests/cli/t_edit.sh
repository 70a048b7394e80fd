#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

# A project with three revisions, and an editor that notes what it is given.
project() {
    migrate init
    migrate revision --rev-id aa -m one
    migrate revision --rev-id bb -m two
    migrate revision --rev-id cc -m three
    cat >"my editor" <<'EOF'
#!/bin/sh
printf '%s\n' "$@" >>edited
EOF
    chmod +x "my editor"
    EDITOR="'$PWD/my editor' --wait"
    export EDITOR
} >/dev/null 2>&1

scenario 'edit opens the scripts that are named' <<'EOS'
project
run_ok migrate edit head
run_ok migrate edit aa bb aa
expect_out ''
expect_err ''
expect_content edited <<'EOF'
--wait
versions/cc_three.sql
--wait
versions/aa_one.sql
versions/bb_two.sql
EOF
run_ok migrate --format json edit cc-1
expect_out <<'EOF'
{
  "edited": [
    "versions/bb_two.sql"
  ]
}
EOF
EOS

scenario 'edit current asks the database' <<'EOS'
project
run_ok migrate upgrade bb
run_ok migrate edit current
expect_content edited <<'EOF'
--wait
versions/bb_two.sql
EOF
EOS

scenario 'VISUAL comes before EDITOR' <<'EOS'
project
VISUAL="sh -c 'echo visual >edited'"
export VISUAL
run_ok migrate edit head
expect_content edited <<'EOF'
visual
EOF
EOS

scenario 'without an editor, or with a bad one' <<'EOS'
project
unset EDITOR
run_fails 3 migrate edit head
expect_err <<'EOF'
error E210: there is no editor
  hint: Set VISUAL or EDITOR to the command of one.
EOF
run_fails 3 migrate revision --edit -m x
expect_err_like '^error E210: '
[ "$(ls versions | wc -l)" = 3 ] || fail 'written without an editor'
EDITOR=false
export EDITOR
run_fails 3 migrate edit head
expect_err_like "^error E210: the editor 'false' \(EDITOR\) failed: "
EDITOR=no-such-editor-here
run_fails 3 migrate edit head
expect_err_like "^error E210: the editor 'no-such-editor-here' \(EDITOR\) failed: "
EDITOR="'open"
run_fails 3 migrate edit head
expect_err_like "^error E210: the editor ''open' \(EDITOR\) failed: "
EOS

scenario 'what stands for no revision' <<'EOS'
project
run_fails 3 migrate edit base
expect_err_like "^error E320: 'base' stands for no revision here"
run_fails 3 migrate edit nowhere
expect_err_like '^error E320: '
run_fails 2 migrate edit
expect_no_file edited
EOS

scenario 'a slip in the editor shows at once' <<'EOS'
project
EDITOR="sed -i s/^--.down_revision/--.down_revison/"
run_fails 3 migrate edit head
expect_err_like '^  at versions/cc_three.sql:4:'
EOS

scenario 'revision --edit opens the new script' <<'EOS'
project
run_ok migrate revision --edit --rev-id dd -m four
expect_out 'created versions/dd_four.sql'
expect_content edited <<'EOF'
--wait
versions/dd_four.sql
EOF
run_ok migrate merge
expect_err_like 'nothing to merge'
EOS
