#!/bin/sh
# A team's life: two branches, a conflict of heads, an edited script, a drifted database, a script that
# would hurt. Each is caught by one command, with its exit status and in the forms that services read.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need git sqlite3

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.org
export GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.org

commit() {
    git add -A
    git commit -q -m "$1"
}

# What a pull request's job runs.
pipeline() {
    for command in "check --against versions" verify lint; do
        run migrate $command --since main "$@"
        [ "$status" -eq 0 ] || return 0
    done
}

scenario 'from the first commit to the last merge' <<'EOS'
git init -q -b main .
run_ok migrate init
echo app.db >.gitignore
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);' >model.sql
run_ok migrate revision --autogenerate -m users --rev-id a1
run_ok migrate upgrade head
run_ok migrate check
commit users

# Ann adds a column, Bob a table; neither knows of the other.
git checkout -q -b ann
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);' >model.sql
pipeline
expect_status 1
expect_out_like '^no: 1 difference between the versions and the model'
run_ok migrate revision --autogenerate -m age --rev-id ann1
run_ok migrate upgrade head
commit age
pipeline
expect_status 0
git checkout -q main
run_fails 1 migrate check
expect_out_like "^no: the database stands at 'ann1', which no script here has"
run_ok migrate switch HEAD
run_ok migrate check
git checkout -q -b bob
echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));' >model.sql
run_ok migrate revision --autogenerate -m posts --rev-id bob1
run_ok migrate upgrade head
commit posts

# Bob is merged first; Ann is told before she merges.
git checkout -q main
git merge -q bob
git checkout -q ann
pipeline
expect_status 1
expect_out_like "^no: once merged with 'main' there would be 2 heads: bob1, ann1"
run migrate check --against versions --since main --format github
expect_status 1
expect_out_like '^::error .*2 heads'
run_ok migrate switch main
git merge -q -m merged main 2>/dev/null || {
    echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));' >model.sql
    commit merged
}
run_fails 1 migrate check --against versions
expect_out_like '^no: 2 heads'
run_ok migrate rebase bob1
pipeline
expect_status 0
run_ok migrate upgrade head
run_ok migrate check
commit 'behind bob'
git checkout -q main
git merge -q ann
run_ok migrate check

# Somebody edits what is applied already.
git checkout -q -b fix
sed -i 's/name TEXT/name TEXT NOT NULL/' versions/a1_users.sql
pipeline
expect_status 1
expect_out_like '^no: versions/a1_users.sql: edited here, and .main. has it already: a1 \(upgrade\)'
run migrate check --format junit
expect_status 1
expect_out_like '<failure type="changed-script"'
run_fails 1 migrate status --exit-code
expect_out_like 'problem +changed since it was applied: a1'
git checkout -q versions

# Somebody changes the database by hand.
sqlite3 app.db 'CREATE INDEX by_hand ON users (name)'
run_fails 1 migrate status --drift --exit-code
expect_out_like 'add index users.by_hand'
run_fails 1 migrate check
expect_out_like '^DROP INDEX by_hand;'
sqlite3 app.db 'DROP INDEX by_hand'

# A script whose downgrade is none, and one that would hurt.
run_ok migrate revision -m careless --rev-id fix1
cat >versions/fix1_careless.sql <<'EOM'
-- careless
--
-- revision: fix1
-- down_revision: ann1

-- migrate: upgrade
ALTER TABLE users DROP COLUMN name;

-- migrate: downgrade
SELECT 1;
EOM
run migrate verify --since main --no-model --format github
expect_status 1
expect_out_like '^::error file=versions/fix1_careless.sql,line=9[,:].*not the inverse'
run migrate verify --since main --no-model --format sarif
expect_status 1
expect_out_like '"ruleId": "not-inverse"'
run migrate lint --since main --fail-on warning --format github
expect_status 1
expect_out_like 'file=versions/fix1_careless.sql,line=7'
run_fails 2 migrate lint fix1 --since main
EOS
