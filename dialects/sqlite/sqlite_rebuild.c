/* The table rebuild: a new table beside the old one, the rows copied, the old one dropped, the new
 * one given its name. Runs with foreign_keys off (the runner's part) and legacy_alter_table on (the
 * plan's part), so that nothing else follows the renaming.
 *
 * A table whose text says "t.column" (in a CHECK) cannot stand under another name, nor be given
 * its name in legacy mode. There the rows wait in a bare table while the new one takes the place of
 * the old one: two copies, and no renaming. */
#include "dialects/sqlite/sqlite_plan.h"

#include <string.h>

#include "dialects/sqlite/sqlite_planner.h"

static const char *
free_rowid_name(const MigSqliteTable *table)
{
    static const char *const names[] = {"rowid", "_rowid_", "oid"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!mig_sqlite_table_column(table, names[i]))
            return names[i];
    }
    return NULL;
}

/* How a table's rowid can be named; NULL when it has none or hides it. New string. */
static char *
rowid_name(const MigSqliteTable *table)
{
    if (table->without_rowid)
        return NULL;
    if (table->rowid_alias)
        return mig_sqlite_name(table->rowid_alias);
    return g_strdup(free_rowid_name(table));
}

/* The old column whose values a new one gets, or NULL. */
static const MigSqliteColumn *
copied_from(const MigSqliteTableChange *change, const MigSqliteColumn *column)
{
    return column->generated ? NULL : mig_sqlite_table_column(change->old, column->item.name);
}

typedef struct {
    GString *into, *values;
} Copy;

static void
copy_add(Copy *copy, const char *into, const char *value)
{
    g_string_append_printf(copy->into, "%s%s", copy->into->len ? ", " : "", into);
    g_string_append_printf(copy->values, "%s%s", copy->values->len ? ", " : "", value);
}

/* The rowid goes along unless the new table's alias column brings its own values. */
static void
copy_rowid(Copy *copy, const MigSqliteTableChange *change)
{
    const char *alias = change->new->rowid_alias;

    if (alias && copied_from(change, mig_sqlite_table_column(change->new, alias)))
        return;
    g_autofree char *from = rowid_name(change->old), *into = rowid_name(change->new);

    if (from && into)
        copy_add(copy, into, from);
}

/* What a column that the old table lacks is given: nothing (its default) as a rule, but where that
 * cannot be, a NULL for the user to replace, which fails when there are rows. */
static void
copy_columns(Copy *copy, const MigSqliteTableChange *change)
{
    for (guint i = 0; i < change->new->columns->len; i++) {
        const MigSqliteColumn *column = change->new->columns->pdata[i];
        const MigSqliteColumn *old = copied_from(change, column);
        g_autofree char *name = mig_sqlite_name(column->item.name);

        if (old) {
            g_autofree char *value = mig_sqlite_name(old->item.name);

            copy_add(copy, name, value);
        } else if (!column->generated && !column->default_value &&
                   mig_sqlite_column_required(change->new, column)) {
            g_autofree char *value = g_strdup_printf("NULL /* %s */", name);

            copy_add(copy, name, strstr(name, "*/") ? "NULL" : value);
        }
    }
}

/* A list must not be empty: the first column's default makes one. */
static void
copy_something(Copy *copy, const MigSqliteTable *table)
{
    for (guint i = 0; copy->into->len == 0 && i < table->columns->len; i++) {
        const MigSqliteColumn *column = table->columns->pdata[i];
        g_autofree char *name = mig_sqlite_name(column->item.name);

        if (!column->generated)
            copy_add(copy, name, column->default_value ? column->default_value : "NULL");
    }
}

static gboolean
has_conflict_clause(const MigObject *table)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        const char *not_null = mig_object_get(child, "not-null");

        if (mig_object_get(child, "conflict") || (not_null && strstr(not_null, "CONFLICT")))
            return TRUE;
    }
    return FALSE;
}

/* OR ABORT overrides ON CONFLICT clauses of the new table, which would drop or change rows. */
static void
copy_rows(MigAction *action, const MigSqliteTableChange *change, const char *new_name,
          const char *old_name)
{
    Copy copy = {g_string_new(NULL), g_string_new(NULL)};

    copy_rowid(&copy, change);
    copy_columns(&copy, change);
    copy_something(&copy, change->new);
    mig_action_sql(action, "INSERT%s INTO %s (%s)\nSELECT %s\nFROM %s",
                   has_conflict_clause(change->to) ? " OR ABORT" : "", new_name, copy.into->str,
                   copy.values->str, old_name);
    g_string_free(copy.into, TRUE);
    g_string_free(copy.values, TRUE);
}

/* Moves the AUTOINCREMENT counter of one name to another. The database may spell the table's name in
 * another case than the state that the plan was made from. */
static void
move_sequence(MigAction *action, const MigSqliteTableChange *change, const char *from,
              const char *to)
{
    g_autofree char *old = mig_sqlite_quote_literal(from), *new = mig_sqlite_quote_literal(to);

    if (!change->old->autoincrement || !change->new->autoincrement)
        return;
    mig_action_sql(action, "DELETE FROM sqlite_sequence WHERE name = %s", new);
    mig_action_sql(action,
                   "UPDATE sqlite_sequence SET name = %s WHERE name = %s COLLATE NOCASE", new, old);
}

/* Indexes and triggers go with the old table; those that stay are made again. */
static void
restore_children(MigAction *action, const MigSqliteTableChange *change, const char *kind)
{
    for (guint i = 0; i < change->to->children->len; i++) {
        const MigObject *child = change->to->children->pdata[i];

        if (strcmp(child->kind, kind) == 0 && !child->unmanaged &&
            !g_hash_table_contains(change->planner->changed, child))
            mig_action_sql(action, "%s", mig_object_get(child, "sql"));
    }
}

/* Whether a virtual table may have a shadow table of this name: its own with one word behind it. */
static gboolean
may_be_shadow(const MigSchema *schema, const char *name)
{
    const GPtrArray *roots = mig_schema_roots(schema);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];
        gsize length = strlen(mig_object_name(root));

        if (mig_object_is_kind(root, "virtual table") &&
            g_ascii_strncasecmp(name, mig_object_name(root), length) == 0 && name[length] == '_' &&
            !strchr(name + length + 1, '_'))
            return TRUE;
    }
    return FALSE;
}

static gboolean
name_is_taken(const MigSqliteTableChange *change, const char *name)
{
    const MigPlanInput *input = change->planner->input;
    g_autofree char *key = g_ascii_strdown(name, -1);

    return g_hash_table_contains(change->planner->names, key) ||
           may_be_shadow(input->from, name) || may_be_shadow(input->to, name);
}

/* A name that neither state has: "_mig_new_users". New string. */
static char *
free_name(const MigSqliteTableChange *change, const char *prefix)
{
    char *name = g_strdup_printf("%s_%s", prefix, mig_object_name(change->to));

    for (int i = 2; name_is_taken(change, name); i++) {
        g_free(name);
        name = g_strdup_printf("%s%d_%s", prefix, i, mig_object_name(change->to));
    }
    return name;
}

gboolean
mig_sqlite_is_self_qualified(const char *sql, const char *name)
{
    MigLexer lexer;
    MigToken token, next;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql, strlen(sql));
    for (token = mig_lexer_next_code(&lexer); token.kind != MIG_TOKEN_END; token = next) {
        next = mig_lexer_next_code(&lexer);
        if (!mig_token_is(sql, next, ".") ||
            (token.kind != MIG_TOKEN_WORD && token.kind != MIG_TOKEN_QUOTED))
            continue;
        g_autofree char *spelled = mig_token_name(sql, token);

        if (g_ascii_strcasecmp(spelled, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
rebuild_by_renaming(MigAction *action, const MigSqliteTableChange *change, GError **error)
{
    g_autofree char *new_name = free_name(change, "_mig_new");
    g_autofree char *new = mig_sqlite_name(new_name);
    g_autofree char *old = mig_sqlite_name(mig_object_name(change->from));
    g_autofree char *name = mig_sqlite_name(mig_object_name(change->to));
    g_autofree char *sql = mig_sqlite_table_retitle(change->new_sql, new_name, error);

    if (!sql)
        return FALSE;
    mig_action_sql(action, "%s", sql);
    copy_rows(action, change, new, old);
    move_sequence(action, change, mig_object_name(change->from), new_name);
    mig_action_sql(action, "DROP TABLE %s", old);
    mig_action_sql(action, "ALTER TABLE %s RENAME TO %s", new, name);
    return TRUE;
}

/* All that the old table holds, in a table without types or rules. */
static void
set_rows_aside(MigAction *action, const MigSqliteTableChange *change, const char *aside,
               const char *old)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const char *rowid = change->old->without_rowid ? NULL : free_rowid_name(change->old);

    for (guint i = 0; i < change->old->columns->len; i++) {
        const MigSqliteColumn *column = change->old->columns->pdata[i];
        g_autofree char *name = mig_sqlite_name(column->item.name);

        g_string_append_printf(names, "%s%s", i ? ", " : "", name);
    }
    mig_action_sql(action, "CREATE TABLE %s (%s)", aside, names->str);
    if (rowid) {
        g_string_prepend(names, ", ");
        g_string_prepend(names, rowid);
    }
    mig_action_sql(action, "INSERT INTO %s (%s)\nSELECT %s\nFROM %s", aside, names->str, names->str,
                   old);
}

static void
rebuild_by_detour(MigAction *action, const MigSqliteTableChange *change)
{
    g_autofree char *aside_name = free_name(change, "_mig_old");
    g_autofree char *aside = mig_sqlite_name(aside_name);
    g_autofree char *old = mig_sqlite_name(mig_object_name(change->from));
    g_autofree char *name = mig_sqlite_name(mig_object_name(change->to));

    set_rows_aside(action, change, aside, old);
    move_sequence(action, change, mig_object_name(change->from), aside_name);
    mig_action_sql(action, "DROP TABLE %s", old);
    mig_action_sql(action, "%s", change->new_sql);
    copy_rows(action, change, name, aside);
    move_sequence(action, change, aside_name, mig_object_name(change->to));
    mig_action_sql(action, "DROP TABLE %s", aside);
}

MigAction *
mig_sqlite_rebuild_action(const MigSqliteTableChange *change, GError **error)
{
    MigAction *action = mig_action_new("alter %s", change->to->identity);
    g_autofree char *old = mig_sqlite_name(mig_object_name(change->from));

    mig_action_hazard(action, "rewrite", "copies every row of table %s into a new one", old);
    mig_sqlite_table_hazards(action, change);
    if (change->self_qualified) {
        rebuild_by_detour(action, change);
    } else if (!rebuild_by_renaming(action, change, error)) {
        mig_action_free(action);
        return NULL;
    }
    restore_children(action, change, "index");
    restore_children(action, change, "trigger");
    return action;
}
