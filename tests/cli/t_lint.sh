#!/bin/sh
# lint and explain: what is said, in all forms, and what the settings change.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"

# script ID PARENT UPGRADE [DOWNGRADE]; without DOWNGRADE there is no such block
script() {
    {
        printf -- '-- revision %s\n--\n-- revision: %s\n-- down_revision: %s\n\n' "$1" "$1" "$2"
        printf -- '-- migrate: upgrade\n%s\n' "$3"
        [ $# -lt 4 ] || printf -- '\n-- migrate: downgrade\n%s\n' "$4"
    } >"versions/$1.sql"
}

start() {
    run_ok migrate init
    script a1 '' 'CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE INDEX t_a ON t (a);' 'DROP TABLE t;'
}

scenario 'nothing to say, without any database' <<'EOS'
start
run_ok migrate lint
expect_out ''
expect_err 'looked at 1 revision: 0 errors, 0 warnings, 0 for information, 0 allowed'
expect_no_file app.db
EOS

scenario 'a finding has its place, its reason and the safe way for the statement' <<'EOS'
start
script b2 a1 '-- größer
SELECT 1; ALTER TABLE t
    ADD COLUMN "ä b" text NOT NULL;' ''
run_fails 1 migrate lint
expect_out <<'OUT'
versions/b2.sql:8:11: error LT001 passes-empty-fails-with-rows: fails when t has rows: it is NOT NULL and has no default
    safe   ALTER TABLE t ADD COLUMN "ä b" TEXT;
           UPDATE t SET "ä b" = ...;
           -- then make the table anew with the whole definition: put it into the model and let `migrate revision --autogenerate` write it
OUT
run_ok migrate lint a1
run_ok migrate lint --help
EOS

scenario 'warnings do not fail, unless asked for' <<'EOS'
start
script b2 a1 'CREATE UNIQUE INDEX t_b ON t (a);' 'DROP INDEX t_b;'
run_ok migrate lint
expect_out_like '^versions/b2.sql:7:1: warning CO007 add-unique-may-fail: '
expect_out_like 'SELECT a, count\(\*\) FROM t GROUP BY a HAVING count\(\*\) > 1;'
run_fails 1 migrate lint --fail-on warning
EOS

scenario 'what is allowed, with a reason' <<'EOS'
start
script b2 a1 '-- migrate: allow DS001 nobody reads it any more
DROP TABLE t; -- migrate: allow CO017 it was empty
CREATE TABLE t (b integer);' ''
run_ok migrate lint
expect_out ''
expect_err_like '0 errors, 0 warnings, 0 for information, 2 allowed'
run_ok migrate lint -v
expect_out_like '^versions/b2.sql:8:1: allowed DS001 drop-table: '
expect_out_like 'reason +nobody reads it any more'
EOS

scenario 'a suppression without a reason, of nothing, of no rule' <<'EOS'
start
script b2 a1 '-- migrate: allow DS001
DROP TABLE t;
-- migrate: allow DS002 behind the last statement: the whole script
-- migrate: allow DS01,BC001 not now' ''
run_fails 1 migrate lint
expect_out_like '^versions/b2.sql:7:1: error RV015 suppression-without-reason: '
expect_out_like '^versions/b2.sql:8:1: error DS001 '
expect_out_like '^versions/b2.sql:9:1: warning RV016 suppression-unused: the suppression of DS002 hides nothing'
expect_out_like "^versions/b2.sql:10:1: warning RV016 .* names no rule: 'DS01'"
expect_out_like "Did you mean 'DS001'"
expect_out_like '^versions/b2.sql:10:1: warning RV016 .* of BC001 hides nothing'
EOS

scenario 'a suppression behind the last statement covers the script' <<'EOS'
start
script b2 a1 'DROP TABLE t;
-- migrate: allow DS001,RV012 nobody reads it any more'
run_ok migrate lint --fail-on info
expect_out ''
EOS

scenario 'scripts as a whole' <<'EOS'
start
printf '[lint]\nRV010 = info\n' >>migrate.ini
run_ok migrate lint
expect_out_unlike 'RV010|RV012'
expect_out_unlike 'RV013|RV017'
expect_out_unlike 'RV015|RV016'
sed -i '/^\[lint\]/,$d' migrate.ini
script b2 a1 'CREATE TABLE u (a integer);'
script c3 b2 '' ''
script d4 c3 'CREATE TABLE v (a integer);'
sed -i 's/^-- revision d4/&\n-- irreversible: we say so/' versions/d4.sql
script e5 d4 'CREATE TABLE w (a integer);' ''
sed -i 's/$/\r/' versions/e5.sql
run_ok migrate lint
expect_out_like '^versions/b2.sql:1:1: warning RV012 '
expect_out_like '^versions/c3.sql:1:1: warning RV013 '
expect_out_unlike '^versions/d4.sql'
expect_out_like '^versions/e5.sql:1:15: info RV017 '
printf '[lint]\nRV010 = error\nRV017=off\n' >>migrate.ini
run_fails 1 migrate lint
expect_out_like '^versions/b2.sql:1:1: error RV010 '
expect_out_like '^versions/d4.sql:1:1: error RV010 '
expect_out_unlike 'RV017'
for id in b2 c3 d4 e5; do
    sed -i 's/^-- migrate: upgrade.*/&\n-- migrate: allow RV010,RV012 never mind/' "versions/$id.sql"
done
sed -i 's/^-- migrate: upgrade.*/&\n-- migrate: allow RV013 a mark/' versions/c3.sql
sed -i 's/^-- migrate: upgrade.*/&\n-- migrate: allow RV017 written on Windows/' versions/e5.sql
printf 'RV017 = info\n' >>migrate.ini
sed -i '/RV017=off/d' migrate.ini
run_ok migrate lint -v
expect_out_like '^versions/b2.sql:1:1: allowed RV010 '
expect_out_like '^versions/b2.sql:1:1: allowed RV012 '
expect_out_like '^versions/c3.sql:1:1: allowed RV013 '
expect_out_like '^versions/e5.sql:1:15: allowed RV017 '
EOS

scenario 'a large live table that is made anew' <<'EOS'
start
script b2 a1 'CREATE TABLE n (id integer PRIMARY KEY, a text, b text);
INSERT INTO n (id, a) SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE n RENAME TO t;
CREATE INDEX t_a ON t (a);' ''
run_ok migrate upgrade a1
sqlite3 app.db "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO t SELECT i, hex(randomblob(20)) FROM n"
run_ok migrate lint --url sqlite:///app.db b2
expect_out_unlike 'LT022'
printf '[lint]\nsmall_table = 8kB\n' >>migrate.ini
run_ok migrate lint b2
expect_out_unlike 'LT022'
run_ok migrate lint --url sqlite:///app.db b2
expect_out_like '^versions/b2.sql:9:1: warning LT022 long-write-lock: t \([0-9.]+.*B\) is copied as a whole'
expect_out_like 'all other writers wait for about less than a second'
sed -i 's/^DROP TABLE t/-- migrate: allow LT022 at night\n&/' versions/b2.sql
run_ok migrate lint --url sqlite:///app.db b2 -v
expect_out_like 'allowed LT022 '
EOS

scenario 'what the versions did not make, by the live database' <<'EOS'
start
script b2 a1 'DROP TABLE IF EXISTS "Alt";' ''
run_ok migrate lint
expect_out_like '^versions/b2.sql:7:1: warning DS008 .* the versions have no Alt: '
run_ok migrate upgrade a1
run_ok migrate lint --url sqlite:///app.db
expect_out_unlike 'DS008'
sqlite3 app.db 'CREATE TABLE alt (a)'
run_fails 1 migrate lint --url sqlite:///app.db
expect_out_like 'error DS008 .* the versions did not make Alt, and the live database has it'
EOS

scenario 'names as agreed' <<'EOS'
start
printf '[lint]\nTABLE_names = [a-z_]+s\nindex_names = .*_idx\n' >>migrate.ini
script b2 a1 'CREATE TABLE cats (id integer PRIMARY KEY);
CREATE INDEX t_b ON t (a, id);' ''
run_ok migrate lint
expect_out_like '^versions/a1.sql:7:1: warning ST010 naming-convention: the name of table t is not as agreed'
expect_out_like '^versions/b2.sql:8:1: warning ST010 .* of index t_b is not'
expect_out_unlike 'cats'
expect_out_like 'index_names in section \[lint\]'
printf 'column_names = [a-z\nview_nmes = x\n' >>migrate.ini
run_fails 3 migrate lint
expect_err_like "'\[a-z' of key 'column_names' is no regular expression"
expect_err_like "unknown key 'view_nmes'"
EOS

scenario 'severities and other settings are checked' <<'EOS'
start
script b2 a1 'DROP TABLE t;' ''
printf '[lint]\nds001 = info\n' >>migrate.ini
run_ok migrate lint
expect_out_like 'info DS001'
printf 'DS999 = off\nDS002 = fatal\nsmall_tabel = 3\nsqlite_min = new\n' >>migrate.ini
run_fails 3 migrate lint
expect_err_like "unknown key 'DS999' in section \[lint\]"
expect_err_like "'fatal' of key 'DS002' is no severity"
expect_err_like "Did you mean 'small_table'"
expect_err_like "'new' of key 'sqlite_min' is no version"
EOS

scenario 'a script that does not run ends it, behind what was found' <<'EOS'
start
script b2 a1 'DROP TABLE t;
DROP TABLE nowhere;' ''
script c3 b2 'DROP TABLE t;' ''
run_fails 4 migrate lint
expect_out_like '^versions/b2.sql:7:1: error DS001'
expect_err_like 'versions/b2.sql:8:'
script b2 a1 'ALTER TABLE t ADD CHECK (a > 0);' ''
run_fails 1 migrate lint
expect_out_like '^versions/b2.sql:7:1: error LT004'
expect_err_like "revision 'b2' cannot run: what comes behind it was not looked at"
EOS

scenario 'the rows of a live database count' <<'EOS'
start
script b2 a1 'ALTER TABLE t ADD COLUMN b text NOT NULL;' ''
run_ok migrate upgrade a1
run_ok migrate lint --url sqlite:///app.db b2
expect_out_like 'info LT001'
sqlite3 app.db "INSERT INTO t VALUES (1, 'x')"
run_fails 1 migrate lint --url sqlite:///app.db current:head
expect_out_like 'error LT001'
EOS

scenario 'generated scripts hold nothing but the hazards that they announce' <<'EOS'
run_ok migrate init
echo 'CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text);
CREATE TABLE u (a text, t integer REFERENCES t (id)); CREATE INDEX u_a ON u (a);
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE u SET a = 1; END;' >model.sql
run_ok migrate revision --autogenerate -m one
run_ok migrate upgrade head
echo 'CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text CHECK (a <> 0));
CREATE TABLE u (a text CHECK (a > 1), t integer REFERENCES t (id)); CREATE INDEX u_a ON u (a);
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE u SET a = 1; END;' >model.sql
run_ok migrate revision --autogenerate -m two
run_ok migrate lint
expect_out ''
EOS

scenario 'rules explained' <<'EOS'
run_ok migrate explain lt001
expect_out_like '^LT001 passes-empty-fails-with-rows: '
expect_out_like '^The safe way: '
run_ok migrate explain
expect_out_like '^PG001 error    index-not-concurrent: '
run_fails 2 migrate explain PG00l
expect_err_like "Did you mean 'PG001'"
run_ok migrate explain drop-table
expect_out_like '^DS001 drop-table: '
run_ok migrate explain RV008
expect_out_like '^Found by: `migrate check` \(difference\)'
run_ok migrate explain not-inverse
expect_out_like '^RV011 downgrade-not-inverse: '
run_ok migrate explain e604
expect_out_like '^E604: an applied script was changed'
expect_out_like '^What to do: .*migrate repair --accept REV'
expect_out_like '^Exit status: 6'
run_ok migrate explain --format json E500
expect_out_like '"exit_status": 5'
run_ok migrate explain
expect_out_like '^E401  exit 4   a statement failed'
expect_out_like '^RV001 -        several-heads: '
printf '[lint]\nRV001 = off\n' >migrate.ini
run_fails 3 migrate lint
expect_err_like "RV001 is no rule of lint: .migrate check. "
rm migrate.ini
run_ok migrate explain --format json DS001
expect_out_like '"severity": "error"'
EOS

scenario 'annotations for GitHub, with paths from the root of the checkout' <<'EOS'
mkdir -p 'app, one' && cd 'app, one'
start
script b2 a1 'ALTER TABLE t
    ADD COLUMN b text NOT NULL; DROP TABLE t;' ''
GITHUB_WORKSPACE=${PWD%/*} run migrate lint --format github
expect_status 1
expect_out_like '^::error file=app%2C one/versions/b2.sql,line=7,endLine=8,title=LT001 passes-empty-fails-with-rows::fails when t has rows: it is NOT NULL and has no default%0Asafe:%0AALTER'
expect_out_like '^::error file=app%2C one/versions/b2.sql,line=8,endLine=8,col=33,title=DS001 drop-table::'
EOS

scenario 'SARIF' <<'EOS'
start
script b2 a1 '-- migrate: allow DS001 nobody reads it
DROP TABLE t;
CREATE TABLE t (b integer);' ''
run_ok migrate lint --format sarif
expect_out_like '"version": "2.1.0"'
expect_out_like '"justification": "nobody reads it"'
expect_out_like '"uri": "versions/b2.sql"'
run_ok migrate --format sarif lint a1
expect_out_like '"results": \[\]'
run_fails 2 migrate --format sarif heads
expect_err_like "'sarif' is not one of text, json"
EOS

scenario 'JUnit' <<'EOS'
start
script b2 a1 '-- migrate: allow CO017 <empty> & "quoted"
DROP TABLE t;
CREATE TABLE t (b integer);' ''
script c3 b2 'CREATE TABLE x (a integer);'
run migrate lint --format junit
expect_status 1
expect_out_like '<testsuite name="migrate lint" tests="4" failures="1" errors="0" skipped="1">'
expect_out_like '<testcase classname="migrate.lint" name="a1 revision a1" file="versions/a1.sql"/>'
expect_out_like '<failure type="DS001" message="all rows of t are lost for good">'
expect_out_like '<skipped message="&lt;empty&gt; &amp; &quot;quoted&quot;"/>'
EOS
