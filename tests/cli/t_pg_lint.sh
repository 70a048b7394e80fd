#!/bin/sh
# lint on PostgreSQL: what is said, what a live database adds, what the parser cannot read.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need_postgresql

# script ID PARENT UPGRADE
script() {
    printf -- '-- revision %s\n--\n-- revision: %s\n-- down_revision: %s\n\n-- migrate: upgrade\n%s\n\n-- migrate: downgrade\n' \
        "$1" "$1" "$2" "$3" >"versions/$1.sql"
}

start() {
    fresh_database
    mkdir versions
    printf '[migrate]\nurl = %s\n' "$url" >migrate.ini
    script a1 '' 'CREATE TABLE "Größe" (id bigint PRIMARY KEY, "A b" text, n integer);
CREATE INDEX n_key ON "Größe" (n);'
}

scenario 'a finding has its place, who is blocked, and the safe way for the statement' <<'EOS'
start
script b2 a1 'ALTER TABLE "Größe" ALTER "A b" SET NOT NULL;'
run migrate lint
expect_status 1
expect_out <<'OUT'
versions/b2.sql:7:1: error PG030 set-not-null-scan: every row of "Größe" is read to see that none has no "A b"
    blocks "Größe": ACCESS EXCLUSIVE: reads and writes wait while all of it is read
    safe   ALTER TABLE "Größe" ADD CONSTRAINT "Größe_A b_not_null" CHECK ("A b" IS NOT NULL) NOT VALID;
           -- in a later transaction:
           ALTER TABLE "Größe" VALIDATE CONSTRAINT "Größe_A b_not_null";
           -- and in another:
           ALTER TABLE "Größe" ALTER COLUMN "A b" SET NOT NULL;
           ALTER TABLE "Größe" DROP CONSTRAINT "Größe_A b_not_null";
versions/b2.sql:7:1: warning CO006 set-not-null-may-fail: fails when a row of "Größe" has no "A b"
    safe   SELECT count(*) FROM "Größe" WHERE "A b" IS NULL;
           UPDATE "Größe" SET "A b" = ... WHERE "A b" IS NULL;
OUT
expect_pg "SELECT count(*) FROM pg_class WHERE relname = 'Größe'" 0
expect_pg "SELECT count(*) FROM pg_database WHERE datname LIKE 'migrate_scratch%'" 0
EOS

scenario 'small tables of a live database are told of for information, large ones with times' <<'EOS'
start
script b2 a1 'CREATE INDEX a_b ON "Größe" ("A b");
DROP INDEX n_key;'
run_ok migrate upgrade a1
run_ok migrate lint --url "$url" b2
expect_out_like 'info PG001 .* writes to "Größe" wait while a_b is built'
expect_out_like 'blocks "Größe" \([0-9]+ kB\): SHARE: writes wait while its index is built, about less than a second'
expect_out_like 'warning PG002'
expect_out_unlike 'BC008'
expect_pg 'INSERT INTO "Größe" SELECT g, repeat(g::text, 20), g FROM generate_series(1, 3000) AS g'
expect_pg 'SET enable_seqscan = off; SELECT count(*) FROM "Größe" WHERE n = 5' 1
# The statistics of a session come when it ends.
tries=0
until [ "$tries" -ge 600 ] || [ "$(_psql "$database" -c "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'n_key'")" -gt 0 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
printf '[lint]\nsmall_table = 100kB\n' >>migrate.ini
run migrate lint --url "$url" b2
expect_status 1
expect_out_like 'error PG001'
expect_out_like 'warning BC008 index-drop-in-use: the live database has used n_key 1 times'
sed -i 's/^DROP INDEX/-- migrate: allow BC008 another one serves\n&/' versions/b2.sql
run migrate lint --url "$url" b2 -v
expect_out_like 'allowed BC008'
EOS

scenario 'what the live database left INVALID' <<'EOS'
start
printf '[lint]\nST013 = warning\n' >>migrate.ini
script b2 a1 'ALTER TABLE "Größe" ADD COLUMN c integer;'
run_ok migrate upgrade a1
run_ok migrate lint --url "$url" b2
expect_out_unlike 'ST013'
expect_pg "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'n_key'::regclass"
run_ok migrate lint --url "$url" b2
expect_out_like 'warning ST013 left-not-valid: not valid in the live database: index n_key of "Größe"'
EOS

scenario 'a table that the live database does not have yet is nobody'"'"'s' <<'EOS'
start
script b2 a1 'ALTER TABLE "Größe" ADD CHECK (n > 0);'
run migrate lint
expect_status 1
run_ok migrate lint --url "$url"
expect_out_unlike 'PG011'
EOS

scenario 'what the parser cannot read is not examined, and runs' <<'EOS'
start
{
    printf 'INSERT INTO "Größe" (id) VALUES (0)'
    awk 'BEGIN { for (i = 1; i < 6000; i++) printf ", (%d)", i }'
    echo ';'
} >long
script b2 a1 "$(cat long)
DROP TABLE \"Größe\";"
run migrate lint
expect_out_like '^versions/b2.sql:7:1: info CO027 not-examined: the statement was not looked at: it is too long'
expect_out_like '^versions/b2.sql:8:1: error DS001'
expect_status 1
sed -i 's/^INSERT/-- migrate: allow CO027 rows only\n&/' versions/b2.sql
run migrate lint -v
expect_out_like 'allowed CO027'
run_ok migrate lint a1
expect_out_unlike 'CO027'
EOS

scenario 'rows of COPY, settings of a script, several blocks' <<'EOS'
start
script b2 a1 "COPY \"Größe\" (id, n) FROM stdin;
1	2
\\.
SET LOCAL timezone = 'Asia/Tokyo';
-- migrate: upgrade transaction=off
CREATE INDEX CONCURRENTLY a_b ON \"Größe\" (\"A b\");
ALTER TABLE \"Größe\" ADD CONSTRAINT positive CHECK (n > 0) NOT VALID;
ALTER TABLE \"Größe\" VALIDATE CONSTRAINT positive;"
run_ok migrate lint
expect_out_unlike 'error'
EOS

scenario 'a statement that the server refuses ends it, with its place' <<'EOS'
start
script b2 a1 'SELECT 1;
SELECT nothing;'
run_fails 4 migrate lint
expect_err_like 'versions/b2.sql:8:8'
EOS
