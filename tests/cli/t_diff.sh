#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

need sqlite3

project() {
    run_ok migrate init
    sqlite3 app.db 'CREATE TABLE users (id INTEGER PRIMARY KEY, nom TEXT);
        INSERT INTO users VALUES (7, '\''Zoé'\'')'
}

scenario 'no difference' <<'EOS'
project
run_ok migrate inspect
cp "$out" model.sql
run_ok migrate diff live model
expect_out ''
expect_err 'no difference'
run_ok migrate diff --exit-code live model
run_ok migrate -q diff live model
expect_err ''
run_ok migrate diff live model --format json
expect_out <<'EOF'
{
  "from": "live",
  "to": "model",
  "equal": true,
  "changes": [],
  "actions": [],
  "sql": ""
}
EOF
EOS

scenario 'the SQL that leads from one to the other' <<'EOS'
project
cat >model.sql <<'EOF'
CREATE TABLE users (id INTEGER PRIMARY KEY, nom TEXT, age INT);
EOF
run_ok migrate diff live model
expect_out 'ALTER TABLE users ADD COLUMN age INT;'
run migrate diff --exit-code live model
expect_status 1
EOS

scenario 'hazards are comments' <<'EOS'
project
: >model.sql
run_ok migrate diff live model
expect_out <<'EOF'
-- hazard: data-loss: drops table users
DROP TABLE users;
EOF
run migrate diff --exit-code live model
expect_status 1
expect_sql app.db 'SELECT nom FROM users' Zoé
EOS

scenario 'renames' <<'EOS'
project
echo 'CREATE TABLE people (id INTEGER PRIMARY KEY, "full name" TEXT);' >model.sql
run_ok migrate diff live model --rename users=people --rename 'users.nom=people."full name"'
expect_out_unlike 'DROP|CREATE'
sqlite3 app.db <"$out"
run_ok migrate diff --exit-code live model
expect_sql app.db 'SELECT "full name" FROM people' Zoé
run_fails 2 migrate diff live model --rename nobody=people
run_fails 2 migrate diff live model --rename nonsense
EOS

scenario 'JSON has changes, actions and hazards' <<'EOS'
project
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, nom VARCHAR(20) NOT NULL);' >model.sql
run_ok migrate diff live model --format json
expect_out_like '"equal": false'
expect_out_like '"description": "alter column users.nom: not-null, type"'
expect_out_like '"from": "TEXT"'
expect_out_like '"to": "VARCHAR\(20\)"'
expect_out_like '"from": null'
expect_out_like '"kind": "fails-on-data"'
expect_out_like '"transaction": true'
run migrate diff live model --format json --exit-code
expect_status 1
EOS

scenario 'both sources must be given and be there' <<'EOS'
project
run_fails 2 migrate diff
run_fails 2 migrate diff live
run_fails 2 migrate diff live model more
run_fails 2 migrate diff live nonsense
run_fails 3 migrate diff live file:nope.sql
run_fails 3 migrate diff versions@nope live
EOS

scenario 'drift: what was changed by hand since the last upgrade' <<'EOS'
run_ok migrate init
cat >versions/1.sql <<'EOF'
-- one
--
-- revision: aaa1
-- down_revision:

-- migrate: upgrade
CREATE TABLE one (a INT);
EOF
run_ok migrate upgrade head
run_ok migrate diff --exit-code versions@current live
sqlite3 app.db 'CREATE INDEX by_hand ON one (a)'
run migrate diff --exit-code versions@current live
expect_status 1
expect_out 'CREATE INDEX by_hand ON one (a);'
EOS

scenario 'real evolutions: each step, applied by sqlite3, reaches the next version' <<'EOS'
run_ok migrate init
for series in "$srcdir"/tests/data/examples/series/*.sqlite; do
    previous=
    rm -f series.db
    for version in "$series"/*.sql; do
        if [ -z "$previous" ]; then
            sqlite3 series.db <"$version"
        else
            run_ok migrate diff "file:$previous" "file:$version"
            cp "$out" step.sql
            sqlite3 -bail series.db <step.sql || fail "step to $version"
            run migrate diff --exit-code sqlite:series.db "file:$version"
            [ "$status" -eq 0 ] || fail "$version is not reached: $(cat "$out")"
        fi
        previous=$version
    done
done
EOS
