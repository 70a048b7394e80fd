#!/bin/sh
# Real PostgreSQL schemas and histories of public projects (tests/data/README.md and
# tests/data/examples/README.md).
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need pg_dump
need_postgresql
examples=$srcdir/tests/data/examples
histories=$srcdir/tests/data/histories

for schema in chinook pagila; do
    scenario "$schema, from empty and back" <<EOS
pg_project
cp '$examples/schemas/$schema.postgresql.sql' model.sql
autogenerate 'first tables'
run_ok migrate upgrade head
run_ok migrate check
expect_schema_of model.sql
run_ok migrate revision --autogenerate -m 'nothing more'
expect_out ''
expect_err_like 'no changes'
run_ok migrate verify
run_ok migrate inspect
cp "\$out" inspected.sql
expect_schema_of inspected.sql
run_ok migrate downgrade base
expect_nothing_left
EOS
done

scenario 'memos, step by step through its history' <<'EOS'
pg_project
number=0
for model in "$examples"/series/memos.postgresql/*.sql; do
    number=$((number + 1))
    cp "$model" model.sql
    run_ok migrate revision --autogenerate --no-rename -m "step $number"
    run_ok migrate upgrade head
    run_ok migrate check
    expect_schema_of model.sql
done
run_ok migrate verify
run_ok migrate downgrade base
expect_nothing_left
run_ok migrate upgrade head
run_ok migrate check
EOS

# Its first script takes extensions for granted; they are made by a revision before it.
scenario 'chirpstack: a history of thirty-one scripts written by hand' <<'EOS'
pg_project
cp "$histories"/chirpstack.postgresql/versions/*.sql versions
cat >versions/extensions.sql <<'SQL'
-- revision: extensions
-- down_revision:

-- migrate: upgrade
CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore;

-- migrate: downgrade
DROP EXTENSION hstore;
DROP EXTENSION pg_trgm;
SQL
sed -i 's/^-- down_revision:$/& extensions/' versions/00000000000000_initial.sql
run_ok migrate upgrade head
pg_dump -h "$cluster" -U postgres --schema-only "$database" >model.sql
run_ok migrate check
expect_err_like '^model.sql: left out [0-9]+ statements about owners$'
run_ok migrate check --against versions
run_ok migrate diff --exit-code live versions
expect_schema_of model.sql
run_ok migrate downgrade base
expect_nothing_left
run_ok migrate upgrade head
run_ok migrate check
EOS

# A script that ends our transaction is refused before anything runs; without these statements they
# are good for `transaction=off`.
scenario 'nakama: a history of nineteen scripts written by hand' <<'EOS'
pg_project
cp "$histories"/nakama.postgresql/versions/*.sql versions
run_fails 6 migrate upgrade head
expect_err_like 'E607: upgrade of 20250926112031: a script may not begin or end a transaction$'
expect_err_like '^   10 \| COMMIT;$'
expect_nothing_left
sed -i -E '/^(COMMIT|BEGIN);$/d' versions/*.sql
run_ok migrate upgrade head
expect_pg "SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_display_name_idx'::regclass" t
pg_dump -h "$cluster" -U postgres --schema-only "$database" >model.sql
run_ok migrate check
expect_schema_of model.sql
# Its own downgrade leaves something undone, which is found and shown; those before it are sound.
run_fails 1 migrate verify
expect_out_like '^fault 20210416090601: the downgrade is not the inverse of the upgrade'
expect_out_like 'ALTER TABLE purchase_receipt ADD CONSTRAINT purchase_receipt_user_id_fkey FOREIGN KEY'
run_ok migrate downgrade base
run_ok migrate current
expect_out ''
EOS
