#include "tests/property/generate.h"

#include <string.h>

#define ONE_OF(rand, list) (list)[g_rand_int_range(rand, 0, G_N_ELEMENTS(list))]

static gboolean
chance(GRand *rand, int percent)
{
    return g_rand_int_range(rand, 0, 100) < percent;
}

static char *
replace_text(char *old, char *new)
{
    g_free(old);
    return new;
}

/* Names repeat seldom: a number goes behind nearly all. */
static char *
random_name(GRand *rand, const char *const *names, guint n, guint id)
{
    const char *name = names[g_rand_int_range(rand, 0, (gint32)n)];

    return chance(rand, 4) ? g_strdup(name) : g_strdup_printf("%s%u", name, id);
}

static void
column_free(gpointer data)
{
    GenColumn *column = data;

    g_free(column->name);
    g_free(column->type);
    for (int i = 0; i < GEN_N_CLAUSES; i++)
        g_free(column->clauses[i]);
    g_free(column);
}

static void
table_free(gpointer data)
{
    GenTable *table = data;

    g_free(table->name);
    g_free(table->options);
    g_ptr_array_unref(table->columns);
    g_ptr_array_unref(table->constraints);
    g_ptr_array_unref(table->indexes);
    g_ptr_array_unref(table->triggers);
    g_free(table);
}

void
gen_schema_free(GenSchema *schema)
{
    g_ptr_array_unref(schema->tables);
    g_ptr_array_unref(schema->views);
    g_ptr_array_unref(schema->extras);
    g_free(schema);
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
    copy->columns = copy_array(table->columns, copy_column, column_free);
    copy->constraints = copy_array(table->constraints, copy_text, g_free);
    copy->indexes = copy_array(table->indexes, copy_text, g_free);
    copy->triggers = copy_array(table->triggers, copy_text, g_free);
    return copy;
}

GenSchema *
gen_schema_copy(const GenSchema *schema)
{
    GenSchema *copy = g_memdup2(schema, sizeof *schema);

    copy->tables = copy_array(schema->tables, copy_table, table_free);
    copy->views = copy_array(schema->views, copy_text, g_free);
    copy->extras = copy_array(schema->extras, copy_text, g_free);
    return copy;
}

static const GenColumn *
any_column(const GenTable *table, GRand *rand)
{
    return table->columns->pdata[g_rand_int_range(rand, 0, (gint32)table->columns->len)];
}

static const GenTable *
any_table(const GenSchema *schema, GRand *rand)
{
    return schema->tables->pdata[g_rand_int_range(rand, 0, (gint32)schema->tables->len)];
}

typedef struct {
    const char *const *texts;
    guint n;
} Choice;

#define CHOICE(list)                                                                               \
    {                                                                                              \
        list, G_N_ELEMENTS(list)                                                                   \
    }

/* A clause that stands by itself; NULL: the kind is none of these. */
static char *
plain_clause(int clause, GRand *rand)
{
    static const char *const not_null[] = {"NOT NULL", "NOT NULL", "CONSTRAINT nn NOT NULL",
                                           "NOT NULL ON CONFLICT IGNORE",
                                           "not null on conflict replace"};
    static const char *const defaults[] = {"DEFAULT 0",
                                           "DEFAULT 'x'",
                                           "DEFAULT NULL",
                                           "DEFAULT -1.5",
                                           "DEFAULT (1 + 1)",
                                           "DEFAULT x'00'",
                                           "DEFAULT TRUE",
                                           "DEFAULT CURRENT_TIMESTAMP",
                                           "DEFAULT 'it''s -- no, (really)'",
                                           "default (lower('A'))",
                                           "DEFAULT \"word\"",
                                           "DEFAULT (-1)"};
    static const char *const collations[] = {"COLLATE NOCASE", "collate rtrim", "COLLATE BINARY"};
    static const char *const keys[] = {"UNIQUE", "UNIQUE ON CONFLICT IGNORE",
                                       "UNIQUE ON CONFLICT REPLACE", "CONSTRAINT \"a key\" UNIQUE"};
    static const char *const comments[] = {"/* why */", "-- one, two (\n", "/* ) */", "-- it's\n"};
    static const Choice choices[GEN_N_CLAUSES] = {[GEN_NOT_NULL] = CHOICE(not_null),
                                                  [GEN_DEFAULT] = CHOICE(defaults),
                                                  [GEN_COLLATE] = CHOICE(collations),
                                                  [GEN_KEY] = CHOICE(keys),
                                                  [GEN_COMMENT] = CHOICE(comments)};
    const Choice *choice = &choices[clause];

    return choice->n ? g_strdup(choice->texts[g_rand_int_range(rand, 0, (gint32)choice->n)]) : NULL;
}

static char *
generated_clause(const GenTable *table, const GenColumn *column, GRand *rand)
{
    const GenColumn *other = any_column(table, rand);

    if (other == column || other->clauses[GEN_GENERATED])
        return NULL; /* it could read itself */
    return g_strdup_printf("%sAS ({%u} || 'g')%s", chance(rand, 50) ? "GENERATED ALWAYS " : "",
                           other->id, chance(rand, 40) ? " STORED" : "");
}

static char *
random_clause(const GenSchema *schema, const GenTable *table, const GenColumn *column, int clause,
              GRand *rand)
{
    static const char *const actions[] = {"",
                                          " ON DELETE CASCADE",
                                          " ON UPDATE SET NULL",
                                          " ON DELETE SET DEFAULT ON UPDATE CASCADE",
                                          " DEFERRABLE INITIALLY DEFERRED",
                                          " MATCH FULL"};

    if (clause == GEN_GENERATED)
        return generated_clause(table, column, rand);
    if (clause == GEN_REFERENCES)
        return g_strdup_printf("REFERENCES {%u}%s", any_table(schema, rand)->id,
                               ONE_OF(rand, actions));
    if (clause != GEN_CHECK)
        return plain_clause(clause, rand);
    if (chance(rand, 20))
        return g_strdup_printf("CHECK ({%u}.{%u} IS NOT 'bad')", table->id, column->id);
    return g_strdup_printf("CHECK ({%u} IS NOT '%d')", column->id, g_rand_int_range(rand, 0, 9));
}

static char *
random_type(GRand *rand)
{
    static const char *const types[] = {
        "INTEGER",        "TEXT", "REAL",   "BLOB", "NUMERIC",   "VARCHAR(20)",
        "decimal(10, 2)", "",     "bigint", "INT",  "timestamp", "double precision"};

    return g_strdup(ONE_OF(rand, types));
}

static void
add_column(GenSchema *schema, GenTable *table, GRand *rand)
{
    static const char *const names[] = {"a",    "b",    "name",  "Title", "order", "x y", "größe",
                                        "q\"q", "it's", "rowid", "ID",    "f(",    "c,d", "AS"};
    static const int percents[GEN_N_CLAUSES] = {25, 25, 8, 8, 6, 8, 7, 6};
    GenColumn *column = g_new0(GenColumn, 1);

    column->id = schema->next_id++;
    column->name = random_name(rand, names, G_N_ELEMENTS(names), column->id);
    column->type = random_type(rand);
    g_ptr_array_insert(table->columns, g_rand_int_range(rand, 0, (gint32)table->columns->len + 1),
                       column);
    for (int i = 0; i < GEN_N_CLAUSES; i++) {
        if (chance(rand, percents[i]))
            column->clauses[i] = random_clause(schema, table, column, i, rand);
    }
}

static char *
random_primary_key(GRand *rand)
{
    static const char *const keys[] = {
        "PRIMARY KEY", "PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY DESC",
        "CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE", "PRIMARY KEY"};

    return g_strdup(ONE_OF(rand, keys));
}

static void
add_primary_key(GenTable *table, GRand *rand)
{
    GenColumn *column = table->columns->pdata[0];

    if (chance(rand, 25)) {
        g_ptr_array_add(table->constraints, g_strdup_printf("PRIMARY KEY ({%u}, {%u})", column->id,
                                                            any_column(table, rand)->id));
        return;
    }
    column->clauses[GEN_KEY] = replace_text(column->clauses[GEN_KEY], random_primary_key(rand));
    if (chance(rand, 75))
        column->type = replace_text(column->type, g_strdup("INTEGER"));
}

static char *
random_constraint(const GenSchema *schema, const GenTable *table, GRand *rand)
{
    static const char *const tails[] = {"", "", " ON CONFLICT IGNORE", " ON CONFLICT REPLACE"};
    guint a = any_column(table, rand)->id, b = any_column(table, rand)->id;
    g_autofree char *name =
        chance(rand, 40) ? g_strdup_printf("CONSTRAINT \"c %d\" ", g_rand_int_range(rand, 1, 100))
                         : g_strdup("");

    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        return g_strdup_printf("%sUNIQUE ({%u}, {%u})%s", name, a, b, ONE_OF(rand, tails));
    case 1:
        return g_strdup_printf("%sCHECK ({%u} IS NOT {%u} OR {%u} IS NULL)", name, a, b, a);
    case 2:
        return g_strdup_printf("%sFOREIGN KEY ({%u}) REFERENCES {%u} ON DELETE CASCADE", name, a,
                               any_table(schema, rand)->id);
    default:
        return g_strdup_printf("%sUNIQUE ({%u} COLLATE NOCASE)%s", name, a, ONE_OF(rand, tails));
    }
}

static char *
random_index(const GenTable *table, guint id, GRand *rand)
{
    guint a = any_column(table, rand)->id, b = any_column(table, rand)->id;
    const char *unique = chance(rand, 25) ? "UNIQUE " : "";

    switch (g_rand_int_range(rand, 0, 5)) {
    case 0:
        return g_strdup_printf("CREATE %sINDEX ix%u ON {%u}({%u} DESC, {%u})", unique, id,
                               table->id, a, b);
    case 1:
        return g_strdup_printf("create %sindex \"ix %u\" on {%u} ({%u}) -- note\n WHERE {%u} > 1",
                               unique, id, table->id, a, b);
    case 2:
        return g_strdup_printf("CREATE INDEX ix%u ON {%u}(lower({%u}), {%u})", id, table->id, a, b);
    case 3:
        return g_strdup_printf("CREATE %sINDEX ix%u ON {%u}({%u} COLLATE NOCASE)", unique, id,
                               table->id, a);
    default:
        return g_strdup_printf("CREATE %sINDEX ix%u ON {%u}({%u})", unique, id, table->id, a);
    }
}

static char *
random_trigger(const GenSchema *schema, const GenTable *table, guint id, GRand *rand)
{
    guint a = any_column(table, rand)->id;
    const GenTable *other = any_table(schema, rand);

    switch (g_rand_int_range(rand, 0, 3)) {
    case 0:
        return g_strdup_printf("CREATE TRIGGER tr%u AFTER INSERT ON {%u} BEGIN\n"
                               "  DELETE FROM {%u} WHERE CASE WHEN 1 THEN 0 END; -- end;\nEND",
                               id, table->id, other->id);
    case 1:
        return g_strdup_printf("CREATE TRIGGER \"tr %u\" BEFORE UPDATE OF {%u} ON {%u}\n"
                               "WHEN new.{%u} IS NULL BEGIN SELECT raise(ABORT, 'no;'); END",
                               id, a, table->id, a);
    default:
        return g_strdup_printf("CREATE TRIGGER tr%u AFTER DELETE ON {%u} BEGIN "
                               "UPDATE {%u} SET {%u} = {%u}; END",
                               id, table->id, table->id, a, a);
    }
}

static void
add_view(GenSchema *schema, GRand *rand)
{
    const GenTable *table = any_table(schema, rand);
    guint id = schema->next_id++;
    g_autofree char *name = g_strdup_printf("\"v %u\"", id);

    switch (g_rand_int_range(rand, 0, 3)) {
    case 0:
        g_ptr_array_add(schema->views,
                        g_strdup_printf("CREATE VIEW %s AS SELECT {%u} FROM {%u}", name,
                                        any_column(table, rand)->id, table->id));
        break;
    case 1:
        g_ptr_array_add(
            schema->views,
            g_strdup_printf("CREATE VIEW %s (n) AS SELECT count(*) FROM {%u}, {%u} -- c", name,
                            table->id, any_table(schema, rand)->id));
        break;
    default:
        g_ptr_array_add(schema->views,
                        g_strdup_printf("CREATE VIEW %s AS SELECT * FROM {%u}", name, table->id));
        g_ptr_array_add(schema->views,
                        g_strdup_printf("CREATE TRIGGER vt%u INSTEAD OF INSERT ON %s BEGIN "
                                        "DELETE FROM {%u}; END",
                                        id, name, table->id));
    }
}

static void
add_extra(GenSchema *schema, GRand *rand)
{
    guint id = schema->next_id++;

    if (chance(rand, 50))
        g_ptr_array_add(
            schema->extras,
            g_strdup_printf("CREATE VIRTUAL TABLE \"ft%u\" USING fts5(title, body)", id));
    else
        g_ptr_array_add(schema->extras,
                        g_strdup_printf("CREATE VIRTUAL TABLE rt%u USING rtree(id, x0, x1)", id));
}

static void
random_options(GenTable *table, GRand *rand)
{
    static const char *const options[] = {
        "", "", "", "", "STRICT", "WITHOUT ROWID", "without rowid, strict"};

    table->options = replace_text(table->options, g_strdup(ONE_OF(rand, options)));
    if (strstr(table->options, "trict") || strstr(table->options, "STRICT")) {
        static const char *const types[] = {"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"};

        for (guint i = 0; i < table->columns->len; i++) {
            GenColumn *column = table->columns->pdata[i];

            column->type = replace_text(column->type, g_strdup(ONE_OF(rand, types)));
        }
    }
}

static void
add_table(GenSchema *schema, GRand *rand)
{
    static const char *const names[] = {"users",  "Posts", "group", "my table",
                                        "Straße", "t\"q",  "it's",  "_mig_new_users"};
    GenTable *table = g_new0(GenTable, 1);
    int n_columns = g_rand_int_range(rand, 1, 7);

    table->id = schema->next_id++;
    table->name = random_name(rand, names, G_N_ELEMENTS(names), table->id);
    table->columns = g_ptr_array_new_with_free_func(column_free);
    table->constraints = g_ptr_array_new_with_free_func(g_free);
    table->indexes = g_ptr_array_new_with_free_func(g_free);
    table->triggers = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(schema->tables, table);
    for (int i = 0; i < n_columns; i++)
        add_column(schema, table, rand);
    random_options(table, rand);
    if (chance(rand, 60) || strstr(table->options, "ROWID") || strstr(table->options, "rowid"))
        add_primary_key(table, rand);
    if (chance(rand, 40))
        g_ptr_array_add(table->constraints, random_constraint(schema, table, rand));
    if (chance(rand, 50))
        g_ptr_array_add(table->indexes, random_index(table, schema->next_id++, rand));
    if (chance(rand, 25))
        g_ptr_array_add(table->triggers, random_trigger(schema, table, schema->next_id++, rand));
}

GenSchema *
gen_schema_new(GRand *rand)
{
    GenSchema *schema = g_new0(GenSchema, 1);
    int n_tables = g_rand_int_range(rand, 1, 5);

    schema->next_id = 1;
    schema->tables = g_ptr_array_new_with_free_func(table_free);
    schema->views = g_ptr_array_new_with_free_func(g_free);
    schema->extras = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < n_tables; i++)
        add_table(schema, rand);
    if (chance(rand, 35))
        add_view(schema, rand);
    if (chance(rand, 10))
        add_extra(schema, rand);
    return schema;
}

static void
remove_any(GPtrArray *array, guint keep, GRand *rand)
{
    if (array->len > keep)
        g_ptr_array_remove_index(array, (guint)g_rand_int_range(rand, 0, (gint32)array->len));
}

static void
edit_column(GenSchema *schema, GenTable *table, GRand *rand)
{
    GenColumn *column = (GenColumn *)any_column(table, rand);
    int clause = g_rand_int_range(rand, -2, GEN_N_CLAUSES);

    if (clause == -2) {
        column->type = replace_text(column->type, random_type(rand));
    } else if (clause == -1) {
        g_autofree char *upper = g_ascii_strup(column->name, -1);

        if (chance(rand, 30))
            column->name = replace_text(column->name, g_steal_pointer(&upper));
    } else if (column->clauses[clause] && chance(rand, 60)) {
        g_clear_pointer(&column->clauses[clause], g_free);
    } else {
        column->clauses[clause] = replace_text(column->clauses[clause],
                                               random_clause(schema, table, column, clause, rand));
    }
}

/* Another name; the id stays, which makes it a rename. */
static void
edit_name(GenSchema *schema, GenTable *table, GRand *rand)
{
    static const char *const names[] = {"renamed", "New Name", "naïve", "or.der", "a=b"};
    GenColumn *column = (GenColumn *)any_column(table, rand);
    char **name = chance(rand, 40) ? &table->name : &column->name;

    *name = replace_text(*name, random_name(rand, names, G_N_ELEMENTS(names), schema->next_id++));
}

static void
edit_order(GenTable *table, GRand *rand)
{
    gpointer first = g_ptr_array_steal_index(table->columns, 0);

    g_ptr_array_insert(table->columns, g_rand_int_range(rand, 0, (gint32)table->columns->len + 1),
                       first);
}

static void
edit_schema(GenSchema *schema, GRand *rand)
{
    switch (g_rand_int_range(rand, 0, 7)) {
    case 0:
        add_table(schema, rand);
        break;
    case 1:
        remove_any(schema->tables, 1, rand);
        break;
    case 2:
    case 3:
        add_view(schema, rand);
        break;
    case 4:
    case 5:
        remove_any(schema->views, 0, rand);
        break;
    default:
        if (chance(rand, 50))
            add_extra(schema, rand);
        else
            remove_any(schema->extras, 0, rand);
    }
}

static void
edit_triggers(GenSchema *schema, GenTable *table, GRand *rand)
{
    g_ptr_array_add(table->triggers, random_trigger(schema, table, schema->next_id++, rand));
    if (chance(rand, 50))
        remove_any(table->triggers, 0, rand);
}

void
gen_schema_edit(GenSchema *schema, GRand *rand)
{
    static const char kinds[] = "aadddcccckKiItonnssss"; /* as often as they stand here */
    GenTable *table = (GenTable *)any_table(schema, rand);

    switch (kinds[g_rand_int_range(rand, 0, sizeof kinds - 1)]) {
    case 'a':
        return add_column(schema, table, rand);
    case 'd':
        return remove_any(table->columns, 1, rand);
    case 'c':
        return edit_column(schema, table, rand);
    case 'k':
        return g_ptr_array_add(table->constraints, random_constraint(schema, table, rand));
    case 'K':
        return remove_any(table->constraints, 0, rand);
    case 'i':
        return g_ptr_array_add(table->indexes, random_index(table, schema->next_id++, rand));
    case 'I':
        return remove_any(table->indexes, 0, rand);
    case 't':
        return edit_triggers(schema, table, rand);
    case 'o':
        return chance(rand, 40) ? random_options(table, rand) : edit_order(table, rand);
    case 'n':
        return edit_name(schema, table, rand);
    default:
        return edit_schema(schema, rand);
    }
}

static void
add_rename(GPtrArray *renames, const char *old_table, const char *new_table, const char *old_name,
           const char *new_name)
{
    const char *const names[] = {old_table, old_name, new_table, new_name};
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
