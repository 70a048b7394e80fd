#include "tests/property/generate.h"

#include <string.h>

static char *
replace_text(char *old, char *new)
{
    g_free(old);
    return new;
}

static void
add_column(GenSchema *schema, GenTable *table, GRand *rand)
{
    static const int percents[GEN_N_CLAUSES] = {25, 25, 8, 8, 6, 10, 12, 6};
    GenColumn *column = g_new0(GenColumn, 1);

    column->id = schema->next_id++;
    column->name = gen_column_name(table, column->id, rand);
    column->type = gen_type(rand);
    g_ptr_array_insert(table->columns, g_rand_int_range(rand, 0, (gint32)table->columns->len + 1),
                       column);
    for (int i = 0; i < GEN_N_CLAUSES; i++) {
        if (gen_chance(rand, percents[i]))
            column->clauses[i] = gen_clause(schema, table, column, i, rand);
    }
}

/* The column of a primary key in a column, which no generated one can be. */
static GenColumn *
key_column(GenTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        GenColumn *column = table->columns->pdata[i];

        if (!column->clauses[GEN_GENERATED])
            return column;
    }
    return table->columns->pdata[0];
}

static void
add_primary_key(GenTable *table, GRand *rand)
{
    GenColumn *column = key_column(table);

    if (gen_chance(rand, 30)) {
        g_ptr_array_add(table->constraints, gen_table_key(table, column, rand));
        return;
    }
    column->clauses[GEN_KEY] = replace_text(column->clauses[GEN_KEY], gen_primary_key(rand));
    if (strstr(column->clauses[GEN_KEY], "AUTO") || gen_chance(rand, 75))
        column->type = replace_text(column->type, g_strdup("INTEGER"));
}

static gboolean
is_strict(const GenTable *table)
{
    return strstr(table->options, "trict") || strstr(table->options, "STRICT");
}

static gboolean
is_without_rowid(const GenTable *table)
{
    return strstr(table->options, "ROWID") || strstr(table->options, "rowid");
}

static void
random_options(GenTable *table, GRand *rand)
{
    static const char *const options[] = {
        "", "", "", "", "STRICT", "WITHOUT ROWID", "strict", "without rowid, strict"};
    static const char *const types[] = {"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"};

    table->options = replace_text(table->options, g_strdup(gen_one_of(rand, options)));
    for (guint i = 0; i < table->columns->len; i++) {
        GenColumn *column = table->columns->pdata[i];
        const char *key = column->clauses[GEN_KEY];
        gboolean counted = key && strstr(key, "AUTO");

        if (counted && is_without_rowid(table))
            column->clauses[GEN_KEY] =
                replace_text(column->clauses[GEN_KEY], g_strdup("PRIMARY KEY"));
        if (!counted && is_strict(table))
            column->type = replace_text(column->type, g_strdup(gen_one_of(rand, types)));
    }
}

static gboolean
has_primary_key(const GenTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const char *key = ((GenColumn *)table->columns->pdata[i])->clauses[GEN_KEY];

        if (key && strstr(key, "PRIMARY"))
            return TRUE;
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        if (strstr(table->constraints->pdata[i], "PRIMARY"))
            return TRUE;
    }
    return FALSE;
}

static GenTable *
new_table(GenSchema *schema, GRand *rand)
{
    GenTable *table = g_new0(GenTable, 1);
    int n_columns = g_rand_int_range(rand, 1, 7);

    table->id = schema->next_id++;
    table->name = gen_relation_name(schema, table->id, rand);
    table->columns = g_ptr_array_new_with_free_func(gen_column_free);
    table->constraints = g_ptr_array_new_with_free_func(g_free);
    table->indexes = g_ptr_array_new_with_free_func(g_free);
    table->triggers = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(schema->tables, table);
    for (int i = 0; i < n_columns; i++)
        add_column(schema, table, rand);
    return table;
}

static void
add_table(GenSchema *schema, GRand *rand)
{
    GenTable *table = new_table(schema, rand);

    random_options(table, rand);
    if (gen_chance(rand, 60) || is_without_rowid(table)) {
        add_primary_key(table, rand);
        if (is_without_rowid(table) || is_strict(table))
            random_options(table, rand);
    }
    if (gen_chance(rand, 15))
        table->head = gen_comment(rand);
    if (gen_chance(rand, 15))
        table->tail = gen_comment(rand);
    if (gen_chance(rand, 40))
        g_ptr_array_add(table->constraints, gen_constraint(schema, table, rand));
    if (gen_chance(rand, 50))
        g_ptr_array_add(table->indexes, gen_index(table, schema->next_id++, rand));
    if (gen_chance(rand, 25))
        g_ptr_array_add(table->triggers, gen_trigger(schema, table, schema->next_id++, rand));
}

GenSchema *
gen_schema_new(GRand *rand, guint first_id)
{
    GenSchema *schema = g_new0(GenSchema, 1);
    int n_tables = g_rand_int_range(rand, 1, 5);

    schema->next_id = first_id;
    schema->quoting = (guint)g_rand_int_range(rand, 0, 5);
    schema->tables = g_ptr_array_new_with_free_func(gen_table_free);
    schema->views = g_ptr_array_new_with_free_func(gen_relation_free);
    schema->virtuals = g_ptr_array_new_with_free_func(gen_relation_free);
    for (int i = 0; i < n_tables; i++)
        add_table(schema, rand);
    while (schema->views->len < 4 && gen_chance(rand, 35))
        gen_view(schema, NULL, rand);
    while (schema->virtuals->len < 2 && gen_chance(rand, 15))
        gen_virtual(schema, rand);
    return schema;
}

static void
remove_any(GPtrArray *array, guint keep, GRand *rand)
{
    if (array->len > keep)
        g_ptr_array_remove_index(array, (guint)g_rand_int_range(rand, 0, (gint32)array->len));
}

static void
edit_clause(GenSchema *schema, GenTable *table, GenColumn *column, int clause, GRand *rand)
{
    char **text = &column->clauses[clause];

    if (*text && strstr(*text, "PRIMARY") && gen_chance(rand, 80))
        return;
    if (*text && gen_chance(rand, 60))
        g_clear_pointer(text, g_free);
    else
        *text = replace_text(*text, gen_clause(schema, table, column, clause, rand));
}

static void
edit_column(GenSchema *schema, GenTable *table, GRand *rand)
{
    GenColumn *column = (GenColumn *)gen_any_column(table, rand);
    int clause = g_rand_int_range(rand, -2, GEN_N_CLAUSES);

    if (clause >= 0)
        return edit_clause(schema, table, column, clause, rand);
    if (clause == -2) {
        column->type = replace_text(column->type, gen_type(rand));
    } else if (gen_chance(rand, 30)) {
        g_autofree char *upper = g_ascii_strup(column->name, -1);

        column->name = replace_text(column->name, g_steal_pointer(&upper));
    }
}

/* Another name; the id stays, which makes it a rename. Sometimes two change names, or only the case
 * of one changes. */
static void
edit_name(GenSchema *schema, GenTable *table, GRand *rand)
{
    static const char *const names[] = {"renamed", "New Name", "naïve", "or.der", "a=b"};
    const GenTable *other_table = gen_any_table(schema, rand);
    GenColumn *column = (GenColumn *)gen_any_column(table, rand);
    GenColumn *other_column = (GenColumn *)gen_any_column(table, rand);
    gboolean is_table = gen_chance(rand, 40);
    char **name = is_table ? &table->name : &column->name;

    if (gen_chance(rand, 15)) {
        char **other = is_table ? &((GenTable *)other_table)->name : &other_column->name;
        char *swapped = *other;

        *other = *name;
        *name = swapped;
    } else if (gen_chance(rand, 10)) {
        *name = replace_text(*name, g_ascii_strup(*name, -1));
    } else {
        *name = replace_text(*name,
                             g_strdup_printf("%s%u", gen_one_of(rand, names), schema->next_id++));
    }
}

static void
edit_order(GenTable *table, GRand *rand)
{
    gpointer first = g_ptr_array_steal_index(table->columns, 0);

    g_ptr_array_insert(table->columns, g_rand_int_range(rand, 0, (gint32)table->columns->len + 1),
                       first);
}

static void
edit_options(GenSchema *schema, GenTable *table, GRand *rand)
{
    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        random_options(table, rand);
        if (is_without_rowid(table) && !has_primary_key(table))
            add_primary_key(table, rand);
        break;
    case 1:
        edit_order(table, rand);
        break;
    case 2:
        table->head = replace_text(table->head, gen_comment(rand));
        break;
    default:
        schema->quoting++;
    }
}

/* A view or a virtual table made anew, or another trigger for it. */
static void
edit_relation(GenSchema *schema, GRand *rand)
{
    GPtrArray *list =
        gen_chance(rand, 60) || !schema->virtuals->len ? schema->views : schema->virtuals;
    GenRelation *relation;

    if (list->len == 0)
        return;
    relation = list->pdata[g_rand_int_range(rand, 0, (gint32)list->len)];
    if (list == schema->views && gen_chance(rand, 40)) {
        remove_any(relation->triggers, 0, rand);
        g_ptr_array_add(relation->triggers,
                        gen_view_trigger(schema, relation, schema->next_id++, rand));
        return;
    }
    g_autofree char *name = g_strdup(relation->name);

    g_ptr_array_remove(list, relation);
    if (list == schema->views) {
        gen_view(schema, g_steal_pointer(&name), rand);
    } else {
        GenRelation *new = gen_virtual(schema, rand);

        new->name = replace_text(new->name, g_steal_pointer(&name));
    }
}

/* A view in the place of a table. */
static void
replace_table(GenSchema *schema, GRand *rand)
{
    g_autofree char *name = g_strdup(gen_any_table(schema, rand)->name);

    if (schema->tables->len < 2)
        return;
    for (guint i = 0; i < schema->tables->len; i++) {
        if (strcmp(((GenTable *)schema->tables->pdata[i])->name, name) == 0) {
            g_ptr_array_remove_index(schema->tables, i);
            break;
        }
    }
    gen_view(schema, g_steal_pointer(&name), rand);
}

static void
edit_schema(GenSchema *schema, GRand *rand)
{
    switch (g_rand_int_range(rand, 0, 10)) {
    case 0:
        return add_table(schema, rand);
    case 1:
        return remove_any(schema->tables, 1, rand);
    case 2:
    case 3:
        gen_view(schema, NULL, rand);
        return;
    case 4:
        return remove_any(schema->views, 0, rand);
    case 5:
    case 6:
        return edit_relation(schema, rand);
    case 7:
        return replace_table(schema, rand);
    case 8:
        gen_virtual(schema, rand);
        return;
    default:
        return remove_any(schema->virtuals, 0, rand);
    }
}

/* A trigger does something more. */
static void
extend_trigger(GenTable *table)
{
    const char *old = table->triggers->pdata[0], *begin = strstr(old, "BEGIN") + strlen("BEGIN");
    char *new = g_strdup_printf("%.*s SELECT 'more;';%s", (int)(begin - old), old, begin);

    g_ptr_array_remove_index(table->triggers, 0);
    g_ptr_array_add(table->triggers, new);
}

static void
edit_triggers(GenSchema *schema, GenTable *table, GRand *rand)
{
    if (table->triggers->len > 0 && gen_chance(rand, 50))
        return extend_trigger(table);
    g_ptr_array_add(table->triggers, gen_trigger(schema, table, schema->next_id++, rand));
    if (gen_chance(rand, 50))
        remove_any(table->triggers, 0, rand);
}

/* Another index of the same name, maybe on another table. */
static void
edit_index(GenSchema *schema, GenTable *table, GRand *rand)
{
    const GenTable *other = gen_any_table(schema, rand);
    guint id = schema->next_id++;

    if (table->indexes->len == 0) {
        g_ptr_array_add(table->indexes, gen_index(table, id, rand));
        return;
    }
    const char *old = table->indexes->pdata[0], *name = strstr(old, "ix");

    if (name)
        id = (guint)g_ascii_strtoull(name + 2 + !g_ascii_isdigit(name[2]), NULL, 10);
    g_ptr_array_remove_index(table->indexes, 0);
    g_ptr_array_add(other->indexes, gen_index(other, id, rand));
}

void
gen_schema_edit(GenSchema *schema, GRand *rand)
{
    static const char kinds[] = "aadddcccckKiIjttoonnssssss"; /* as often as they stand here */
    GenTable *table = (GenTable *)gen_any_table(schema, rand);

    switch (kinds[g_rand_int_range(rand, 0, sizeof kinds - 1)]) {
    case 'a':
        return add_column(schema, table, rand);
    case 'd':
        return remove_any(table->columns, 1, rand);
    case 'c':
        return edit_column(schema, table, rand);
    case 'k':
        return g_ptr_array_add(table->constraints, gen_constraint(schema, table, rand));
    case 'K':
        return remove_any(table->constraints, 0, rand);
    case 'i':
        return g_ptr_array_add(table->indexes, gen_index(table, schema->next_id++, rand));
    case 'I':
        return remove_any(table->indexes, 0, rand);
    case 'j':
        return edit_index(schema, table, rand);
    case 't':
        return edit_triggers(schema, table, rand);
    case 'o':
        return edit_options(schema, table, rand);
    case 'n':
        return edit_name(schema, table, rand);
    default:
        return edit_schema(schema, rand);
    }
}
