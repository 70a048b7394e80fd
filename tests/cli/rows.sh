# Rows for real schemas, to be sourced after lib.sh.

# fill DB [N [FIRST]]: N rows (default 3) for each table, numbered from FIRST (default 1). Columns that must have a value and have no
# default get the row's number as their type says (7, or 'v7'), the same in every table, so that
# foreign keys hold.
fill() {
    _first=${3:-1}
    sqlite3 "$1" "WITH RECURSIVE n (i) AS (SELECT $_first UNION ALL SELECT i + 1 FROM n
                                           WHERE i + 1 < $_first + ${2:-3}),
        tables AS (SELECT name AS t FROM sqlite_schema WHERE type = 'table'
            AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'migrate\_%' ESCAPE '\'),
        columns AS (SELECT t, c.name AS c, upper(c.type) AS type FROM tables,
            pragma_table_info(t) AS c WHERE c.pk > 0 OR (c.\"notnull\" AND c.dflt_value IS NULL))
        SELECT 'INSERT OR IGNORE INTO \"' || t || '\" (' || group_concat('\"' || c || '\"')
            || ') VALUES (' || group_concat(CASE
                WHEN type LIKE '%BOOL%' THEN '0'
                WHEN type LIKE '%CHAR%' OR type LIKE '%TEXT%' THEN '''v' || i || ''''
                ELSE i END) || ');'
        FROM columns, n GROUP BY t, i ORDER BY t, i" >"$_case/fill.sql"
    { echo 'BEGIN;' && cat "$_case/fill.sql" && echo 'COMMIT;'; } | sqlite3 "$1"
}

# expect_rows_kept OLD NEW: every table that both databases have holds the same rows, as far as both
# have columns of one type, and an AUTOINCREMENT counter that has not gone back.
expect_rows_kept() {
    sqlite3 "$1" "ATTACH '$2' AS new" "SELECT 'SELECT ' || quote(t.name) || ', '
            || group_concat('quote(\"' || a.name || '\")', ', ') || ' FROM \"' || t.name
            || '\" ORDER BY 1, 2, 3;'
        FROM main.sqlite_schema AS t, pragma_table_info(t.name, 'main') AS a,
            pragma_table_info(t.name, 'new') AS b
        WHERE t.type = 'table' AND lower(a.name) = lower(b.name) AND upper(a.type) = upper(b.type)
            AND t.name NOT LIKE 'migrate\_%' ESCAPE '\'
            AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
        GROUP BY t.name HAVING count(*) > 1 ORDER BY t.name" >"$_case/kept.sql"
    sqlite3 "$1" <"$_case/kept.sql" >"$_case/before rows"
    sqlite3 "$2" <"$_case/kept.sql" >"$_case/after rows"
    [ -s "$_case/before rows" ] || fail 'there are no rows to compare'
    diff -u "$_case/before rows" "$_case/after rows" || fail "rows of '$1' are not those of '$2'"
    if [ -n "$(sqlite3 "$1" "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'")" ]; then
        _back=$(sqlite3 "$1" "ATTACH '$2' AS new" "SELECT a.name FROM main.sqlite_sequence AS a
            JOIN new.sqlite_sequence AS b USING (name) WHERE b.seq < a.seq")
        [ -z "$_back" ] || fail "the AUTOINCREMENT counter went back: $_back"
    fi
}
