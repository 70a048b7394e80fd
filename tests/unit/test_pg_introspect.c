/* What PostgreSQL's reader does beyond single kinds: extensions, grants, what is not managed,
 * versions, errors, and a whole example. */
#include <libpq-fe.h>

#include "core/error.h"
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_introspect.h"
#include "tests/lib/cluster.h"
#include "tests/unit/pg_state.h"

static const char *const all[] = {"true", NULL};

static void
test_empty(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(NULL, NULL, TRUE, NULL);
    g_autoptr(MigSchema) whole = pg_state_of(NULL, all, FALSE, NULL);

    assert_int_equal(mig_schema_objects(schema)->len, 0);
    assert_int_equal(mig_schema_objects(whole)->len, 0);
    assert_string_equal(mig_schema_default_namespace(schema), "public");
}

static void
test_statistics_and_collations(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA app; CREATE TABLE t (a integer, b integer, c text);"
        "CREATE STATISTICS s (ndistinct) ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 50;"
        "CREATE STATISTICS app.other ON a, b FROM t; COMMENT ON STATISTICS s IS 'stat';"
        "CREATE COLLATION same (provider = libc, locale = 'C');"
        "CREATE COLLATION apart (lc_collate = 'C', lc_ctype = 'POSIX');"
        "COMMENT ON COLLATION same IS 'sea'; ALTER TABLE t ALTER c TYPE text COLLATE same",
        all, FALSE, NULL);

    pg_state_expect(schema, "statistics public.s",
                    "comment = stat\ndefinition = (ndistinct) ON a, b FROM t\ntarget = 50\n"
                    "-> column public.t.a\n-> column public.t.b\n-> table public.t\n");
    pg_state_expect(schema, "statistics app.other",
                    "definition = ON a, b FROM t\n-> column public.t.a\n-> column public.t.b\n"
                    "-> schema app\n-> table public.t\n");
    pg_state_expect(schema, "collation public.same",
                    "comment = sea\ndefinition = provider = libc, locale = 'C'\n");
    pg_state_expect(schema, "collation public.apart",
                    "definition = provider = libc, lc_collate = 'C', lc_ctype = 'POSIX'\n");
    pg_state_expect(schema, "column public.t.c",
                    "collation = same\ntype = text\n-> collation public.same\n");
}

static void
test_extensions(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA app; CREATE EXTENSION citext; CREATE EXTENSION hstore SCHEMA app;"
        "CREATE TABLE t (a citext, b app.hstore[]); CREATE INDEX i ON t USING gin (b);"
        "CREATE VIEW v AS SELECT a FROM t WHERE a = 'x'",
        all, FALSE, NULL);
    const MigObject *citext = mig_schema_find(schema, "extension citext");

    assert_null(mig_object_get(citext, "schema"));
    assert_non_null(mig_object_get(citext, "version"));
    assert_string_equal(mig_object_get(mig_schema_find(schema, "extension hstore"), "schema"),
                        "app");
    pg_state_expect(schema, "column public.t.a", "type = citext\n-> extension citext\n");
    pg_state_expect(schema, "column public.t.b", "type = app.hstore[]\n-> extension hstore\n");
    assert_string_equal(mig_schema_find(schema, "view public.v")->depends->pdata[1],
                        "extension citext");
    assert_int_equal(mig_schema_roots(schema)->len, 5);
}

static void
test_grants(void **state)
{
    static const char ddl[] =
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader;"
        "DROP ROLE IF EXISTS \"Odd Role\"; CREATE ROLE \"Odd Role\";"
        "CREATE SCHEMA app; CREATE TABLE t (a integer, b integer); CREATE VIEW v AS SELECT 1;"
        "CREATE SEQUENCE s; CREATE TYPE e AS ENUM ('x');"
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "GRANT SELECT, INSERT ON t TO reader; GRANT SELECT ON t TO PUBLIC;"
        "GRANT UPDATE (b) ON t TO \"Odd Role\" WITH GRANT OPTION; REVOKE DELETE ON t FROM postgres;"
        "GRANT SELECT ON v TO reader; REVOKE SELECT ON v FROM reader;"
        "GRANT USAGE ON SEQUENCE s TO reader; REVOKE USAGE ON TYPE e FROM PUBLIC;"
        "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO reader;"
        "GRANT USAGE, CREATE ON SCHEMA app TO reader";
    g_autofree char *url = NULL;
    g_autoptr(MigSchema) schema = pg_state_of(ddl, all, TRUE, &url);

    pg_state_expect(schema, "table public.t",
                    "grants = GRANT INSERT TO reader\\nGRANT SELECT TO PUBLIC\\n"
                    "GRANT SELECT TO reader\\nREVOKE DELETE FROM postgres\n");
    pg_state_expect(schema, "column public.t.b",
                    "grants = GRANT UPDATE TO \"Odd Role\" WITH GRANT OPTION\ntype = integer\n");
    pg_state_expect(schema, "view public.v", "definition =  SELECT 1 AS \"?column?\"\n");
    pg_state_expect(schema, "sequence public.s", "grants = GRANT USAGE TO reader\n");
    pg_state_expect(schema, "enum public.e", "grants = REVOKE USAGE FROM PUBLIC\nlabels = 'x'\n");
    assert_string_equal(mig_object_get(mig_schema_find(schema, "function public.f()"), "grants"),
                        "GRANT EXECUTE TO reader\nREVOKE EXECUTE FROM PUBLIC");
    pg_state_expect(schema, "schema app",
                    "grants = GRANT CREATE TO reader\\nGRANT USAGE TO reader\n");

    g_autoptr(MigSchema) without = pg_state_read(url, all, FALSE);

    pg_state_expect(without, "table public.t", "");
}

static void
test_unmanaged(void **state)
{
    static const char *const identities[] = {
        "base type public.shell",
        "cast \"e AS integer\"",
        "default privileges \"of postgres for tables in public\"",
        "operator public.\"===\"(integer, integer)",
        "operator class public.oc using btree",
        "operator family public.oc using btree",
        "publication pub",
        "text search configuration public.tc",
        "text search dictionary public.td",
        "user mapping \"postgres for s\"",
    };
    g_autoptr(MigSchema) schema = pg_state_of(
        "SET client_min_messages = error; CREATE TYPE shell; CREATE TYPE e AS ENUM ('x');"
        "CREATE FUNCTION ei(e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
        "CREATE CAST (e AS integer) WITH FUNCTION ei(e);"
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;"
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
        "CREATE USER MAPPING FOR postgres SERVER s; CREATE FOREIGN TABLE ft (a integer) SERVER s;"
        "CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);"
        "CREATE OPERATOR CLASS oc FOR TYPE integer USING btree AS OPERATOR 1 <,"
        " OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer);"
        "CREATE TABLE t (a integer); CREATE PUBLICATION pub FOR TABLE t;"
        "CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple);"
        "CREATE TEXT SEARCH CONFIGURATION tc (COPY = simple)",
        NULL, FALSE, NULL);
    guint n = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(identities); i++) {
        const MigObject *object = mig_schema_find(schema, identities[i]);

        if (!object || !object->unmanaged)
            fail_msg("%s is not reported", identities[i]);
    }
    for (guint i = 0; i < mig_schema_objects(schema)->len; i++)
        n += ((const MigObject *)mig_schema_objects(schema)->pdata[i])->unmanaged != NULL;
    assert_int_equal(n, G_N_ELEMENTS(identities));
}

static void
test_foreign(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "SET client_min_messages = error; CREATE FOREIGN DATA WRAPPER \"W w\" OPTIONS (a 'x');"
        "CREATE SERVER s TYPE 'it''s' VERSION '1' FOREIGN DATA WRAPPER \"W w\" OPTIONS (host 'h');"
        "COMMENT ON SERVER s IS 'there';"
        "CREATE FOREIGN TABLE ft (a integer OPTIONS (\"N\" E'\\\\', c 'd') NOT NULL, CHECK (a > 0))"
        " SERVER s OPTIONS (z '1', path '/x');"
        "COMMENT ON FOREIGN TABLE ft IS 'far'; CREATE VIEW v AS SELECT a FROM ft",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "foreign-data wrapper \"W w\"", "foreign-options = a 'x' (rendering)\n");
    pg_state_expect(schema, "foreign server s",
                    "comment = there\nforeign-options = host 'h' (rendering)\ntype = 'it''s'\nversion = '1'\n"
                    "wrapper = \"W w\"\n-> foreign-data wrapper \"W w\"\n");
    pg_state_expect(schema, "table public.ft",
                    "comment = far\nforeign-options = path '/x', z '1'\nserver = s\n"
                    "-> foreign server s\n");
    pg_state_expect(schema, "column public.ft.a",
                    "foreign-options = \"N\" E'\\\\', c 'd'\nnot-null = yes\ntype = integer\n");
    assert_non_null(mig_schema_find(schema, "constraint public.ft.ft_a_check"));
}

/* Another default schema, and settings that change how the server spells. */
static void
test_settings(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA \"Odd \"\"One\"; CREATE TABLE t (a integer PRIMARY KEY);"
        "SET search_path = \"Odd \"\"One\"; CREATE TYPE mood AS ENUM ('sad');"
        "CREATE FUNCTION f(mood) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE TABLE t (a integer REFERENCES public.t, m mood DEFAULT 'sad',"
        " d date DEFAULT '2020-12-31', i interval DEFAULT '1 day 2 hours',"
        " at timestamptz DEFAULT '2020-01-01 12:00+02');"
        "CREATE VIEW v AS SELECT m, f(m) AS f FROM t;"
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = %I',"
        " current_database(), 'Odd \"One');"
        "EXECUTE format('ALTER DATABASE %I SET datestyle = German', current_database());"
        "EXECUTE format('ALTER DATABASE %I SET timezone = \"America/Lima\"', current_database());"
        "EXECUTE format('ALTER DATABASE %I SET intervalstyle = iso_8601', current_database());"
        "EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', current_database());"
        "END $$",
        NULL, FALSE, NULL);

    assert_string_equal(mig_schema_default_namespace(schema), "Odd \"One");
    assert_int_equal(mig_schema_roots(schema)->len, 5);
    pg_state_expect(schema, "table \"Odd \"\"One\".t", "");
    pg_state_expect(schema, "constraint \"Odd \"\"One\".t.t_a_fkey",
                    "definition = FOREIGN KEY (a) REFERENCES public.t(a)\ntype = foreign key\n"
                    "-> column \"Odd \"\"One\".t.a\n");
    pg_state_expect(schema, "column \"Odd \"\"One\".t.m",
                    "default = 'sad'::mood\ntype = mood\n-> enum \"Odd \"\"One\".mood\n");
    pg_state_expect(schema, "column \"Odd \"\"One\".t.d",
                    "default = '2020-12-31'::date\ntype = date\n");
    pg_state_expect(schema, "column \"Odd \"\"One\".t.i",
                    "default = '1 day 02:00:00'::interval\ntype = interval\n");
    pg_state_expect(schema, "column \"Odd \"\"One\".t.at",
                    "default = '2020-01-01 10:00:00+00'::timestamp with time zone\n"
                    "type = timestamp with time zone\n");
    const MigObject *f = mig_schema_find(schema, "function \"Odd \"\"One\".f(mood)");

    assert_true(
        g_str_has_prefix(mig_object_get(f, "definition"), "CREATE OR REPLACE FUNCTION f(mood)"));
}

/* What only some versions have. */
static void
test_versions(void **state)
{
    int version = pg_state_version();

    if (version >= 14) {
        g_autoptr(MigSchema) schema =
            pg_state_of("CREATE TABLE t (a text COMPRESSION pglz, b integer);"
                        "CREATE STATISTICS s ON (b + 1), a FROM t;"
                        "CREATE TYPE r AS RANGE (subtype = integer, multirange_type_name = many);"
                        "CREATE TABLE u (m many)",
                        NULL, FALSE, NULL);

        pg_state_expect(schema, "column public.t.a", "compression = pglz\ntype = text\n");
        pg_state_expect(schema, "range type public.r",
                        "definition = subtype = integer, multirange_type_name = many\n"
                        "multirange = many (rendering)\n");
        pg_state_expect(schema, "column public.u.m", "type = many\n-> range type public.r\n");
        pg_state_expect_none(schema, "function public.r(integer, integer)");
        assert_string_equal(
            mig_object_get(mig_schema_find(schema, "statistics public.s"), "definition"),
            "ON a, (b + 1) FROM t");
    }
    if (version >= 15) {
        g_autoptr(MigSchema) schema = pg_state_of(
            "CREATE TABLE t (a integer, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a));"
            "CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT; CREATE UNLOGGED SEQUENCE s;"
            "CREATE TABLE k (a integer, b integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES t (a)"
            " ON DELETE SET NULL (a))",
            NULL, FALSE, NULL);

        pg_state_expect(schema, "constraint public.t.u",
                        "definition = UNIQUE NULLS NOT DISTINCT (a)\ntype = unique\n"
                        "-> column public.t.a\n");
        pg_state_expect(schema, "index public.t.i",
                        "definition = USING btree (a) NULLS NOT DISTINCT\nunique = yes\n"
                        "-> column public.t.a\n");
        pg_state_expect(schema, "sequence public.s", "persistence = unlogged\n");
        assert_string_equal(
            mig_object_get(mig_schema_find(schema, "constraint public.k.f"), "definition"),
            "FOREIGN KEY (a) REFERENCES t(a) ON DELETE SET NULL (a)");
    }
}

static void
test_version_18(void **state)
{
    if (pg_state_version() < 18)
        return;
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE EXTENSION btree_gist; CREATE TABLE t (a integer, v integer GENERATED ALWAYS AS"
        " (a + 1) VIRTUAL, b integer CONSTRAINT named NOT NULL, c integer, d integer,"
        " p int4range, CONSTRAINT k PRIMARY KEY (a, p WITHOUT OVERLAPS),"
        " CONSTRAINT loose CHECK (b > 0) NOT ENFORCED, CONSTRAINT own NOT NULL c NO INHERIT);"
        "ALTER TABLE t ADD CONSTRAINT later NOT NULL d NOT VALID;"
        "CREATE DOMAIN dom AS integer CONSTRAINT given NOT NULL;"
        "CREATE TABLE u (a integer, p int4range, CONSTRAINT f FOREIGN KEY (a, PERIOD p)"
        " REFERENCES t (a, PERIOD p))",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "column public.t.v",
                    "generated = (a + 1)\ngenerated-kind = virtual\ntype = integer\n"
                    "-> column public.t.a\n");
    pg_state_expect(schema, "column public.t.b", "not-null = yes\ntype = integer\n");
    pg_state_expect_none(schema, "constraint public.t.named");
    pg_state_expect(schema, "column public.t.c", "type = integer\n");
    pg_state_expect(schema, "constraint public.t.own",
                    "definition = NOT NULL c NO INHERIT\ntype = not null\n-> column public.t.c\n");
    pg_state_expect(schema, "column public.t.d", "type = integer\n");
    pg_state_expect(schema, "constraint public.t.later",
                    "definition = NOT NULL d NOT VALID\ntype = not null\n-> column public.t.d\n");
    pg_state_expect(schema, "domain public.dom", "not-null = yes\ntype = integer\n");
    assert_string_equal(
        mig_object_get(mig_schema_find(schema, "constraint public.t.k"), "definition"),
        "PRIMARY KEY (a, p WITHOUT OVERLAPS)");
    assert_string_equal(
        mig_object_get(mig_schema_find(schema, "constraint public.t.loose"), "definition"),
        "CHECK ((b > 0)) NOT ENFORCED");
    assert_string_equal(
        mig_object_get(mig_schema_find(schema, "constraint public.u.f"), "definition"),
        "FOREIGN KEY (a, PERIOD p) REFERENCES t(a, PERIOD p)");
}

static guint
count(const MigSchema *schema, const char *kind)
{
    guint n = 0;

    for (guint i = 0; i < mig_schema_objects(schema)->len; i++)
        n += strcmp(((const MigObject *)mig_schema_objects(schema)->pdata[i])->kind, kind) == 0;
    return n;
}

/* The counts are those of the CREATE and ALTER statements in the file. */
static void
test_pagila(void **state)
{
    static const struct {
        const char *kind;
        guint n;
    } kinds[] = {
        {"aggregate", 1}, {"domain", 2}, {"enum", 1},     {"function", 9}, {"materialized view", 1},
        {"sequence", 13}, {"table", 70}, {"trigger", 15}, {"view", 7},
    };
    const char *srcdir = g_getenv("MIGRATE_SRCDIR");
    g_autofree char *path = g_build_filename(srcdir ? srcdir : ".", "tests/data/examples/schemas",
                                             "pagila.postgresql.sql", NULL);
    g_autofree char *ddl = NULL;

    assert_true(g_file_get_contents(path, &ddl, NULL, NULL));
    g_autoptr(MigSchema) schema = pg_state_of(ddl, NULL, FALSE, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (count(schema, kinds[i].kind) != kinds[i].n)
            fail_msg("%u of %s", count(schema, kinds[i].kind), kinds[i].kind);
    }
    pg_state_expect(schema, "domain public.year", "type = integer\n");
    pg_state_expect(schema, "column public.film.fulltext", "not-null = yes\ntype = tsvector\n");
    pg_state_expect(schema, "index public.payment_p2022_01.payment_p2022_01_customer_id_idx",
                    "definition = USING btree (customer_id)\n"
                    "-> column public.payment_p2022_01.customer_id\n");
}

/* Another session changes the schema while it is read, the reader fails, and goes on working. */
static void
test_errors(void **state)
{
    g_autoptr(MigUrl) url = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autoptr(MigSchema) schema = pg_state_of("CREATE TABLE t (a integer)", NULL, FALSE, &text);
    PGconn *other = PQconnectdb(text);

    url = mig_url_parse(text, NULL, &error);
    MigConnection *connection = mig_pg_connect(url, MIG_CONNECT_READ, &error);

    assert_no_error(error);
    connection->lock_wait_ms = 50;
    PQclear(PQexec(other, "BEGIN; CREATE VIEW v AS SELECT a FROM t; LOCK pg_rewrite"));
    assert_null(mig_pg_introspect(connection, NULL, &error));
    assert_int_equal(error->code, MIG_E_LOCKED);
    g_clear_error(&error);
    PQclear(PQexec(other, "COMMIT"));
    g_autoptr(MigSchema) again = mig_pg_introspect(connection, NULL, &error);

    assert_no_error(error);
    assert_non_null(mig_schema_find(again, "view public.v"));
    PQclear(PQexec(other, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                          " WHERE datname = current_database() AND pid <> pg_backend_pid()"));
    PQfinish(other);
    assert_null(mig_pg_introspect(connection, NULL, &error));
    assert_int_equal(error->code, MIG_E_CONNECT);
    mig_pg_close(connection);
}

static gpointer
introspect(gpointer data)
{
    return mig_pg_introspect(data, NULL, NULL);
}

static gboolean
anybody_waits(PGconn *connection)
{
    PGresult *result = PQexec(connection, "SELECT FROM pg_locks WHERE NOT granted");
    gboolean waits = PQntuples(result) > 0;

    PQclear(result);
    return waits;
}

/* The server spells definitions from its present state: what is gone by then has none. */
static void
test_changes_meanwhile(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autoptr(MigSchema) before = pg_state_of(
        "CREATE TABLE t (a integer CONSTRAINT k CHECK (a > 0)); CREATE INDEX i ON t (a);"
        "CREATE VIEW v AS SELECT a FROM t",
        NULL, FALSE, &text);
    g_autoptr(MigUrl) url = mig_url_parse(text, NULL, &error);
    MigConnection *connection = mig_pg_connect(url, MIG_CONNECT_READ, &error);
    PGconn *other = PQconnectdb(text);

    assert_no_error(error);
    PQclear(PQexec(other, "BEGIN; LOCK pg_rewrite; ALTER TABLE t DROP CONSTRAINT k; DROP INDEX i"));
    GThread *thread = g_thread_new("reader", introspect, connection);

    for (int i = 0; i < 1000 && !anybody_waits(other); i++)
        g_usleep(1000);
    PQclear(PQexec(other, "COMMIT"));
    g_autoptr(MigSchema) after = g_thread_join(thread);

    PQfinish(other);
    mig_pg_close(connection);
    assert_non_null(after);
    pg_state_expect(before, "constraint public.t.k",
                    "definition = CHECK ((a > 0))\ntype = check\n-> column public.t.a\n");
    pg_state_expect_none(after, "constraint public.t.k");
    pg_state_expect_none(after, "index public.t.i");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_statistics_and_collations),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_grants),
        cmocka_unit_test(test_unmanaged),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_version_18),
        cmocka_unit_test(test_pagila),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_changes_meanwhile),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
