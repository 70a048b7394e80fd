#!/bin/sh
# What the model may be on PostgreSQL, and how states are compared.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need_postgresql

scenario 'expressions whose spelling is not stable are no difference' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TABLE users (
    name varchar(10) CHECK (name IN ('a', 'b')),
    code char(3) DEFAULT 'x' CHECK (code NOT IN ('y', 'z')),
    day date CHECK (day BETWEEN '2020-01-01' AND '2030-01-01')
);
CREATE VIEW odd AS SELECT u.*, name || code AS both FROM users u WHERE name IN ('a', 'b') ORDER BY 1;
CREATE INDEX a_few ON users (lower(name)) WHERE name IN ('a', 'b');
CREATE TABLE parts (k varchar(9)) PARTITION BY LIST (k);
CREATE TABLE part PARTITION OF parts FOR VALUES IN ('a', 'b');
CREATE POLICY p ON users USING (name IN ('a', current_user));
SQL
autogenerate first
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate verify
run_ok migrate revision --autogenerate -m more
expect_err_like 'no changes'
sed -i "s/name IN ('a', 'b')),/name IN ('a', 'c')),/" model.sql
run_fails 1 migrate check
autogenerate second
grep -q users_name_check "$script" || fail 'the changed check is not seen'
! grep -q 'VIEW\|INDEX\|POLICY\|day' "$script" || fail 'more is changed than was'
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'a partition joins a parent whose checks are read in another spelling than they are written' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TABLE parts (k varchar(9) NOT NULL CHECK (k IN ('a', 'b', 'c')), n int) PARTITION BY LIST (k);
ALTER TABLE parts ADD CONSTRAINT within CHECK ((n BETWEEN 1 AND 10) AND k <> '');
CREATE INDEX lowered ON parts (lower(k));
CREATE TABLE joins (k varchar(9) NOT NULL, n int);
SQL
autogenerate first
run_ok migrate upgrade head
cat >>model.sql <<'SQL'
CREATE TABLE part PARTITION OF parts FOR VALUES IN ('a') PARTITION BY RANGE (n);
CREATE TABLE low PARTITION OF part FOR VALUES FROM (1) TO (5);
ALTER TABLE low ALTER n SET DEFAULT 2;
SQL
autogenerate second
run_ok migrate upgrade head
run_ok migrate check
sed -i 's/^CREATE TABLE joins.*/CREATE TABLE joins PARTITION OF parts DEFAULT;/' model.sql
autogenerate third
run_ok migrate upgrade head
run_ok migrate check
run_ok migrate downgrade base
EOS

# How often a statement made a scratch database since the last call.
made_scratch() {
    grep -c 'CREATE DATABASE migrate_scratch' "$cluster/log" || :
}
_psql postgres -c "ALTER ROLE postgres SET log_statement = 'ddl'" \
    -c "ALTER ROLE postgres SET log_min_messages = 'log'"

scenario 'states read on scratch are kept' <<'EOS'
pg_project
echo "CREATE TABLE t (a varchar(9) CHECK (a IN ('x', 'y')));" >model.sql
autogenerate first
run_ok migrate upgrade head
run_ok migrate check
before=$(made_scratch)
[ "$before" -gt 0 ] || fail 'the log does not tell of scratch databases'
run_ok migrate check
run_ok migrate diff --exit-code live model
run_ok migrate check --against versions
run_ok migrate check --against versions
after=$(made_scratch)
[ "$after" -le $((before + 1)) ] || fail "$((after - before)) scratch databases were made"
run_ok migrate check --no-cache
[ "$(made_scratch)" -gt "$after" ] || fail 'none was made with --no-cache'
after=$(made_scratch)
_psql "$database" -c "ALTER DATABASE \"$database\" SET extra_float_digits = 0"
run_ok migrate check
[ "$(made_scratch)" -gt "$after" ] || fail 'a new setting of the database was not noticed'
after=$(made_scratch)
echo 'CREATE TABLE more (b int);' >>model.sql
run_fails 1 migrate check
[ "$(made_scratch)" -gt "$after" ] || fail 'a new model was not noticed'
EOS

scenario 'tables and columns are renamed with their rows' <<'EOS'
pg_project
echo 'CREATE TABLE users (id int PRIMARY KEY, mail text, "Äge" int);' >model.sql
autogenerate first
run_ok migrate upgrade head
_psql "$database" -c "INSERT INTO users VALUES (1, 'a@b', 7)"
echo 'CREATE TABLE people (id int PRIMARY KEY, email text, "Äge" int);' >model.sql
run migrate revision --autogenerate -m unsure
expect_err_like 'table public.users may have become people'
expect_err_like -- '--rename users=people'
rm versions/*unsure*
autogenerate second --rename users=people --rename people.mail=people.email
run_ok migrate upgrade head
expect_pg 'SELECT * FROM people' '1|a@b|7'
run_ok migrate check
cat >model.sql <<'SQL'
-- migrate: renamed from people
CREATE TABLE public.persons (
    id int PRIMARY KEY,
    -- migrate: renamed from email
    address text,
    "Äge" int
);
SQL
autogenerate third
run_ok migrate upgrade head
expect_pg 'SELECT address FROM persons' 'a@b'
run_ok migrate check
run_ok migrate downgrade -2
expect_pg 'SELECT mail FROM users' 'a@b'
EOS

scenario 'rows are proven to survive' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS int CHECK (VALUE > 10);
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(5) NOT NULL UNIQUE,
    m mood NOT NULL DEFAULT 'ok', k varchar(10) CHECK (k IN ('a', 'b')), p positive, arr int[],
    boss bigint REFERENCES users, at timestamptz DEFAULT now(), doc jsonb NOT NULL, rng int4range,
    d date CHECK (d > '2020-01-01'), n numeric(3, 3), twice int GENERATED ALWAYS AS (p * 2) STORED
);
CREATE TABLE posts (
    id serial PRIMARY KEY, title text,
    author bigint NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED
);
SQL
autogenerate first
run_ok migrate upgrade head
sed -i 's/title text/title varchar(100), body text/; s/varchar(5)/varchar(50)/; s/, rng int4range//' model.sql
sed -i "s/'sad', 'ok'/'ok', 'good'/" model.sql
_psql postgres -c "ALTER ROLE postgres SET log_statement = 'all'"
autogenerate second
_psql postgres -c "ALTER ROLE postgres SET log_statement = 'ddl'"
grep -q 'INSERT INTO "public"."posts"' "$cluster/log" || fail 'no sample rows were made'
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'a partition leaves with rows that are referred to' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TABLE parts (k int UNIQUE, n int) PARTITION BY RANGE (k);
CREATE TABLE "Part" PARTITION OF parts DEFAULT;
CREATE TABLE refers (k int CONSTRAINT held REFERENCES parts (k), n int);
SQL
autogenerate first
run_ok migrate upgrade head
_psql "$database" -c 'INSERT INTO parts VALUES (1), (2); INSERT INTO refers VALUES (2), (NULL)'
cat >model.sql <<'SQL'
CREATE TABLE parts (k int UNIQUE, n int) PARTITION BY RANGE (k);
CREATE TABLE "Part" (k int UNIQUE, n int);
CREATE TABLE refers (k int CONSTRAINT held REFERENCES parts (k), n int);
SQL
autogenerate second
grep -q '^-- hazard: fails-on-data: held on table refers refers to rows of table "Part", too; rows' "$script" ||
    fail 'it is not said that rows stop it'
query=$(sed -n 's/^--   SELECT \* FROM refers/DELETE FROM refers/p' "$script")
run_fails 4 migrate upgrade head
expect_err_like '23503'
_psql "$database" -c "$query"
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'rows that may stop a change are left out of what inherits the column, too' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TABLE first (a text);
CREATE TABLE second () INHERITS (first);
CREATE TABLE third () INHERITS (second);
SQL
autogenerate first
run_ok migrate upgrade head
sed -i 's/a text/a regclass/' model.sql
autogenerate second
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'rows that may stop a change are left out of the table that puts them there, too' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TABLE parts (k int) PARTITION BY LIST (k);
CREATE TABLE rest PARTITION OF parts DEFAULT;
SQL
autogenerate first
run_ok migrate upgrade head
cat >model.sql <<'SQL'
CREATE TABLE pieces (k int) PARTITION BY LIST (k);
CREATE TABLE rest (k int, b int NOT NULL);
SQL
autogenerate second --rename parts=pieces
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'a new column of a domain that takes no NULL' <<'EOS'
pg_project
printf 'CREATE DOMAIN filled AS text NOT NULL;\nCREATE DOMAIN more AS filled CHECK (VALUE IS NOT NULL);\n' >model.sql
echo 'CREATE TABLE t (id int);' >>model.sql
autogenerate first
run_ok migrate upgrade head
sed -i 's/id int/&, a filled, b more/' model.sql
autogenerate second
grep -q '^-- hazard: fails-on-data: new column t.a has no default and is of domain filled.*(CO005)$' "$script" ||
    fail 'it is not said that rows stop it'
grep -q '^-- hazard: fails-on-data: rows get NULL in new column t.b' "$script" || fail 'nor of the check'
EOS

scenario 'checks that wait for the end do not disturb the proof' <<'EOS'
pg_project
cat >model.sql <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE posts (
    id int PRIMARY KEY, n int, author int NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED
);
CREATE MATERIALIZED VIEW counts AS SELECT author, n FROM posts;
CREATE TABLE events (id int, d date NOT NULL, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE event PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
SQL
autogenerate first
run_ok migrate upgrade head
sed -i 's/n int/n bigint/; s/name text/&, age int/; s/events (id int/events (id bigint/' model.sql
echo 'CREATE UNIQUE INDEX one_author ON counts (author);' >>model.sql
autogenerate second
run_ok migrate upgrade head
run_ok migrate check
sed -i 's/^CREATE TABLE users.*/CREATE TABLE users (id int PRIMARY KEY, name text, age int) PARTITION BY HASH (id);/' model.sql
autogenerate third
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'a model that fails on the server' <<'EOS'
pg_project
printf 'CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (ü text,\n  a int REFERENCES nowhere);\n' >model.sql
run_fails 3 migrate check
expect_err_like '^error E208: relation "nowhere" does not exist'
expect_err_like '^  at model.sql:2:1$'
expect_err_like '\(42P01\)'
printf 'CREATE TABLE a (id int);\nCREATE TABLE b (ü text DEFAULT nö(1));\n' >model.sql
run_fails 3 migrate check
expect_err_like '^  at model.sql:2:32$'
expect_err_like '^    2 \| CREATE TABLE b \(ü text DEFAULT nö\(1\)\);$'
expect_err_like '^      \|                                \^$'
expect_err_like 'hint: No function matches'
run migrate check --format json
expect_status 3
expect_err_like '"sqlstate":"42883"'
run_fails 3 migrate revision --autogenerate -m first
[ -z "$(ls versions)" ] || fail 'a script was written'
expect_pg "SELECT count(*) FROM pg_database WHERE datname LIKE 'migrate\\_scratch%'" 0
EOS

scenario "a model as pg_dump writes it, with data, owners and grants" <<'EOS'
pg_project
cat >model.sql <<'SQL'
\restrict abc
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE ROLE nobody_at_all;
CREATE TABLE public.t (a integer, b text);
ALTER TABLE public.t OWNER TO nobody_here;
GRANT SELECT ON public.t TO nobody_here;
\unrestrict abc
SQL
sed -i '/CREATE ROLE/d' model.sql
autogenerate first
expect_err_like '^model.sql: left out 1 statement about owners'
run_ok migrate upgrade head
run_ok migrate check
cat >>model.sql <<'SQL'
COPY public.t (a, b) FROM stdin;
1	one
\.
SQL
run_ok migrate check
expect_err_like '^model.sql: left out 1 statement that changes rows, not the schema'
cat >model.sql <<'SQL'
CREATE TABLE t (a int);
\d t
SQL
run_fails 3 migrate check
expect_err_like "'.d' is a command of psql, not SQL"
expect_err_like '^  at model.sql:2:1$'
EOS
