#!/bin/sh
# Constraints on tables that exist are added without reading them under a strong lock.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/online.sh"
need_postgresql

users='CREATE TABLE users (id int NOT NULL, mail text, boss int);'
fill="INSERT INTO users SELECT n, n || '@b', n FROM generate_series(1, 10) n"

scenario 'a check and a foreign key are validated in transactions of their own' <<'EOS'
pg_project
echo "$users CREATE TABLE bosses (id int PRIMARY KEY);" | start_with
_psql "$database" -c "$fill" -c 'INSERT INTO bosses SELECT id FROM users'
cat >model.sql <<'SQL'
CREATE TABLE bosses (id int PRIMARY KEY);
CREATE TABLE users (id int NOT NULL CONSTRAINT positive CHECK (id > 0), mail text, boss int REFERENCES bosses);
COMMENT ON CONSTRAINT positive ON users IS 'said so';
SQL
autogenerate second
up "$script" >got
expect_content got <<'SQL'
-- migrate: upgrade
-- hazard: breaks-old-code: code that writes to table users what positive forbids fails (BC005)
ALTER TABLE users ADD CONSTRAINT positive CHECK ((id > 0)) NOT VALID;
COMMENT ON CONSTRAINT positive ON users IS 'said so';

-- migrate: upgrade
-- hazard: breaks-old-code: code that writes to table users what users_boss_fkey forbids fails (BC005)
ALTER TABLE users ADD CONSTRAINT users_boss_fkey FOREIGN KEY (boss) REFERENCES bosses(id) NOT VALID;

-- migrate: upgrade
-- hazard: fails-on-data: positive on table users; rows that stand in the way:
--   SELECT * FROM users WHERE NOT ((id > 0));
ALTER TABLE users VALIDATE CONSTRAINT positive;

-- migrate: upgrade
-- hazard: fails-on-data: users_boss_fkey on table users; rows that stand in the way:
--   SELECT * FROM users AS t WHERE t.boss IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bosses AS r WHERE r.id = t.boss);
ALTER TABLE users VALIDATE CONSTRAINT users_boss_fkey;

SQL
down "$script" >got
expect_content got <<'SQL'
-- migrate: downgrade
ALTER TABLE users DROP CONSTRAINT positive;

-- hazard: blocks-writes: takes ACCESS EXCLUSIVE on table bosses, too, for a moment (PG060)
ALTER TABLE users DROP CONSTRAINT users_boss_fkey;
SQL
runs_both_ways
EOS

scenario 'NOT NULL is proven by a check first' <<'EOS'
pg_project
echo "$users" | start_with
_psql "$database" -c "$fill"
sed -i 's/mail text/mail text NOT NULL/' model.sql
autogenerate second
up "$script" >got
expect_content got <<'SQL'
-- migrate: upgrade
-- hazard: breaks-old-code: code that leaves users.mail NULL fails (BC005)
ALTER TABLE users ADD CONSTRAINT users_mail_filled CHECK (mail IS NOT NULL) NOT VALID;

-- migrate: upgrade
-- hazard: fails-on-data: users.mail becomes NOT NULL; rows that stand in the way (CO006):
--   SELECT * FROM users WHERE mail IS NULL;
--   UPDATE users SET mail = ... WHERE mail IS NULL;
ALTER TABLE users VALIDATE CONSTRAINT users_mail_filled;

-- migrate: upgrade
ALTER TABLE users ALTER COLUMN mail SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_mail_filled;

SQL
runs_both_ways
_psql "$database" -c 'UPDATE users SET mail = NULL WHERE id = 3'
run_fails 7 migrate upgrade head
expect_err_like 'check constraint "users_mail_filled" of relation "users" is violated'
_psql "$database" -c "UPDATE users SET mail = 'm' WHERE id = 3"
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'keys take over indexes that were built concurrently' <<'EOS'
pg_project
echo "$users" | start_with
_psql "$database" -c "$fill"
cat >model.sql <<'SQL'
CREATE TABLE users (id int, mail text, boss int, PRIMARY KEY (boss), CONSTRAINT one UNIQUE (mail) DEFERRABLE);
SQL
autogenerate second
up "$script" | grep -v '^--   ' >got
expect_content got <<'SQL'
-- migrate: upgrade
-- hazard: breaks-old-code: code that leaves users.boss NULL fails (BC005)
ALTER TABLE users ADD CONSTRAINT users_boss_filled CHECK (boss IS NOT NULL) NOT VALID;

ALTER TABLE users ALTER COLUMN id DROP NOT NULL;

-- migrate: upgrade transaction=off
-- hazard: breaks-old-code: code that writes to table users what one forbids fails (BC005)
-- hazard: fails-on-data: one on table users; rows that stand in the way (CO007):
CREATE UNIQUE INDEX CONCURRENTLY one ON users (mail);
ALTER TABLE users ADD CONSTRAINT one UNIQUE USING INDEX one DEFERRABLE;

-- hazard: fails-on-data: users.boss becomes NOT NULL; rows that stand in the way (CO006):
ALTER TABLE users VALIDATE CONSTRAINT users_boss_filled;

ALTER TABLE users ALTER COLUMN boss SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_boss_filled;

-- hazard: breaks-old-code: code that writes to table users what users_pkey forbids fails (BC005)
-- hazard: fails-on-data: users_pkey on table users; rows that stand in the way (CO007):
CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (boss);
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;

SQL
runs_both_ways
run_ok migrate upgrade head
sed -i 's/PRIMARY KEY (boss)/PRIMARY KEY (boss, mail)/' model.sql
autogenerate third
grep -q '^ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey_new;' \
    "$script" || fail 'there is a time without a key'
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate downgrade -1
expect_pg 'SELECT sum(id) FROM users' 55
run_ok migrate verify
EOS

scenario 'nothing is read or built under a strong lock' <<'EOS'
pg_project
echo "$users" | start_with
_psql "$database" -c "$fill"
cat >model.sql <<'SQL'
CREATE TABLE users (id int PRIMARY KEY CHECK (id > 0), mail text NOT NULL UNIQUE, boss int REFERENCES users);
SQL
autogenerate second
_psql postgres -c "ALTER DATABASE \"$database\" SET client_min_messages = debug1"
run_ok migrate upgrade head -v
expect_err_like 'building index "users_pkey"'
# Two checks and a foreign key are validated; SET NOT NULL reads nothing.
[ "$(grep -c 'verifying table\|validating foreign key' "$err")" -eq 3 ] || fail "$(cat "$err")"
expect_err_like 'existing constraints on column "users.mail" are sufficient to prove'
expect_err_unlike 'rewriting table'
EOS

scenario 'online = off gives plain statements' <<'EOS'
pg_project 'online = off'
echo "$users" | start_with
sed -i 's/mail text/mail text NOT NULL UNIQUE CHECK (id > 0)/; s/boss int/boss int PRIMARY KEY REFERENCES users (mail)/; s/mail text/mail int/' model.sql
autogenerate second
! grep -q 'CONCURRENTLY\|transaction=off\|NOT VALID' "$script" || fail 'it is online'
for rule in PG010 PG011 PG020 PG021 PG030; do
    grep -q "^-- hazard: .* ($rule):*\$" "$script" || fail "no hazard $rule"
done
EOS

scenario 'others have written, and not committed yet, while a check is validated' <<'EOS'
pg_project
echo "$users" | start_with
_psql "$database" -c "$fill" -c 'INSERT INTO users VALUES (-1)'
sed -i 's/id int NOT NULL/& CHECK (id > 0)/' model.sql
autogenerate second
run_fails 7 migrate upgrade head
expect_pg "SELECT convalidated FROM pg_constraint WHERE conname = 'users_id_check'" f
_psql "$database" -c 'DELETE FROM users WHERE id = -1'
start_session 'UPDATE users SET boss = 0 WHERE id = 1'
run_ok migrate upgrade head
expect_pg "SELECT convalidated FROM pg_constraint WHERE conname = 'users_id_check'" t
end_session
run_ok migrate check
EOS
