#!/bin/sh
# Settings as the commands see them.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3

scenario 'no migrate.ini' <<'EOS'
run_fails 3 migrate current
expect_err <<'EOF'
error E201: there is no file 'migrate.ini'
  hint: Run `migrate init` to make one, or name another with -c.
EOF
mkdir migrate.ini
run_fails 3 migrate current
expect_err_like "'migrate.ini' is a folder"
EOS

scenario 'all errors of the file at once, with their places' <<'EOS'
cat >migrate.ini <<'EOF'
[migrate]
ulr = sqlite:///app.db
online = maybe
naming = ${NOT_SET_ANYWHERE}
online = true
EOF
run_fails 3 migrate current
expect_err <<'EOF'
error E203: unknown key 'ulr' in section [migrate]
  at migrate.ini:2:1
    2 | ulr = sqlite:///app.db
      | ^
  hint: Did you mean 'url'?
error E204: 'maybe' of key 'online' is no boolean
  at migrate.ini:3:10
    3 | online = maybe
      |          ^
  hint: Write true or false.
error E204: environment variable 'NOT_SET_ANYWHERE' is not set
  at migrate.ini:4:10
    4 | naming = ${NOT_SET_ANYWHERE}
      |          ^
  hint: Set it, or write ${NOT_SET_ANYWHERE:-default}.
error E202: key 'online' is twice in section [migrate], first in line 3
  at migrate.ini:5:1
    5 | online = true
      | ^
EOF
EOS

scenario 'a file elsewhere: paths start from its folder' <<'EOS'
mkdir 'some where'
cd 'some where'
linear_project
cd ..
run_ok migrate -c 'some where/migrate.ini' upgrade head
expect_rows c1 'some where/app.db'
run_ok env MIGRATE_CONFIG='some where/migrate.ini' migrate current -v
expect_out_like '^Path: some where/versions/c1_make.sql$'
mkdir below
cd below
run_ok migrate -c '../some where/migrate.ini' current
expect_out 'c1 (head)'
EOS

scenario 'which URL counts' <<'EOS'
linear_project
run_ok migrate stamp a1 --url sqlite:option.db
expect_file option.db
run_ok env MIGRATE_URL=sqlite:///environment.db migrate stamp a1
expect_file environment.db
run_ok env MIGRATE_URL=sqlite:///environment.db migrate stamp b1 --url sqlite:///option.db
expect_rows b1 option.db
run_ok env DATABASE_URL=sqlite:///database.db migrate stamp a1
expect_no_file database.db
expect_file app.db
printf '[migrate]\n' >migrate.ini
run_ok env DATABASE_URL=sqlite:///database.db migrate stamp a1
expect_file database.db
run_fails 3 migrate current
expect_err_like 'error E205: no database URL is given'
EOS

scenario 'variables of -x and the environment' <<'EOS'
linear_project
printf '[migrate]\nurl = sqlite:///${x:db:-none}-${TENANT:-all}.db\n' >migrate.ini
run_ok migrate stamp a1 -x db=first
expect_file first-all.db
run_ok env TENANT="it's" migrate -x db=1 -x db=second stamp a1
expect_file "second-it's.db"
run_fails 2 migrate current -x =x
EOS

scenario 'a password is in no output' <<'EOS'
linear_project
for url in 'postgresql://u:S3cr:/#S3cr@h/db' 'postgresql://u:S3cr@S3cr@h/db' \
    'postgresql://u:S3cr%40%S3cr@h/db' 'postgresql://h/db?password=S3cret&x=1' \
    'postgresql://h/db?sslpassword=S3cret' 'mysql://u:S3cret@h/db' 'sqlite://u:S3cret@h/a.db' \
    'sqlite:///app.db?password=S3cret&nonsense'; do
    for format in text json; do
        run migrate -vv current --url "$url" --format $format
        [ "$status" -ge 3 ] || fail "$url: status $status"
        expect_out_unlike S3cr
        expect_err_unlike S3cr
        printf '[migrate]\nurl = %s\nnonsense = 1\n' "$url" >other.ini
        run migrate -vv current -c other.ini --format $format
        expect_status 3
        expect_out_unlike S3cr
        expect_err_unlike S3cr
    done
done
EOS

scenario 'a server that is not there' <<'EOS'
linear_project
run_fails 4 migrate current --url postgresql://ann:S3cret@127.0.0.1:1/db
expect_err_like "error E400: cannot connect to database 'db' on host '127.0.0.1' port 1 as user 'ann'"
expect_err_like 'hint: Check that the server runs'
expect_err_unlike S3cret
EOS

scenario 'errors of all scripts at once' <<'EOS'
linear_project
echo 'SELECT 1;' >versions/a_bad.sql
printf -- '-- revision: x1\n-- down_revison: a1\n' >versions/x.sql
run_fails 3 migrate current
expect_err_like '^  at versions/a_bad.sql:1'
expect_err_like '^  at versions/x.sql:2'
expect_err_like "[Dd]id you mean 'down_revision'"
rm -r versions
run_fails 3 migrate current
expect_err_like "there is no folder 'versions' for scripts"
EOS
