#!/bin/sh
# What git knows: scripts edited or deleted here that others have, heads that a merge would leave, whose
# a revision is, scripts that only history has, and databases that follow a branch.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need git sqlite3

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME='Änn Ö' GIT_AUTHOR_EMAIL=ann@example.org
export GIT_COMMITTER_NAME=Bob GIT_COMMITTER_EMAIL=bob@example.org

# script ID PARENT TABLE
script() {
    cat >"versions/$1_x.sql" <<EOM
-- makes $3
--
-- revision: $1
-- down_revision: $2

-- migrate: upgrade
CREATE TABLE $3 (id INTEGER PRIMARY KEY);

-- migrate: downgrade
DROP TABLE $3;
EOM
}

commit() {
    git add -A
    git commit -q -m "$1"
}

# main: a1; a branch `ours` from there.
start() {
    git init -q -b main .
    run_ok migrate init
    echo app.db >.gitignore
    script a1 '' a
    commit one
    git checkout -q -b ours
}

# main: a1, b1; ours: a1, c1; ours is checked out.
two_branches() {
    start
    script c1 a1 c
    commit ours
    git checkout -q main
    script b1 a1 b
    commit theirs
    git checkout -q ours
}

scenario 'heads that a merge would leave are foretold, and rebase cures them' <<'EOS'
two_branches
run_fails 1 migrate check --against versions --since main -v
expect_out_like "^no: once merged with 'main' there would be 2 heads: b1, c1"
expect_out_like "^ok: no script of 'main' was edited or deleted"
expect_err_like 'migrate rebase b1'
git merge -q -m merged main
run_fails 1 migrate check --against versions
expect_out_like '^no: 2 heads: b1, c1'
run_ok migrate rebase b1
expect_out 'versions/c1_x.sql: c1 stands on b1 (was: a1)'
expect_content versions/c1_x.sql <<'EOM'
-- makes c
--
-- revision: c1
-- down_revision: b1

-- migrate: upgrade
CREATE TABLE c (id INTEGER PRIMARY KEY);

-- migrate: downgrade
DROP TABLE c;
EOM
run_ok migrate verify --no-model
run_ok migrate heads
expect_out 'c1 (head)'
run_ok migrate rebase b1
expect_err_like 'nothing to rebase'
EOS

scenario 'what the common base has must not be edited or deleted; moves and comments are no edits' <<'EOS'
two_branches
git mv versions/a1_x.sql versions/renamed.sql
sed -i 's/makes a/makes a, says another comment/' versions/renamed.sql
run_fails 1 migrate check --against versions --since main
expect_out_like "^ok: no script of 'main' was edited"
sed -i 's/TABLE a (id/TABLE a (number INTEGER, id/' versions/renamed.sql
run_fails 1 migrate check --against versions --since main
expect_out_like "^no: versions/renamed.sql: edited here, and 'main' has it already: a1 \(upgrade\)"
expect_out_like '^-CREATE TABLE a \(id'
expect_out_like '^\+CREATE TABLE a \(number'
rm versions/renamed.sql
run_fails 1 migrate check --against versions --since main
expect_out_like "^no: versions/a1_x.sql: deleted here, and 'main' has it already: a1"
expect_out_like '^no: versions/c1_x.sql:4: unknown revision'
git checkout -q HEAD -- versions
sed -i 's/down_revision: a1/down_revision:/' versions/c1_x.sql
commit 'another base'
git branch -q other
sed -i 's/down_revision:/down_revision: a1/' versions/c1_x.sql
run_fails 1 migrate check --against versions --since other
expect_out_like "^no: versions/c1_x.sql:4: 'c1' has other parents here than in 'other'"
EOS

scenario 'verify --since judges what is new' <<'EOS'
two_branches
run_ok migrate verify --since main --no-model --format json
[ "$(grep -c '"revision"' "$out")" -eq 1 ] || fail 'more than the new revision'
expect_out_like '"revision": "c1"'
run_fails 2 migrate verify a1: --since main
sed -i 's/DROP TABLE c/SELECT 1/' versions/c1_x.sql
run_fails 1 migrate verify --since main --no-model
expect_out_like 'fault c1: the downgrade is not the inverse'
EOS

scenario 'switch follows a branch down and up, rows of the common part kept' <<'EOS'
two_branches
run_ok migrate upgrade head
sqlite3 app.db 'INSERT INTO a VALUES (7)'
run_ok migrate switch main --plan
expect_out_like '^-- downgrade c1: c1 -> a1'
expect_out_like '^-- upgrade b1: a1 -> b1'
expect_sql app.db "SELECT count(*) FROM sqlite_master WHERE name = 'c'" 1
run_ok migrate switch main
expect_sql app.db "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE length(name) = 1 ORDER BY 1)" a,b
expect_sql app.db 'SELECT * FROM a' 7
git checkout -q main
run_ok migrate current
expect_out 'b1 (head)'
run_ok migrate switch HEAD
expect_err_like 'nothing to do'
run_ok migrate switch ours
run_ok migrate current
expect_out_like '^c1 \(unknown'
# The branch is gone, and with it its script; history has it still.
git branch -q keep ours
git branch -q -D ours
run_ok migrate switch main
expect_err_like "the script of 'c1' is taken from git: "
run_ok migrate current
expect_out 'b1 (head)'
run_fails 3 migrate switch nowhere
expect_err_like "E211: git knows no commit 'nowhere'"
EOS

scenario 'a script that only history has is taken in the version that was applied' <<'EOS'
start
script c1 a1 c
commit first
script c1 a1 c
sed -i 's/DROP TABLE c/DROP TABLE c; DELETE FROM a/' versions/c1_x.sql
commit second
run_ok migrate upgrade head
sqlite3 app.db 'INSERT INTO a VALUES (7)'
git checkout -q HEAD~1 2>/dev/null
sed -i 's/ (id/ (number, id/' versions/c1_x.sql
commit third
git branch -q third
git checkout -q main
run_ok migrate downgrade a1
expect_err_like "the script of 'c1' is taken from git: "
expect_sql app.db 'SELECT count(*) FROM a' 0
run_ok migrate current
expect_out 'a1 (head)'
EOS

scenario 'without a version that was applied, git does not help; the log does when it is asked' <<'EOS'
start
script c1 a1 c
run_ok migrate upgrade head
sed -i 's/ (id/ (number, id/' versions/c1_x.sql
commit 'another script of this name'
git checkout -q main
run_fails 6 migrate downgrade a1
expect_err_like 'E605'
expect_err_like '--from-log'
run_fails 6 migrate switch main
run_ok migrate switch main --from-log
expect_err_like 'taken from the log'
EOS

scenario 'history -v names commit and author, the log the commit' <<'EOS'
two_branches
script d1 c1 d
run_ok migrate history -v
[ "$(grep -c '^Commit: [0-9a-f]\{12\} by Änn Ö <ann@example.org>$' "$out")" -eq 2 ] ||
    fail 'two of three are committed'
run_ok migrate history
expect_out_unlike Commit
run_ok migrate upgrade c1
expect_sql app.db 'SELECT DISTINCT git_commit FROM migrate_log' "$(git rev-parse HEAD)"
EOS

scenario 'rebase refuses what is applied, what is ambiguous, and no head' <<'EOS'
two_branches
git merge -q -m merged main
run_ok migrate upgrade c1
run_fails 6 migrate rebase b1
expect_err_like "E612: the database has applied 'c1' already"
expect_err_like 'migrate merge'
run_ok git diff --exit-code
rm app.db
script d1 a1 d
run_fails 3 migrate rebase b1
expect_err_like "several branches stand beside 'b1': 'c1', 'd1'"
run_ok migrate rebase b1 --head d1
run_fails 2 migrate rebase b1
expect_err_like "'b1' is no head"
run_ok migrate rebase d1
run_ok migrate heads
expect_out 'c1 (head)'
EOS

scenario 'without a repository, with a shallow one, and in a folder of a repository' <<'EOS'
mkdir plain 'a repo'
cd plain
run_ok migrate init
run_fails 3 migrate check --against versions --since main
expect_err_like 'is in no git repository'
cd '../a repo'
mkdir 'deep är'
git init -q -b main .
cd 'deep är'
run_ok migrate init
script a1 '' a
commit one
script b1 a1 b
commit two
run_ok migrate verify --since HEAD~1 --no-model --format json
expect_out_like '"revision": "b1"'
cd ../..
git clone -q --depth 1 "file://$PWD/a repo" shallow
cd 'shallow/deep är'
run_fails 3 migrate verify --since HEAD~1
expect_err_like 'git fetch --unshallow'
EOS
