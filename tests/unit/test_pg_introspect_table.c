/* Tables and their parts, sequences and types, read from a real server. */
#include "tests/lib/cluster.h"
#include "tests/unit/pg_state.h"

static const char *const all[] = {"true", NULL};

static void
test_columns(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SEQUENCE numbers;"
        "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5),"
        " email varchar(100) NOT NULL COLLATE \"C\", n integer DEFAULT nextval('numbers'),"
        " shout text GENERATED ALWAYS AS (upper(email)) STORED, gone integer,"
        " price numeric(10,2) DEFAULT 0.5, at timestamptz DEFAULT '2020-01-01 12:00+02');"
        "ALTER TABLE users DROP COLUMN gone, ALTER email SET STORAGE external,"
        " ALTER n SET STATISTICS 300, ALTER n SET (n_distinct = 5, n_distinct_inherited = -0.5);"
        "COMMENT ON COLUMN users.email IS 'it''s\na mail'; COMMENT ON TABLE users IS 'people'",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "table public.users", "comment = people\n");
    pg_state_expect(schema, "column public.users.id",
                    "identity = always\nidentity-options = START WITH 10 INCREMENT BY 5\n"
                    "not-null = yes\ntype = bigint\n");
    pg_state_expect(schema, "column public.users.email",
                    "collation = \"C\"\ncomment = it's\\na mail\nnot-null = yes\n"
                    "storage = external\ntype = character varying(100)\n"
                    "usual-storage = extended (rendering)\n");
    pg_state_expect(schema, "column public.users.n",
                    "default = nextval('numbers'::regclass)\n"
                    "options = n_distinct='5', n_distinct_inherited='-0.5'\nstatistics = 300\n"
                    "type = integer\n-> sequence public.numbers\n");
    pg_state_expect(schema, "column public.users.shout",
                    "generated = upper((email)::text)\ngenerated-kind = stored\ntype = text\n"
                    "-> column public.users.email\n");
    pg_state_expect(schema, "column public.users.price", "default = 0.5\ntype = numeric(10,2)\n");
    pg_state_expect(schema, "column public.users.at",
                    "default = '2020-01-01 10:00:00+00'::timestamp with time zone\n"
                    "type = timestamp with time zone\n");
    assert_int_equal(mig_schema_find(schema, "column public.users.at")->position, 6);
    assert_int_equal(mig_schema_roots(schema)->len, 2);
}

static void
test_constraints(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE FUNCTION fine(integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';"
        "CREATE TABLE a (id integer PRIMARY KEY, x integer, y integer, r int4range,"
        " CONSTRAINT key UNIQUE (x) INCLUDE (y) WITH (fillfactor=60),"
        " CONSTRAINT grown CHECK (fine(x)) NO INHERIT,"
        " CONSTRAINT apart EXCLUDE USING gist (r WITH &&) WHERE (x > 0),"
        " CONSTRAINT self FOREIGN KEY (y) REFERENCES a);"
        "CREATE TABLE b (a integer CONSTRAINT to_a REFERENCES a (x) MATCH FULL ON UPDATE CASCADE"
        " ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);"
        "ALTER TABLE b ADD CONSTRAINT late CHECK (a > 0) NOT VALID;"
        "COMMENT ON CONSTRAINT late ON b IS 'not yet'",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "constraint public.a.a_pkey",
                    "definition = PRIMARY KEY (id)\ntype = primary key\n-> column public.a.id\n");
    pg_state_expect(schema, "constraint public.a.key",
                    "definition = UNIQUE (x) INCLUDE (y)\noptions = fillfactor='60'\n"
                    "type = unique\n-> column public.a.x\n-> column public.a.y\n");
    pg_state_expect(schema, "constraint public.a.grown",
                    "definition = CHECK (fine(x)) NO INHERIT\ntype = check\n"
                    "-> column public.a.x\n-> function public.fine(integer)\n");
    pg_state_expect(schema, "constraint public.a.apart",
                    "definition = EXCLUDE USING gist (r WITH &&) WHERE ((x > 0))\n"
                    "type = exclude\n-> column public.a.r\n-> column public.a.x\n");
    pg_state_expect(schema, "constraint public.a.self",
                    "definition = FOREIGN KEY (y) REFERENCES a(id)\ntype = foreign key\n"
                    "-> column public.a.id\n-> column public.a.y\n"
                    "-> constraint public.a.a_pkey\n");
    pg_state_expect(schema, "constraint public.b.to_a",
                    "definition = FOREIGN KEY (a) REFERENCES a(x) MATCH FULL ON UPDATE CASCADE"
                    " ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED\ntype = foreign key\n"
                    "-> column public.a.x\n-> column public.b.a\n"
                    "-> constraint public.a.key\n-> table public.a\n");
    pg_state_expect(schema, "constraint public.b.late",
                    "comment = not yet\ndefinition = CHECK ((a > 0)) NOT VALID\ntype = check\n"
                    "-> column public.b.a\n");
}

static void
expect_part(const MigSchema *schema, const char *identity, const char *part, const char *value)
{
    const MigObject *object = mig_schema_find(schema, identity);

    assert_non_null(object);
    if (value)
        assert_string_equal(mig_object_get(object, part), value);
    else
        assert_null(mig_object_get(object, part));
}

/* For those who make rows. */
static void
test_parts_of_constraints(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE DOMAIN small AS numeric(3,1); CREATE TABLE a (\"x)y\" int, \"Z\" small,"
        " CONSTRAINT k PRIMARY KEY (\"Z\", \"x)y\") INCLUDE (\"Z\"), CONSTRAINT c CHECK (\"Z\" > 1));"
        "CREATE TABLE b (p numeric, q int, CONSTRAINT f FOREIGN KEY (p, q) REFERENCES a"
        " ON DELETE SET NULL, CONSTRAINT e EXCLUDE (p WITH =))",
        NULL, FALSE, NULL);

    expect_part(schema, "constraint public.a.k", "columns", "\"Z\", \"x)y\"");
    expect_part(schema, "constraint public.a.k", "ref-columns", NULL);
    expect_part(schema, "constraint public.a.c", "expression", "((\"Z\")::numeric > (1)::numeric)");
    expect_part(schema, "constraint public.b.f", "columns", "p, q");
    expect_part(schema, "constraint public.b.f", "ref-columns", "\"Z\", \"x)y\"");
    expect_part(schema, "constraint public.b.e", "columns", NULL);
    expect_part(schema, "column public.a.Z", "base-type", "numeric(3,1)");
    expect_part(schema, "column public.b.p", "base-type", NULL);
}

static void
test_indexes(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE TABLE t (a text, b integer, c integer[]);"
        "CREATE UNIQUE INDEX \"Odd \"\" USING ON x\" ON t USING btree (lower(a) text_pattern_ops"
        " DESC NULLS LAST, b) INCLUDE (c) WITH (fillfactor=50) WHERE b > 3;"
        "ALTER INDEX \"Odd \"\" USING ON x\" ALTER COLUMN 1 SET STATISTICS 400;"
        "COMMENT ON INDEX \"Odd \"\" USING ON x\" IS 'odd';"
        "CREATE INDEX g ON t USING gin (c); CREATE INDEX \"by B\" ON t (b); ALTER TABLE t CLUSTER "
        "ON \"by B\";"
        "ALTER TABLE t ALTER b SET NOT NULL; CREATE UNIQUE INDEX u ON t (b);"
        "ALTER TABLE t REPLICA IDENTITY USING INDEX u;"
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'g'::regclass",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "index public.t.\"Odd \"\" USING ON x\"",
                    "comment = odd\ndefinition = USING btree (lower(a) text_pattern_ops DESC NULLS"
                    " LAST, b) INCLUDE (c) WITH (fillfactor='50') WHERE (b > 3)\n"
                    "statistics = 1=400\nunique = yes\n-> column public.t.a\n"
                    "-> column public.t.b\n-> column public.t.c\n");
    pg_state_expect(schema, "index public.t.g",
                    "definition = USING gin (c)\ninvalid = yes\n-> column public.t.c\n");
    pg_state_expect(schema, "table public.t",
                    "clustered-on = \"by B\"\nreplica-identity = index u\n");
}

static void
test_partitions(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA app;"
        "CREATE TABLE ev (day date NOT NULL, id integer CHECK (id > 0), PRIMARY KEY (day, id))"
        " PARTITION BY RANGE (day);"
        "CREATE INDEX ix ON ev (id);"
        "CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
        "CREATE TABLE app.rest (id integer NOT NULL CHECK (id > 0), day date NOT NULL);"
        "ALTER TABLE app.rest RENAME CONSTRAINT rest_id_check TO ev_id_check;"
        "ALTER TABLE ev ATTACH PARTITION app.rest DEFAULT;"
        "CREATE INDEX later ON ONLY ev (day);"
        "CREATE TABLE refs (d date, i integer, FOREIGN KEY (d, i) REFERENCES ev);"
        "CREATE TABLE renamed (was integer, b integer) PARTITION BY LIST (was);"
        "CREATE INDEX calls ON renamed (was, b); ALTER TABLE renamed RENAME was TO now",
        all, FALSE, NULL);

    pg_state_expect(schema, "table public.ev", "partition-key = RANGE (day)\n");
    pg_state_expect(schema, "table public.ev1",
                    "partition-bound = FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')\n"
                    "partition-of = table public.ev\n-> table public.ev\n");
    pg_state_expect(schema, "table app.rest",
                    "partition-bound = DEFAULT\npartition-of = table public.ev\n"
                    "-> schema app\n-> table public.ev\n");
    pg_state_expect(schema, "column app.rest.id",
                    "inherited = yes\nnot-null = yes\ntype = integer\n");
    pg_state_expect(schema, "constraint app.rest.ev_id_check",
                    "definition = CHECK ((id > 0))\ninherited = yes\ntype = check\n"
                    "-> column app.rest.id\n");
    pg_state_expect(schema, "index app.rest.rest_id_idx",
                    "attached-to = index public.ev.ix\ndefinition = USING btree (id)\n"
                    "-> column app.rest.id\n-> index public.ev.ix\n-> table public.ev\n");
    pg_state_expect(schema, "index public.ev.later",
                    "definition = USING btree (day)\nindex-columns = day (rendering)\nonly = yes\n"
                    "-> column public.ev.day\n");
    pg_state_expect(schema, "index public.renamed.calls",
                    "definition = USING btree (now, b)\nindex-columns = was_b (rendering)\n"
                    "-> column public.renamed.b\n-> column public.renamed.now\n");
    pg_state_expect(schema, "constraint public.refs.refs_d_i_fkey",
                    "definition = FOREIGN KEY (d, i) REFERENCES ev(day, id)\ntype = foreign key\n"
                    "-> column public.ev.day\n-> column public.ev.id\n-> column public.refs.d\n"
                    "-> column public.refs.i\n-> constraint public.ev.ev_pkey\n"
                    "-> table public.ev\n");
    pg_state_expect_none(schema, "constraint public.refs.refs_d_i_fkey1");
}

static void
test_table_attributes(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE UNLOGGED TABLE p1 (a integer CHECK (a > 1), t text) WITH (fillfactor=70,"
        " toast.autovacuum_enabled=false, autovacuum_enabled=true);"
        "CREATE TABLE p2 (b text); CREATE TABLE child (c integer) INHERITS (p2, p1);"
        "CREATE TYPE pair AS (x integer, y text); CREATE TABLE typed OF pair;"
        "ALTER TABLE p2 ENABLE ROW LEVEL SECURITY, REPLICA IDENTITY FULL;"
        "ALTER TABLE child FORCE ROW LEVEL SECURITY, REPLICA IDENTITY NOTHING;"
        "CREATE TEMP TABLE gone (a integer)",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "table public.p1",
                    "options = autovacuum_enabled='true', fillfactor='70'"
                    ", toast.autovacuum_enabled='false'\npersistence = unlogged\n");
    pg_state_expect(schema, "table public.p2", "replica-identity = full\nrow-security = enabled\n");
    pg_state_expect(schema, "table public.child",
                    "inherits = table public.p2\\ntable public.p1\nreplica-identity = nothing\n"
                    "row-security = forced\n-> table public.p1\n-> table public.p2\n");
    pg_state_expect(schema, "constraint public.child.p1_a_check",
                    "definition = CHECK ((a > 1))\ninherited = yes\ntype = check\n"
                    "-> column public.child.a\n");
    pg_state_expect(schema, "column public.child.a", "inherited = yes\ntype = integer\n");
    pg_state_expect(schema, "column public.child.c", "type = integer\n");
    pg_state_expect(schema, "table public.typed",
                    "of-type = pair\n-> composite type public.pair\n");
}

static void
test_sequences(void **state)
{
    g_autoptr(MigSchema) schema =
        pg_state_of("CREATE SEQUENCE up; CREATE SEQUENCE small AS smallint;"
                    "CREATE SEQUENCE down INCREMENT -1 MINVALUE -100 START -3 CACHE 4 CYCLE;"
                    "CREATE SEQUENCE back INCREMENT BY -1;"
                    "CREATE TABLE t (id serial, b integer GENERATED BY DEFAULT AS IDENTITY"
                    " (MINVALUE 3 MAXVALUE 9 START 4 CACHE 2 CYCLE))",
                    NULL, FALSE, NULL);

    pg_state_expect(schema, "sequence public.up", "");
    pg_state_expect(schema, "sequence public.back", "increment = -1\n");
    pg_state_expect(schema, "sequence public.small", "type = smallint\n");
    pg_state_expect(schema, "sequence public.down",
                    "cache = 4\ncycle = yes\nincrement = -1\nmin = -100\nstart = -3\n");
    pg_state_expect(schema, "sequence public.t_id_seq",
                    "owned-by = column public.t.id\ntype = integer\n");
    pg_state_expect(schema, "column public.t.b",
                    "identity = by default\nidentity-options = START WITH 4 MINVALUE 3 MAXVALUE 9"
                    " CACHE 2 CYCLE\nnot-null = yes\ntype = integer\n");
    pg_state_expect_none(schema, "sequence public.t_b_seq");
}

static void
test_types(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE TYPE mood AS ENUM ('sad', 'o''k', 'ba\\ck', 'Ähm'); CREATE TYPE none AS ENUM ();"
        "CREATE DOMAIN positive AS integer DEFAULT 1 NOT NULL CONSTRAINT above CHECK (VALUE > 0);"
        "CREATE DOMAIN code AS varchar(3) COLLATE \"C\"; CREATE DOMAIN moods AS mood[];"
        "CREATE TYPE pair AS (a positive, b text COLLATE \"C\");"
        "CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);"
        "CREATE TYPE span AS RANGE (subtype = text, collation = \"C\","
        " subtype_opclass = text_pattern_ops);"
        "CREATE TABLE t (a mood[], b pair, c floatrange[]); CREATE TABLE u (d t[]);"
        "COMMENT ON TYPE mood IS 'how'; COMMENT ON COLUMN pair.b IS 'bee';"
        "COMMENT ON CONSTRAINT above ON DOMAIN positive IS 'zero'",
        NULL, FALSE, NULL);

    pg_state_expect(schema, "enum public.mood",
                    "comment = how\nlabels = 'sad', 'o''k', E'ba\\\\ck', 'Ähm'\n");
    pg_state_expect(schema, "enum public.none", "labels = \n");
    pg_state_expect(schema, "domain public.positive",
                    "default = 1\nnot-null = yes\ntype = integer\n");
    pg_state_expect(schema, "constraint public.positive.above",
                    "comment = zero\ndefinition = CHECK ((VALUE > 0))\ntype = check\n");
    pg_state_expect(schema, "domain public.code",
                    "collation = \"C\"\ntype = character varying(3)\n");
    pg_state_expect(schema, "domain public.moods", "type = mood[]\n-> enum public.mood\n");
    pg_state_expect(schema, "attribute public.pair.a",
                    "type = positive\n-> domain public.positive\n");
    pg_state_expect(schema, "attribute public.pair.b",
                    "collation = \"C\"\ncomment = bee\ntype = text\n");
    gboolean multi = pg_state_version() >= 14;

    pg_state_expect(schema, "range type public.floatrange",
                    multi ? "definition = subtype = double precision, subtype_diff = float8mi\n"
                            "multirange = floatmultirange (rendering)\n"
                          : "definition = subtype = double precision, subtype_diff = float8mi\n");
    pg_state_expect(schema, "range type public.span",
                    multi ? "definition = subtype = text, subtype_opclass = text_pattern_ops"
                            ", collation = \"C\"\nmultirange = span_multirange (rendering)\n"
                          : "definition = subtype = text, subtype_opclass = text_pattern_ops"
                            ", collation = \"C\"\n");
    pg_state_expect(schema, "column public.t.a", "type = mood[]\n-> enum public.mood\n");
    pg_state_expect(schema, "column public.t.b", "type = pair\n-> composite type public.pair\n");
    pg_state_expect(schema, "column public.t.c",
                    "type = floatrange[]\n-> range type public.floatrange\n");
    pg_state_expect(schema, "column public.u.d", "type = t[]\n-> table public.t\n");
}

static void
test_names(void **state)
{
    g_autoptr(MigSchema) schema = pg_state_of(
        "CREATE SCHEMA \"Odd \"\"One\"; CREATE SCHEMA second; CREATE SCHEMA third;"
        "CREATE TABLE t (a integer PRIMARY KEY); CREATE TABLE second.t (a integer REFERENCES t);"
        "CREATE TABLE third.t (a integer);"
        "CREATE TABLE \"Odd \"\"One\".\"Ünï \"\"Täble\" (\"Größe x\" integer, \"select\" integer);"
        "CREATE TABLE a23456789012345678901234567890123456789012345678901234567890123 (a integer);",
        (const char *const[]){"public", "sec*", "O??*", NULL}, FALSE, NULL);

    pg_state_expect(schema, "schema \"Odd \"\"One\"", "");
    pg_state_expect(schema, "schema second", "");
    pg_state_expect_none(schema, "schema public");
    pg_state_expect_none(schema, "schema third");
    pg_state_expect_none(schema, "table third.t");
    pg_state_expect(schema, "table second.t", "-> schema second\n");
    pg_state_expect(schema, "table \"Odd \"\"One\".\"Ünï \"\"Täble\"",
                    "-> schema \"Odd \"\"One\"\n");
    pg_state_expect(schema, "column \"Odd \"\"One\".\"Ünï \"\"Täble\".\"Größe x\"",
                    "type = integer\n");
    pg_state_expect(schema, "constraint second.t.t_a_fkey",
                    "definition = FOREIGN KEY (a) REFERENCES t(a)\ntype = foreign key\n"
                    "-> column public.t.a\n-> column second.t.a\n"
                    "-> constraint public.t.t_pkey\n-> table public.t\n");
    pg_state_expect(
        schema, "table public.a23456789012345678901234567890123456789012345678901234567890123", "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_constraints),
        cmocka_unit_test(test_parts_of_constraints),
        cmocka_unit_test(test_indexes),
        cmocka_unit_test(test_partitions),
        cmocka_unit_test(test_table_attributes),
        cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_names),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
