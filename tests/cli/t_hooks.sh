#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

hooks() {
    migrate init >/dev/null 2>&1
    {
        echo '[post_write_hooks]'
        cat
    } >>migrate.ini
}

scenario 'hooks work on the new script, in order' <<'EOS'
hooks <<'EOF'
hooks = upper, count
upper.command = sed -i 's/first/FIRST/' REVISION_SCRIPT_FILENAME
count.command = sh -c 'grep -c FIRST "$1" >"count of $2"' sh REVISION_SCRIPT_FILENAME x
count.cwd = versions
EOF
run_ok migrate revision --rev-id a -m first
expect_out 'created versions/a_first.sql'
expect_err ''
expect_content 'versions/count of x' <<'EOF'
1
EOF
EOS

scenario 'hooks get -x values, and no shell' <<'EOS'
hooks <<'EOF'
hooks = one
one.command = sh -c 'printf "%s|" "$MIGRATE_X_TENANT" "$@" >seen' sh '$(touch x)' a;b *
EOF
run_ok migrate -x tenant='é b' revision --rev-id a -m first
[ "$(cat seen)" = 'é b|$(touch x)|a;b|*|' ] || fail "$(cat seen)"
EOS

scenario 'what a hook prints is shown with -v' <<'EOS'
hooks <<'EOF'
hooks = talker
talker.command = echo formatted REVISION_SCRIPT_FILENAME
EOF
run_ok migrate revision --rev-id a -m one
expect_err ''
run_ok migrate -v revision --rev-id b -m two
expect_err_like '^talker: formatted /.*versions/b_two.sql$'
EOS

scenario 'a failing hook fails the command and keeps the file' <<'EOS'
hooks <<'EOF'
hooks = bad, after
bad.command = sh -c 'echo "line 3: ugly" >&2; exit 4'
after.command = touch ran
EOF
line=$(grep -n '^bad.command' migrate.ini | cut -d: -f1)
run_fails 3 migrate revision --rev-id a -m one
expect_out ''
expect_err <<EOF
error E207: the post-write hook 'bad' exited with status 4
  at migrate.ini:$line
  detail: line 3: ugly
  state: the script 'versions/a_one.sql' was written and is kept
  hint: Correct the hook or the script; the revision need not be made again.
EOF
expect_file versions/a_one.sql
expect_no_file ran
EOS

scenario 'a hook that cannot be run or is killed' <<'EOS'
hooks <<'EOF'
hooks = one
one.command = no-such-program-here REVISION_SCRIPT_FILENAME
EOF
run_fails 3 migrate revision --rev-id a -m one
expect_err_like "^error E207: the post-write hook 'one' cannot be run: "
sed -i "s/^one.command.*/one.command = sh -c 'kill -TERM \$\$'/" migrate.ini
run_fails 3 migrate revision --rev-id b -m two
expect_err_like "^error E207: the post-write hook 'one' was ended by signal 15"
sed -i "s/^one.command.*/one.command = sh -c 'open/" migrate.ini
run_fails 3 migrate revision --rev-id c -m three
expect_err_like "^error E207: the post-write hook 'one' cannot be run: "
expect_file versions/a_one.sql versions/b_two.sql versions/c_three.sql
EOS

scenario 'merge runs hooks too' <<'EOS'
hooks <<'EOF'
hooks = one
one.command = sh -c 'echo run >>runs'
EOF
run_ok migrate revision --rev-id a
run_ok migrate revision --rev-id b --head base
run_ok migrate merge
[ "$(wc -l <runs)" = 3 ] || fail 'not run three times'
EOS
