/* Views, routines, triggers, rules and policies, read from a real server. */
#include "tests/lib/cluster.h"
#include "tests/unit/pg_state.h"

static const char *const all[] = {"true", NULL};

static void
test_views(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad');"
        "CREATE TABLE app.t (a integer, b text, c mood);"
        "CREATE VIEW v AS SELECT 1 AS one; CREATE VIEW w WITH (security_barrier)"
        " AS SELECT one, a AS x FROM v CROSS JOIN app.t WHERE c = 'sad';"
        "ALTER VIEW w ALTER COLUMN x SET DEFAULT 5; COMMENT ON COLUMN w.x IS 'ex';"
        "COMMENT ON VIEW w IS 'double u';"
        "CREATE MATERIALIZED VIEW m WITH (fillfactor=50) AS SELECT x FROM w WITH NO DATA;"
        "CREATE UNIQUE INDEX mx ON m (x); CREATE MATERIALIZED VIEW other AS SELECT 2 AS two;"
        "ALTER MATERIALIZED VIEW m ALTER COLUMN x SET STATISTICS 7",
        all, FALSE, NULL);

    pg_state_expect(schema, "view public.v", "definition =  SELECT 1 AS one\n");
    const MigObject *w = mig_schema_find(schema, "view public.w");

    assert_string_equal(mig_object_get(w, "options"), "security_barrier='true'");
    assert_string_equal(mig_object_get(w, "comment"), "double u");
    assert_non_null(strstr(mig_object_get(w, "definition"), "'sad'::mood"));
    assert_non_null(strstr(mig_object_get(w, "definition"), "app.t"));
    g_autofree char *depends = g_strjoinv(
        "\n", (char *[]){w->depends->pdata[0], w->depends->pdata[1], w->depends->pdata[2],
                         w->depends->pdata[3], w->depends->pdata[4], w->depends->pdata[5], NULL});

    assert_int_equal(w->depends->len, 6);
    assert_string_equal(depends, "column app.t.a\ncolumn app.t.c\ncolumn public.v.one\n"
                                 "enum public.mood\ntable app.t\nview public.v");
    pg_state_expect(schema, "column public.w.x",
                    "comment = ex\ndefault = 5\ntype = integer (rendering)\n");
    const MigObject *m = mig_schema_find(schema, "materialized view public.m");

    assert_string_equal(mig_object_get(m, "options"), "fillfactor='50'");
    assert_string_equal(mig_object_get(m, "populated"), "no");
    pg_state_expect(schema, "column public.m.x", "statistics = 7\ntype = integer (rendering)\n");
    pg_state_expect(schema, "index public.m.mx",
                    "definition = USING btree (x)\nunique = yes\n-> column public.m.x\n");
    pg_state_expect(schema, "materialized view public.other", "definition =  SELECT 2 AS two\n");
}

static void
test_functions(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad'); CREATE SEQUENCE s;"
        "CREATE FUNCTION f(a integer, OUT b text, VARIADIC c mood[] DEFAULT '{}') LANGUAGE plpgsql"
        " SET work_mem = '1MB' AS $$ BEGIN b := 'x'; END $$;"
        "CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';"
        "CREATE FUNCTION app.f(text, integer DEFAULT nextval('s')) RETURNS SETOF record LANGUAGE"
        " sql AS 'SELECT 1, 2';"
        "CREATE FUNCTION win() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';"
        "CREATE PROCEDURE \"Do it\"(INOUT a integer) LANGUAGE sql AS 'SELECT 1';"
        "COMMENT ON FUNCTION f(text) IS 'eff'; COMMENT ON PROCEDURE \"Do it\" IS 'does'",
        all, FALSE, NULL);

    pg_state_expect(
        schema, "function public.f(integer, mood[])",
        "arguments = a integer, OUT b text, VARIADIC c mood[] DEFAULT '{}'::mood[]\n"
        "definition = CREATE OR REPLACE FUNCTION f(a integer, OUT b text, VARIADIC c mood[]"
        " DEFAULT '{}'::mood[])\\n RETURNS text\\n LANGUAGE plpgsql\\n SET work_mem TO '1MB'\\n"
        "AS $function$ BEGIN b := 'x'; END $function$\\n\nlanguage = plpgsql\nresult = text\n"
        "-> enum public.mood\n");
    pg_state_expect(schema, "function public.f(text)",
                    "arguments = text\ncomment = eff\ndefinition = CREATE OR REPLACE FUNCTION"
                    " f(text)\\n RETURNS text\\n LANGUAGE sql\\n IMMUTABLE\\n"
                    "AS $function$SELECT $1$function$\\n\nlanguage = sql\nresult = text\n");
    const MigObject *other = mig_schema_find(schema, "function app.f(text, integer)");

    assert_true(g_str_has_prefix(mig_object_get(other, "definition"),
                                 "CREATE OR REPLACE FUNCTION app.f(text, integer DEFAULT"
                                 " nextval('s'::regclass))"));
    assert_string_equal(other->depends->pdata[0], "schema app");
    assert_string_equal(other->depends->pdata[1], "sequence public.s");
    const MigObject *window = mig_schema_find(schema, "function public.win()");

    assert_non_null(strstr(mig_object_get(window, "definition"), "WINDOW"));
    assert_null(mig_object_get(window, "arguments"));
    const MigObject *procedure = mig_schema_find(schema, "procedure public.\"Do it\"(integer)");

    assert_string_equal(mig_object_get(procedure, "comment"), "does");
    assert_true(g_str_has_prefix(mig_object_get(procedure, "definition"),
                                 "CREATE OR REPLACE PROCEDURE \"Do it\"(INOUT a integer)"));
}

static void
test_atomic_body(void **state)
{
    if (pg_state_version() < 14)
        return;
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE TABLE t (a integer, b text);"
        "CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT b FROM t; END",
        NULL, FALSE, NULL);
    const MigObject *function = mig_schema_find(schema, "function public.f()");

    assert_non_null(strstr(mig_object_get(function, "definition"), "BEGIN ATOMIC"));
    assert_int_equal(function->depends->len, 2);
    assert_string_equal(function->depends->pdata[0], "column public.t.b");
    assert_string_equal(function->depends->pdata[1], "table public.t");
}

static void
test_aggregates(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE FUNCTION sf(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION sf(text, text) RETURNS text LANGUAGE sql AS 'SELECT $1';"
        "CREATE AGGREGATE total(integer) (SFUNC = sf, STYPE = integer, INITCOND = '0',"
        " MSFUNC = sf, MINVFUNC = sf, MSTYPE = integer, MINITCOND = '1', PARALLEL = safe,"
        " SORTOP = <);"
        "CREATE AGGREGATE star(*) (SFUNC = int8inc, STYPE = int8, SSPACE = 8, INITCOND = '0');"
        "CREATE AGGREGATE pc(float8 ORDER BY float8) (SFUNC = ordered_set_transition,"
        " STYPE = internal, FINALFUNC = percentile_cont_float8_final,"
        " FINALFUNC_MODIFY = read_write);"
        "COMMENT ON AGGREGATE star(*) IS 'all'",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "aggregate public.total(integer)",
                    "definition = CREATE AGGREGATE total(integer) (\\n    SFUNC = sf,\\n"
                    "    STYPE = integer,\\n    INITCOND = '0',\\n    MSFUNC = sf,\\n"
                    "    MINVFUNC = sf,\\n    MSTYPE = integer,\\n    MINITCOND = '1',\\n"
                    "    SORTOP = OPERATOR(pg_catalog.<),\\n    PARALLEL = SAFE\\n)\n"
                    "-> function public.sf(integer, integer)\n");
    pg_state_expect(schema, "aggregate public.star(*)",
                    "comment = all\ndefinition = CREATE AGGREGATE star(*) (\\n    SFUNC = int8inc,"
                    "\\n    STYPE = bigint,\\n    SSPACE = 8,\\n    INITCOND = '0'\\n)\n");
    pg_state_expect(schema, "aggregate public.pc(double precision ORDER BY double precision)",
                    "definition = CREATE AGGREGATE pc(double precision ORDER BY double precision) ("
                    "\\n    SFUNC = ordered_set_transition,\\n    STYPE = internal,\\n"
                    "    FINALFUNC = percentile_cont_float8_final\\n)\n");
}

static void
test_triggers(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA app; CREATE TABLE t (a integer PRIMARY KEY, b text);"
        "CREATE TABLE app.t (a integer REFERENCES public.t);"
        "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);"
        "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"
        "CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF b ON t FOR EACH ROW WHEN (new.a > 3)"
        " EXECUTE FUNCTION tf('x'); COMMENT ON TRIGGER tr ON t IS 'trig';"
        "ALTER TABLE t ENABLE ALWAYS TRIGGER tr;"
        "CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON app.t DEFERRABLE FOR EACH ROW"
        " EXECUTE FUNCTION tf(); CREATE TRIGGER pt AFTER INSERT ON p FOR EACH ROW"
        " EXECUTE FUNCTION tf(); ALTER TABLE p1 DISABLE TRIGGER pt;"
        "CREATE FUNCTION app.etf() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'CREATE TABLE')"
        " EXECUTE FUNCTION app.etf(); ALTER EVENT TRIGGER et ENABLE REPLICA;"
        "COMMENT ON EVENT TRIGGER et IS 'event'",
        all, FALSE, NULL);

    pg_state_expect(schema, "trigger public.t.tr",
                    "comment = trig\ndefinition = CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF b"
                    " ON t FOR EACH ROW WHEN (new.a > 3) EXECUTE FUNCTION tf('x')\n"
                    "enabled = always\n-> column public.t.a\n-> column public.t.b\n"
                    "-> function public.tf()\n");
    pg_state_expect(schema, "trigger app.t.ct",
                    "definition = CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON app.t DEFERRABLE"
                    " INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION tf()\n"
                    "-> function public.tf()\n");
    pg_state_expect(schema, "trigger public.p1.pt",
                    "definition = CREATE TRIGGER pt AFTER INSERT ON p1 FOR EACH ROW EXECUTE"
                    " FUNCTION tf()\nenabled = disabled\ninherited = yes\n"
                    "-> function public.tf()\n-> table public.p\n-> trigger public.p.pt\n");
    assert_null(mig_object_get(mig_schema_find(schema, "trigger public.p2.pt"), "enabled"));
    pg_state_expect(schema, "event trigger et",
                    "comment = event\nenabled = replica\nevent = ddl_command_end\n"
                    "function = app.etf\ntags = 'CREATE TABLE', 'DROP TABLE'\n"
                    "-> function app.etf()\n");
    assert_int_equal(mig_schema_find(schema, "table public.t")->children->len, 4);
}

static void
test_rules(void **state)
{
    g_autoptr(MigSchema) schema =
        pg_state_of("CREATE TABLE t (a integer, b text); CREATE VIEW v AS SELECT a FROM t;"
                    "CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t (b) VALUES (new.a);"
                    "CREATE RULE n AS ON DELETE TO t DO NOTHING; ALTER TABLE t DISABLE RULE n;"
                    "COMMENT ON RULE r ON v IS 'ru'",
                    NULL, FALSE, NULL);

    pg_state_expect(schema, "rule public.v.r",
                    "comment = ru\ndefinition = CREATE RULE r AS\\n    ON INSERT TO v DO INSTEAD"
                    "  INSERT INTO t (b)\\n  VALUES (new.a)\n-> column public.t.b\n"
                    "-> column public.v.a\n-> table public.t\n");
    pg_state_expect(schema, "rule public.t.n",
                    "definition = CREATE RULE n AS\\n    ON DELETE TO t DO NOTHING\n"
                    "enabled = disabled\n");
    pg_state_expect_none(schema, "rule public.v._RETURN");
}

static void
test_policies(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader;"
        "DROP ROLE IF EXISTS \"Odd Role\"; CREATE ROLE \"Odd Role\";"
        "CREATE TABLE t (a integer); CREATE TABLE u (b integer);"
        "CREATE FUNCTION ok(integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
        "CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO reader, \"Odd Role\" USING (ok(a))"
        " WITH CHECK (EXISTS (SELECT b FROM u)); CREATE POLICY q ON t;"
        "COMMENT ON POLICY q ON t IS 'queue'",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "policy public.t.p",
                    "check = (EXISTS ( SELECT u.b\\n   FROM u))\ncommand = UPDATE\n"
                    "permissive = no\nroles = \"Odd Role\", reader\nusing = ok(a)\n"
                    "-> column public.t.a\n-> column public.u.b\n"
                    "-> function public.ok(integer)\n-> table public.u\n");
    pg_state_expect(schema, "policy public.t.q", "comment = queue\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views),       cmocka_unit_test(test_functions),
        cmocka_unit_test(test_atomic_body), cmocka_unit_test(test_aggregates),
        cmocka_unit_test(test_triggers),    cmocka_unit_test(test_rules),
        cmocka_unit_test(test_policies),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
