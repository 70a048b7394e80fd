#include "tests/property/generate.h"

void
gen_column_free(gpointer data)
{
    GenColumn *column = data;

    g_free(column->name);
    g_free(column->type);
    for (int i = 0; i < GEN_N_CLAUSES; i++)
        g_free(column->clauses[i]);
    g_free(column);
}

void
gen_table_free(gpointer data)
{
    GenTable *table = data;

    g_free(table->name);
    g_free(table->options);
    g_free(table->head);
    g_free(table->tail);
    g_ptr_array_unref(table->columns);
    g_ptr_array_unref(table->constraints);
    g_ptr_array_unref(table->indexes);
    g_ptr_array_unref(table->triggers);
    g_free(table);
}

void
gen_relation_free(gpointer data)
{
    GenRelation *relation = data;

    g_free(relation->name);
    g_free(relation->text);
    g_free(relation->row);
    g_ptr_array_unref(relation->triggers);
    g_free(relation);
}

void
gen_schema_free(GenSchema *schema)
{
    g_ptr_array_unref(schema->tables);
    g_ptr_array_unref(schema->views);
    g_ptr_array_unref(schema->virtuals);
    g_free(schema);
}

void
gen_schema_clear(GenSchema *schema)
{
    g_ptr_array_set_size(schema->tables, 0);
    g_ptr_array_set_size(schema->views, 0);
    g_ptr_array_set_size(schema->virtuals, 0);
}

static gpointer
copy_text(gconstpointer text, gpointer unused)
{
    return g_strdup(text);
}

static gpointer
copy_column(gconstpointer data, gpointer unused)
{
    const GenColumn *column = data;
    GenColumn *copy = g_memdup2(column, sizeof *column);

    copy->name = g_strdup(column->name);
    copy->type = g_strdup(column->type);
    for (int i = 0; i < GEN_N_CLAUSES; i++)
        copy->clauses[i] = g_strdup(column->clauses[i]);
    return copy;
}

static GPtrArray *
copy_array(GPtrArray *array, GCopyFunc copy, GDestroyNotify free_func)
{
    GPtrArray *new = g_ptr_array_copy(array, copy, NULL);

    g_ptr_array_set_free_func(new, free_func);
    return new;
}

static gpointer
copy_table(gconstpointer data, gpointer unused)
{
    const GenTable *table = data;
    GenTable *copy = g_memdup2(table, sizeof *table);

    copy->name = g_strdup(table->name);
    copy->options = g_strdup(table->options);
    copy->head = g_strdup(table->head);
    copy->tail = g_strdup(table->tail);
    copy->columns = copy_array(table->columns, copy_column, gen_column_free);
    copy->constraints = copy_array(table->constraints, copy_text, g_free);
    copy->indexes = copy_array(table->indexes, copy_text, g_free);
    copy->triggers = copy_array(table->triggers, copy_text, g_free);
    return copy;
}

static gpointer
copy_relation(gconstpointer data, gpointer unused)
{
    const GenRelation *relation = data;
    GenRelation *copy = g_memdup2(relation, sizeof *relation);

    copy->name = g_strdup(relation->name);
    copy->text = g_strdup(relation->text);
    copy->row = g_strdup(relation->row);
    copy->triggers = copy_array(relation->triggers, copy_text, g_free);
    return copy;
}

GenSchema *
gen_schema_copy(const GenSchema *schema)
{
    GenSchema *copy = g_memdup2(schema, sizeof *schema);

    copy->tables = copy_array(schema->tables, copy_table, gen_table_free);
    copy->views = copy_array(schema->views, copy_relation, gen_relation_free);
    copy->virtuals = copy_array(schema->virtuals, copy_relation, gen_relation_free);
    return copy;
}
