#!/bin/sh
# Odd databases, dumps of other versions, and bad input: one clear error each.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
need_postgresql
_psql postgres -c 'CREATE ROLE ann LOGIN'
version=$(($(_psql postgres -c 'SHOW server_version_num') / 10000))

# What pg_dump of that version writes ahead of the schema.
dump_of() {
    printf -- '--\n-- PostgreSQL database dump\n--\n\n'
    [ "$1" -lt 18 ] || printf '\\restrict kLCHqJSzAhbuMAnCDnJZ\n\n'
    printf -- '-- Dumped from database version %s.2\n-- Dumped by pg_dump version %s.2\n\n' "$1" "$1"
    printf 'SET statement_timeout = 0;\nSET lock_timeout = 0;\n'
    printf 'SET idle_in_transaction_session_timeout = 0;\n'
    [ "$1" -lt 17 ] || echo 'SET transaction_timeout = 0;'
    cat <<'SQL'
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO nobody_here;
COMMENT ON SCHEMA public IS 'standard public schema';

SET default_tablespace = somewhere;
SET default_table_access_method = heap;

CREATE TABLE public.t (
    id integer NOT NULL,
    name character varying(9)
);
ALTER TABLE public.t OWNER TO nobody_here;
ALTER TABLE public.t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.t_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

COPY public.t (id, name) FROM stdin;
1	one
\.

SELECT pg_catalog.setval('public.t_id_seq', 1, true);

ALTER TABLE ONLY public.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (id);

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT SELECT ON TABLE public.t TO nobody_here;
ALTER DEFAULT PRIVILEGES FOR ROLE nobody_here IN SCHEMA public GRANT SELECT ON TABLES TO nobody_here;
SQL
    [ "$1" -lt 18 ] || cat <<'SQL'
SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180002'::integer,
	'schemaname', 'public',
	'relname', 't',
	'relpages', '1'::integer
);

\unrestrict kLCHqJSzAhbuMAnCDnJZ

SQL
}

scenario 'dumps of the oldest, the usual and the newest version' <<'EOS'
pg_project
dump_of 13 >model.sql
autogenerate first
expect_err_like 'left out 2 statements about owners'
run_ok migrate upgrade head
for other in 13 15 17 18; do
    dump_of $other >model.sql
    run_ok migrate check
done
EOS

scenario 'a dump of a newer server with what this one lacks' <<'EOS'
pg_project
{ dump_of 19; echo 'CREATE TABLE public.u (a integer) OF THE FUTURE;'; } >model.sql
run_fails 3 migrate check --against versions
expect_err_like 'syntax error at or near "OF"'
expect_err_like 'model is a dump of PostgreSQL 19, the server of scratch is PostgreSQL '"$version"
EOS

scenario "a database's name may be anything" <<'EOS'
for name in 'Odd Näme "x" %' "it's"; do
    fresh_database "$name"
    encoded=$(printf '%s' "$name" | sed 's/%/%25/g; s/ /%20/g; s/"/%22/g')
    mkdir project
    cd project
    run_ok migrate init --url "postgresql://postgres@/$encoded?host=$cluster"
    echo 'CREATE TABLE "Ä b" (i int);' >model.sql
    autogenerate first
    run_ok migrate upgrade head
    run_ok migrate check
    cd ..
    rm -r project
done
EOS

scenario 'databases of other encodings' <<'EOS'
for encoding in LATIN1 SQL_ASCII; do
    database=in_$encoding
    _psql postgres -c "CREATE DATABASE \"$database\" TEMPLATE template0 ENCODING $encoding
        LC_COLLATE 'C' LC_CTYPE 'C'"
    mkdir $encoding
    cd $encoding
    run_ok migrate init --url "postgresql://postgres@/$database?host=$cluster"
    cat >model.sql <<'SQL'
CREATE TABLE "Ä b" (i text DEFAULT 'é' CHECK (i <> 'ü'));
COMMENT ON TABLE "Ä b" IS 'ß';
SQL
    autogenerate first
    run_ok migrate upgrade head
    run_ok migrate check
    run_ok migrate verify
    cd ..
done
cd LATIN1
echo 'CREATE TABLE "Ж" (i int);' >>model.sql
run_fails 3 migrate check
expect_err_like 'no equivalent in encoding "LATIN1"'
expect_err_like '^  at model.sql:3:15$'
EOS

scenario "a database with ICU's order" <<'EOS'
[ "$version" -ge 15 ] || skip 'databases have no locale provider'
_psql postgres -c "CREATE DATABASE icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'" ||
    skip 'the server is without ICU'
run_ok migrate init --url "postgresql://postgres@/icu?host=$cluster"
echo "CREATE TABLE t (a text COLLATE \"C\", b text CHECK (b < 'x'));" >model.sql
autogenerate first
run_ok migrate upgrade head
run_ok migrate check
EOS

scenario 'a user with hardly any rights' <<'EOS'
pg_project
echo 'CREATE TABLE t (a int);' >model.sql
autogenerate first
run_ok migrate upgrade head
poor="postgresql://ann@/$database?host=$cluster"
run_fails 4 migrate check --no-cache --url "$poor"
expect_err_like 'permission denied for table migrate_log'
expect_err_like 'have it granted'
run_fails 4 migrate current --url "$poor"
expect_err_like 'permission denied for table migrate_version'
run_fails 4 migrate verify --url "$poor"
expect_err_like 'permission denied to create database'
expect_err_like 'scratch_url'
EOS

scenario "a name that an extension's object has" <<'EOS'
pg_project
_psql "$database" -c 'CREATE EXTENSION pg_stat_statements'
echo 'CREATE TABLE pg_stat_statements (a int);' >model.sql
run_fails 1 migrate check
run migrate revision --autogenerate -m first
expect_err_like 'relation "pg_stat_statements" already exists'
expect_err_like 'The name is taken by view pg_stat_statements of extension pg_stat_statements'
[ -z "$(ls versions)" ] || fail 'something was written'
EOS
