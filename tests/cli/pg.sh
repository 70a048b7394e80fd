# For scenarios on PostgreSQL, to be sourced behind lib.sh.

# Starts a project in the scenario's folder on a new database; arguments: lines for migrate.ini. init
# fills an empty folder only, so that it comes before other files.
pg_project() {
    fresh_database
    run_ok migrate init --url "$url"
    for _line in "$@"; do
        printf '%s\n' "$_line" >>migrate.ini
    done
}

# autogenerate MESSAGE [OPTION…]: a revision to the model as it is; $script is its file.
autogenerate() {
    run_ok migrate revision --autogenerate -m "$@"
    script=$(sed -n 's/^created //p' "$out")
    [ -n "$script" ] || fail 'nothing was written'
}

# What is in $database beside our own tables, one thing a line.
left_over() {
    _psql "$database" <<'SQL'
SELECT 'relation ' || c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE nspname !~ '^pg_|^information_schema$' AND relname !~ '^migrate_' ORDER BY 1;
SELECT 'type ' || t.oid::regtype FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
 WHERE nspname !~ '^pg_|^information_schema$' AND typrelid = 0 AND typelem = 0 ORDER BY 1;
SELECT 'routine ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
 WHERE nspname !~ '^pg_|^information_schema$' ORDER BY 1;
SELECT 'schema ' || nspname FROM pg_namespace
 WHERE nspname !~ '^pg_|^information_schema$|^public$' ORDER BY 1;
SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1;
SQL
}

expect_nothing_left() {
    [ -z "$(left_over)" ] || fail "left over: $(left_over)"
}

# dump_sorted DATABASE: what pg_dump says of the schema, without our tables; its lines are sorted, so
# that the order of columns does not matter.
dump_sorted() {
    pg_dump -h "$cluster" -U postgres --schema-only --no-owner --no-privileges -T migrate_version \
        -T migrate_log "$1" >dump.raw || fail "pg_dump of $1 failed"
    sed -E '/^\\(un)?restrict /d; /^(--.*)?$/d; s/,$//' dump.raw | LC_ALL=C sort
    rm dump.raw
}

# The database's schema is what psql makes of a file, as pg_dump tells them.
expect_schema_of() {
    _made=$database
    fresh_database
    _psql "$database" -q -f "$1" >/dev/null || fail "psql cannot load $1"
    dump_sorted "$database" >expected.dump
    dump_sorted "$_made" >made.dump
    database=$_made
    expect_same expected.dump made.dump
    rm expected.dump made.dump
}
