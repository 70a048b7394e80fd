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

char *
mig_rows_join(const GPtrArray *rows)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)rows->pdata[i]);
    return g_string_free(text, FALSE);
}
