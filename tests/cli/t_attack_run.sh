#!/bin/sh
# Scripts that would do harm without a word.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

need sqlite3

# script TEXT: the one revision of a new project
script() {
    run_ok migrate init
    {
        printf -- '-- one\n--\n-- revision: a1\n-- down_revision:\n\n-- migrate: upgrade\n'
        printf '%s\n' "$1"
    } >versions/a1.sql
}

scenario 'a parameter in a script is refused, not taken for NULL' <<'EOS'
script 'CREATE TABLE t(x);
INSERT INTO t VALUES (:name);'
run_fails 4 migrate upgrade head
expect_err_like "':name' is a parameter, and nothing gives it a value"
expect_err_like 'at versions/a1.sql:8:1'
expect_sql app.db 'SELECT count(*) FROM sqlite_master' 0
EOS

scenario 'runs that take turns all reach their goal' <<'EOS'
run_ok migrate init
before=
for n in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20; do
    cat >versions/r$n.sql <<EOF
-- revision: r$n
-- down_revision: $before

-- migrate: upgrade
CREATE TABLE t$n(x);

-- migrate: downgrade
DROP TABLE t$n;
EOF
    before=r$n
done
for go in 'upgrade head' 'downgrade base' 'upgrade r20' 'downgrade base'; do
    for k in 1 2 3 4 5 6; do
        { migrate $go --one-by-one 2>log.$k || echo "run $k: $?" >>failed; } &
    done
    wait
    [ ! -e failed ] || fail "$go: $(cat failed log.*)"
done
expect_sql app.db 'SELECT count(*), count(DISTINCT revision) FROM migrate_log' '80|20'
EOS
