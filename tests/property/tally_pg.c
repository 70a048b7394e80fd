#include <string.h>

#include "tests/property/tally.h"

TallyEntry tally_entries[] = {
    {"pair: statement", 0, 0},
    {"pair: statement not taken by the server", 0, 0},
    {"pair: renames that cannot be", 0, 0},
    {"pair: equal", 0, 0},
    {"check: moved up with rows", 568, 0},
    {"check: moved down with rows", 558, 0},
    {"check: stopped by rows", 0, 0},
    {"check: rows told to be lost", 0, 0},
    {"object: schema", 549, 0},
    {"object: extension", 60, 0},
    {"object: event trigger", 0, 0},
    {"object: table", 2012, 0},
    {"object: view", 392, 0},
    {"object: materialized view", 185, 0},
    {"object: sequence", 462, 0},
    {"object: enum", 452, 0},
    {"object: domain", 254, 0},
    {"object: composite type", 258, 0},
    {"object: range type", 240, 0},
    {"object: function", 651, 0},
    {"object: procedure", 115, 0},
    {"object: aggregate", 148, 0},
    {"object: statistics", 69, 0},
    {"object: collation", 69, 0},
    {"object: column", 7685, 0},
    {"object: attribute", 198, 0},
    {"object: constraint", 2280, 0},
    {"object: index", 928, 0},
    {"object: trigger", 42, 0},
    {"object: rule", 166, 0},
    {"object: policy", 231, 0},
    {"object: table unlogged", 180, 0},
    {"object: table partitioned", 328, 0},
    {"object: table that is a partition", 471, 0},
    {"object: table that inherits", 51, 0},
    {"object: column with a default", 1352, 0},
    {"object: column identity", 0, 0},
    {"object: column generated", 0, 0},
    {"object: column with a collation", 92, 0},
    {"object: primary key", 268, 0},
    {"object: unique", 646, 0},
    {"object: check", 1228, 0},
    {"object: foreign key", 88, 0},
    {"object: exclusion", 51, 0},
    {"object: constraint deferrable", 318, 0},
    {"object: index unique", 120, 0},
    {"object: index partial", 115, 0},
    {"object: index not btree", 194, 0},
    {"object: index of a partition", 143, 0},
    {"object: with a comment", 2271, 0},
    {"object: with grants", 1015, 0},
    {"object: in another schema", 2188, 0},
    {"name: not ASCII", 415, 0},
    {"name: of 63 bytes", 618, 0},
    {"name: with a quote", 448, 0},
    {"change: schema added", 0, 0},
    {"change: schema dropped", 0, 0},
    {"change: schema altered", 0, 0},
    {"change: schema renamed", 0, 0},
    {"change: extension added", 0, 0},
    {"change: extension dropped", 0, 0},
    {"change: extension altered", 0, 0},
    {"change: extension renamed", 0, 0},
    {"change: event trigger added", 0, 0},
    {"change: event trigger dropped", 0, 0},
    {"change: event trigger altered", 0, 0},
    {"change: event trigger renamed", 0, 0},
    {"change: table added", 157, 0},
    {"change: table dropped", 111, 0},
    {"change: table altered", 69, 0},
    {"change: table renamed", 0, 0},
    {"change: view added", 46, 0},
    {"change: view dropped", 60, 0},
    {"change: view altered", 46, 0},
    {"change: view renamed", 0, 0},
    {"change: materialized view added", 0, 0},
    {"change: materialized view dropped", 0, 0},
    {"change: materialized view altered", 0, 0},
    {"change: materialized view renamed", 0, 0},
    {"change: sequence added", 60, 0},
    {"change: sequence dropped", 0, 0},
    {"change: sequence altered", 0, 0},
    {"change: sequence renamed", 0, 0},
    {"change: enum added", 55, 0},
    {"change: enum dropped", 51, 0},
    {"change: enum altered", 115, 0},
    {"change: enum renamed", 0, 0},
    {"change: domain added", 0, 0},
    {"change: domain dropped", 0, 0},
    {"change: domain altered", 0, 0},
    {"change: domain renamed", 0, 0},
    {"change: composite type added", 0, 0},
    {"change: composite type dropped", 0, 0},
    {"change: composite type altered", 0, 0},
    {"change: composite type renamed", 0, 0},
    {"change: range type added", 0, 0},
    {"change: range type dropped", 0, 0},
    {"change: range type altered", 0, 0},
    {"change: range type renamed", 0, 0},
    {"change: function added", 0, 0},
    {"change: function dropped", 60, 0},
    {"change: function altered", 0, 0},
    {"change: function renamed", 0, 0},
    {"change: procedure added", 0, 0},
    {"change: procedure dropped", 0, 0},
    {"change: procedure altered", 0, 0},
    {"change: procedure renamed", 0, 0},
    {"change: aggregate added", 0, 0},
    {"change: aggregate dropped", 0, 0},
    {"change: aggregate altered", 0, 0},
    {"change: aggregate renamed", 0, 0},
    {"change: statistics added", 0, 0},
    {"change: statistics dropped", 0, 0},
    {"change: statistics altered", 0, 0},
    {"change: statistics renamed", 0, 0},
    {"change: collation added", 0, 0},
    {"change: collation dropped", 0, 0},
    {"change: collation altered", 0, 0},
    {"change: collation renamed", 0, 0},
    {"change: column added", 115, 0},
    {"change: column dropped", 152, 0},
    {"change: column altered", 323, 0},
    {"change: column renamed", 46, 0},
    {"change: attribute added", 0, 0},
    {"change: attribute dropped", 0, 0},
    {"change: attribute altered", 0, 0},
    {"change: attribute renamed", 0, 0},
    {"change: constraint added", 0, 0},
    {"change: constraint dropped", 60, 0},
    {"change: constraint altered", 97, 0},
    {"change: constraint renamed", 0, 0},
    {"change: index added", 55, 0},
    {"change: index dropped", 51, 0},
    {"change: index altered", 0, 0},
    {"change: index renamed", 0, 0},
    {"change: trigger added", 0, 0},
    {"change: trigger dropped", 0, 0},
    {"change: trigger altered", 0, 0},
    {"change: trigger renamed", 0, 0},
    {"change: rule added", 0, 0},
    {"change: rule dropped", 0, 0},
    {"change: rule altered", 0, 0},
    {"change: rule renamed", 0, 0},
    {"change: policy added", 0, 0},
    {"change: policy dropped", 0, 0},
    {"change: policy altered", 0, 0},
    {"change: policy renamed", 0, 0},
    {"change: column altered: type", 162, 0},
    {"change: column altered: default", 102, 0},
    {"change: column altered: not-null", 0, 0},
    {"change: column altered: collation", 0, 0},
    {"change: column altered: identity", 0, 0},
    {"change: column altered: generated", 0, 0},
    {"change: column altered: comment", 0, 0},
    {"change: enum altered: labels", 106, 0},
    {"change: domain altered: type", 0, 0},
    {"change: domain altered: default", 0, 0},
    {"change: view altered: definition", 0, 0},
    {"change: materialized view altered: definition", 0, 0},
    {"change: function altered: definition", 0, 0},
    {"change: table altered: partition-of", 0, 0},
    {"change: table altered: options", 0, 0},
    {"change: table altered: row-security", 0, 0},
    {"change: constraint altered: definition", 69, 0},
    {"change: index altered: definition", 0, 0},
    {"change: sequence altered: owned-by", 0, 0},
    {"change: trigger altered: definition", 0, 0},
    {"change: policy altered: using", 0, 0},
    {"change: range type altered: definition", 0, 0},
};

const guint tally_n_entries = G_N_ELEMENTS(tally_entries);

static gboolean
is(const MigObject *object, const char *kind)
{
    return strcmp(object->kind, kind) == 0;
}

static gboolean
has(const MigObject *object, const char *attribute, const char *word)
{
    const char *value = mig_object_get(object, attribute);

    return value && strstr(value, word);
}

static void
count_table(const MigObject *table)
{
    tally_if(has(table, "persistence", ""), "object: table unlogged");
    tally_if(has(table, "partition-key", ""), "object: table partitioned");
    tally_if(has(table, "partition-of", ""), "object: table that is a partition");
    tally_if(has(table, "inherits", ""), "object: table that inherits");
}

static void
count_column(const MigObject *column)
{
    tally_if(has(column, "default", ""), "object: column with a default");
    tally_if(has(column, "identity", ""), "object: column identity");
    tally_if(has(column, "generated", ""), "object: column generated");
    tally_if(has(column, "collation", ""), "object: column with a collation");
}

static void
count_constraint(const MigObject *constraint)
{
    tally_if(has(constraint, "type", "primary"), "object: primary key");
    tally_if(has(constraint, "type", "unique"), "object: unique");
    tally_if(has(constraint, "type", "check"), "object: check");
    tally_if(has(constraint, "type", "foreign"), "object: foreign key");
    tally_if(has(constraint, "type", "exclude"), "object: exclusion");
    tally_if(has(constraint, "definition", "DEFERRABLE"), "object: constraint deferrable");
}

static void
count_index(const MigObject *index)
{
    tally_if(has(index, "unique", ""), "object: index unique");
    tally_if(has(index, "definition", " WHERE "), "object: index partial");
    tally_if(!has(index, "definition", "btree"), "object: index not btree");
    tally_if(has(index, "attached-to", ""), "object: index of a partition");
}

static void
count_any(const MigObject *object)
{
    const char *name = mig_object_name(object), *space = mig_object_namespace(object);
    g_autofree char *kind = g_strconcat("object: ", object->kind, NULL);

    tally_count(kind);
    tally_if(has(object, "comment", ""), "object: with a comment");
    tally_if(has(object, "grants", ""), "object: with grants");
    tally_if(space && strcmp(space, "public") != 0, "object: in another schema");
    tally_if(!g_str_is_ascii(name), "name: not ASCII");
    tally_if(strlen(name) == 63, "name: of 63 bytes");
    tally_if(strpbrk(name, "'\"") != NULL, "name: with a quote");
}

void
tally_state(const MigSchema *state)
{
    const GPtrArray *objects = mig_schema_objects(state);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        count_any(object);
        if (is(object, "table"))
            count_table(object);
        else if (is(object, "column"))
            count_column(object);
        else if (is(object, "constraint"))
            count_constraint(object);
        else if (is(object, "index"))
            count_index(object);
    }
}

void
tally_plan(const MigPlan *plan, const char *sql)
{
    for (guint i = 0; i < plan->changes->len; i++)
        tally_change(plan->changes->pdata[i]);
    tally_if(plan->changes->len == 0, "pair: equal");
}
