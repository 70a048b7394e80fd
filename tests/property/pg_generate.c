#include "tests/property/pg_generate.h"

#include <string.h>

typedef struct {
    const char *create; /* text 0 */
    char *(*roll)(GenSchema *schema, PgObject *object, int text, GRand *rand);
    guint8 percents[PG_N_TEXTS]; /* how often each text is there; 100: always */
    guint8 often;                /* how often one is made */
} Kind;

static const Kind kinds[PG_N_KINDS] = {
    [PG_SCHEMA] = {"CREATE SCHEMA {@}", pg_text_of_root, {[PG_COMMENT] = 25, [PG_GRANT] = 15}, 3},
    [PG_EXTENSION] = {"CREATE EXTENSION {@} SCHEMA public", pg_text_of_root, {0}, 1},
    [PG_COLLATION] = {"CREATE COLLATION {@} ({!1})",
                      pg_text_of_root,
                      {[1] = 100, [PG_COMMENT] = 30},
                      2},
    [PG_ENUM] = {"CREATE TYPE {@} AS ENUM ({!1})",
                 pg_text_of_type,
                 {[1] = 100, [PG_COMMENT] = 20, [PG_GRANT] = 10},
                 8},
    [PG_COMPOSITE] = {"CREATE TYPE {@} AS ({!1})",
                      pg_text_of_type,
                      {[1] = 100, [PG_COMMENT] = 20, [PG_GRANT] = 10},
                      4},
    [PG_RANGE] = {"CREATE TYPE {@} AS RANGE ({!1})",
                  pg_text_of_type,
                  {[1] = 100, [PG_COMMENT] = 20, [PG_GRANT] = 10},
                  3},
    [PG_DOMAIN] = {"CREATE DOMAIN {@} AS {!1} {=2} {=3} {=4}",
                   pg_text_of_type,
                   {[1] = 100, [2] = 15, [3] = 30, [4] = 15, [PG_COMMENT] = 20, [PG_GRANT] = 10},
                   6},
    [PG_SEQUENCE] = {"CREATE {=1} SEQUENCE {@} {=2} {=3}",
                     pg_text_of_sequence,
                     {[1] = 10, [2] = 30, [3] = 60, [6] = 30, [PG_COMMENT] = 20, [PG_GRANT] = 15},
                     5},
    [PG_FUNCTION] =
        {"CREATE FUNCTION {@}({=1}) RETURNS {!2} {=3} {!4}",
         pg_text_of_function,
         {[1] = 100, [2] = 100, [3] = 70, [4] = 100, [PG_COMMENT] = 20, [PG_GRANT] = 15},
         14},
    [PG_PROCEDURE] = {"CREATE PROCEDURE {@}({=1}) {!4}",
                      pg_text_of_function,
                      {[1] = 50, [4] = 100, [PG_COMMENT] = 20, [PG_GRANT] = 10},
                      3},
    [PG_AGGREGATE] = {"CREATE AGGREGATE {@}(integer) ({!2})",
                      pg_text_of_function,
                      {[2] = 100, [PG_COMMENT] = 20},
                      3},
    [PG_TABLE] = {"CREATE {=1} TABLE {@} {!2} {=3} {=4} {=5}",
                  pg_text_of_table,
                  {[1] = 8,
                   [2] = 100,
                   [3] = 10,
                   [5] = 12,
                   [6] = 10,
                   [7] = 6,
                   [8] = 4,
                   [PG_COMMENT] = 20,
                   [PG_GRANT] = 15},
                  10},
    [PG_ATTRIBUTE] = {"ALTER TYPE {^} ADD ATTRIBUTE {@} {!1} {=2}",
                      pg_text_of_type,
                      {[1] = 100, [2] = 30, [PG_COMMENT] = 20},
                      5},
    [PG_COLUMN] = {"ALTER TABLE {^} ADD COLUMN {@} {!1} {=2} {=3}",
                   pg_text_of_column,
                   {[1] = 100,
                    [2] = 12,
                    [3] = 25,
                    [6] = 30,
                    [7] = 25,
                    [8] = 4,
                    [9] = 4,
                    [10] = 3,
                    [11] = 3,
                    [PG_COMMENT] = 10,
                    [PG_GRANT] = 4},
                   16},
    [PG_CONSTRAINT] = {"ALTER TABLE {^} ADD CONSTRAINT {@} {!1} {=2}",
                       pg_text_of_constraint,
                       {[1] = 100, [2] = 25, [PG_COMMENT] = 15},
                       16},
    [PG_INDEX] = {"CREATE {=1} INDEX {@} ON {^} {!2} {=3} {=4} {=5}",
                  pg_text_of_index,
                  {[1] = 20, [2] = 100, [3] = 8, [4] = 12, [5] = 20, [6] = 5, [PG_COMMENT] = 15},
                  12},
    [PG_VIEW] = {"CREATE VIEW {@} {=1} AS {!2}",
                 pg_text_of_view,
                 {[1] = 25, [2] = 100, [6] = 8, [7] = 10, [PG_COMMENT] = 20, [PG_GRANT] = 15},
                 12},
    [PG_MATVIEW] =
        {"CREATE MATERIALIZED VIEW {@} {=1} AS {!2} {=3}",
         pg_text_of_view,
         {[1] = 10, [2] = 100, [3] = 15, [6] = 8, [7] = 10, [PG_COMMENT] = 20, [PG_GRANT] = 15},
         5},
    [PG_STATISTICS] = {"CREATE STATISTICS {@} {=1} ON {!2} FROM {^}",
                       pg_text_of_code,
                       {[1] = 60, [2] = 100, [6] = 10, [PG_COMMENT] = 20},
                       4},
    [PG_TRIGGER] = {"{!1}", pg_text_of_code, {[1] = 100, [6] = 15, [PG_COMMENT] = 20}, 14},
    [PG_RULE] = {"{!1}", pg_text_of_code, {[1] = 100, [6] = 15, [PG_COMMENT] = 20}, 3},
    [PG_POLICY] = {"CREATE POLICY {@} ON {^} {=1} {=2} {=3} {=4} {=5}",
                   pg_text_of_code,
                   {[1] = 20, [2] = 50, [3] = 30, [4] = 60, [5] = 30, [PG_COMMENT] = 20},
                   6},
    [PG_EVENT_TRIGGER] = {"{!1}", pg_text_of_root, {[1] = 100, [PG_COMMENT] = 30}, 1},
};

/* ---- objects ---- */

PgObject *
pg_find(const GenSchema *schema, guint id)
{
    for (guint i = 0; i < schema->objects->len; i++) {
        PgObject *object = schema->objects->pdata[i];

        if (object->id == id)
            return object;
    }
    return NULL;
}

PgObject *
pg_any(const GenSchema *schema, PgKind kind, guint parent, int family, GRand *rand)
{
    PgObject *chosen = NULL;
    gint32 n = 0;

    for (guint i = 0; i < schema->objects->len; i++) {
        PgObject *object = schema->objects->pdata[i];

        if (object->kind != kind || (parent && object->parent != parent) ||
            (family >= 0 && (int)object->family != family))
            continue;
        if (g_rand_int_range(rand, 0, ++n) == 0)
            chosen = object;
    }
    return chosen;
}

void
pg_set(PgObject *object, int text, char *value)
{
    g_free(object->texts[text]);
    object->texts[text] = value;
}

gboolean
pg_has_text(PgKind kind, int text)
{
    return text > 0 && kinds[kind].percents[text] > 0;
}

void
pg_roll(GenSchema *schema, PgObject *object, int text, GRand *rand)
{
    const Kind *kind = &kinds[object->kind];
    gboolean must = kind->percents[text] == 100;

    if (!must && object->texts[text] && gen_chance(rand, 50))
        pg_set(object, text, NULL);
    else
        pg_set(object, text, kind->roll(schema, object, text, rand));
}

PgObject *
pg_add(GenSchema *schema, PgKind kind, PgObject *parent, int family, GRand *rand)
{
    PgObject *object = g_new0(PgObject, 1);
    const PgObject *space = pg_any(schema, PG_SCHEMA, 0, -1, rand);
    gboolean elsewhere = space && kind > PG_EXTENSION && gen_chance(rand, 30);

    object->id = schema->next_id++;
    object->kind = kind;
    object->parent = parent ? parent->id : 0;
    object->space = parent ? parent->space : elsewhere ? space->id : 0;
    object->family = family < 0 ? PG_OTHER : (PgFamily)family;
    object->name = pg_new_name(schema, kind, object->id, rand);
    object->texts[0] = g_strdup(kinds[kind].create);
    for (int i = 1; i < PG_N_TEXTS; i++) {
        if (gen_chance(rand, kinds[kind].percents[i]))
            object->texts[i] = kinds[kind].roll(schema, object, i, rand);
    }
    g_ptr_array_add(schema->objects, object);
    return object;
}

/* ---- objects that need others ---- */

static void
add_parts(GenSchema *schema, PgObject *table, GRand *rand)
{
    int n_constraints = g_rand_int_range(rand, 0, 3), n_indexes = g_rand_int_range(rand, 0, 2);

    for (int i = 0; i < n_constraints; i++)
        pg_add(schema, PG_CONSTRAINT, table, -1, rand);
    for (int i = 0; i < n_indexes; i++)
        pg_add(schema, PG_INDEX, table, -1, rand);
    if (gen_chance(rand, 25))
        pg_add_foreign_key(schema, table, rand);
}

void
pg_add_table(GenSchema *schema, GRand *rand)
{
    PgObject *table = pg_add(schema, PG_TABLE, NULL, -1, rand);
    int n_columns = g_rand_int_range(rand, 1, 6);

    for (int i = 0; i < n_columns; i++)
        pg_add(schema, PG_COLUMN, table, -1, rand);
    add_parts(schema, table, rand);
}

void
pg_add_partition(GenSchema *schema, PgObject *parent, GRand *rand)
{
    PgObject *table = pg_add(schema, PG_TABLE, NULL, -1, rand);
    guint n = table->id;
    char *body;

    if (parent->family != PG_BY_HASH && gen_chance(rand, 20))
        body = g_strdup_printf("PARTITION OF {%u} DEFAULT", parent->id);
    else if (parent->family == PG_BY_RANGE)
        body = g_strdup_printf("PARTITION OF {%u} FOR VALUES FROM (%u) TO (%u)", parent->id, n * 10,
                               n * 10 + 10);
    else if (parent->family == PG_BY_LIST)
        body = g_strdup_printf("PARTITION OF {%u} FOR VALUES IN ('v%u', 'it''s %u')", parent->id, n,
                               n);
    else
        body = g_strdup_printf("PARTITION OF {%u} FOR VALUES WITH (MODULUS 4, REMAINDER %u)",
                               parent->id, n % 4);
    pg_set(table, 2, body);
    pg_set(table, 3, NULL);
    if (gen_chance(rand, 30))
        pg_add(schema, PG_INDEX, table, -1, rand);
    if (gen_chance(rand, 20))
        pg_add(schema, PG_CONSTRAINT, table, -1, rand);
}

void
pg_add_partitioned(GenSchema *schema, GRand *rand)
{
    static const PgFamily ways[] = {PG_BY_RANGE, PG_BY_LIST, PG_BY_HASH};
    static const char *const types[] = {"integer", "text", "integer"};
    static const char *const words[] = {"RANGE", "LIST", "HASH"};
    int way = g_rand_int_range(rand, 0, 3), n_partitions = g_rand_int_range(rand, 0, 4);
    PgObject *table = pg_add(schema, PG_TABLE, NULL, (int)ways[way], rand);
    PgObject *key = pg_add(schema, PG_COLUMN, table, -1, rand);
    int n_columns = g_rand_int_range(rand, 0, 4);

    pg_set(key, 1, g_strdup(types[way]));
    pg_set(key, 3, NULL);
    key->family = way == 1 ? PG_TEXT : PG_INT;
    pg_set(table, 2, g_strdup_printf("({#%u})", key->id));
    pg_set(table, 3, NULL);
    pg_set(table, 4, g_strdup_printf("PARTITION BY %s ({%u})", words[way], key->id));
    pg_set(table, 1, NULL);
    pg_set(table, 5, NULL);
    for (int i = 0; i < n_columns; i++)
        pg_add(schema, PG_COLUMN, table, -1, rand);
    add_parts(schema, table, rand);
    for (int i = 0; i < n_partitions; i++)
        pg_add_partition(schema, table, rand);
}

/* References to a unique constraint, with new columns that have the types of its own. */
void
pg_add_foreign_key(GenSchema *schema, PgObject *table, GRand *rand)
{
    const PgObject *key = pg_any(schema, PG_CONSTRAINT, 0, -1, rand);
    const char *list = key && key->texts[1] ? strstr(key->texts[1], "({") : NULL;

    if (!list || !strstr(key->texts[1], "{") || g_str_has_prefix(key->texts[1], "CHECK") ||
        g_str_has_prefix(key->texts[1], "EXCLUDE") || key->parent == 0)
        return;
    g_autofree char *columns = g_strndup(list + 1, strcspn(list + 1, ")"));
    guint target = key->parent;
    const char *old = strstr(key->texts[1], " REFERENCES");

    if (old)
        return;
    g_autoptr(GString) own = g_string_new(NULL);

    for (const char *at = columns; (at = strchr(at, '{')); at++) {
        const PgObject *there = pg_find(schema, (guint)g_ascii_strtoull(at + 1, NULL, 10));
        PgObject *column = there ? pg_add(schema, PG_COLUMN, table, -1, rand) : NULL;

        if (!column)
            return;
        const char *type = there->texts[1];

        pg_set(column, 1,
               g_strdup(strcmp(type, "serial") == 0      ? "integer"
                        : strcmp(type, "bigserial") == 0 ? "bigint"
                                                         : type));
        pg_set(column, 2, g_strdup(there->texts[2]));
        pg_set(column, 3, NULL);
        pg_set(column, 6, NULL);
        column->family = there->family;
        g_string_append_printf(own, "%s{%u}", own->len ? ", " : "", column->id);
    }
    PgObject *constraint = pg_add(schema, PG_CONSTRAINT, table, -1, rand);

    pg_set(constraint, 1,
           g_strdup_printf("FOREIGN KEY (%s) REFERENCES {%u} (%s)", own->str, target, columns));
    pg_set(constraint, 2,
           gen_chance(rand, 25)   ? g_strdup("DEFERRABLE INITIALLY DEFERRED")
           : gen_chance(rand, 20) ? g_strdup("NOT VALID")
                                  : NULL);
    pg_roll(schema, constraint, 1, rand);
}

/* One of a random kind; nothing when it has nothing to be in. */
static void
add_function(GenSchema *schema, GRand *rand)
{
    static const PgFamily uses[] = {PG_FOR_INT,  PG_FOR_INT,     PG_FOR_TEXT,
                                    PG_FOR_ROWS, PG_FOR_TRIGGER, PG_FOR_TRIGGER};

    pg_add(schema, PG_FUNCTION, NULL, (int)gen_one_of(rand, uses), rand);
}

static void
add_constraint(GenSchema *schema, PgObject *table, GRand *rand)
{
    PgObject *domain = pg_any(schema, PG_DOMAIN, 0, -1, rand);

    if (domain && gen_chance(rand, 20)) {
        PgObject *constraint = pg_add(schema, PG_CONSTRAINT, domain, -1, rand);

        pg_set(constraint, 0, g_strdup("ALTER DOMAIN {^} ADD CONSTRAINT {@} {!1} {=2}"));
    } else if (table && gen_chance(rand, 40)) {
        pg_add_foreign_key(schema, table, rand);
    } else if (table) {
        pg_add(schema, PG_CONSTRAINT, table, -1, rand);
    }
}

static void
add_extension(GenSchema *schema, GRand *rand)
{
    PgObject *extension = pg_add(schema, PG_EXTENSION, NULL, -1, rand);

    g_free(extension->name);
    extension->name = g_strdup(gen_chance(rand, 60) ? "citext" : "pg_trgm");
}

static void
add_event_trigger(GenSchema *schema, GRand *rand)
{
    pg_add(schema, PG_FUNCTION, NULL, PG_FOR_EVENT, rand);
    pg_add(schema, PG_EVENT_TRIGGER, NULL, -1, rand);
}

static void
add_any_table(GenSchema *schema, GRand *rand)
{
    PgObject *divided =
        pg_any(schema, PG_TABLE, 0, g_rand_int_range(rand, PG_BY_RANGE, PG_BY_HASH + 1), rand);

    if (divided && gen_chance(rand, 40))
        pg_add_partition(schema, divided, rand);
    else if (gen_chance(rand, 25))
        pg_add_partitioned(schema, rand);
    else
        pg_add_table(schema, rand);
}

static PgObject *
any_owner(const GenSchema *schema, PgKind kind, GRand *rand)
{
    PgKind other = PG_TABLE;

    if (kind == PG_ATTRIBUTE)
        return pg_any(schema, PG_COMPOSITE, 0, -1, rand);
    if (kind == PG_INDEX && gen_chance(rand, 20))
        other = PG_MATVIEW;
    if (kind == PG_TRIGGER && gen_chance(rand, 25))
        other = PG_VIEW;
    return pg_any(schema, other, 0, -1, rand);
}

static void
add_of_kind(GenSchema *schema, PgKind kind, GRand *rand)
{
    PgObject *owner = any_owner(schema, kind, rand);

    if (kind == PG_TRIGGER && !pg_any(schema, PG_FUNCTION, 0, PG_FOR_TRIGGER, rand))
        pg_add(schema, PG_FUNCTION, NULL, PG_FOR_TRIGGER, rand);
    switch (kind) {
    case PG_FUNCTION:
        return add_function(schema, rand);
    case PG_EXTENSION:
        return add_extension(schema, rand);
    case PG_EVENT_TRIGGER:
        return add_event_trigger(schema, rand);
    case PG_TABLE:
        return add_any_table(schema, rand);
    case PG_CONSTRAINT:
        return add_constraint(schema, owner, rand);
    case PG_ATTRIBUTE:
    case PG_COLUMN:
    case PG_INDEX:
    case PG_STATISTICS:
    case PG_TRIGGER:
    case PG_RULE:
    case PG_POLICY:
        if (owner)
            pg_add(schema, kind, owner, -1, rand);
        return;
    default:
        pg_add(schema, kind, NULL, -1, rand);
    }
}

void
pg_add_one(GenSchema *schema, GRand *rand)
{
    int all = 0, dice;
    PgKind kind = PG_SCHEMA;

    for (int i = 0; i < PG_N_KINDS; i++)
        all += kinds[i].often;
    dice = g_rand_int_range(rand, 0, all);
    while (dice >= kinds[kind].often)
        dice -= kinds[kind++].often;
    add_of_kind(schema, kind, rand);
}

GenSchema *
gen_schema_new(GRand *rand, guint first_id)
{
    GenSchema *schema = g_new0(GenSchema, 1);
    int n_types = g_rand_int_range(rand, 0, 4), n_tables = g_rand_int_range(rand, 1, 4);
    int n_more = g_rand_int_range(rand, 0, 20);

    schema->next_id = first_id;
    schema->objects = g_ptr_array_new();
    while (gen_chance(rand, 40))
        pg_add(schema, PG_SCHEMA, NULL, -1, rand);
    for (int i = 0; i < n_types; i++)
        add_of_kind(schema, (PgKind)g_rand_int_range(rand, PG_ENUM, PG_FUNCTION + 1), rand);
    for (int i = 0; i < n_tables; i++)
        add_any_table(schema, rand);
    for (int i = 0; i < n_more; i++)
        pg_add_one(schema, rand);
    return schema;
}
