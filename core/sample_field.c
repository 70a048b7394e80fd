/* Which values a column may take: from its type, its foreign key and the checks over it. */
#include <string.h>

#include "core/sample_private.h"

#define MAX_CHAIN 16
#define MAX_VARIANTS 32
#define ENOUGH 4

static void
field_free(gpointer data)
{
    Field *field = data;

    g_ptr_array_unref(field->checks);
    g_ptr_array_unref(field->hints);
    g_clear_pointer(&field->candidates, g_ptr_array_unref);
    g_free(field);
}

gboolean
mig_sample_is_constraint(const MigObject *object, const char *type)
{
    const char *own = mig_object_get(object, "type");

    return strcmp(object->kind, "constraint") == 0 && own && g_ascii_strcasecmp(own, type) == 0;
}

const char *
mig_sample_type(const MigObject *column)
{
    const char *base = mig_object_get(column, "base-type");

    return base ? base : mig_object_get(column, "type");
}

const MigObject *
mig_sample_referenced(const MigSchema *schema, const MigObject *constraint)
{
    for (guint i = 0; i < constraint->depends->len; i++) {
        const MigObject *table = mig_schema_find(schema, constraint->depends->pdata[i]);

        if (table && strcmp(table->kind, "table") == 0)
            return table;
    }
    /* That something needs its own table goes without saying. */
    return constraint->parent;
}

/* The columns that a list ("a, b DESC") begins its items with; NULL elements for what is none. */
static GPtrArray *
listed_columns(const Sampler *sampler, const MigObject *table, const char *list)
{
    GPtrArray *columns = g_ptr_array_new();
    gboolean first = TRUE;
    int depth = 0;
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, sampler->dialect->lex_rules, list, strlen(list));
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        if (first) {
            g_autofree char *name = mig_token_name(list, token);

            g_ptr_array_add(columns, mig_schema_lookup(sampler->schema, "column", table, name));
        }
        depth += mig_token_is(list, token, "(") - mig_token_is(list, token, ")");
        first = depth == 0 && mig_token_is(list, token, ",");
    }
    return columns;
}

/* The columns of a table's primary key; empty when there is none. */
static GPtrArray *
key_columns(const Sampler *sampler, const MigObject *table)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        const char *columns = mig_object_get(child, "columns");

        if (mig_sample_is_constraint(child, "PRIMARY KEY") && columns)
            return listed_columns(sampler, table, columns);
    }
    return g_ptr_array_new();
}

/* What a column refers to by this foreign key, or NULL. */
static const MigObject *
partner(const Sampler *sampler, const MigObject *key, const MigObject *column)
{
    const MigObject *other = mig_sample_referenced(sampler->schema, key);
    const char *columns = mig_object_get(key, "columns");
    const char *theirs = mig_object_get(key, "ref-columns");

    if (!other || !columns)
        return NULL;
    g_autoptr(GPtrArray) own = listed_columns(sampler, key->parent, columns);
    g_autoptr(GPtrArray) referenced =
        theirs ? listed_columns(sampler, other, theirs) : key_columns(sampler, other);

    for (guint i = 0; i < own->len && i < referenced->len; i++) {
        if (own->pdata[i] == column)
            return referenced->pdata[i];
    }
    return NULL;
}

static const MigObject *
reference_of(const Sampler *sampler, const MigObject *column)
{
    const GPtrArray *siblings = column->parent->children;

    for (guint i = 0; i < siblings->len; i++) {
        const MigObject *found = mig_sample_is_constraint(siblings->pdata[i], "FOREIGN KEY")
                                     ? partner(sampler, siblings->pdata[i], column)
                                     : NULL;

        if (found && found != column)
            return found;
    }
    return NULL;
}

/* A key may refer to a column that refers on: where the chain ends the value is chosen. In a ring
 * it is the last before the column itself. */
static const MigObject *
source_of(const Sampler *sampler, const MigObject *column)
{
    const MigObject *source = NULL, *next = column;

    for (int i = 0; i < MAX_CHAIN && (next = reference_of(sampler, next)) && next != column; i++)
        source = next;
    return source;
}

/* A number is tried with its neighbours too: "x > 10". */
static void
add_hint(GPtrArray *hints, const char *expression, MigToken token)
{
    g_autofree char *literal = g_strndup(expression + token.offset, token.length);

    if (token.kind != MIG_TOKEN_NUMBER && token.kind != MIG_TOKEN_STRING)
        return;
    if (token.kind == MIG_TOKEN_NUMBER) {
        g_ptr_array_add(hints, g_strdup_printf("%s + 1", literal));
        g_ptr_array_add(hints, g_strdup_printf("%s - 1", literal));
    }
    g_ptr_array_add(hints, g_steal_pointer(&literal));
}

/* What an expression says beside the columns it mentions, whose set is *mentioned. */
static void
read_check(const Sampler *sampler, const MigObject *table, const char *expression,
           GHashTable *mentioned, GPtrArray *hints)
{
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, sampler->dialect->lex_rules, expression, strlen(expression));
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        add_hint(hints, expression, token);
        if (token.kind != MIG_TOKEN_WORD && token.kind != MIG_TOKEN_QUOTED)
            continue;
        g_autofree char *name = mig_token_name(expression, token);
        MigObject *column = mig_schema_lookup(sampler->schema, "column", table, name);

        if (column)
            g_hash_table_add(mentioned, column);
    }
}

static void
add_check(const Sampler *sampler, GPtrArray *fields, const MigObject *constraint)
{
    const char *expression = mig_object_get(constraint, "expression");
    g_autoptr(GHashTable) mentioned = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) hints = g_ptr_array_new_with_free_func(g_free);

    if (!expression)
        return;
    read_check(sampler, constraint->parent, expression, mentioned, hints);
    for (guint i = 0; i < fields->len; i++) {
        Field *field = fields->pdata[i];

        if (!g_hash_table_contains(mentioned, field->column))
            continue;
        field->checked = TRUE;
        if (g_hash_table_size(mentioned) == 1)
            g_ptr_array_add(field->checks, (gpointer)expression);
        for (guint j = 0; j < hints->len; j++)
            g_ptr_array_add(field->hints, g_strdup(hints->pdata[j]));
    }
}

GPtrArray *
mig_sample_fields(const Sampler *sampler, const MigObject *table)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func(field_free);
    g_autoptr(GPtrArray) key = key_columns(sampler, table);

    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        Field *field;

        if (strcmp(child->kind, "column") != 0 || mig_object_get(child, "generated"))
            continue;
        field = g_new0(Field, 1);
        field->column = child;
        /* A type of the user's own may have checks. */
        field->checked = mig_object_get(child, "base-type") != NULL;
        field->refers_to = reference_of(sampler, child);
        field->source = source_of(sampler, child);
        field->checks = g_ptr_array_new();
        field->hints = g_ptr_array_new_with_free_func(g_free);
        field->nullable = !mig_object_get(child, "not-null") && !g_ptr_array_find(key, child, NULL);
        g_ptr_array_add(fields, field);
    }
    for (guint i = 0; i < table->children->len; i++) {
        if (mig_sample_is_constraint(table->children->pdata[i], "CHECK"))
            add_check(sampler, fields, table->children->pdata[i]);
    }
    return fields;
}

static gboolean
take_answer(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    *(gboolean *)user_data = TRUE;
    return TRUE;
}

/* Whether a value passes the checks over its column alone; asked of the engine. */
static gboolean
passes(const Sampler *sampler, const Field *field, const char *literal)
{
    g_autofree char *column = sampler->dialect->quote_name(mig_object_name(field->column));
    g_autofree char *table = sampler->dialect->quote_name(mig_object_name(field->column->parent));
    gboolean passed = TRUE;

    for (guint i = 0; passed && i < field->checks->len; i++) {
        g_autofree char *sql =
            g_strdup_printf("SELECT 1 FROM (SELECT %s AS %s) AS %s WHERE (%s) IS NOT FALSE",
                            literal, column, table, (char *)field->checks->pdata[i]);
        MigSql *query = mig_sql_new(-1, sql, NULL);

        passed = FALSE;
        sampler->dialect->query(sampler->scratch, query, take_answer, &passed, NULL);
        mig_sql_free(query);
    }
    return passed;
}

/* Plain values come first; what a check mentions lies before the type's odder ones. */
static GPtrArray *
all_candidates(const Sampler *sampler, const Field *field, guint row)
{
    const char *type = mig_sample_type(field->column);
    GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
    char *literal;

    for (guint i = 0; i < (field->checked ? MAX_VARIANTS : 1); i++) {
        literal = sampler->dialect->sample_value(type, row, i);
        if (!literal)
            break;
        g_ptr_array_add(all, literal);
        for (guint j = 0; i == 0 && j < field->hints->len; j++)
            g_ptr_array_add(all, g_strdup(field->hints->pdata[j]));
    }
    return all;
}

gboolean
mig_sample_field_prepare(const Sampler *sampler, Field *field, guint row)
{
    g_autoptr(GPtrArray) all = all_candidates(sampler, field, row);
    g_autoptr(GPtrArray) good = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; field->checks->len > 0 && i < all->len && good->len < ENOUGH; i++) {
        if (passes(sampler, field, all->pdata[i]))
            g_ptr_array_add(good, g_strdup(all->pdata[i]));
    }
    g_clear_pointer(&field->candidates, g_ptr_array_unref);
    field->candidates = good->len > 0 ? g_steal_pointer(&good) : g_steal_pointer(&all);
    field->choice = 0;
    return field->candidates->len > 0;
}
