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
