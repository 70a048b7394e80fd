/* What bears another name in a descendant. */
#include "tests/property/generate.h"

static void
add_rename(GPtrArray *renames, const char *old_table, const char *new_table, const char *old_name,
           const char *new_name)
{
    const char *const names[] = {old_table, old_name, new_table, new_name};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i] && !*names[i])
            return; /* --rename has no way to write an empty name */
    }
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_auto(GStrv) parts = g_strsplit(names[i] ? names[i] : "", "\"", -1);
        g_autofree char *doubled = g_strjoinv("\"\"", parts);

        if (names[i])
            g_string_append_printf(text, "%s\"%s\"", i == 2 ? "=" : i % 2 ? "." : "", doubled);
    }
    g_ptr_array_add(renames, g_string_free(text, FALSE));
}

static const GenTable *
same_table(const GenSchema *schema, const GenTable *table)
{
    for (guint i = 0; i < schema->tables->len; i++) {
        if (((GenTable *)schema->tables->pdata[i])->id == table->id)
            return schema->tables->pdata[i];
    }
    return NULL;
}

static const GenColumn *
same_column(const GenTable *table, const GenColumn *column)
{
    for (guint i = 0; i < table->columns->len; i++) {
        if (((GenColumn *)table->columns->pdata[i])->id == column->id)
            return table->columns->pdata[i];
    }
    return NULL;
}

GPtrArray *
gen_schema_renames(const GenSchema *from, const GenSchema *to)
{
    GPtrArray *renames = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < from->tables->len; i++) {
        const GenTable *old = from->tables->pdata[i], *new = same_table(to, old);

        if (new &&g_ascii_strcasecmp(old->name, new->name) != 0)
            add_rename(renames, old->name, new->name, NULL, NULL);
        for (guint j = 0; new &&j < old->columns->len; j++) {
            const GenColumn *a = old->columns->pdata[j], *b = same_column(new, a);

            if (b && g_ascii_strcasecmp(a->name, b->name) != 0)
                add_rename(renames, old->name, new->name, a->name, b->name);
        }
    }
    return renames;
}
