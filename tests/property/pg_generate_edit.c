/* Edits. */
#include <string.h>

#include "tests/property/pg_generate.h"

static PgObject *
any_object(const GenSchema *schema, GRand *rand)
{
    PgObject *object = NULL;

    for (int i = 0; i < 30 && !object; i++)
        object = pg_any(schema, (PgKind)g_rand_int_range(rand, 0, PG_N_KINDS), 0, -1, rand);
    return object;
}

static void
remove_object(GenSchema *schema, GRand *rand)
{
    PgObject *object = any_object(schema, rand);

    if (!object || (object->kind == PG_TABLE && gen_chance(rand, 50)))
        return;
    pg_object_free(object);
    g_ptr_array_remove(schema->objects, object);
}

static void
edit_text(GenSchema *schema, PgObject *object, GRand *rand)
{
    int text;

    if (object->kind == PG_EXTENSION || object->kind == PG_SCHEMA)
        text = PG_COMMENT;
    else
        do
            text = g_rand_int_range(rand, 1, PG_N_TEXTS);
        while (!pg_has_text(object->kind, text));
    if (object->kind == PG_TABLE && text == 2)
        return;
    if (object->kind == PG_ENUM && text == 1)
        pg_edit_labels(object, rand);
    else
        pg_roll(schema, object, text, rand);
}

static void
edit_column(GenSchema *schema, GRand *rand)
{
    static const int texts[] = {1, 1, 1, 2, 3, 6, 6, 7};
    PgObject *column = pg_any(schema, PG_COLUMN, 0, -1, rand);

    if (column)
        pg_roll(schema, column, gen_one_of(rand, texts), rand);
}

static void
edit_name(GenSchema *schema, GRand *rand)
{
    PgObject *object =
        gen_chance(rand, 60)
            ? pg_any(schema, gen_chance(rand, 40) ? PG_TABLE : PG_COLUMN, 0, -1, rand)
            : any_object(schema, rand);

    if (!object || object->kind == PG_EXTENSION)
        return;
    char *name = pg_new_name(schema, object->kind, schema->next_id++, rand);

    g_free(object->name);
    object->name = name;
}

/* A partition becomes a table of its own with the same columns. */
static void
detach(GenSchema *schema, GRand *rand)
{
    PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);
    const char *body = table ? table->texts[2] : NULL;
    const char *parent = body ? strstr(body, "PARTITION OF ") : NULL;

    if (!parent)
        return;
    parent += strlen("PARTITION OF ");
    pg_set(table, 2,
           g_strdup_printf("(LIKE %.*s INCLUDING ALL)", (int)(strcspn(parent, "}") + 1), parent));
}

/* Something else with the same name. */
static void
replace(GenSchema *schema, GRand *rand)
{
    static const PgKind ways[] = {PG_TABLE, PG_VIEW, PG_MATVIEW, PG_SEQUENCE, PG_COMPOSITE};
    PgObject *old = pg_any(schema, gen_one_of(rand, ways), 0, -1, rand);
    PgObject *new;

    if (!old)
        return;
    new = pg_add(schema, gen_one_of(rand, ways), NULL, -1, rand);
    g_free(new->name);
    new->name = g_strdup(old->name);
    new->space = old->space;
    g_ptr_array_remove(schema->objects, old);
    pg_object_free(old);
}

static void
move_to_space(GenSchema *schema, GRand *rand)
{
    PgObject *object = any_object(schema, rand);
    const PgObject *space = pg_any(schema, PG_SCHEMA, 0, -1, rand);

    if (object && object->parent == 0 && object->kind > PG_EXTENSION)
        object->space = object->space || !space ? 0 : space->id;
}

void
gen_schema_edit(GenSchema *schema, GRand *rand)
{
    static const char kinds[] = "aaaaadddd"
                                "eeeeeeee"
                                "cccc"
                                "lllnn"
                                "prm";
    PgObject *object = any_object(schema, rand);

    switch (kinds[g_rand_int_range(rand, 0, sizeof kinds - 1)]) {
    case 'a':
        return pg_add_one(schema, rand);
    case 'd':
        return remove_object(schema, rand);
    case 'c':
        return edit_column(schema, rand);
    case 'l':
        object = pg_any(schema, PG_ENUM, 0, -1, rand);
        if (object)
            return pg_edit_labels(object, rand);
        return pg_add_one(schema, rand);
    case 'n':
        return edit_name(schema, rand);
    case 'p':
        return detach(schema, rand);
    case 'r':
        return replace(schema, rand);
    case 'm':
        return move_to_space(schema, rand);
    default:
        if (object)
            edit_text(schema, object, rand);
    }
}
