#!/bin/sh
# Offline scripts for PostgreSQL lead where online runs lead, whatever the scripts hold, and stop at the
# first step that is not at home.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/project.sh"
need_postgresql
need pg_dump

# A database whole, rows and log too, with the times blotted out.
whole() {
    pg_dump -h "$cluster" -U postgres --inserts "$1" >whole.raw || fail "pg_dump of $1 failed"
    sed '/^.\(un\)\{0,1\}restrict /d
s/20[0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9:.]*\(Z\|+00\)\{0,1\}/TIME/g' whole.raw
}

# twins SQL: two databases that are the same, $online and $offline, with URLs $online_url and
# $offline_url to which $options are added.
twins() {
    fresh_database
    online=$database
    online_url="$url${options:-}"
    fresh_database
    offline=$database
    offline_url="$url${options:-}"
    for _name in "$online" "$offline"; do
        _psql "$_name" -c "$1" >/dev/null
    done
}

# psql_runs FILE: on the offline database, as a user would.
psql_runs() {
    psql -qX -d "$offline_url" -f "$1" >said 2>&1 || fail "psql failed: $(cat said)"
    ! [ -s said ] || ! grep -v 'NOTICE' said || fail 'psql had something to say'
}

expect_twins() {
    whole "$online" >online.sql
    whole "$offline" >offline.sql
    expect_same online.sql offline.sql
}

# there_and_back: up to all heads, both ways, and down to base.
there_and_back() {
    run_ok migrate upgrade heads --url "$online_url"
    run_ok migrate upgrade heads --sql --url "$offline_url"
    cp "$out" up.sql
    psql_runs up.sql
    expect_twins
    psql -qX -d "$offline_url" -f up.sql >/dev/null 2>said && fail 'the script ran twice'
    grep -q "ERROR:  the version rows are not the planned ones: found '.*' instead of ''" said
    expect_twins
    rows=$(psql -XAtq -d "$offline_url" -c "SELECT string_agg(version_num, ',') FROM $versions")
    run_ok migrate downgrade base --url "$online_url"
    run_ok migrate downgrade "$rows:base" --sql --url "$offline_url"
    cp "$out" down.sql
    psql_runs down.sql
    expect_twins
}

# script ID DOWN [LINE-ENDS]: a revision that is what stdin says.
script() {
    { printf -- '-- revision: %s\n-- down_revision: %s\n\n' "$1" "$2"; cat; } >"versions/$1.sql"
    [ -z "${3:-}" ] || sed -i 's/$/\r/' "versions/$1.sql"
}

hostile_project() {
    pg_project "$@"
    versions=migrate_version
    script a1 '' <<'EOF'
-- migrate: upgrade
CREATE TABLE t (a int, b text);
COPY t (a, b) FROM stdin;
1	ü;'
2	\N
3	a\tb\\.
\.
COPY t FROM stdin;
\.
INSERT INTO t VALUES (9, 'after');
DO $$ BEGIN INSERT INTO t VALUES (3, $q$;$migrate$;$q$); END $$; UPDATE t SET a = a + 10;
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT ':name \quit' $f$
-- migrate: downgrade
DROP FUNCTION f(); DROP TABLE t;
EOF
    script b1 a1 crlf <<'EOF'
-- migrate: upgrade
CREATE TABLE u (a text DEFAULT 'x
y');
INSERT INTO u VALUES ('line
two'), (E'tab\t\'q\''), ('back\slash');
COPY u FROM stdin;
one
two
\.
CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1; -- x
END
$$;
-- migrate: downgrade
DROP FUNCTION g(); DROP TABLE u;
EOF
    script d1 b1 <<'EOF'
-- migrate: upgrade
SET search_path = other;
CREATE TABLE x (a text);
CREATE TEMP TABLE tt (a int);
SET ROLE pg_monitor;
-- migrate: downgrade
DROP TABLE other.x; CREATE TEMP TABLE tt (a int);
EOF
    script f1 '' <<'EOF'
-- migrate: upgrade
CREATE TABLE lonely (a int);
-- migrate: upgrade
ALTER TABLE lonely ADD b int
-- migrate: downgrade
DROP TABLE lonely
EOF
}

off_blocks() {
    script c1 b1 <<'EOF'
-- migrate: upgrade transaction=off
SET search_path = other, public;
CREATE TABLE w (a int);
CREATE INDEX CONCURRENTLY w_a ON w (a);
CREATE TABLE waits AS SELECT current_setting('lock_timeout') AS x;
SET lock_timeout = '7s';
SET ROLE pg_monitor;
RESET ROLE;
VACUUM w;
INSERT INTO waits SELECT current_setting('lock_timeout');
-- migrate: upgrade
ANALYZE other.w;
ANALYZE other.waits;
CREATE TABLE sp AS SELECT current_setting('search_path') AS x, current_setting('lock_timeout') AS y;
-- migrate: downgrade transaction=off
DROP TABLE sp; DROP TABLE other.waits;
DROP INDEX CONCURRENTLY other.w_a;
DROP TABLE other.w;
EOF
    script e1 'c1, d1' <<'EOF'
-- migrate: upgrade
CREATE TEMP TABLE tt (b int);
CREATE TABLE "Über ""x" (a int[]); INSERT INTO "Über ""x" VALUES (ARRAY[1,2,3]);
CREATE TABLE arr AS SELECT a[1:2] AS s FROM "Über ""x";
/* a comment ; $$ */ CREATE VIEW v AS SELECT 1 /* in */ AS x -- end
;
CREATE RULE r AS ON INSERT TO arr DO ALSO (DELETE FROM arr WHERE false; SELECT 1);
-- migrate: downgrade
DROP VIEW v; DROP TABLE arr; DROP TABLE "Über ""x";
EOF
    script g1 e1 <<'EOF'
-- migrate: upgrade transaction=off
CREATE PROCEDURE pc() LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO t VALUES (100, 'p'); COMMIT; INSERT INTO t VALUES (101, 'p'); END $$;
CALL pc();
VACUUM t;
-- migrate: downgrade
DELETE FROM t WHERE a >= 100; DROP PROCEDURE pc();
EOF
}

scenario 'scripts that hold all there is, in branches with several heads' <<'EOS'
hostile_project
off_blocks
echo 'statement_timeout = 40s' >>migrate.ini
twins 'CREATE SCHEMA other'
there_and_back
grep -q "lock_timeout', '3000'" up.sql
[ "$(grep -c "'lock_timeout', CASE s.setting WHEN '0' THEN '3000' ELSE s.setting END, true" up.sql)" = 1 ]
grep -q "'statement_timeout', CASE s.setting WHEN '40000' THEN '0'" up.sql
EOS

scenario 'in a schema of their own' <<'EOS'
hostile_project "version_table_schema = it's \"o\"" 'version_table = v"t' 'log_table = lög'
off_blocks
versions='"it'"'"'s ""o"""."v""t"'
twins 'CREATE SCHEMA other; CREATE SCHEMA "it'"'"'s ""o"""'
there_and_back
EOS

scenario 'in the schema that the connection names, which the script does not know' <<'EOS'
hostile_project
options='&options=-csearch_path%3D%22Ten%5C%20%22%22ant%22'
twins 'CREATE SCHEMA other; CREATE SCHEMA "Ten ""ant"'
there_and_back
run_ok migrate upgrade heads --sql --url "postgresql://nobody@nowhere.invalid/x"
expect_same "$out" up.sql
EOS

scenario 'all in one transaction' <<'EOS'
hostile_project 'transaction_per_migration = false'
twins 'CREATE SCHEMA other'
there_and_back
echo '; SELECT nope;' >>versions/f1.sql
run_ok migrate upgrade heads --sql --url "$offline_url"
psql_runs "$out"
whole "$offline" | grep -v 'pg_catalog.setval' >before
run_ok migrate downgrade d1,f1:base --sql --url "$offline_url"
psql -qX -d "$offline_url" -f "$out" >said 2>&1 && fail 'the script went on'
whole "$offline" | grep -v 'pg_catalog.setval' >after
expect_same before after
EOS

scenario 'a step that fails ends the script, also where .psqlrc would go on' <<'EOS'
pg_project
rev a1 ''
rev b1 a1
rev c1 b1
sed -i 's/^CREATE TABLE t_b1.*/&\nINSERT INTO nowhere VALUES (1);/' versions/b1_make.sql
printf '\\set ON_ERROR_ROLLBACK on\n\\set AUTOCOMMIT off\n\\set ON_ERROR_STOP off\n' >rc
run_ok migrate upgrade head --sql
PSQLRC=rc psql -q -d "$url" -f "$out" >said 2>&1 && fail 'the script went on'
grep -q 'nowhere' said
expect_pg 'SELECT version_num FROM migrate_version' a1
expect_pg "SELECT to_regclass('t_a1') IS NOT NULL, to_regclass('t_b1'), to_regclass('t_c1')" 't||'
run_ok migrate current
expect_out_like '^a1'
sed -i '/nowhere/d' versions/b1_make.sql
run_ok migrate upgrade b1:head --sql
psql -qX -d "$url" -f "$out" >said 2>&1 && fail 'it ran from the wrong start'
grep -q "ERROR:  the version rows are not the planned ones: found 'a1' instead of 'b1'" said
run_ok migrate upgrade a1:c1 --sql
psql -qX -d "$url" -f "$out" >said 2>&1
run_ok migrate current --check-heads
expect_pg 'SELECT version_num FROM migrate_version' c1
EOS

scenario 'a script that meddles with the version rows is stopped' <<'EOS'
pg_project
rev a1 ''
sed -i 's/^CREATE TABLE t_a1.*/&\nINSERT INTO migrate_version VALUES (1);/' versions/a1_make.sql
run_ok migrate upgrade head --sql
psql -qX -d "$url" -f "$out" >said 2>&1 && fail 'the script went on'
grep -q "ERROR:  the version rows are not the planned ones: found '1' instead of ''" said
expect_nothing_left
EOS

scenario 'stamps' <<'EOS'
pg_project
rev a1 ''
rev b1 a1
rev b2 a1
twins 'SELECT 1'
run_ok migrate stamp heads --url "$online_url" --tag 'it'"'"'s'
run_ok migrate stamp heads --sql --url "$offline_url" --tag 'it'"'"'s'
psql_runs "$out"
expect_twins
psql -qX -d "$offline_url" -f "$out" >said 2>&1 && fail 'it ran twice'
expect_twins
run_ok migrate stamp a1 --url "$online_url"
run_ok migrate stamp b1,b2:a1 --sql --url "$offline_url"
psql_runs "$out"
expect_twins
_psql "$online" -c "UPDATE migrate_version SET version_num = 'gone'"
_psql "$offline" -c "UPDATE migrate_version SET version_num = 'gone'"
run_ok migrate stamp b2 --purge --url "$online_url"
run_ok migrate stamp b2 --purge --sql --url "$offline_url"
psql_runs "$out"
expect_twins
EOS
