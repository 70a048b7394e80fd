#!/bin/sh
# What a scratch database cannot hold, and what must not reach beyond it.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need_postgresql
_psql postgres -c 'CREATE ROLE ann LOGIN CREATEDB CREATEROLE' -c 'CREATE ROLE reader'

# As pg_project, as a user who is no superuser.
plain_project() {
    fresh_database
    _psql postgres -c "ALTER DATABASE \"$database\" OWNER TO ann"
    url="postgresql://ann@/$database?host=$cluster"
    run_ok migrate init --url "$url"
    for _line in "$@"; do
        printf '%s\n' "$_line" >>migrate.ini
    done
}

expect_no_role() {
    [ -z "$(_psql postgres -c "SELECT rolname FROM pg_roles WHERE rolname ~ '^left_'")" ] ||
        fail 'a role was left behind'
}

scenario 'an extension that scratch does not have' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TABLE a (i int);
CREATE EXTENSION IF NOT EXISTS "no such" WITH SCHEMA public;
COMMENT ON EXTENSION "no such" IS 'is not there';
CREATE TABLE b (i int);
SQL
autogenerate first
expect_err_like 'left out on scratch: extension "no such": '
grep -q '^-- left out on scratch: extension "no such": ' "$script" || fail "not in the header: $(cat "$script")"
grep -q 'TABLE a' "$script" && grep -q 'TABLE b' "$script" || fail 'the rest is not planned'
! grep -q EXTENSION "$script" || fail 'what was not tried is in the script'
run_ok migrate upgrade head
run_ok migrate check
expect_err_like 'left out on scratch: extension "no such"'
run_ok migrate check
expect_err_like 'left out on scratch: extension "no such"'
run_ok migrate inspect model
echo 'CREATE TABLE c (p point_of_no_such);' >>model.sql
run_fails 3 migrate check
expect_err_like 'point_of_no_such'
expect_err_like ' at model.sql:5:'
expect_err_like 'Scratch goes without: extension "no such".*scratch_url'
EOS

scenario 'what only a superuser can make' <<'EOS'
plain_project
_psql "$database" -c 'CREATE EXTENSION file_fdw' -c "COMMENT ON EXTENSION file_fdw IS 'ours'" \
    -c 'CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$' \
    -c 'ALTER FUNCTION watch OWNER TO ann' \
    -c 'CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch()' \
    -c 'ALTER EVENT TRIGGER watch DISABLE' -c "COMMENT ON EVENT TRIGGER watch IS 'sees all'" \
    -c 'CREATE SERVER files FOREIGN DATA WRAPPER file_fdw' \
    -c 'GRANT USAGE ON FOREIGN SERVER files TO ann' \
    -c "CREATE FOREIGN TABLE far (a int) SERVER files OPTIONS (filename '/x')" \
    -c 'ALTER FOREIGN TABLE far OWNER TO ann'
cat >model.sql <<'SQL'
CREATE EXTENSION file_fdw;
COMMENT ON EXTENSION file_fdw IS 'ours';
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER watch DISABLE;
COMMENT ON EVENT TRIGGER watch IS 'sees all';
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE far (a int) SERVER files OPTIONS (filename '/x');
COMMENT ON FOREIGN TABLE far IS 'far away';
CREATE TABLE t (name varchar(9) CHECK (name IN ('a', 'b')));
SQL
autogenerate first
for thing in 'extension file_fdw' 'event trigger watch' 'foreign server files' 'table public.far'; do
    expect_err_like "left out on scratch: $thing: "
    grep -q "^-- left out on scratch: $thing: " "$script" || fail "$thing is not in the header"
done
! sed '/^--/d' "$script" | grep -q 'EXTENSION\|EVENT\|SERVER' || fail "changed: $(cat "$script")"
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate diff --exit-code live model
sed -i "s/('a', 'b')/('a', 'c')/" model.sql
autogenerate second
! grep '^[A-Z]' "$script" | grep -v '^ALTER TABLE t ' || fail "more than a check changes: $(cat "$script")"
run_ok migrate upgrade head
echo 'CREATE TABLE t (name text);' >model.sql
run_ok migrate revision --autogenerate -m third --allow-drop
expect_err_like 'left out on scratch: event trigger watch: '
EOS

scenario 'foreign tables' <<'EOS'
pg_project
printf '1,one\n2,two\n' >"$cluster/rows.csv"
chmod a+r "$cluster/rows.csv"
cat >model.sql <<SQL
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE far (id int, name text) SERVER files
    OPTIONS (format 'csv', filename '$cluster/rows.csv');
CREATE VIEW near AS SELECT name FROM far;
SQL
autogenerate first
! grep -q 'left out' "$script" || fail "$(cat "$script")"
run_ok migrate upgrade head
expect_pg 'SELECT name FROM near ORDER BY 1' 'one
two'
run_ok migrate check
_psql "$database" -c 'CREATE USER MAPPING FOR PUBLIC SERVER files'
run_ok migrate check
expect_err_like 'unmanaged: user mapping'
sed -i 's/name text)/label varchar(9))/; s/SELECT name/SELECT label/' model.sql
autogenerate second --rename far.name=far.label
run_ok migrate upgrade head
expect_pg 'SELECT label FROM near ORDER BY 1' 'one
two'
run_ok migrate check
_psql "$database" -c 'DROP USER MAPPING FOR PUBLIC SERVER files'
run_ok migrate downgrade base
expect_nothing_left
EOS

scenario 'roles that the server of scratch does not have' <<'EOS'
pg_project 'include_grants = true'
cat >model.sql <<'SQL'
CREATE ROLE left_a;
CREATE TABLE t (id int);
GRANT SELECT ON t TO left_a;
GRANT SELECT ON t TO reader;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t FOR SELECT TO reader, "Left b" USING (id > 0);
COMMENT ON POLICY own ON t IS 'theirs';
CREATE POLICY everybody ON t TO public USING (true);
GRANT left_a TO reader;
GRANT CONNECT ON DATABASE template1 TO left_a;
SQL
autogenerate first
expect_err_like 'left out on scratch: role left_a: it does not exist'
expect_err_like 'left out on scratch: policy public.t.own'
grep -q 'GRANT SELECT ON .* TO reader' "$script" && grep -q 'POLICY everybody' "$script" || fail "$(cat "$script")"
! sed '/^--/d' "$script" | grep -q 'left_a\|own' || fail "$(cat "$script")"
expect_no_role
run_ok migrate upgrade head
run_ok migrate check
_psql postgres -c 'CREATE ROLE left_a' -c 'CREATE ROLE "Left b"'
autogenerate second
grep -q 'TO left_a' "$script" && grep -q 'POLICY own' "$script" || fail "$(cat "$script")"
run_ok migrate upgrade head
run_ok migrate check
[ -z "$(_psql postgres -c "SELECT member::regrole FROM pg_auth_members WHERE roleid = 'left_a'::regrole")" ] ||
    fail 'a membership was given'
_psql "$database" -c 'DROP OWNED BY left_a; DROP POLICY own ON t; DROP ROLE left_a, "Left b"'
EOS

scenario 'a history makes nothing that all databases share' <<'EOS'
pg_project
cat >versions/a1.sql <<'SQL'
-- revision: a1
-- down_revision:

-- migrate: upgrade
CREATE ROLE left_c;
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'left_d')
  THEN create role left_d; END IF; END $$;
CREATE USER left_e PASSWORD 'secret';
CREATE TABLE t (id int);
GRANT ALL ON t TO left_c;
GRANT left_c TO reader;
ALTER TABLE t OWNER TO left_d;
SET ROLE left_d;
RESET ROLE;
CREATE POLICY p ON t TO left_d USING (true);
ALTER DEFAULT PRIVILEGES FOR ROLE left_c GRANT ALL ON TABLES TO left_d;

-- migrate: downgrade
DROP POLICY p ON t;
REVOKE ALL ON t FROM left_c;
DROP TABLE t;
DROP OWNED BY left_d;
DROP ROLE left_c, left_d, left_e;
SQL
cat >versions/a2.sql <<SQL
-- revision: a2
-- down_revision: a1

-- migrate: upgrade transaction=off
ALTER ROLE reader SET work_mem = '5MB';
CREATE DATABASE left_f;
ALTER SYSTEM SET work_mem = '6MB';
ALTER DATABASE "$database" SET work_mem = '7MB';
CREATE TABLE u (id int);

-- migrate: downgrade
DROP TABLE u;
SQL
echo 'CREATE TABLE t (id int); CREATE TABLE u (id int);' >model.sql
run_ok migrate verify --no-model
expect_err_like 'left out on scratch: statement CREATE ROLE left_c: it is about roles'
expect_err_like 'left out on scratch: statement ALTER DATABASE'
expect_err_like 'left out on scratch: policy public.t.p'
! grep -q secret "$err" || fail 'a password is shown'
run_ok migrate check --against versions
expect_no_role
expect_pg "SELECT count(*) FROM pg_database WHERE datname = 'left_f'" 0
expect_pg "SELECT count(*) FROM pg_db_role_setting" 0
expect_pg "SELECT count(*) FROM pg_file_settings WHERE sourcefile ~ 'auto'" 0
expect_pg "SELECT count(*) FROM pg_auth_members WHERE member = 'reader'::regrole" 0
run_ok migrate upgrade a1
expect_pg "SELECT count(*) FROM pg_roles WHERE rolname ~ '^left_'" 3
run_ok migrate diff versions@current live
expect_out ''
run_ok migrate downgrade base
expect_no_role
EOS
