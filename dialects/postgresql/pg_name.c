#include "dialects/postgresql/pg_model.h"

#include <stdlib.h>
#include <string.h>

/* Keywords that are no plain names, of all supported versions together: a name that only a newer
 * server reserves is quoted for an older one too, so that a script runs on both. Sorted. */
static const char *const keywords[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
};

static int
compare_keyword(const void *name, const void *keyword)
{
    return strcmp(name, *(const char *const *)keyword);
}

char *
mig_pg_name(const char *name)
{
    gsize length = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");

    if (length == 0 || name[length] || g_ascii_isdigit(name[0]) ||
        bsearch(name, keywords, G_N_ELEMENTS(keywords), sizeof *keywords, compare_keyword))
        return mig_pg_quote_name(name);
    return g_strdup(name);
}

static char *
quote(const char *prefix, const char *text, const char *doubled)
{
    GString *quoted = g_string_new(prefix);

    g_string_append_c(quoted, *doubled);
    for (; *text; text++) {
        if (strchr(doubled, *text))
            g_string_append_c(quoted, *text);
        g_string_append_c(quoted, *text);
    }
    g_string_append_c(quoted, *doubled);
    return g_string_free(quoted, FALSE);
}

char *
mig_pg_quote_name(const char *name)
{
    return quote("", name, "\"");
}

char *
mig_pg_quote_literal(const char *text)
{
    return strchr(text, '\\') ? quote("E", text, "'\\") : quote("", text, "'");
}

char *
mig_pg_qualified(const MigSchema *schema, const MigObject *object)
{
    object = mig_object_root(object);
    const char *namespace = mig_object_namespace(object);
    g_autofree char *name = mig_pg_name(mig_object_name(object));

    if (!namespace || g_strcmp0(namespace, mig_schema_default_namespace(schema)) == 0)
        return g_steal_pointer(&name);
    g_autofree char *prefix = mig_pg_name(namespace);

    return g_strdup_printf("%s.%s", prefix, name);
}
