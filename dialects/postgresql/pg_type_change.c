/* Which changes of a column's type leave its rows as they are. */
#include <stdio.h>
#include <string.h>

#include "dialects/postgresql/pg_facts.h"

/* A type as "varchar(20)": its name by the word that format_type() uses, and up to two numbers. */
typedef struct {
    char *name;
    int numbers[2]; /* -1: none */
} Type;

static void
type_clear(Type *type)
{
    g_free(type->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Type, type_clear)

static const char *
usual_name(const char *name)
{
    static const char *const names[][2] = {
        {"varchar", "character varying"},
        {"char", "character"},
        {"bpchar", "character"},
        {"int", "integer"},
        {"int4", "integer"},
        {"int8", "bigint"},
        {"int2", "smallint"},
        {"decimal", "numeric"},
        {"bool", "boolean"},
        {"float4", "real"},
        {"float8", "double precision"},
        {"float", "double precision"},
        {"timestamp", "timestamp without time zone"},
        {"timestamptz", "timestamp with time zone"},
        {"time", "time without time zone"},
        {"timetz", "time with time zone"},
        {"varbit", "bit varying"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i][0]) == 0)
            return names[i][1];
    }
    return name;
}

/* "character varying(20)", "timestamp (3) without time zone", "pg_catalog . int4". */
static void
type_read(const char *text, Type *ret)
{
    g_autoptr(GString) name = g_string_new(NULL);
    const char *open = strchr(text, '('), *close = open ? strchr(open, ')') : NULL;
    g_autofree char *words =
        close ? g_strdup_printf("%.*s %s", (int)(open - text), text, close + 1) : g_strdup(text);
    g_autofree char *lower = g_ascii_strdown(words, -1);
    g_auto(GStrv) parts = g_strsplit(lower, " ", -1);

    ret->numbers[0] = ret->numbers[1] = -1;
    if (close)
        sscanf(open + 1, "%d , %d", &ret->numbers[0], &ret->numbers[1]);
    for (char **part = parts; *part; part++) {
        if (**part && name->len > 0)
            g_string_append_c(name, ' ');
        g_string_append(name, *part);
    }
    const char *bare = g_str_has_prefix(name->str, "pg_catalog . ") ? name->str + 13 : name->str;

    ret->name = g_strdup(usual_name(bare));
}

/* Whether values that fitted the first limit fit the second; -1: no limit. */
static gboolean
widens(int from, int to)
{
    return to < 0 || (from >= 0 && from <= to);
}

static gboolean
is_wider(const Type *from, const Type *to)
{
    static const char *const measured[] = {"character varying",
                                           "bit varying",
                                           "timestamp without time zone",
                                           "timestamp with time zone",
                                           "time without time zone",
                                           "time with time zone",
                                           NULL};

    if (strcmp(from->name, "numeric") == 0)
        return to->numbers[0] < 0 || (from->numbers[0] >= 0 && from->numbers[0] <= to->numbers[0] &&
                                      MAX(from->numbers[1], 0) == MAX(to->numbers[1], 0));
    return g_strv_contains(measured, from->name) && widens(from->numbers[0], to->numbers[0]);
}

static gboolean
is_text(const Type *type)
{
    return strcmp(type->name, "text") == 0 ||
           (strcmp(type->name, "character varying") == 0 && type->numbers[0] < 0);
}

static gboolean
is_pair(const Type *from, const Type *to, const char *a, const char *b)
{
    return strcmp(from->name, a) == 0 && strcmp(to->name, b) == 0;
}

/* Types of which all changes but the compatible ones are known to write the rows anew. */
static gboolean
is_known(const Type *type)
{
    static const char *const names[] = {"bigint",
                                        "bit",
                                        "bit varying",
                                        "boolean",
                                        "bytea",
                                        "character",
                                        "character varying",
                                        "cidr",
                                        "date",
                                        "double precision",
                                        "inet",
                                        "integer",
                                        "interval",
                                        "json",
                                        "jsonb",
                                        "numeric",
                                        "real",
                                        "smallint",
                                        "text",
                                        "time with time zone",
                                        "time without time zone",
                                        "timestamp with time zone",
                                        "timestamp without time zone",
                                        "uuid",
                                        NULL};

    return g_strv_contains(names, type->name);
}

MigWork
mig_pg_type_change_work(const char *from_text, const char *to_text, const char **ret_note)
{
    g_auto(Type) from = {.name = NULL};
    g_auto(Type) to = {.name = NULL};

    *ret_note = NULL;
    type_read(from_text, &from);
    type_read(to_text, &to);
    if (strcmp(from.name, to.name) == 0 && from.numbers[0] == to.numbers[0] &&
        from.numbers[1] == to.numbers[1])
        return MIG_WORK_NONE;
    if (strcmp(from.name, to.name) == 0 && is_wider(&from, &to))
        return MIG_WORK_NONE;
    if ((is_text(&to) && (is_text(&from) || strcmp(from.name, "character varying") == 0)) ||
        is_pair(&from, &to, "cidr", "inet"))
        return MIG_WORK_NONE;
    if (is_pair(&from, &to, "timestamp without time zone", "timestamp with time zone") ||
        is_pair(&from, &to, "timestamp with time zone", "timestamp without time zone")) {
        *ret_note = "nothing is written if TimeZone is UTC";
        return MIG_WORK_UNKNOWN;
    }
    if (is_known(&from) && is_known(&to))
        return MIG_WORK_REWRITE;
    *ret_note = "all is written anew unless the types are binary compatible";
    return MIG_WORK_UNKNOWN;
}
