#include "core/sample.h"

#include <string.h>

#include "core/sample_private.h"

#define N_ROWS 3
#define MAX_ATTEMPTS 64
#define MAX_DEPTH 8

char *
mig_sample_table_name(const MigDialect *dialect, const MigObject *table)
{
    GString *out = g_string_new(NULL);

    for (char **name = table->path; *name; name++) {
        g_autofree char *quoted = dialect->quote_name(*name);

        g_string_append_printf(out, "%s%s", out->len ? "." : "", quoted);
    }
    return g_string_free(out, FALSE);
}

/* What a row of the same number holds there, or an earlier one if that is NULL. */
static const char *
known_value(const Sampler *sampler, const MigObject *column, guint row)
{
    const GPtrArray *known = g_hash_table_lookup(sampler->literals, column);

    for (guint i = 0; known && i < known->len; i++) {
        const char *literal = known->pdata[(row + known->len - i) % known->len];

        if (strcmp(literal, "NULL") != 0)
            return literal;
    }
    return NULL;
}

/* What a field refers to in a row that is about to be made. A reference to the same table points at
 * the row itself; one to a table without rows yet at the row which that is likely to get. */
static char *
referenced_value(const Sampler *sampler, const GPtrArray *fields, const Field *field, guint row)
{
    const char *known = known_value(sampler, field->refers_to, row);

    for (guint i = 0; i < fields->len; i++) {
        const Field *own = fields->pdata[i];

        if (own->column == field->source && !own->source)
            return g_strdup(own->candidates->pdata[own->choice]);
    }
    return known ? g_strdup(known)
                 : sampler->dialect->sample_value(mig_sample_type(field->source), row, 0);
}

static char *
field_value(const Sampler *sampler, const GPtrArray *fields, const Field *field, guint row,
            gboolean nulls)
{
    if (nulls && field->nullable)
        return g_strdup("NULL");
    if (field->source)
        return referenced_value(sampler, fields, field, row);
    return g_strdup(field->candidates->pdata[field->choice]);
}

static void
remember(const Sampler *sampler, const Field *field, char *literal)
{
    GPtrArray *list = g_hash_table_lookup(sampler->literals, field->column);

    if (!list) {
        list = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(sampler->literals, (gpointer)field->column, list);
    }
    g_ptr_array_add(list, literal);
}

static gboolean
insert_row(const Sampler *sampler, const MigObject *table, const GPtrArray *fields, guint row,
           gboolean nulls)
{
    const char *override = sampler->dialect->insert_override;
    g_autofree char *name = mig_sample_table_name(sampler->dialect, table);
    g_autoptr(GString) into = g_string_new(NULL), values = g_string_new(NULL);
    g_autoptr(GPtrArray) literals = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        g_autofree char *column = sampler->dialect->quote_name(mig_object_name(field->column));
        char *literal = field_value(sampler, fields, field, row, nulls);

        if (!literal)
            return FALSE;
        g_ptr_array_add(literals, literal);
        g_string_append_printf(into, "%s%s", i ? ", " : "", column);
        g_string_append_printf(values, "%s%s", i ? ", " : "", literal);
    }
    g_autofree char *sql =
        g_strdup_printf("INSERT INTO %s (%s) %sVALUES (%s)", name, into->str,
                        override ? override : "", values->str);

    if (!sampler->dialect->execute(sampler->scratch, sql, strlen(sql), NULL, NULL))
        return FALSE;
    for (guint i = 0; i < fields->len; i++)
        remember(sampler, fields->pdata[i], g_strdup(literals->pdata[i]));
    return TRUE;
}

/* The next combination of candidates; FALSE after the last. */
static gboolean
next_choice(const GPtrArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        Field *field = fields->pdata[i];

        if (!field->checked || field->source)
            continue;
        if (++field->choice < field->candidates->len)
            return TRUE;
        field->choice = 0;
    }
    return FALSE;
}

static gboolean
make_row(const Sampler *sampler, const MigObject *table, GPtrArray *fields, guint row)
{
    /* The last row is the one with NULLs, if the table takes any. */
    gboolean nulls = row == N_ROWS - 1;

    for (guint i = 0; i < fields->len; i++) {
        if (!mig_sample_field_prepare(sampler, fields->pdata[i], row))
            return FALSE;
    }
    for (int i = 0; i < 2; i++, nulls = !nulls) {
        guint attempts = 0;

        do {
            if (insert_row(sampler, table, fields, row, nulls))
                return TRUE;
        } while (++attempts < MAX_ATTEMPTS && next_choice(fields));
    }
    return FALSE;
}

static void fill_table(Sampler *sampler, const MigObject *table, int depth);

static void
fill_referenced(Sampler *sampler, const MigObject *table, int depth)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (!mig_sample_is_constraint(child, "FOREIGN KEY"))
            continue;
        const MigObject *other = mig_sample_referenced(sampler->schema, child);

        if (other)
            fill_table(sampler, other, depth);
    }
}

/* Long chains of references are cut: they would make rows in half the database. */
static void
fill_table(Sampler *sampler, const MigObject *table, int depth)
{
    if (depth > MAX_DEPTH || table->unmanaged || g_hash_table_contains(sampler->leave, table) ||
        !g_hash_table_add(sampler->seen, (gpointer)table))
        return;
    fill_referenced(sampler, table, depth + 1);
    g_autoptr(GPtrArray) fields = mig_sample_fields(sampler, table);

    for (guint row = 0; fields->len > 0 && row < N_ROWS; row++) {
        if (!make_row(sampler, table, fields, row) && row == 0)
            break;
    }
    g_ptr_array_add(sampler->tried, (gpointer)table);
}

GPtrArray *
mig_sample_fill(MigConnection *scratch, const MigSchema *schema, const GPtrArray *tables,
                GHashTable *leave)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) literals =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    Sampler sampler = {scratch->dialect, scratch, schema, leave, seen, literals, g_ptr_array_new()};

    for (guint i = 0; scratch->dialect->sample_value && i < tables->len; i++)
        fill_table(&sampler, tables->pdata[i], 0);
    return sampler.tried;
}
