#!/bin/sh
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

need_postgresql
server=$cluster

query() {
    psql -X -At -q -v ON_ERROR_STOP=1 -h "$server" -U postgres -d "$1" -c "$2"
}

expect_query() {
    _got=$(query "$1" "$2")
    [ "$_got" = "$3" ] || fail "expected '$3', got '$_got' for: $2"
}

# project NAME [USER]: an empty database and a project for it.
project() {
    query postgres "CREATE DATABASE $1"
    printf '[migrate]\nurl = postgresql://%s@/%s?host=%s\nmodel = model.sql\n' \
        "${2:-postgres}" "$1" "$server" >migrate.ini
    mkdir versions
    cat >model.sql <<'EOF'
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    m mood DEFAULT 'ok', CHECK (name <> ''));
CREATE VIEW names AS SELECT name FROM users;
EOF
}

tables="SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind IN ('r', 'v') AND
    relnamespace = 'public'::regnamespace"
scratches="SELECT count(*) FROM pg_database WHERE datname LIKE 'migrate\\_scratch%'"

scenario 'from a model to the database, and back to nothing' <<'EOS'
project whole
run_ok migrate revision --autogenerate -m first
run_ok migrate upgrade head
expect_query whole "$tables" 'migrate_log migrate_version names users'
run_ok migrate check
run_ok migrate verify
run_ok migrate revision --autogenerate -m again
expect_out ''
sed -i "s/name text NOT NULL/name varchar(99) NOT NULL/" model.sql
run_fails 1 migrate check
run_ok migrate revision --autogenerate -m wider
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate downgrade base
expect_query whole "$tables" 'migrate_log migrate_version'
expect_query postgres "$scratches" 0
EOS

scenario 'commands that read create nothing' <<'EOS'
project quiet
run_ok migrate revision -m empty
for command in current 'current --check-heads' status history heads check 'upgrade head --plan' inspect \
    'upgrade head --sql' 'diff live model' verify; do
    run migrate $command
    [ "$status" -le 1 ] || fail "'$command' ended with $status: $(cat "$err")"
done
expect_query quiet "$tables" ''
expect_query postgres "$scratches" 0
EOS

scenario 'no such database, and no right to make one for scratch' <<'EOS'
project poor poor
query postgres 'CREATE ROLE poor LOGIN'
run_fails 4 migrate current --url "postgresql://poor:S3cret@/nope?host=$server"
expect_err_like "cannot connect to database 'nope' on host '$server' as user 'poor'"
expect_err_like 'database "nope" does not exist'
expect_err_unlike S3cret
run_fails 4 migrate revision --autogenerate -m first
expect_err_like 'permission denied to create database'
expect_err_like 'hint: .*scratch_url'
[ -z "$(ls versions)" ] || fail 'a script was written'
printf 'scratch_url = postgresql://postgres@/postgres?host=%s\n' "$server" >>migrate.ini
run_ok migrate revision --autogenerate -m first
query poor 'GRANT ALL ON SCHEMA public TO poor'
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'no right to create anything leaves nothing' <<'EOS'
project barred poor
query barred 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
run_ok migrate revision --autogenerate -m first --url "postgresql://postgres@/barred?host=$server"
run_fails 4 migrate upgrade head
expect_err_like 'permission denied for schema public'
expect_query barred "$tables" ''
EOS

scenario 'our own tables in a schema of their own' <<'EOS'
project own
query own 'CREATE SCHEMA "Ours"'
echo 'version_table_schema = Ours' >>migrate.ini
run_ok migrate revision --autogenerate -m first
run_ok migrate upgrade head
expect_query own "$tables" 'names users'
expect_query own 'SELECT count(*) FROM "Ours".migrate_version' 1
run_ok migrate check
EOS

scenario 'warnings are always shown, notices with -v' <<'EOS'
project loud
cat >versions/a1_talk.sql <<'EOF'
-- talk
--
-- revision: a1
-- down_revision:

-- migrate: upgrade
DO $$ BEGIN RAISE WARNING 'take care'; RAISE NOTICE 'by the way'; END $$;

-- migrate: downgrade
DROP TABLE IF EXISTS nope;
EOF
run_ok migrate upgrade head
expect_err_like 'take care'
expect_err_unlike 'by the way'
run_ok migrate downgrade base -v
expect_err_like 'table "nope" does not exist'
EOS

scenario 'what a killed run has left is swept by the next' <<'EOS'
project killed
oid=$(query killed "SELECT oid FROM pg_database WHERE datname = 'killed'")
query postgres "CREATE DATABASE migrate_scratch_${oid}_00c0ffee"
run_ok migrate revision --autogenerate -m first
expect_query postgres "$scratches" 0
EOS
