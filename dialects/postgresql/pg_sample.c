/* Literals for sample rows. {n} is the row's number from 1, {a} its letter. */
#include <stdio.h>
#include <string.h>

#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_sample.h"

static const char *const texts[] = {"sample {n}",
                                    "{a}",
                                    "{a}xyz1",
                                    "SAMPLE{n}",
                                    "sample{n}@example.org",
                                    "https://example.org/{n}",
                                    "2024-01-0{n}",
                                    "2024-01-0{n}T12:30:00Z",
                                    "12:30:0{n}",
                                    "{\"sample\":{n}}",
                                    "0{n}",
                                    "00000000-0000-4000-8000-00000000000{n}",
                                    "#00000{n}",
                                    "",
                                    NULL};
static const char *const integers[] = {"{n}", "-{n}", "{n}00", "{n}000", "202{n}", "0", NULL};
static const char *const decimals[] = {"{n}.25", "{n}", "0.{n}", "0.0{n}", "-{n}.25", "{n}00", NULL};
static const char *const truths[] = {"true", "false", NULL};
static const char *const dates[] = {"2024-01-0{n}", "1999-12-0{n}", "2999-01-0{n}", NULL};
static const char *const times[] = {"12:30:0{n}", "00:00:0{n}", NULL};
static const char *const moments[] = {"2024-01-0{n} 12:30:00+00", "1999-12-0{n} 00:00:00+00",
                                      "2999-01-0{n} 00:00:00+00", NULL};
static const char *const spans[] = {"{n} days", "{n} months", "0{n}:30:00", NULL};
static const char *const uuids[] = {"00000000-0000-4000-8000-00000000000{n}", NULL};
static const char *const documents[] = {"{\"sample\": {n}}", "[{n}]", "\"sample {n}\"", NULL};
static const char *const bytes[] = {"\\x0{n}ff", "\\x0{n}", "\\x", NULL};
static const char *const addresses[] = {"192.0.2.{n}", NULL};
static const char *const networks[] = {"192.0.{n}.0/24", NULL};
static const char *const cards[] = {"08:00:2b:01:02:0{n}", NULL};
static const char *const points[] = {"({n},{n})", NULL};
static const char *const number_ranges[] = {"[{n}0,{n}5)", NULL};
static const char *const date_ranges[] = {"[2024-0{n}-01,2024-0{n}-05)", NULL};
static const char *const words[] = {"sample {n}", NULL};
static const char *const bits[] = {"1", "0", NULL};
static const char *const markup[] = {"<sample>{n}</sample>", NULL};

/* By the type's name without modifiers. */
static const struct {
    const char *type;
    const char *const *patterns;
} patterns_of[] = {
    {"text", texts},
    {"character varying", texts},
    {"character", texts},
    {"citext", texts},
    {"name", texts},
    {"\"char\"", texts},
    {"smallint", integers},
    {"integer", integers},
    {"bigint", integers},
    {"oid", integers},
    {"numeric", decimals},
    {"real", decimals},
    {"double precision", decimals},
    {"money", decimals},
    {"boolean", truths},
    {"date", dates},
    {"time without time zone", times},
    {"time with time zone", times},
    {"timestamp without time zone", moments},
    {"timestamp with time zone", moments},
    {"interval", spans},
    {"uuid", uuids},
    {"json", documents},
    {"jsonb", documents},
    {"bytea", bytes},
    {"inet", addresses},
    {"cidr", networks},
    {"macaddr", cards},
    {"point", points},
    {"int4range", number_ranges},
    {"int8range", number_ranges},
    {"numrange", number_ranges},
    {"daterange", date_ranges},
    {"tsrange", date_ranges},
    {"tstzrange", date_ranges},
    {"tsvector", words},
    {"bit", bits},
    {"bit varying", bits},
    {"xml", markup},
};

/* "timestamp(3) with time zone" without its modifier, which is returned in *ret_modifier (0: none).
 * New string. */
static char *
plain_type(const char *type, guint *ret_modifier)
{
    const char *open = *type == '"' ? NULL : strchr(type, '(');
    const char *close = open ? strchr(open, ')') : NULL;

    *ret_modifier = 0;
    if (!close)
        return g_str_has_prefix(type, "interval ") ? g_strdup("interval") : g_strdup(type);
    *ret_modifier = (guint)g_ascii_strtoull(open + 1, NULL, 10);
    if (g_str_has_prefix(type, "interval"))
        return g_strdup("interval");
    return g_strdup_printf("%.*s%s", (int)(open - type), type, close + 1);
}

static const char *const *
find_patterns(const char *type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(patterns_of); i++) {
        if (strcmp(patterns_of[i].type, type) == 0)
            return patterns_of[i].patterns;
    }
    return NULL;
}

/* One of the labels, if the type is an enum. */
static char *
label(const char *type, guint row, guint variant)
{
    return variant > 0 ? NULL
                       : g_strdup_printf("(pg_catalog.enum_range(NULL::%s))[1 + %u %% "
                                         "pg_catalog.cardinality(pg_catalog.enum_range(NULL::%s))]",
                                         type, row, type);
}

static char *
fill_in(const char *pattern, guint row, guint limit)
{
    GString *value = g_string_new(pattern);
    g_autofree char *number = g_strdup_printf("%u", row + 1);
    g_autofree char *letter = g_strdup_printf("%c", 'a' + (char)(row % 26));

    g_string_replace(value, "{n}", number, 0);
    g_string_replace(value, "{a}", letter, 0);
    /* What is too long keeps its end, where the number is. */
    if (limit > 0 && value->len > limit)
        g_string_erase(value, 0, (gssize)(value->len - limit));
    return g_string_free(value, FALSE);
}

/* numeric(2,2) has no place in front of the point. */
static gboolean
has_no_whole_part(const char *type)
{
    int precision = 0, scale = 0;

    return sscanf(type, "numeric(%d,%d)", &precision, &scale) == 2 && precision <= scale;
}

char *
mig_pg_sample_value(const char *type, guint row, guint variant)
{
    gsize length = type ? strlen(type) : 0;

    if (length == 0)
        return NULL;
    if (g_str_has_suffix(type, "[]")) {
        g_autofree char *element = g_strndup(type, length - 2);
        g_autofree char *value = mig_pg_sample_value(element, row, variant);

        return value ? g_strdup_printf("ARRAY[%s]::%s", value, type) : NULL;
    }
    guint modifier;
    g_autofree char *plain = plain_type(type, &modifier);
    const char *const *patterns = find_patterns(plain);

    if (!patterns)
        return label(type, row, variant);
    if (has_no_whole_part(type))
        variant += 2;
    for (guint i = 0; i <= variant; i++) {
        if (!patterns[i])
            return NULL;
    }
    gboolean limited = patterns == texts || patterns == bits;
    g_autofree char *value = fill_in(patterns[variant], row, limited ? modifier : 0);
    g_autofree char *quoted = mig_pg_quote_literal(value);

    return g_strdup_printf("%s::%s", quoted, type);
}
