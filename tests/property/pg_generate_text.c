/* Names, types, values and expressions. */
#include <string.h>

#include "tests/property/pg_generate.h"

#define LONGEST 63

/* Exactly as long as a name can be. */
static char *
longest_name(guint id)
{
    GString *name = g_string_new(NULL);

    g_string_append_printf(name, "n%u_", id);
    while (name->len < LONGEST)
        g_string_append_c(name, 'x');
    return g_string_free(name, FALSE);
}

static char *
odd_name(guint id, GRand *rand)
{
    static const char *const names[] = {"Tab %u",  "it's %u",    "say \"%u\"", "na\303\257ve%u",
                                        "Mixed%u", "a.b%u",      "$%u",        "%u",
                                        "user-%u", "\320\226%u", "back\\%u",   "x%%%u"};

    return g_strdup_printf(gen_one_of(rand, names), id);
}

/* The same name may be in other schemas. */
static char *
taken_name(const GenSchema *schema, PgKind kind, GRand *rand)
{
    const PgObject *other = pg_any(schema, kind, 0, -1, rand);

    return other ? g_strdup(other->name) : NULL;
}

char *
pg_new_name(const GenSchema *schema, PgKind kind, guint id, GRand *rand)
{
    static const char *const keywords[] = {"select", "user", "order",   "table",  "check", "values",
                                           "group",  "end",  "default", "column", "limit"};
    int dice = g_rand_int_range(rand, 0, 100);
    char *name = NULL;

    if (dice < 15)
        return odd_name(id, rand);
    if (dice < 19)
        return longest_name(id);
    if (dice < 24 && kind != PG_COLLATION)
        return g_strdup(gen_one_of(rand, keywords));
    if (dice < 34)
        name = taken_name(schema, kind, rand);
    return name ? name : g_strdup_printf("n%u", id);
}

typedef struct {
    const char *name;
    PgFamily family;
} Type;

static const Type types[] = {
    {"integer", PG_INT},
    {"bigint", PG_INT},
    {"smallint", PG_INT},
    {"serial", PG_INT},
    {"bigserial", PG_INT},
    {"numeric", PG_NUMBER},
    {"numeric(10,2)", PG_NUMBER},
    {"numeric(6,3)", PG_NUMBER},
    {"real", PG_NUMBER},
    {"double precision", PG_NUMBER},
    {"text", PG_TEXT},
    {"text", PG_TEXT},
    {"varchar", PG_TEXT},
    {"varchar(20)", PG_TEXT},
    {"varchar(30)", PG_TEXT},
    {"char(5)", PG_TEXT},
    {"boolean", PG_BOOL},
    {"date", PG_DATE},
    {"timestamp", PG_TIME},
    {"timestamptz", PG_TIME},
    {"timestamp(3)", PG_TIME},
    {"timestamp(0) with time zone", PG_TIME},
    {"json", PG_JSON},
    {"jsonb", PG_JSON},
    {"integer[]", PG_ARRAY},
    {"bigint[]", PG_ARRAY},
    {"integer[][]", PG_ARRAY},
    {"int4range", PG_SPAN},
    {"time(0)", PG_OTHER},
    {"interval", PG_OTHER},
    {"interval(2)", PG_OTHER},
    {"interval day to second", PG_OTHER},
    {"uuid", PG_OTHER},
    {"bytea", PG_OTHER},
    {"inet", PG_OTHER},
    {"cidr", PG_OTHER},
    {"macaddr", PG_OTHER},
    {"tsrange", PG_OTHER},
    {"point", PG_OTHER},
    {"tsvector", PG_OTHER},
    {"bit(3)", PG_OTHER},
    {"bit varying(5)", PG_OTHER},
    {"money", PG_OTHER},
    {"xml", PG_OTHER},
    {"\"char\"", PG_OTHER},
    {"name", PG_OTHER},
    {"regclass", PG_OTHER},
    {"text[]", PG_OTHER},
    {"varchar(10)[]", PG_OTHER},
    {"numeric(8,3)[]", PG_OTHER},
};

/* A type of the schema's own; NULL when the dice find none. */
static char *
own_type(const GenSchema *schema, PgFamily *ret_family, GRand *rand)
{
    static const PgKind kinds[] = {PG_ENUM,   PG_ENUM,      PG_ENUM,  PG_DOMAIN,
                                   PG_DOMAIN, PG_COMPOSITE, PG_RANGE, PG_EXTENSION};
    PgKind kind = gen_one_of(rand, kinds);
    const PgObject *type = pg_any(schema, kind, 0, -1, rand);
    gboolean is_array = gen_chance(rand, 15);

    if (!type)
        return NULL;
    if (kind == PG_EXTENSION) {
        *ret_family = PG_TEXT;
        return strcmp(type->name, "citext") == 0 ? g_strdup("public.citext") : NULL;
    }
    *ret_family = kind == PG_ENUM ? PG_LABEL : kind == PG_DOMAIN ? type->family : PG_OTHER;
    if (is_array)
        *ret_family = PG_OTHER;
    return g_strdup_printf("{%u}%s", type->id, is_array ? "[]" : "");
}

char *
pg_type(const GenSchema *schema, int family, PgFamily *ret_family, GRand *rand)
{
    char *own = family < 0 && gen_chance(rand, 30) ? own_type(schema, ret_family, rand) : NULL;
    const Type *type;

    if (own)
        return own;
    do {
        type = &types[g_rand_int_range(rand, 0, G_N_ELEMENTS(types))];
    } while (family >= 0 && (int)type->family != family);
    *ret_family = type->family;
    return g_strdup(type->name);
}

char *
pg_literal(PgFamily family, GRand *rand)
{
    static const char *const texts[] = {"'a'",     "'b'",    "''",
                                        "'it''s'", "'x\\y'", "'\303\251t\303\251'"};
    static const char *const labels[] = {"'a'", "'b'", "'c'"};
    static const char *const arrays[] = {"'{}'", "'{1,2}'", "ARRAY[3]"};
    int n = g_rand_int_range(rand, 0, 100);

    switch (family) {
    case PG_INT:
        return g_strdup_printf("%d", n - 20);
    case PG_NUMBER:
        return g_strdup_printf("%d.%d", n, n % 10);
    case PG_TEXT:
        return g_strdup(gen_one_of(rand, texts));
    case PG_BOOL:
        return g_strdup(n % 2 ? "true" : "false");
    case PG_TIME:
    case PG_DATE:
        return g_strdup_printf("'20%02d-01-%02d'", n % 90 + 10, n % 28 + 1);
    case PG_JSON:
        return g_strdup_printf("'{\"a\": %d}'", n);
    case PG_ARRAY:
        return g_strdup(gen_one_of(rand, arrays));
    case PG_SPAN:
        return g_strdup_printf("'[%d,%d)'", n, n + 5);
    case PG_LABEL:
        return g_strdup(gen_one_of(rand, labels));
    default:
        return g_strdup("NULL");
    }
}

/* From a function or a sequence of the schema's own. */
static char *
own_default(const GenSchema *schema, PgFamily family, GRand *rand)
{
    const PgObject *maker =
        family == PG_TEXT || gen_chance(rand, 30)
            ? pg_any(schema, PG_FUNCTION, 0, family == PG_TEXT ? PG_FOR_TEXT : PG_FOR_INT, rand)
            : pg_any(schema, PG_SEQUENCE, 0, -1, rand);

    if (!maker)
        return NULL;
    if (maker->kind == PG_SEQUENCE)
        return g_strdup_printf("nextval('{%u}')", maker->id);
    return g_strdup_printf(family == PG_TEXT ? "{%u}()" : "{%u}(3)", maker->id);
}

char *
pg_default(const GenSchema *schema, const PgObject *column, GRand *rand)
{
    PgFamily family = column->family;
    char *own = NULL;

    if ((family == PG_INT || family == PG_TEXT) && gen_chance(rand, 40))
        own = own_default(schema, family, rand);
    if (own)
        return own;
    if (family == PG_TIME && gen_chance(rand, 50))
        return g_strdup(gen_chance(rand, 50) ? "now()" : "CURRENT_TIMESTAMP");
    if (family == PG_TEXT && gen_chance(rand, 20))
        return g_strdup("lower('ABC'::text) || CURRENT_USER");
    if (family == PG_OTHER && strstr(column->texts[1], "uuid"))
        return g_strdup("gen_random_uuid()");
    return pg_literal(family, rand);
}

static const char *
condition_text(PgFamily family, GRand *rand)
{
    static const char *const ints[] = {"%s > -30", "%s BETWEEN -20 AND 1000",
                                       "%s IN (1, 2, 3) OR %s <> 7", "%s <> ALL (ARRAY[500, 501])"};
    static const char *const texts[] = {
        "%s <> 'bad'",    "length(%s) < 25",    "%s IN ('a', 'b', '', 'c')",
        "%s ~ '^[^!]*$'", "%s NOT LIKE 'zz%%'", "CASE WHEN %s = 'a' THEN true ELSE %s <> '!' END"};
    static const char *const times[] = {"%s > '1999-12-31'", "%s IS NULL OR %s < '2200-01-01'",
                                        "extract(year FROM %s) > 1990"};

    switch (family) {
    case PG_INT:
        return gen_one_of(rand, ints);
    case PG_NUMBER:
        return "%s >= 0.5 OR %s IS NULL";
    case PG_TEXT:
        return gen_one_of(rand, texts);
    case PG_TIME:
    case PG_DATE:
        return gen_one_of(rand, times);
    case PG_BOOL:
        return gen_chance(rand, 50) ? "%s" : "%s IS NOT FALSE";
    case PG_ARRAY:
        return "cardinality(%s) < 20";
    case PG_LABEL:
        return gen_chance(rand, 50) ? "%s <> 'b'" : "%s IN ('a', 'c')";
    default:
        return "%s IS NOT NULL";
    }
}

/* A text with something in all places of "%s"; "%%" is a percent sign. */
static char *
put(const char *text, const char *value)
{
    GString *out = g_string_new(text);

    g_string_replace(out, "%s", value, 0);
    g_string_replace(out, "%%", "%", 0);
    return g_string_free(out, FALSE);
}

char *
pg_condition_of(const GenSchema *schema, const PgObject *column, GRand *rand)
{
    const PgObject *function = pg_any(schema, PG_FUNCTION, 0, PG_FOR_INT, rand);
    g_autofree char *name =
        column->kind == PG_DOMAIN ? g_strdup("VALUE") : g_strdup_printf("{%u}", column->id);

    if (column->family == PG_INT && function && gen_chance(rand, 25))
        return g_strdup_printf("{%u}(%s::integer) > -90", function->id, name);
    return put(condition_text(column->family, rand), name);
}

char *
pg_condition(const GenSchema *schema, guint table, GRand *rand)
{
    const PgObject *column = pg_any(schema, PG_COLUMN, table, -1, rand);
    const PgObject *second = pg_any(schema, PG_COLUMN, table, -1, rand);

    if (!column)
        return g_strdup("1 > 0");
    g_autofree char *one = pg_condition_of(schema, column, rand);

    if (gen_chance(rand, 70))
        return g_steal_pointer(&one);
    g_autofree char *two = pg_condition_of(schema, second, rand);

    return g_strdup_printf(gen_chance(rand, 50) ? "(%s) OR %s" : "(%s) AND NOT (%s)", one, two);
}

char *
pg_expression(const GenSchema *schema, const PgObject *column, GRand *rand)
{
    static const char *const texts[] = {"lower(%s)", "(%s || 'x'::text)", "upper((%s)::text)",
                                        "COALESCE(%s, 'none')", "(%s COLLATE \"C\")"};
    static const char *const ints[] = {"(%s + 1)", "abs(%s)", "(%s %% 7)", "(- %s)"};
    const PgObject *function = pg_any(schema, PG_FUNCTION, 0, PG_FOR_INT, rand);
    g_autofree char *name = g_strdup_printf("{%u}", column->id);

    if (column->family == PG_INT && function && gen_chance(rand, 30))
        return g_strdup_printf("{%u}(%s::integer)", function->id, name);
    if (column->family == PG_INT)
        return put(gen_one_of(rand, ints), name);
    if (column->family == PG_TEXT)
        return put(gen_one_of(rand, texts), name);
    if (column->family == PG_BOOL)
        return put("(NOT %s)", name);
    return put("(%s IS NULL)", name);
}

char *
pg_comment(GRand *rand)
{
    static const char *const comments[] = {"'plain'",       "'it''s'",          "E'two\\nlines'",
                                           "'back\\slash'", "'-- no; comment'", "'$$ \303\274'"};

    return g_strdup(gen_one_of(rand, comments));
}
