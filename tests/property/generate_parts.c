/* Taking a schema apart, for shrinking: each part has a key that is the same in a schema and its
 * descendants. One walk over the parts serves both to list them and to take one out. */
#include "tests/property/generate.h"

#include <string.h>

typedef struct {
    GPtrArray *keys;  /* listing; else NULL */
    const char *drop; /* taking out; else NULL */
} Walk;

/* Whether the part of this key is the one to take out. */
static gboolean G_GNUC_PRINTF(2, 3) is_wanted(Walk *walk, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *key = g_strdup_vprintf(format, args);
    va_end(args);
    if (walk->drop)
        return strcmp(key, walk->drop) == 0;
    g_ptr_array_add(walk->keys, g_steal_pointer(&key));
    return FALSE;
}

static gboolean
walk_texts(Walk *walk, GPtrArray *texts, const char *kind, guint id)
{
    for (guint i = 0; i < texts->len; i++) {
        if (!is_wanted(walk, "%s of %u: %s", kind, id, (char *)texts->pdata[i]))
            continue;
        g_ptr_array_remove_index(texts, i);
        return TRUE;
    }
    return FALSE;
}

static gboolean
walk_relations(Walk *walk, GPtrArray *relations)
{
    for (guint i = 0; i < relations->len; i++) {
        const GenRelation *relation = relations->pdata[i];

        if (!is_wanted(walk, "relation %u", relation->id))
            continue;
        g_ptr_array_remove_index(relations, i);
        return TRUE;
    }
    for (guint i = 0; i < relations->len; i++) {
        const GenRelation *relation = relations->pdata[i];

        if (walk_texts(walk, relation->triggers, "trigger", relation->id))
            return TRUE;
    }
    return FALSE;
}

/* Clears a text unless it is empty already. */
static gboolean
walk_text(Walk *walk, char **text, const char *kind, guint id)
{
    if (!*text || !**text || !is_wanted(walk, "%s of %u", kind, id))
        return FALSE;
    g_free(*text);
    *text = g_strdup("");
    return TRUE;
}

static gboolean
walk_name(Walk *walk, char **name, char letter, guint id)
{
    g_autofree char *plain = g_strdup_printf("%c%u", letter, id);

    if (strcmp(*name, plain) == 0 || !is_wanted(walk, "name of %u", id))
        return FALSE;
    g_free(*name);
    *name = g_steal_pointer(&plain);
    return TRUE;
}

static gboolean
walk_columns(Walk *walk, const GenTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        GenColumn *column = table->columns->pdata[i];

        if (table->columns->len > 1 && is_wanted(walk, "column %u", column->id)) {
            g_ptr_array_remove_index(table->columns, i);
            return TRUE;
        }
        for (int j = 0; j < GEN_N_CLAUSES; j++) {
            if (column->clauses[j] && is_wanted(walk, "clause %d of %u", j, column->id)) {
                g_clear_pointer(&column->clauses[j], g_free);
                return TRUE;
            }
        }
        if (walk_text(walk, &column->type, "type", column->id) ||
            walk_name(walk, &column->name, 'c', column->id))
            return TRUE;
    }
    return FALSE;
}

static gboolean
walk_table(Walk *walk, GenTable *table)
{
    return walk_texts(walk, table->triggers, "trigger", table->id) ||
           walk_texts(walk, table->indexes, "index", table->id) ||
           walk_texts(walk, table->constraints, "constraint", table->id) ||
           walk_columns(walk, table) || walk_text(walk, &table->options, "options", table->id) ||
           walk_text(walk, &table->head, "head", table->id) ||
           walk_text(walk, &table->tail, "tail", table->id) ||
           walk_name(walk, &table->name, 't', table->id);
}

static gboolean
walk_schema(Walk *walk, GenSchema *schema)
{
    for (guint i = 0; i < schema->tables->len; i++) {
        const GenTable *table = schema->tables->pdata[i];

        if (is_wanted(walk, "table %u", table->id)) {
            g_ptr_array_remove_index(schema->tables, i);
            return TRUE;
        }
    }
    if (walk_relations(walk, schema->views) || walk_relations(walk, schema->virtuals))
        return TRUE;
    for (guint i = 0; i < schema->tables->len; i++) {
        if (walk_table(walk, schema->tables->pdata[i]))
            return TRUE;
    }
    for (guint i = 0; i < schema->views->len + schema->virtuals->len; i++) {
        GenRelation *relation = i < schema->views->len
                                    ? schema->views->pdata[i]
                                    : schema->virtuals->pdata[i - schema->views->len];

        if (walk_name(walk, &relation->name, 'v', relation->id))
            return TRUE;
    }
    if (schema->quoting && is_wanted(walk, "quoting")) {
        schema->quoting = 0;
        return TRUE;
    }
    return FALSE;
}

GPtrArray *
gen_schema_parts(const GenSchema *schema)
{
    Walk walk = {g_ptr_array_new_with_free_func(g_free), NULL};

    walk_schema(&walk, (GenSchema *)schema);
    return walk.keys;
}

gboolean
gen_schema_drop_part(GenSchema *schema, const char *key)
{
    Walk walk = {NULL, key};

    return walk_schema(&walk, schema);
}
