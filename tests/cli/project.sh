# Small projects for scenario tests, to be sourced after lib.sh.

# new_project [SETTINGS]: migrate.ini for app.db, and versions/.
new_project() {
    printf '[migrate]\nurl = sqlite:///app.db\n%s\n' "${1:-}" >migrate.ini
    mkdir -p versions
}

# rev ID DOWN [HEADER]: a revision that makes a table named t_ID, and drops it again. HEADER: further
# lines of its header, without "-- ".
rev() {
    {
        printf -- '-- make %s\n--\n-- revision: %s\n-- down_revision: %s\n' "$1" "$1" "$2"
        [ -z "${3:-}" ] || printf '%s\n' "$3" | sed 's/^/-- /'
        printf -- '\n-- migrate: upgrade\nCREATE TABLE t_%s (id INTEGER PRIMARY KEY);\n' "$1"
        printf -- '\n-- migrate: downgrade\nDROP TABLE t_%s;\n' "$1"
    } >"versions/$1_make.sql"
}

# The tables made by rev, as "t_a1 t_b1".
expect_tables() {
    expect_sql "${2:-app.db}" "SELECT group_concat(name, ' ') FROM (SELECT name \
        FROM sqlite_schema WHERE type = 'table' AND name LIKE 't\_%' ESCAPE '\' ORDER BY name) HAVING count(*) > 0" "$1"
}

# The rows of the version table, as "a1 b1".
expect_rows() {
    expect_sql "${2:-app.db}" "SELECT group_concat(version_num, ' ') FROM (SELECT version_num FROM \
        migrate_version ORDER BY version_num) HAVING count(*) > 0" "$1"
}

# Three in a row: a1, b1, c1.
linear_project() {
    new_project
    rev a1 ''
    rev b1 a1
    rev c1 b1
}

# a1, then two branches: b1, b2 labelled left; c1 labelled right.
branched_project() {
    new_project
    rev a1 ''
    rev b1 a1 'branch_labels: left'
    rev b2 b1
    rev c1 a1 'branch_labels: right'
}

# Two branches that merge, and a root of its own that depends on the trunk; zz06 has a header with
# everything in it.
merged_project() {
    new_project
    rev aa01 ''
    rev bb02 aa01
    rev c103 bb02 'branch_labels: left'
    rev c204 bb02
    rev dd05 'c103, c204'
    rev zz06 '' 'depends_on: bb02
branch_labels: other
More about zz06.
created: 2026-11-21T10:00:00Z'
}
