#!/bin/sh
# How a PostgreSQL database is reached, and what is said when it is not.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need_postgresql

_psql postgres -c "SET password_encryption = 'scram-sha-256'" -c "CREATE ROLE ann LOGIN PASSWORD 'sésame & co:%'" \
    -c "CREATE DATABASE guarded OWNER ann TEMPLATE template0" \
    -c "ALTER ROLE ann CREATEDB"
{
    printf 'local all ann scram-sha-256\n'
    cat "$cluster/data/pg_hba.conf"
} >"$cluster/hba" && cat "$cluster/hba" >"$cluster/data/pg_hba.conf"
_psql postgres -c 'SELECT pg_reload_conf()' >/dev/null

# A history of one revision and its model.
small_project() {
    mkdir versions
    printf '[migrate]\nmodel = model.sql\nurl = %s\n' "$1" >migrate.ini
    echo 'CREATE TABLE t (a int);' >model.sql
    cat >versions/a1.sql <<'SQL'
-- revision: a1
-- down_revision:

-- migrate: upgrade
CREATE TABLE t (a int);

-- migrate: downgrade
DROP TABLE t;
SQL
}

# The password, in any of its spellings, is neither said nor written.
expect_secret() {
    for _text in 'sésame' 's%C3%A9same' 'sesam' 'wr0ng'; do
        ! grep -q "$_text" "$out" "$err" || fail "the password is in the output: $(cat "$out" "$err")"
    done
}

scenario 'a password in the URL' <<'EOS'
small_project "postgresql://ann:s%C3%A9same%20%26%20co%3A%25@/guarded?host=$cluster"
for format in text json; do
    run_ok migrate upgrade head -v --format $format
    expect_secret
    run_ok migrate status -v --format $format
    expect_secret
    run_ok migrate check -v --format $format --no-cache
    expect_secret
    run_ok migrate downgrade base -v --format $format
    expect_secret
done
EOS

scenario 'a wrong password' <<'EOS'
small_project "postgresql://ann:wr0ng@/guarded?host=$cluster"
for format in text json; do
    run_fails 4 migrate upgrade head -v --format $format
    expect_secret
    expect_err_like "cannot connect to database 'guarded' on host '$cluster'.* as user 'ann'"
    expect_err_like 'password authentication failed'
done
run_fails 4 migrate current --url "postgresql://ann@/guarded?host=$cluster&password=wr0ng" -v
expect_secret
run_fails 4 migrate current --url "postgresql://ann@/guarded?host=$cluster"
expect_err_like 'no password'
EOS

scenario 'the environment says where' <<'EOS'
small_project 'postgresql://'
export PGHOST="$cluster" PGUSER=ann PGDATABASE=guarded PGPASSWORD='sésame & co:%'
run_ok migrate upgrade head -v
expect_secret
run_ok migrate check
run_ok migrate downgrade base
PGPASSWORD=wr0ng
run_fails 4 migrate upgrade head -v
expect_secret
EOS

scenario 'a password file and a service' <<'EOS'
small_project "postgresql://ann@/guarded?host=$cluster"
printf '%s:*:guarded:ann:sésame & co\\:%%\n%s:*:*:ann:sésame & co\\:%%\n' "$cluster" "$cluster" >"$HOME/.pgpass"
chmod 600 "$HOME/.pgpass"
run_ok migrate upgrade head -v
expect_secret
run_ok migrate check --no-cache
printf '[shop]\nhost=%s\nuser=ann\ndbname=guarded\n' "$cluster" >services
export PGSERVICEFILE="$PWD/services"
run_ok migrate current --url 'postgresql://?service=shop'
expect_out_like '^a1'
run_ok migrate current --url 'postgresql:///?service=shop'
run_fails 4 migrate current --url 'postgresql://?service=nope'
expect_err_like 'nope'
rm "$HOME/.pgpass"
printf '[shop]\nhost=%s\nuser=ann\ndbname=guarded\npassword=wr0ng\n' "$cluster" >services
run_fails 4 migrate current --url 'postgresql://?service=shop'
expect_secret
EOS

scenario 'no server' <<'EOS'
small_project "postgresql://ann:wr0ng@/guarded?host=$PWD/nowhere"
run_fails 4 migrate upgrade head
expect_err_like "cannot connect to database 'guarded' on host '.*/nowhere'.* as user 'ann'"
expect_err_like 'No such file or directory'
expect_secret
run_fails 4 migrate check --url 'postgresql://ann:wr0ng@127.0.0.1:1/guarded'
expect_err_like "cannot connect to database 'guarded' on host '127.0.0.1' port '?1'? as user 'ann'"
expect_err_like 'Connection refused'
expect_secret
run_fails 4 migrate current --url 'postgresql://ann@/guarded?host=x&sslmode=maybe'
expect_err_like 'sslmode'
run_fails 4 migrate current --url 'postgresql://ann@/guarded?colour=red'
expect_err_like 'colour'
EOS

scenario 'a driver suffix of SQLAlchemy is passed over' <<'EOS'
small_project 'postgresql://'
fresh_database
run_ok migrate upgrade head --url "postgresql+psycopg2://postgres@/$database?host=$cluster"
run_ok migrate current --url "postgres://postgres@/$database?host=$cluster"
expect_out_like '^a1'
EOS

scenario 'a schema for each tenant, one history' <<'EOS'
small_project 'postgresql://'
fresh_database
_psql "$database" -c 'CREATE SCHEMA tenant1' -c 'CREATE SCHEMA "Tenant 2"'
one="$url&options=-csearch_path%3Dtenant1"
two="$url&options=-csearch_path%3D%22Tenant%5C%202%22"
run_ok migrate upgrade head --url "$one"
run_ok migrate check --url "$one"
run_ok migrate current --url "$two"
expect_out ''
run_ok migrate upgrade head --url "$two"
run_ok migrate check --url "$two"
echo 'CREATE TABLE t (a int, b text, UNIQUE (b)); CREATE VIEW v AS SELECT * FROM t;' >model.sql
run_ok migrate revision --autogenerate -m second --url "$two"
! grep '^[^-]' versions/*second.sql | grep -q 'Tenant\|tenant1' || fail 'the script names the schema'
for tenant in "$one" "$two"; do
    run_ok migrate upgrade head --url "$tenant"
    run_ok migrate check --url "$tenant"
    run_ok migrate verify --url "$tenant"
done
expect_pg "SELECT string_agg(n.nspname || '.' || relname, ' ' ORDER BY n.nspname COLLATE \"C\", relname) FROM pg_class c JOIN
    pg_namespace n ON n.oid = relnamespace WHERE relname IN ('t', 'v', 'migrate_version')" \
    'Tenant 2.migrate_version Tenant 2.t Tenant 2.v tenant1.migrate_version tenant1.t tenant1.v'
run_ok migrate downgrade base --url "$one"
run_ok migrate check --url "$two"
EOS

scenario 'no right to create databases: scratch_url helps' <<'EOS'
fresh_database
_psql "$database" -c 'CREATE ROLE low LOGIN' -c 'GRANT ALL ON SCHEMA public TO low'
small_project "postgresql://low@/$database?host=$cluster"
run_ok migrate upgrade head
for command in check verify 'revision --autogenerate -m x' 'diff live model'; do
    run_fails 4 migrate $command
    expect_err_like "cannot make a scratch database beside database '$database'"
    expect_err_like 'permission denied to create database'
    expect_err_like "hint: .*'scratch_url'"
done
printf 'scratch_url = postgresql://postgres@/postgres?host=%s\n' "$cluster" >>migrate.ini
run_ok migrate check
run_ok migrate verify
run_ok migrate revision --autogenerate -m x
expect_err_like 'no changes'
EOS

scenario 'a server that goes away in the middle of a step' <<'EOS'
small_project 'postgresql://'
fresh_database
cat >versions/b1.sql <<'SQL'
-- revision: b1
-- down_revision: a1

-- migrate: upgrade
CREATE TABLE u (a int);
SELECT pg_terminate_backend(pg_backend_pid());
CREATE TABLE w (a int);

-- migrate: downgrade
DROP TABLE w;
DROP TABLE u;
SQL
run_fails 4 migrate upgrade head --url "$url"
expect_err_like 'terminating connection'
expect_err_like '^  at versions/b1.sql'
run_ok migrate current --url "$url"
expect_out_like '^a1'
expect_pg "SELECT to_regclass('u') IS NULL" t
sed -i '/pg_terminate/d' versions/b1.sql
run_ok migrate upgrade head --url "$url"
expect_pg "SELECT to_regclass('w')" w
EOS
