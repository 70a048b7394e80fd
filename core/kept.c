#include "core/kept.h"

#include <string.h>

#include "core/sample.h"

static const MigObject *
renamed(const MigKept *kept, const MigObject *object)
{
    for (guint i = 0; i < kept->changes->len; i++) {
        const MigChange *change = kept->changes->pdata[i];

        if (change->kind != MIG_RENAMED)
            break;
        if (change->from == object)
            return change->to;
    }
    return NULL;
}

const MigObject *
mig_kept_table(const MigKept *kept, const MigObject *table)
{
    const MigObject *other = renamed(kept, table);

    return other ? other : mig_schema_find(kept->to, table->identity);
}

GPtrArray *
mig_kept_touched(const MigKept *kept)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    const GPtrArray *roots = mig_schema_roots(kept->from);
    GPtrArray *touched = g_ptr_array_new();

    for (guint i = 0; i < kept->changes->len; i++) {
        const MigChange *change = kept->changes->pdata[i];

        /* After the renames an old object has its table's new name, if that stays. */
        g_hash_table_add(names, mig_object_root(change->to ? change->to : change->from)->identity);
    }
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *table = roots->pdata[i], *other;

        if (strcmp(table->kind, "table") != 0 || mig_object_get(table, "server"))
            continue; /* no table, or one whose rows are on another server */
        other = mig_kept_table(kept, table);
        if (g_hash_table_contains(names, other ? other->identity : table->identity))
            g_ptr_array_add(touched, (gpointer)table);
    }
    return touched;
}

/* The column's counterpart when its values must be the same there. */
static const MigObject *
same_column(const MigKept *kept, const MigObject *column, const MigObject *other_table)
{
    const MigObject *other = renamed(kept, column);

    if (strcmp(column->kind, "column") != 0)
        return NULL;
    if (!other)
        other = mig_schema_lookup(kept->to, "column", other_table, mig_object_name(column));
    if (!other || mig_object_get(column, "generated") || mig_object_get(other, "generated") ||
        g_strcmp0(mig_object_get(column, "type"), mig_object_get(other, "type")) != 0)
        return NULL;
    /* What a type means may hang on the table: ANY of a STRICT table keeps '01' as text. */
    if (g_strcmp0(mig_object_get(column->parent, "options"),
                  mig_object_get(other->parent, "options")) != 0)
        return NULL;
    return other;
}

/* The old table's columns that must be kept. New array of const MigObject*. */
static GPtrArray *
kept_columns(const MigKept *kept, const MigObject *table)
{
    const MigObject *other = mig_kept_table(kept, table);
    GPtrArray *columns = g_ptr_array_new();

    for (guint i = 0; other && i < table->children->len; i++) {
        if (same_column(kept, table->children->pdata[i], other))
            g_ptr_array_add(columns, table->children->pdata[i]);
    }
    return columns;
}

static char *
query_text(const MigKept *kept, const MigDialect *dialect, const MigObject *table, gboolean after)
{
    const MigObject *other = mig_kept_table(kept, table);
    g_autoptr(GPtrArray) columns = kept_columns(kept, table);
    g_autofree char *name = mig_sample_table_name(dialect, after ? other : table);
    const char *only = dialect->only;
    GString *sql = g_string_new("SELECT ");

    for (guint i = 0; i < columns->len; i++) {
        const MigObject *column = columns->pdata[i];
        const MigObject *shown = after ? same_column(kept, column, other) : column;
        g_autofree char *quoted = dialect->quote_name(mig_object_name(shown));

        g_string_append_printf(sql, "%s%s", i ? ", " : "", quoted);
    }
    g_string_append_printf(sql, "%s FROM %s%s%s", columns->len ? "" : "1", only ? only : "",
                           only ? " " : "", name);
    return g_string_free(sql, FALSE);
}

typedef struct {
    const MigDialect *dialect;
    GPtrArray *rows; /* of GStrv: literals */
} Reading;

static gboolean
take_row(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    Reading *reading = user_data;
    char **row = g_new0(char *, n_columns + 1);

    for (guint i = 0; i < n_columns; i++)
        row[i] = values[i] ? reading->dialect->quote_literal(values[i]) : g_strdup("NULL");
    g_ptr_array_add(reading->rows, row);
    return TRUE;
}

GPtrArray *
mig_kept_read(const MigKept *kept, MigConnection *scratch, const GPtrArray *tables, gboolean after,
              GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < tables->len; i++) {
        Reading reading = {scratch->dialect,
                           g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev)};

        g_ptr_array_add(all, reading.rows);
        if (!mig_kept_table(kept, tables->pdata[i]))
            continue;
        g_autofree char *sql = query_text(kept, scratch->dialect, tables->pdata[i], after);
        MigSql *query = mig_sql_new(-1, sql, NULL);
        gboolean done = scratch->dialect->query(scratch, query, take_row, &reading, error);

        mig_sql_free(query);
        if (!done)
            return NULL;
    }
    return g_steal_pointer(&all);
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The values of one column, or (column < 0) the rows whole, sorted. */
static GPtrArray *
sorted_values(const GPtrArray *rows, int column)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < rows->len; i++) {
        char **row = rows->pdata[i];

        g_ptr_array_add(values, column < 0 ? g_strjoinv(", ", row) : g_strdup(row[column]));
    }
    g_ptr_array_sort(values, compare_text);
    return values;
}

/* The first value that is there before more often than after, or NULL. Both lists have the same
 * length. New string. */
static char *
first_lost(const GPtrArray *before, const GPtrArray *after, int column)
{
    g_autoptr(GPtrArray) old = sorted_values(before, column), new = sorted_values(after, column);

    for (guint i = 0, j = 0; i < old->len; i++) {
        while (j < new->len && strcmp(new->pdata[j], old->pdata[i]) < 0)
            j++;
        if (j == new->len || strcmp(new->pdata[j], old->pdata[i]) != 0)
            return g_strdup(old->pdata[i]);
        j++;
    }
    return NULL;
}

/* One line, or NULL. */
static char *
lost_of_table(const MigKept *kept, const MigObject *table, const GPtrArray *before,
              const GPtrArray *after)
{
    g_autoptr(GPtrArray) columns = kept_columns(kept, table);

    if (before->len != after->len)
        return g_strdup_printf("%s: %u rows before, %u after", table->title, before->len,
                               after->len);
    for (guint i = 0; i < columns->len; i++) {
        g_autofree char *value = first_lost(before, after, (int)i);

        if (value)
            return g_strdup_printf("%s: the value %s is gone",
                                   ((const MigObject *)columns->pdata[i])->title, value);
    }
    g_autofree char *row = columns->len > 0 ? first_lost(before, after, -1) : NULL;

    return row ? g_strdup_printf("%s: the row (%s) is gone", table->title, row) : NULL;
}

char *
mig_kept_lost(const MigKept *kept, const GPtrArray *tables, const GPtrArray *before,
              const GPtrArray *after)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    for (guint i = 0; i < tables->len; i++) {
        g_autofree char *line =
            lost_of_table(kept, tables->pdata[i], before->pdata[i], after->pdata[i]);

        if (line)
            g_string_append_printf(lines, "%s%s", lines->len ? "\n" : "", line);
    }
    return lines->len ? g_string_free(g_steal_pointer(&lines), FALSE) : NULL;
}
