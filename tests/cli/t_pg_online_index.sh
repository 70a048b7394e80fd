#!/bin/sh
# Indexes on tables that exist are built and dropped beside their readers and writers.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/online.sh"
need_postgresql

scenario 'an index comes and goes concurrently' <<'EOS'
pg_project
start_with <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, mail text);
CREATE INDEX old_one ON users (mail, id);
SQL
_psql "$database" -c "INSERT INTO users SELECT n, n || '@b' FROM generate_series(1, 10) n"
cat >model.sql <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, mail text, age int);
CREATE UNIQUE INDEX users_mail ON users (mail);
CREATE TABLE posts (id int PRIMARY KEY, title text);
CREATE INDEX posts_title ON posts (title);
SQL
autogenerate second
up "$script" >got
expect_content got <<'SQL'
-- migrate: upgrade
CREATE TABLE posts (
    id integer NOT NULL,
    title text,
    CONSTRAINT posts_pkey PRIMARY KEY (id)
);

ALTER TABLE users ADD COLUMN age integer;

CREATE INDEX posts_title ON posts USING btree (title);

-- migrate: upgrade transaction=off
-- hazard: fails-on-data: unique index users_mail on table users USING btree (mail): fails when two rows are equal in it (CO007)
CREATE UNIQUE INDEX CONCURRENTLY users_mail ON users USING btree (mail);

DROP INDEX CONCURRENTLY old_one;

SQL
down "$script" >got
expect_content got <<'SQL'
-- migrate: downgrade
-- hazard: data-loss: drops column users.age (DS002)
ALTER TABLE users DROP COLUMN age;

-- hazard: data-loss: drops table posts with its rows (DS001)
DROP TABLE posts;

-- migrate: downgrade transaction=off
CREATE INDEX CONCURRENTLY old_one ON users USING btree (mail, id);

DROP INDEX CONCURRENTLY users_mail;
SQL
runs_both_ways
EOS

scenario 'a changed index is built beside the old one' <<'EOS'
pg_project
start_with <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, mail text);
CREATE INDEX by_mail ON users (mail);
SQL
_psql "$database" -c "INSERT INTO users SELECT n, n || '@b' FROM generate_series(1, 10) n"
sed -i 's/(mail)/(lower(mail))/' model.sql
autogenerate second
up "$script" >got
expect_content got <<'SQL'
-- migrate: upgrade transaction=off
ALTER INDEX by_mail RENAME TO by_mail_old;
CREATE INDEX CONCURRENTLY by_mail ON users USING btree (lower(mail));

DROP INDEX CONCURRENTLY by_mail_old;

SQL
runs_both_ways
EOS

scenario 'an index of a partitioned table is built partition by partition' <<'EOS'
pg_project
start_with <<'SQL'
CREATE TABLE users (id int, k int) PARTITION BY LIST (k);
CREATE TABLE users_1 PARTITION OF users FOR VALUES IN (1);
CREATE TABLE users_2 PARTITION OF users FOR VALUES IN (2);
SQL
_psql "$database" -c 'INSERT INTO users SELECT n, 1 + n % 2 FROM generate_series(1, 10) n'
cat >>model.sql <<'SQL'
CREATE TABLE users_3 PARTITION OF users FOR VALUES IN (3);
CREATE INDEX by_id ON users (id);
SQL
autogenerate second
up "$script" | grep -v hazard >got
expect_content got <<'SQL'
-- migrate: upgrade
CREATE TABLE users_3 PARTITION OF users FOR VALUES IN (3);

CREATE INDEX by_id ON ONLY users USING btree (id);

CREATE INDEX users_3_id_idx ON users_3 USING btree (id);
ALTER INDEX by_id ATTACH PARTITION users_3_id_idx;

-- migrate: upgrade transaction=off
CREATE INDEX CONCURRENTLY users_1_id_idx ON users_1 USING btree (id);
ALTER INDEX by_id ATTACH PARTITION users_1_id_idx;

CREATE INDEX CONCURRENTLY users_2_id_idx ON users_2 USING btree (id);
ALTER INDEX by_id ATTACH PARTITION users_2_id_idx;

SQL
runs_both_ways
EOS

scenario 'online = off gives plain statements' <<'EOS'
pg_project 'online = off'
start_with <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, mail text);
CREATE INDEX old_one ON users (mail, id);
SQL
sed -i 's/old_one ON users (mail, id)/new_one ON users (mail)/' model.sql
autogenerate second
! grep -q 'CONCURRENTLY\|transaction=off' "$script" || fail 'it is online'
[ "$(grep -c 'hazard: blocks-writes' "$script")" -eq 4 ] || fail 'the hazards are not named'
EOS

scenario 'others write while the index is built' <<'EOS'
pg_project
start_with <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, mail text);
SQL
_psql "$database" -c "INSERT INTO users VALUES (1, 'a'), (2, 'b')"
echo 'CREATE INDEX by_mail ON users (mail);' >>model.sql
autogenerate second
start_session "UPDATE users SET mail = 'c' WHERE id = 1"
migrate upgrade head >upgrade.out 2>&1 &
upgrade=$!
wait_until "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND
    query LIKE '%CREATE INDEX CONCURRENTLY%' AND pid <> pg_backend_pid()"
_psql "$database" -c "SET lock_timeout = '30s'" -c "UPDATE users SET mail = 'd' WHERE id = 2" \
    -c "INSERT INTO users VALUES (3, 'e')"
expect_pg 'SELECT mail FROM users WHERE id = 2' d
expect_pg "SELECT count(*) FROM pg_index WHERE indexrelid = 'by_mail'::regclass AND indisvalid" 0
end_session
wait "$upgrade" || fail "$(cat upgrade.out)"
expect_pg "SELECT count(*) FROM pg_index WHERE indexrelid = 'by_mail'::regclass AND indisvalid" 1
run_ok migrate check
EOS
