#include "core/dialect.h"

#include <stdarg.h>

MigSql *
mig_sql_new(int expected_rows, const char *sql, ...)
{
    MigSql *new_sql = g_new0(MigSql, 1);
    va_list args;

    new_sql->sql = g_strdup(sql);
    new_sql->params = g_ptr_array_new_with_free_func(g_free);
    new_sql->expected_rows = expected_rows;
    va_start(args, sql);
    for (const char *param = va_arg(args, const char *); param; param = va_arg(args, const char *))
        g_ptr_array_add(new_sql->params, g_strdup(param));
    va_end(args);
    return new_sql;
}

void
mig_sql_free(MigSql *sql)
{
    if (!sql)
        return;
    g_free(sql->sql);
    g_ptr_array_unref(sql->params);
    g_free(sql);
}

/* Length of a quoted name or literal at text, doubled quotes included. */
static gsize
quoted_length(const char *text)
{
    const char *end = text + 1;

    while (*end && (*end != *text || end[1] == *text))
        end += *end == *text ? 2 : 1;
    return (gsize)(end - text) + (*end ? 1 : 0);
}

static void
append_param(GString *out, const MigDialect *dialect, const MigSql *sql, guint64 number)
{
    const char *value =
        number >= 1 && number <= sql->params->len ? sql->params->pdata[number - 1] : NULL;
    g_autofree char *literal = value ? dialect->quote_literal(value) : NULL;

    g_string_append(out, literal ? literal : "NULL");
}

char *
mig_sql_text(const MigDialect *dialect, const MigSql *sql)
{
    GString *out = g_string_new(NULL);

    for (const char *at = sql->sql; *at;) {
        char *end = (char *)at + 1;

        if (*at == '\'' || *at == '"')
            end = (char *)at + quoted_length(at);
        if (*at == '?' && g_ascii_isdigit(at[1]))
            append_param(out, dialect, sql, g_ascii_strtoull(at + 1, &end, 10));
        else
            g_string_append_len(out, at, end - at);
        at = end;
    }
    return g_string_free(out, FALSE);
}

char *
mig_rows_join(const GPtrArray *rows)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)rows->pdata[i]);
    return g_string_free(text, FALSE);
}
