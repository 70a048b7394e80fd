#include <string.h>

#include "tests/property/tally.h"

TallyEntry tally_entries[] = {
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

const guint tally_n_entries = G_N_ELEMENTS(tally_entries);

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
    tally_if(strict, "object: table STRICT");
    tally_if(bare, "object: table WITHOUT ROWID");
    tally_if(strict && bare, "object: table that is both");
    tally_if(strstr(sql, "/*") || strstr(sql, "-- it's\n") || strstr(sql, "-- one, two"),
             "object: table with comments");
    tally_if(strstr(sql, "IS NOT 'bad'") != NULL, "object: table that names itself");
}

static void
count_column(const MigObject *column)
{
    tally_count("object: column");
    tally_if(has(column, "generated", "VIRTUAL"), "object: column generated, virtual");
    tally_if(has(column, "generated", "STORED"), "object: column generated, stored");
    tally_if(has(column, "default", ""), "object: column with a default");
    tally_if(has(column, "collation", ""), "object: column with a collation");
    tally_if(has(column, "not-null", "CONFLICT"), "object: column NOT NULL ON CONFLICT");
}

static void
count_constraint(const MigObject *constraint)
{
    const char *type = mig_object_get(constraint, "type");
    gboolean primary = strcmp(type, "PRIMARY KEY") == 0, named;
    g_autofree char *definition = g_ascii_strup(mig_object_get(constraint, "definition"), -1);

    named = g_str_has_prefix(definition, "CONSTRAINT");
    tally_if(primary, "object: primary key");
    tally_if(primary && has(constraint, "columns", ","), "object: primary key of several columns");
    tally_if(has(constraint, "autoincrement", ""), "object: primary key AUTOINCREMENT");
    tally_if(strcmp(type, "UNIQUE") == 0, "object: unique constraint");
    tally_if(strcmp(type, "CHECK") == 0, "object: check constraint");
    tally_if(strcmp(type, "FOREIGN KEY") == 0, "object: foreign key");
    tally_if(has(constraint, "deferrable", ""), "object: foreign key DEFERRABLE");
    tally_if(named, "object: constraint with a name");
    tally_if(!named, "object: constraint without a name");
    tally_if(has(constraint, "conflict", ""), "object: constraint ON CONFLICT");
}

static void
count_index(const MigObject *index)
{
    tally_count("object: index");
    tally_if(has(index, "unique", ""), "object: index, unique");
    tally_if(has(index, "where", ""), "object: index, partial");
    tally_if(has(index, "columns", "(") || has(index, "columns", "||"),
             "object: index with an expression");
    tally_if(has(index, "columns", "DESC"), "object: index DESC");
    tally_if(has(index, "columns", "COLLATE"), "object: index with a collation");
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

    tally_if(strstr(sql, "using fts5") != NULL, "object: virtual table FTS5");
    tally_if(strstr(sql, "using fts3") || strstr(sql, "using fts4"),
             "object: virtual table FTS3 or FTS4");
    tally_if(strstr(sql, "using rtree") != NULL, "object: virtual table R-Tree");
}

static void
count_name(const char *name)
{
    static const char *const keywords[] = {"select", "group", "table", "values",
                                           "order",  "as",    "check"};

    tally_if(!*name, "name: empty");
    tally_if(!g_str_is_ascii(name), "name: not ASCII");
    tally_if(strpbrk(name, "'\"`[") != NULL, "name: with a quote");
    tally_if(strchr(name, ' ') != NULL, "name: with a space");
    for (guint i = 0; i < G_N_ELEMENTS(keywords); i++)
        tally_if(g_ascii_strcasecmp(name, keywords[i]) == 0, "name: a keyword");
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

void
tally_plan(const MigPlan *plan, const char *sql)
{
    for (guint i = 0; i < plan->changes->len; i++)
        tally_change(plan->changes->pdata[i]);
    tally_if(plan->changes->len == 0, "pair: equal");
    tally_if(strstr(sql, " RENAME TO ") && strstr(sql, "CREATE TABLE \"_mig_new"),
             "plan: rebuild by renaming");
    tally_if(strstr(sql, "CREATE TABLE \"_mig_old") != NULL, "plan: rebuild by detour");
    tally_if(strstr(sql, " ADD COLUMN ") != NULL, "plan: native ADD COLUMN");
    tally_if(strstr(sql, " DROP COLUMN ") != NULL, "plan: native DROP COLUMN");
}
