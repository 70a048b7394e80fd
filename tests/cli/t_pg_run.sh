#!/bin/sh
# Runs on PostgreSQL: offline scripts, schemas, branches, and what scripts may hold.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/project.sh"
need_postgresql

# revision ID DOWN: its upgrade is what stdin says.
revision() {
    {
        printf -- '-- revision: %s\n-- down_revision: %s\n\n-- migrate: upgrade\n' "$1" "$2"
        cat
    } >"versions/$1.sql"
}

scenario 'an offline script reaches the same state and log' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id serial PRIMARY KEY, "Näme" text, m mood);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;
SQL
autogenerate first --rev-id a1
sed -i "s/'ok')/'ok', 'happy')/; s/m mood/m mood DEFAULT 'happy'/" model.sql
run_ok migrate revision --autogenerate --against versions -m second --rev-id b1
run_ok migrate upgrade head --sql
cp "$out" offline.sql
run_ok migrate downgrade head:base --sql
cp "$out" back.sql
run_ok migrate upgrade head
run_ok migrate inspect
cp "$out" online.state
log="SELECT revision, direction, upgrade_checksum, downgrade_checksum FROM migrate_log ORDER BY id"
_psql "$database" -c "$log" >online.log
fresh_database
_psql "$database" -f offline.sql >/dev/null
run_ok migrate check --url "$url"
run_ok migrate inspect --url "$url"
expect_same online.state "$out"
_psql "$database" -c "$log" >offline.log
expect_same online.log offline.log
_psql "$database" -f back.sql >/dev/null
expect_nothing_left
run_ok migrate current --url "$url"
expect_out ''
EOS

scenario 'several schemas with the same names in them' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE SCHEMA shop; CREATE SCHEMA "Über"; CREATE SCHEMA other;
CREATE TABLE t (a int PRIMARY KEY);
CREATE TABLE shop.t (a int PRIMARY KEY, b int REFERENCES public.t);
CREATE TABLE "Über".t (a int REFERENCES shop.t);
CREATE TABLE other.t (x int);
CREATE VIEW shop.v AS SELECT t.a, s.b FROM t JOIN shop.t s USING (a);
SQL
echo 'include_schemas = public, shop, Ü*' >>migrate.ini
autogenerate first
! grep -q 'other' "$script" || fail 'a schema that is not listed is in the script'
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate verify
expect_pg 'SELECT count(*) FROM "Über".t JOIN shop.v USING (a)' 0
sed -i 's/^include_schemas.*/include_schemas = true/' migrate.ini
run_fails 1 migrate check
autogenerate second
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate downgrade base
expect_nothing_left
EOS

scenario 'our own tables in a schema of their own are no difference' <<'EOS'
pg_project 'version_table_schema = ours' 'include_schemas = true'
_psql "$database" -c 'CREATE SCHEMA ours'
echo 'CREATE TABLE t (a int); CREATE SCHEMA ours;' >model.sql
autogenerate first
run_ok migrate upgrade head
run_ok migrate check
expect_pg 'SELECT count(*) FROM ours.migrate_version' 1
EOS

scenario 'branches, merge and stamp' <<'EOS'
pg_project
rev a1 ''
rev b1 a1
rev b2 a1
run_ok migrate upgrade heads
run_ok migrate current
expect_out_like '^b1'
expect_out_like '^b2'
run_ok migrate merge heads -m join --rev-id m1
run_ok migrate upgrade head
run_ok migrate branches
run_ok migrate history
run_ok migrate downgrade base
expect_nothing_left
run_ok migrate stamp m1
expect_pg 'SELECT version_num FROM migrate_version' m1
run_ok migrate stamp m1:base --sql
_psql "$database" -f "$out" >/dev/null
expect_pg 'SELECT count(*) FROM migrate_version' 0
EOS

scenario 'COPY with its data, DO blocks and many statements a line' <<'EOS'
pg_project
{
    printf 'CREATE TABLE t (a int, b text); COPY t (a, b) FROM stdin;\n1\tü;\x27\n2\t\\N\n\\.\n'
    printf 'DO $$ BEGIN INSERT INTO t VALUES (3, $q$;$q$); END $$; UPDATE t SET a = a + 10;\n'
    printf '\n-- migrate: downgrade\nDROP TABLE t;\n'
} | revision a1 ''
run_ok migrate upgrade head
expect_pg 'SELECT a, b FROM t ORDER BY a' "11|ü;'
12|
13|;"
run_ok migrate downgrade base
run_ok migrate upgrade head --sql
_psql "$database" -f "$out" >/dev/null
expect_pg 'SELECT count(*) FROM t' 3
EOS

scenario 'a statement that fails is found' <<'EOS'
pg_project
revision a1 '' <<'SQL'
CREATE TABLE t (ä int CHECK (ä > 0));
SELECT 'über', ä, nope FROM t;
SQL
run_fails 4 migrate upgrade head
expect_err_like '^error E401: upgrade of a1, block 1, statement 2 of 2: column "nope" does not exist$'
expect_err_like '^  at versions/a1.sql:6:19$'
expect_err_like '^      \|                   \^$'
expect_err_like '\(42703\)'
expect_nothing_left
revision a1 '' <<'SQL'
CREATE TABLE t (a int CHECK (a > 0));
INSERT INTO t VALUES (1); INSERT INTO t VALUES (-1);
SQL
run_fails 4 migrate upgrade head
expect_err_like '^  at versions/a1.sql:6:27$'
expect_err_like 'violates check constraint "t_a_check" \(23514\)'
expect_err_like 'detail: Failing row contains \(-1\)'
revision a1 '' <<'SQL'
DO $$
BEGIN
    PERFORM 1;
    PERFORM nope();
END $$;
SQL
run_fails 4 migrate upgrade head
expect_err_like '^  at versions/a1.sql:8:'
expect_err_like '^    8 \|     PERFORM nope\(\);$'
expect_nothing_left
printf 'CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\nx\n\\.\n' | revision a1 ''
run_fails 4 migrate upgrade head
expect_err_like 'invalid input syntax for type integer: "x"'
expect_err_like '^  at versions/a1.sql:8'
printf 'CREATE TABLE t (a int);\n\\d t\n' | revision a1 ''
run_fails 3 migrate upgrade head
expect_err_like 'psql'
expect_err_like '^  at versions/a1.sql:6:1$'
EOS

scenario "a clash with what an extension brought" <<'EOS'
pg_project
_psql "$database" -c 'CREATE EXTENSION hstore'
printf 'CREATE EXTENSION hstore;\nCREATE FUNCTION akeys(hstore) RETURNS text LANGUAGE sql AS $$ SELECT 1 $$;\n' >model.sql
run_fails 3 migrate check
expect_err_like 'function "akeys" already exists'
expect_err_like '^  at model.sql:2:1$'
echo 'CREATE EXTENSION hstore; CREATE TABLE t (h hstore);' >model.sql
autogenerate first
! grep -q 'EXTENSION\|FUNCTION' "$script" || fail 'the extension is in the script'
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'the plan names the locks, the sizes, and what cannot be judged' <<'EOS'
pg_project
_psql "$database" -c "CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE \"Big one\" (id int);
    INSERT INTO users SELECT i, 'x' FROM generate_series(1, 200) AS i;
    INSERT INTO \"Big one\" SELECT generate_series(1, 5000); ANALYZE" >/dev/null
revision a1 '' <<'EOF'
ALTER TABLE users ADD age int;
  -- about the index
  CREATE INDEX ON "Big one" (id);
DO $$ BEGIN NULL; END $$;
-- migrate: upgrade transaction=off
CREATE INDEX CONCURRENTLY users_name ON users (name);
-- migrate: upgrade
CREATE TABLE posts (id int, author int REFERENCES users);
-- migrate: downgrade
DROP TABLE posts;
EOF
run_ok migrate upgrade head --plan
sed 's/ [0-9]* kB/ N kB/' "$out" >plan
expect_content plan <<'EOF'
-- upgrade a1: base -> a1
-- locks users (about 200 rows, N kB): ACCESS EXCLUSIVE: reads and writes wait for a moment
-- its locks stay until the transaction ends: 1 statement on, it builds an index of Big one (about 5000 rows, N kB)
ALTER TABLE users ADD age int;
  -- about the index
-- locks Big one (about 5000 rows, N kB): SHARE: writes wait while its index is built
CREATE INDEX ON "Big one" (id);
-- not known: what the code that it runs does
DO $$ BEGIN NULL; END $$;
-- outside a transaction
-- locks users (about 200 rows, N kB): SHARE UPDATE EXCLUSIVE: nobody waits while its index is built
CREATE INDEX CONCURRENTLY users_name ON users (name);
-- locks users (about 200 rows, N kB): SHARE ROW EXCLUSIVE: writes wait for a moment
CREATE TABLE posts (id int, author int REFERENCES users);

EOF
expect_err <<'EOF'
where a lock must be waited for, all others wait behind it: lock_timeout = 3s ends that, to be tried again (lock_retries = 10)
1 step, 5 statements; nothing was run
EOF
run_ok migrate upgrade head --plan --format json
expect_out_like '"lock": "ACCESS EXCLUSIVE",$'
expect_out_like '"blocks": "reads and writes",$'
expect_out_like '"work": "build",$'
expect_out_like '"rows": 200,$'
expect_out_like '"after": 1,$'
expect_out_like '"unknown": "what the code that it runs does"$'
expect_pg "SELECT count(*) FROM pg_class WHERE relname IN ('posts', 'users_name')" 0
run_ok migrate upgrade head
run_ok migrate downgrade base --plan
expect_out_like '^-- locks users \(about 200 rows, [0-9]* kB\): ACCESS EXCLUSIVE: reads and writes wait for a moment$'
expect_out_like '^-- locks posts \(about 0 rows, 0 kB\): ACCESS EXCLUSIVE'
EOS
