/* Which roots of a state are looked at: include, exclude and our own tables. */
#include <string.h>

#include "core/schema.h"

static char *
fold_if(const MigSchema *schema, const char *text)
{
    return mig_schema_ignores_case(schema) ? g_ascii_strdown(text, -1) : g_strdup(text);
}

static gboolean
is_one_of(const MigSchema *schema, const GPtrArray *names, const char *text)
{
    for (guint i = 0; names && i < names->len; i++) {
        g_autofree char *name = fold_if(schema, names->pdata[i]);

        if (strcmp(name, text) == 0)
            return TRUE;
    }
    return FALSE;
}

typedef struct {
    const GPtrArray *include, *exclude, *hidden;
} Filter;

/* With a namespace, a pattern without a dot speaks of names alone. */
static gboolean
matches_root(const MigSchema *schema, const GPtrArray *patterns, const MigObject *root)
{
    g_autofree char *dotted = g_strjoinv(".", root->path);
    g_autofree char *path = fold_if(schema, dotted);
    g_autofree char *name = fold_if(schema, mig_object_name(root));

    for (guint i = 0; patterns && i < patterns->len; i++) {
        g_autofree char *pattern = fold_if(schema, patterns->pdata[i]);
        const char *text = root->namespaced && !strchr(pattern, '.') ? name : path;

        if (g_pattern_match_simple(pattern, text))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_hidden(const MigSchema *schema, const GPtrArray *hidden, const MigObject *root)
{
    g_autofree char *dotted = g_strjoinv(".", root->path);
    g_autofree char *path = fold_if(schema, dotted);
    g_autofree char *name = fold_if(schema, mig_object_name(root));
    gboolean in_default = g_strcmp0(mig_object_namespace(root), mig_schema_default_namespace(schema)) == 0;

    return is_one_of(schema, hidden, path) || (in_default && is_one_of(schema, hidden, name));
}

static gboolean
passes(const MigSchema *schema, const Filter *filter, const MigObject *root)
{
    if (filter->include && filter->include->len > 0 && !matches_root(schema, filter->include, root))
        return FALSE;
    return !matches_root(schema, filter->exclude, root) && !is_hidden(schema, filter->hidden, root);
}

MigSchema *
mig_schema_filter(MigSchema *schema, const GPtrArray *include, const GPtrArray *exclude,
                  const GPtrArray *hidden)
{
    const Filter filter = {include, exclude, hidden};
    const GPtrArray *roots = mig_schema_roots(schema);
    g_autoptr(GHashTable) unwanted = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < roots->len; i++) {
        MigObject *root = roots->pdata[i];

        if (!passes(schema, &filter, root))
            g_hash_table_add(unwanted, root);
    }
    if (g_hash_table_size(unwanted) > 0)
        mig_schema_take_out(schema, unwanted);
    return schema;
}
