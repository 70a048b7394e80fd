#!/bin/sh
# One history for databases of different kinds.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need sqlite3
need_postgresql

# Two sections, dev on SQLite and prod on PostgreSQL, with a model of two files for each.
two_kinds() {
    fresh_database
    cat >migrate.ini <<INI
[migrate]
version_locations = versions
[migrate:dev]
url = sqlite:///app.db
model = sqlite.sql
[migrate:prod]
url = $url
model = postgresql.sql
INI
    mkdir versions
    echo 'CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);' >sqlite.sql
    cat >postgresql.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, m mood);
CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
    new.name := upper(new.name) || ';"[`';
    RETURN new;
END $f$;
CREATE TRIGGER loud BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION loud();
SQL
}

scenario 'one revision with blocks for each kind' <<'EOS'
two_kinds
run_ok migrate -n dev -n prod revision --autogenerate -m first --rev-id a1
grep '^-- migrate:' versions/a1_first.sql >blocks
expect_content blocks <<'END'
-- migrate: upgrade dialect=sqlite
-- migrate: upgrade dialect=postgresql
-- migrate: downgrade dialect=sqlite
-- migrate: downgrade dialect=postgresql
END
run_ok migrate -n dev -n prod upgrade head
run_ok migrate -n dev -n prod check
run_ok migrate -n dev verify
run_ok migrate -n prod verify
expect_sql app.db "SELECT name FROM sqlite_schema WHERE name = 'users'" users
expect_pg "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'm'" mood
# Another database of one of the kinds is served too.
run_ok migrate -n dev upgrade head --url sqlite:///third.db
run_ok migrate -n dev check --url sqlite:///third.db
EOS

scenario 'a label that must be committed before it is used' <<'EOS'
two_kinds
run_ok migrate -n dev -n prod revision --autogenerate -m first --rev-id a1
run_ok migrate -n dev -n prod upgrade head
sed -i "s/name text NOT NULL/&, age integer/" sqlite.sql
sed -i "s/'ok')/'ok', 'happy')/; s/m mood/m mood DEFAULT 'happy'/" postgresql.sql
run_ok migrate -n dev -n prod revision --autogenerate -m second --rev-id b1
run_ok migrate -n dev -n prod upgrade head
run_ok migrate -n dev -n prod check
_psql "$database" -c "INSERT INTO users (name) VALUES ('ann')"
expect_pg 'SELECT m FROM users' happy
_psql "$database" -c 'DELETE FROM users'
run_ok migrate -n prod verify
run_ok migrate -n dev -n prod downgrade base
expect_nothing_left
EOS

scenario 'databases of one kind are told apart by their names' <<'EOS'
two_kinds
cat >>migrate.ini <<'INI'
[migrate:test]
url = sqlite:///test.db
model = sqlite.sql
INI
run_ok migrate -n dev -n prod -n test revision --autogenerate -m first --rev-id a1
grep -c '^-- migrate: upgrade name=' versions/a1_first.sql >blocks
expect_content blocks <<'END'
3
END
run_ok migrate -n dev -n prod -n test upgrade head
run_ok migrate -n dev -n prod -n test check
EOS
