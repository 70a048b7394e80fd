/* What is known of types when a column changes from one to another. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

char *
mig_pg_base_type(const char *type)
{
    const char *open = strchr(type, '('), *close = open ? strchr(open, ')') : NULL;

    if (!close)
        return g_strdup(type);
    return g_strdup_printf("%.*s%s", (int)(open - type), type, close + 1);
}

/* Groups within which an assignment cast leads from each to each. */
static const char *const groups[][8] = {
    {"smallint", "integer", "bigint", "numeric", "real", "double precision", NULL},
    {"text", "character varying", "character", "name", "\"char\"", NULL},
    {"timestamp without time zone", "timestamp with time zone", "date", NULL},
    {"time without time zone", "time with time zone", NULL},
    {"json", "jsonb", NULL},
    {"inet", "cidr", NULL},
    {"bit", "bit varying", NULL},
};

/* Types of this list cast to the one behind, and others are cast from. */
static const struct {
    const char *from, *to;
} casts[] = {
    {"timestamp without time zone", "time without time zone"},
    {"timestamp with time zone", "time without time zone"},
    {"timestamp with time zone", "time with time zone"},
    {"time without time zone", "interval"},
    {"interval", "time without time zone"},
    {"integer", "money"},
    {"bigint", "money"},
    {"numeric", "money"},
    {"money", "numeric"},
    {"integer", "oid"},
    {"bigint", "oid"},
    {"oid", "integer"},
    {"oid", "bigint"},
};

static gboolean
is_string(const char *type)
{
    return g_strv_contains(groups[1], type);
}

static gboolean
has_assignment_cast(const char *from, const char *to)
{
    if (strcmp(from, to) == 0)
        return TRUE;
    if (strcmp(to, "\"char\"") == 0)
        return is_string(from) && strcmp(from, "name") != 0;
    if (is_string(to))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (g_strv_contains(groups[i], from) && g_strv_contains(groups[i], to))
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(casts); i++) {
        if (strcmp(casts[i].from, from) == 0 && strcmp(casts[i].to, to) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Whether an explicit cast is known where no assignment cast is. */
static gboolean
has_explicit_cast(const char *from, const char *to)
{
    static const char *const json_values[] = {"boolean", "smallint", "integer",          "bigint",
                                              "numeric", "real",     "double precision", NULL};

    if (strcmp(to, "\"char\"") == 0)
        return FALSE;
    return is_string(from) || (strcmp(from, "integer") == 0 && strcmp(to, "boolean") == 0) ||
           (strcmp(from, "boolean") == 0 && strcmp(to, "integer") == 0) ||
           (strcmp(from, "jsonb") == 0 && g_strv_contains(json_values, to));
}

/* The element type of an array; else the type itself. New string. */
static char *
element_of(const char *type, gboolean *ret_array)
{
    char *element = g_strdup(type);

    *ret_array = g_str_has_suffix(type, "[]");
    while (g_str_has_suffix(element, "[]"))
        element[strlen(element) - 2] = '\0';
    return element;
}

char *
mig_pg_using(const char *column, const char *from, const char *to)
{
    g_autofree char *old = mig_pg_base_type(from), *new = mig_pg_base_type(to);
    gboolean old_array, new_array;
    g_autofree char *old_element = element_of(old, &old_array);
    g_autofree char *new_element = element_of(new, &new_array);

    if (old_array != new_array)
        return g_strdup_printf(" USING %s::text::%s", column, to);
    if (has_assignment_cast(old_element, new_element))
        return g_strdup("");
    if (has_explicit_cast(old_element, new_element) && strcmp(old_element, "\"char\"") != 0)
        return g_strdup_printf(" USING %s::%s", column, to);
    return g_strdup_printf(" USING %s::text%s::%s", column, old_array ? "[]" : "", to);
}

/* What stands in a type's parentheses as numbers; 0 where there are none. */
static void
modifiers_of(const char *type, int numbers[2])
{
    const char *open = strchr(type, '(');
    char *end = NULL;

    numbers[0] = open ? (int)g_ascii_strtoll(open + 1, &end, 10) : 0;
    numbers[1] = end && *end == ',' ? (int)g_ascii_strtoll(end + 1, NULL, 10) : 0;
}

gboolean
mig_pg_is_binary_change(const char *from, const char *to)
{
    g_autofree char *old = mig_pg_base_type(from), *new = mig_pg_base_type(to);
    int before[2], after[2];

    modifiers_of(from, before);
    modifiers_of(to, after);
    if (strcmp(new, "text") == 0 && strcmp(old, "character varying") == 0)
        return TRUE;
    if (strcmp(old, "text") == 0 && strcmp(to, "character varying") == 0)
        return TRUE;
    if (strcmp(old, "cidr") == 0 && strcmp(new, "inet") == 0)
        return TRUE;
    if (strcmp(old, new) != 0)
        return FALSE;
    if (strcmp(old, "character varying") == 0 || strcmp(old, "bit varying") == 0 ||
        g_str_has_prefix(old, "time"))
        return after[0] == 0 || (before[0] != 0 && after[0] >= before[0]);
    return strcmp(old, "numeric") == 0 &&
           (after[0] == 0 || (before[0] != 0 && after[0] >= before[0] && after[1] == before[1]));
}
