#!/bin/sh
# The command line as such: parsing, help, errors, output, whatever the command.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

scenario 'no command shows the overview and is wrong usage' <<'EOS'
run migrate
expect_status 2
expect_out ''
expect_err_like '^Usage: migrate \[OPTIONS\] COMMAND'
EOS

scenario 'help goes to stdout' <<'EOS'
run_ok migrate --help
expect_err ''
cp "$out" overview
run_ok migrate help
expect_same overview "$out"
run_ok migrate help help
cp "$out" command
run_ok migrate help --help
expect_same command "$out"
run_ok migrate -qh help
expect_same command "$out"
EOS

scenario 'version' <<'EOS'
run_ok migrate --version
expect_out_like '^migrate [0-9]+\.[0-9]+\.[0-9]+$'
EOS

scenario 'unknown commands and options get a suggestion' <<'EOS'
run_fails 2 migrate hepl
expect_out ''
expect_err <<'EOF'
error E101: unknown command 'hepl'
  hint: Did you mean 'help'?
  next: migrate --help
EOF
run_fails 2 migrate help --quite
expect_err <<'EOF'
error E102: unknown option '--quite'
  hint: Did you mean '--quiet'?
  next: migrate help --help
EOF
run_fails 2 migrate help --qui
expect_err_like "unknown option '--qui'"
run_fails 2 migrate help -Z
expect_err_like "unknown option '-Z'"
EOS

scenario 'errors as JSON, wherever --format stands' <<'EOS'
run_fails 2 migrate hepl --format json
expect_err '{"error":{"code":"E101","message":"unknown command '\''hepl'\''","exit_status":2,"hint":"Did you mean '\''help'\''?","next_command":"migrate --help"}}'
run_fails 2 migrate --format=json help a b
expect_err_like '^\{"error":\{"code":"E100","message":"too many arguments: .b.'
EOS

scenario 'colour only when asked for or on a terminal' <<'EOS'
esc=$(printf '\033')
run_fails 2 migrate hepl
expect_err_unlike "$esc"
run_fails 2 migrate hepl --color=always
expect_err_like "$esc"
run_tty migrate hepl
expect_status 2
expect_out_like "$esc"
run_tty env NO_COLOR=1 migrate hepl
expect_out_unlike "$esc"
run_tty env TERM=dumb migrate hepl
expect_out_unlike "$esc"
run_tty migrate hepl --color never
expect_out_unlike "$esc"
EOS

scenario 'output that cannot be written is an error' <<'EOS'
run sh -c 'migrate help >&-'
expect_status 3
expect_err_like '^error E200: cannot write standard output: '
run sh -c 'migrate help >/dev/full'
expect_status 3
expect_err_like '^error E200: cannot write standard output: '
EOS

scenario 'a reader that goes away ends the program quietly' <<'EOS'
mkfifo pipe
run sh -c 'exec 4<>pipe; exec 3>pipe; exec 4<&-; migrate help >&3'
expect_status 141
expect_err ''
EOS

scenario 'several -n are for several databases' <<'EOS'
cat >migrate.ini <<'EOF'
[migrate]
[migrate:a]
url = sqlite:///a.db
[migrate:b]
url = sqlite:///b.db
[migrate:c]
EOF
mkdir versions
run_ok migrate -n a -n b completion --list revisions
run_fails 2 migrate -n a -n b completion --list revisions --url sqlite:///x.db
expect_err_like 'several -n cannot share the one database of --url'
run_fails 2 env MIGRATE_URL=sqlite:///x.db migrate -n a -n b completion --list revisions
expect_err_like 'of MIGRATE_URL$'
run_fails 2 env DATABASE_URL=sqlite:///x.db migrate -n a -n c completion --list revisions
expect_err_like 'of DATABASE_URL$'
run_ok env DATABASE_URL=sqlite:///x.db migrate -n a -n b completion --list revisions
run_ok env MIGRATE_URL='' migrate -n a -n b completion --list revisions
run_fails 3 migrate -n a -n d completion --list revisions
EOS

# A revision of several statements that takes a good part of a second.
make_slow_project() {
    run_ok migrate init -q
    slow='INSERT INTO t WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000)
SELECT count(*) FROM c;'
    cat >versions/aa11_slow.sql <<EOF
-- slow
--
-- revision: aa11
-- down_revision:

-- migrate: upgrade
CREATE TABLE t (n integer);
$slow
$slow
$slow

-- migrate: downgrade
DROP TABLE t;
EOF
}

scenario 'a progress bar on a terminal, erased before anything else is written' <<'EOS'
make_slow_project
run_tty migrate upgrade head --color never
expect_status 0
esc=$(printf '\033')
expect_out_like "\[\.*\] 1/1 aa11, statement [234] of 4.*$esc\[Kupgrade base -> aa11  slow"
run_ok migrate downgrade base
run_tty migrate upgrade head -q
expect_out ''
run_ok migrate downgrade base
run_ok migrate upgrade head
expect_out ''
expect_err_like '^upgrade base -> aa11  slow \([0-9.]+ m?s\)'
expect_err_unlike 'statement'
EOS

scenario 'the steps of a run are its data as JSON' <<'EOS'
make_slow_project
run_ok migrate upgrade head --format json -q
expect_out_like '^\{"event":"step_done","direction":"upgrade","revision":"aa11","title":"slow",'
expect_err ''
EOS
