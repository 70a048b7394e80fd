#include "core/kept.h"

#include <string.h>

#include "core/sample.h"

/* How far types are followed that are made of each other. */
#define MAX_DEPTH 8

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

static char *
without_quotes(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "\"", -1);

    return g_strjoinv("", parts);
}

/* Whether a type's text names an object as a whole word, however that is quoted there. */
static gboolean
names(const char *text, const MigObject *object)
{
    g_autofree char *bare = without_quotes(text), *name = without_quotes(mig_object_name(object));
    gsize length = strlen(name);

    for (const char *c = strstr(bare, name); c && length > 0; c = strstr(c + 1, name)) {
        if ((c == bare || !g_ascii_isalnum(c[-1])) && !g_ascii_isalnum(c[length]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_part_of_value(const MigObject *object)
{
    return strcmp(object->kind, "attribute") == 0 || strcmp(object->kind, "column") == 0;
}

static gboolean is_made_alike(const MigKept *kept, const MigObject *from, const MigObject *to,
                              int depth);

static gboolean
has_parts_of(const MigKept *kept, const MigObject *from, const MigObject *to, int depth)
{
    guint n = 0;

    for (guint i = 0; i < to->children->len; i++)
        n += is_part_of_value(to->children->pdata[i]);
    for (guint i = 0; i < from->children->len; i++) {
        const MigObject *part = from->children->pdata[i], *other;

        if (!is_part_of_value(part))
            continue;
        other = mig_schema_lookup(kept->to, part->kind, to, mig_object_name(part));
        if (n-- == 0 || !other || !is_made_alike(kept, part, other, depth))
            return FALSE;
    }
    return n == 0;
}

/* Whether a column, or a type, is in both states of the same type, which is made of the same: the
 * values of a domain over another type, or of a composite type with another part, are not the same.
 */
static gboolean
is_made_alike(const MigKept *kept, const MigObject *from, const MigObject *to, int depth)
{
    static const char *const said_in[] = {"type", "definition"};

    for (gsize i = 0; i < G_N_ELEMENTS(said_in); i++) {
        const char *text = mig_object_get(from, said_in[i]);

        if (g_strcmp0(text, mig_object_get(to, said_in[i])) != 0)
            return FALSE;
        for (guint j = 0; text && depth < MAX_DEPTH && j < from->depends->len; j++) {
            const MigObject *type = mig_schema_find(kept->from, from->depends->pdata[j]), *other;

            if (!type || !names(text, type))
                continue;
            other = mig_schema_find(kept->to, type->identity);
            if (!other || !is_made_alike(kept, type, other, depth + 1))
                return FALSE;
        }
    }
    return has_parts_of(kept, from, to, depth + 1);
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
        !is_made_alike(kept, column, other, 0))
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
