/* Copying schemas, taking them apart for shrinking, rows, and what bears another name. */
#include <string.h>

#include "tests/property/pg_generate.h"

void
pg_object_free(gpointer data)
{
    PgObject *object = data;

    g_free(object->name);
    for (int i = 0; i < PG_N_TEXTS; i++)
        g_free(object->texts[i]);
    g_free(object);
}

void
gen_schema_clear(GenSchema *schema)
{
    for (guint i = 0; i < schema->objects->len; i++)
        pg_object_free(schema->objects->pdata[i]);
    g_ptr_array_set_size(schema->objects, 0);
}

void
gen_schema_free(GenSchema *schema)
{
    gen_schema_clear(schema);
    g_ptr_array_unref(schema->objects);
    g_free(schema);
}

static gpointer
copy_object(gconstpointer data, gpointer unused)
{
    PgObject *copy = g_memdup2(data, sizeof *copy);

    copy->name = g_strdup(copy->name);
    for (int i = 0; i < PG_N_TEXTS; i++)
        copy->texts[i] = g_strdup(copy->texts[i]);
    return copy;
}

GenSchema *
gen_schema_copy(const GenSchema *schema)
{
    GenSchema *copy = g_memdup2(schema, sizeof *schema);

    copy->objects = g_ptr_array_copy(schema->objects, copy_object, NULL);
    return copy;
}

/* ---- shrinking: "object 7", "text 3 of 7", "name of 7", "space of 7" ---- */

static gboolean
is_plain(const PgObject *object)
{
    g_autofree char *plain = g_strdup_printf("n%u", object->id);

    return strcmp(object->name, plain) == 0 || object->kind == PG_EXTENSION;
}

GPtrArray *
gen_schema_parts(const GenSchema *schema)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < schema->objects->len; i++) {
        const PgObject *object = schema->objects->pdata[i];

        g_ptr_array_add(keys, g_strdup_printf("object %u", object->id));
    }
    for (guint i = 0; i < schema->objects->len; i++) {
        const PgObject *object = schema->objects->pdata[i];

        for (int text = 1; text < PG_N_TEXTS; text++) {
            if (object->texts[text])
                g_ptr_array_add(keys, g_strdup_printf("text %u of %d", object->id, text));
        }
        if (!is_plain(object))
            g_ptr_array_add(keys, g_strdup_printf("name %u", object->id));
        if (object->space)
            g_ptr_array_add(keys, g_strdup_printf("space %u", object->id));
    }
    return keys;
}

static gboolean
drop_text(PgObject *object, int text)
{
    if (!object->texts[text])
        return FALSE;
    pg_set(object, text, NULL);
    return TRUE;
}

gboolean
gen_schema_drop_part(GenSchema *schema, const char *key)
{
    const char *number = strchr(key, ' ') + 1, *text = strstr(key, " of ");
    PgObject *object = pg_find(schema, (guint)g_ascii_strtoull(number, NULL, 10));

    if (!object)
        return FALSE;
    if (text)
        return drop_text(object, atoi(text + 4));
    if (g_str_has_prefix(key, "object")) {
        g_ptr_array_remove(schema->objects, object);
        pg_object_free(object);
        return TRUE;
    }
    if (g_str_has_prefix(key, "name")) {
        g_free(object->name);
        object->name = g_strdup_printf("n%u", object->id);
        return TRUE;
    }
    gboolean moved = object->space != 0;

    object->space = 0;
    return moved;
}

/* ---- rows ---- */

static char *
random_row(const GenSchema *schema, const PgObject *table, GRand *rand)
{
    g_autoptr(GString) names = g_string_new(NULL), values = g_string_new(NULL);

    for (guint i = 0; i < schema->objects->len; i++) {
        const PgObject *column = schema->objects->pdata[i];

        if (column->parent != table->id || column->kind != PG_COLUMN || column->texts[3] ||
            strstr(column->texts[1], "serial") || gen_chance(rand, 15))
            continue;
        g_autofree char *value = pg_literal(column->family, rand);

        g_string_append_printf(names, "%s{%u}", names->len ? ", " : "", column->id);
        g_string_append_printf(values, "%s%s", values->len ? ", " : "", value);
    }
    if (names->len == 0)
        return g_strdup_printf("INSERT INTO {%u} DEFAULT VALUES", table->id);
    return g_strdup_printf("INSERT INTO {%u} (%s) VALUES (%s)", table->id, names->str, values->str);
}

GPtrArray *
gen_schema_rows(const GenSchema *schema, GRand *rand)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < schema->objects->len; i++) {
        const PgObject *table = schema->objects->pdata[i];
        int n = table->kind == PG_TABLE ? g_rand_int_range(rand, 0, 4) : 0;

        while (n-- > 0)
            g_ptr_array_add(rows, random_row(schema, table, rand));
    }
    return rows;
}

char *
gen_schema_row_sql(const GenSchema *schema, const char *row)
{
    const PgObject nothing = {0};

    return pg_fill(schema, &nothing, row);
}

/* ---- renames ---- */

static void
append_path(GString *out, const char *const *names)
{
    for (; *names; names++) {
        g_auto(GStrv) parts = g_strsplit(*names, "\"", -1);
        g_autofree char *doubled = g_strjoinv("\"\"", parts);

        g_string_append_printf(out, "\"%s\"%s", doubled, names[1] ? "." : "");
    }
}

static char *
rename_text(const PgObject *old_table, const PgObject *old, const PgObject *new_table,
            const PgObject *new)
{
    const char *const from[] = {old_table->name, old ? old->name : NULL, NULL};
    const char *const to[] = {new_table->name, new ? new->name : NULL, NULL};
    GString *text = g_string_new(NULL);

    append_path(text, from);
    g_string_append_c(text, '=');
    append_path(text, to);
    return g_string_free(text, FALSE);
}

static void
add_rename(GPtrArray *renames, const GenSchema *from, const PgObject *old, const GenSchema *to)
{
    const PgObject *new = pg_find(to, old->id);
    const PgObject *old_table = pg_find(from, old->parent);
    const PgObject *new_table = pg_find(to, old->parent);

    if (!new || strcmp(old->name, new->name) == 0 || old->space || new->space)
        return;
    if (old->kind == PG_TABLE)
        g_ptr_array_add(renames, rename_text(old, NULL, new, NULL));
    else if (old->kind == PG_COLUMN && old_table && new_table)
        g_ptr_array_add(renames, rename_text(old_table, old, new_table, new));
}

GPtrArray *
gen_schema_renames(const GenSchema *from, const GenSchema *to)
{
    GPtrArray *renames = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < from->objects->len; i++)
        add_rename(renames, from, from->objects->pdata[i], to);
    return renames;
}
