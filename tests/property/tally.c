#include "tests/property/tally.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FEWEST_JUDGED 500

/* per_thousand: of pairs, the floor; about two thirds of what the generator makes. 0: only
 * for information. */
typedef struct {
    const char *name;
    double per_thousand;
    guint64 n;
} Entry;

static Entry entries[] = {
    {"pair: not taken by SQLite", 0, 0},
    {"pair: renames that cannot be", 0, 0},
    {"pair: equal", 0, 0},
    {"check: moved without rows", 1576, 0},
    {"check: moved with rows", 1463, 0},
    {"check: stopped by rows", 0, 0},
    {"check: text as written", 6677, 0},
    {"check: shadow table left alone", 2051, 0},
    {"object: table", 1231, 0},
    {"object: table STRICT", 277, 0},
    {"object: table WITHOUT ROWID", 96, 0},
    {"object: table that is both", 41, 0},
    {"object: table with comments", 659, 0},
    {"object: table that names itself", 56, 0},
    {"object: column", 4140, 0},
    {"object: column generated, virtual", 86, 0},
    {"object: column generated, stored", 88, 0},
    {"object: column with a default", 954, 0},
    {"object: column with a collation", 269, 0},
    {"object: column NOT NULL ON CONFLICT", 337, 0},
    {"object: primary key", 795, 0},
    {"object: primary key of several columns", 186, 0},
    {"object: primary key AUTOINCREMENT", 203, 0},
    {"object: unique constraint", 455, 0},
    {"object: check constraint", 563, 0},
    {"object: foreign key", 567, 0},
    {"object: foreign key DEFERRABLE", 49, 0},
    {"object: constraint with a name", 665, 0},
    {"object: constraint without a name", 1717, 0},
    {"object: constraint ON CONFLICT", 385, 0},
    {"object: index", 653, 0},
    {"object: index, unique", 102, 0},
    {"object: index, partial", 156, 0},
    {"object: index with an expression", 261, 0},
    {"object: index DESC", 164, 0},
    {"object: index with a collation", 161, 0},
    {"object: trigger on a table", 364, 0},
    {"object: trigger on a view", 140, 0},
    {"object: view", 387, 0},
    {"object: view over a view", 83, 0},
    {"object: virtual table FTS5", 57, 0},
    {"object: virtual table FTS3 or FTS4", 20, 0},
    {"object: virtual table R-Tree", 25, 0},
    {"name: empty", 75, 0},
    {"name: not ASCII", 833, 0},
    {"name: with a quote", 673, 0},
    {"name: a keyword", 336, 0},
    {"name: with a space", 621, 0},
    {"change: table added", 111, 0},
    {"change: table dropped", 124, 0},
    {"change: table renamed", 23, 0},
    {"change: table altered", 23, 0},
    {"change: column added", 153, 0},
    {"change: column dropped", 203, 0},
    {"change: column renamed", 41, 0},
    {"change: column altered", 132, 0},
    {"change: column altered: type", 58, 0},
    {"change: column altered: not-null", 18, 0},
    {"change: column altered: default", 23, 0},
    {"change: column altered: collation", 15, 0},
    {"change: column altered: generated", 14, 0},
    {"change: table altered: options", 23, 0},
    {"change: constraint added", 168, 0},
    {"change: constraint dropped", 174, 0},
    {"change: constraint altered", 21, 0},
    {"change: index added", 127, 0},
    {"change: index dropped", 85, 0},
    {"change: index altered", 7.9, 0},
    {"change: trigger added", 79, 0},
    {"change: trigger dropped", 26, 0},
    {"change: trigger altered", 22, 0},
    {"change: view added", 147, 0},
    {"change: view dropped", 23, 0},
    {"change: view altered", 35, 0},
    {"change: virtual table added", 43, 0},
    {"change: virtual table dropped", 9.8, 0},
    {"change: virtual table altered", 3.7, 0},
    {"plan: rebuild by renaming", 269, 0},
    {"plan: rebuild by detour", 10, 0},
    {"plan: native ADD COLUMN", 49, 0},
    {"plan: native DROP COLUMN", 60, 0},
};

static gboolean paused;

void
tally_pause(gboolean pause)
{
    paused = pause;
}

static Entry *
find(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
        if (strcmp(entries[i].name, name) == 0)
            return &entries[i];
    }
    return NULL;
}

void
tally_count(const char *name)
{
    Entry *entry = find(name);

    if (!entry)
        g_error("the tally has no '%s'", name);
    entry->n += !paused;
}

static void
count_if(gboolean condition, const char *name)
{
    if (condition)
        tally_count(name);
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
    const char *sql = mig_object_get(table, "sql");
    gboolean strict = has(table, "options", "STRICT"), bare = has(table, "options", "ROWID");

    tally_count("object: table");
    count_if(strict, "object: table STRICT");
    count_if(bare, "object: table WITHOUT ROWID");
    count_if(strict && bare, "object: table that is both");
    count_if(strstr(sql, "/*") || strstr(sql, "-- it's\n") || strstr(sql, "-- one, two"),
             "object: table with comments");
    count_if(strstr(sql, "IS NOT 'bad'") != NULL, "object: table that names itself");
}

static void
count_column(const MigObject *column)
{
    tally_count("object: column");
    count_if(has(column, "generated", "VIRTUAL"), "object: column generated, virtual");
    count_if(has(column, "generated", "STORED"), "object: column generated, stored");
    count_if(has(column, "default", ""), "object: column with a default");
    count_if(has(column, "collation", ""), "object: column with a collation");
    count_if(has(column, "not-null", "CONFLICT"), "object: column NOT NULL ON CONFLICT");
}

static void
count_constraint(const MigObject *constraint)
{
    const char *type = mig_object_get(constraint, "type");
    gboolean primary = strcmp(type, "PRIMARY KEY") == 0, named;
    g_autofree char *definition = g_ascii_strup(mig_object_get(constraint, "definition"), -1);

    named = g_str_has_prefix(definition, "CONSTRAINT");
    count_if(primary, "object: primary key");
    count_if(primary && has(constraint, "columns", ","), "object: primary key of several columns");
    count_if(has(constraint, "autoincrement", ""), "object: primary key AUTOINCREMENT");
    count_if(strcmp(type, "UNIQUE") == 0, "object: unique constraint");
    count_if(strcmp(type, "CHECK") == 0, "object: check constraint");
    count_if(strcmp(type, "FOREIGN KEY") == 0, "object: foreign key");
    count_if(has(constraint, "deferrable", ""), "object: foreign key DEFERRABLE");
    count_if(named, "object: constraint with a name");
    count_if(!named, "object: constraint without a name");
    count_if(has(constraint, "conflict", ""), "object: constraint ON CONFLICT");
}

static void
count_index(const MigObject *index)
{
    tally_count("object: index");
    count_if(has(index, "unique", ""), "object: index, unique");
    count_if(has(index, "where", ""), "object: index, partial");
    count_if(has(index, "columns", "(") || has(index, "columns", "||"),
             "object: index with an expression");
    count_if(has(index, "columns", "DESC"), "object: index DESC");
    count_if(has(index, "columns", "COLLATE"), "object: index with a collation");
}

static void
count_view(const MigObject *view)
{
    tally_count("object: view");
    for (guint i = 0; i < view->depends->len; i++) {
        if (g_str_has_prefix(view->depends->pdata[i], "view ")) {
            tally_count("object: view over a view");
            return;
        }
    }
}

static void
count_virtual(const MigObject *table)
{
    g_autofree char *sql = g_ascii_strdown(mig_object_get(table, "sql"), -1);

    count_if(strstr(sql, "using fts5") != NULL, "object: virtual table FTS5");
    count_if(strstr(sql, "using fts3") || strstr(sql, "using fts4"),
             "object: virtual table FTS3 or FTS4");
    count_if(strstr(sql, "using rtree") != NULL, "object: virtual table R-Tree");
}

static void
count_name(const char *name)
{
    static const char *const keywords[] = {"select", "group", "table", "values",
                                           "order",  "as",    "check"};

    count_if(!*name, "name: empty");
    count_if(!g_str_is_ascii(name), "name: not ASCII");
    count_if(strpbrk(name, "'\"`[") != NULL, "name: with a quote");
    count_if(strchr(name, ' ') != NULL, "name: with a space");
    for (guint i = 0; i < G_N_ELEMENTS(keywords); i++)
        count_if(g_ascii_strcasecmp(name, keywords[i]) == 0, "name: a keyword");
}

void
tally_state(const MigSchema *state)
{
    const GPtrArray *objects = mig_schema_objects(state);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        const char *kind = object->kind;

        if (strcmp(kind, "table") == 0)
            count_table(object);
        else if (strcmp(kind, "column") == 0)
            count_column(object);
        else if (strcmp(kind, "constraint") == 0)
            count_constraint(object);
        else if (strcmp(kind, "index") == 0)
            count_index(object);
        else if (strcmp(kind, "view") == 0)
            count_view(object);
        else if (strcmp(kind, "virtual table") == 0)
            count_virtual(object);
        else
            tally_count(strcmp(object->parent->kind, "view") == 0 ? "object: trigger on a view"
                                                                  : "object: trigger on a table");
        if (strcmp(kind, "constraint") != 0)
            count_name(mig_object_name(object));
    }
}

static void
count_change(const MigChange *change)
{
    static const char *const verbs[] = {"added", "dropped", "altered", "renamed"};
    const MigObject *object = change->to ? change->to : change->from;
    g_autofree char *name = g_strdup_printf("change: %s %s", object->kind, verbs[change->kind]);

    tally_count(name);
    for (guint i = 0; change->attributes && i < change->attributes->len; i++) {
        g_autofree char *detail =
            g_strdup_printf("%s: %s", name, (char *)change->attributes->pdata[i]);

        if (find(detail))
            tally_count(detail);
    }
}

void
tally_plan(const MigPlan *plan, const char *sql)
{
    for (guint i = 0; i < plan->changes->len; i++)
        count_change(plan->changes->pdata[i]);
    count_if(plan->changes->len == 0, "pair: equal");
    count_if(strstr(sql, " RENAME TO ") && strstr(sql, "CREATE TABLE \"_mig_new"),
             "plan: rebuild by renaming");
    count_if(strstr(sql, "CREATE TABLE \"_mig_old") != NULL, "plan: rebuild by detour");
    count_if(strstr(sql, " ADD COLUMN ") != NULL, "plan: native ADD COLUMN");
    count_if(strstr(sql, " DROP COLUMN ") != NULL, "plan: native DROP COLUMN");
}

/* Four standard deviations below what is expected of so many pairs, so that chance never fails a
 * run; fewer pairs are for looking into something. */
static double
floor_of(const Entry *entry, guint n_pairs)
{
    double expected = n_pairs < FEWEST_JUDGED ? 0 : entry->per_thousand * n_pairs / 1000;
    double low = expected - 4 * sqrt(expected);

    return low > 0 ? low : 0;
}

gboolean
tally_print(guint n_pairs)
{
    gboolean enough = TRUE;

    for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
        const Entry *entry = &entries[i];
        double low = floor_of(entry, n_pairs);
        gboolean below = (double)entry->n < low;

        printf("# %-40s %8" G_GUINT64_FORMAT "  at least %.0f%s\n", entry->name, entry->n, low,
               below ? "  BELOW ITS FLOOR" : "");
        enough &= !below;
    }
    fflush(stdout);
    return enough;
}
