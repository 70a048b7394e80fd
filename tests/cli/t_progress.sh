#!/bin/sh
# What is told while a run lasts.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/project.sh"
need sqlite3 script

# await PATTERN FILE: until a line of the file matches.
await() {
    tries=0
    until grep -qE "$1" "$2" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail "no line of $2 matches: $1"
        sleep 0.1
    done
}

scenario 'a statement that takes long is said to be at work' <<'EOS'
linear_project
echo 'WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i FROM c) SELECT count(*) FROM c;' >endless
sed -i '/CREATE TABLE/r endless' versions/b1_make.sql
migrate -v --format json upgrade head >events 2>said &
await '^\{"event":"progress","direction":"upgrade","revision":"b1","title":"make b1","step":2,"n_steps":3,"statement":2,"n_statements":2,"elapsed_ms":[1-9][0-9]{3,}\}$' events
kill -TERM $!
status=0
wait $! || status=$?
[ "$status" -eq 143 ] || fail "status $status"
expect_rows a1
EOS

scenario 'the bar goes on while a statement does' <<'EOS'
linear_project
echo 'WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i FROM c) SELECT count(*) FROM c;' >endless
sed -i '/CREATE TABLE/r endless' versions/b1_make.sql
script -qfec 'migrate upgrade head & echo $! >pid; wait' typescript >/dev/null 2>&1 &
await '\[########\.{16}\] 2/3 b1, statement 2 of 2, [1-9][0-9.]* s' typescript
kill -TERM "$(cat pid)"
wait $! || :
expect_rows a1
grep -q 'upgrade .*base.* -> .*a1' typescript
EOS
