/* The table rebuild: a new table beside the old one, the rows copied, the old one dropped, the new
 * one given its name. Runs with foreign_keys off (the runner's part) and, but for self-qualified
 * tables, legacy_alter_table on (the plan's part), so that nothing else follows the renaming. */
#include "dialects/sqlite/sqlite_plan.h"

#include <string.h>

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

static void
copy_sequence(MigAction *action, const MigSqliteTableChange *change, const char *new_name)
{
    g_autofree char *new = mig_sqlite_quote_literal(new_name);
    g_autofree char *old = mig_sqlite_quote_literal(mig_object_name(change->from));

    if (!change->old->autoincrement || !change->new->autoincrement)
        return;
    mig_action_sql(action, "DELETE FROM sqlite_sequence WHERE name = %s", new);
    mig_action_sql(action,
                   "INSERT INTO sqlite_sequence (name, seq)\nSELECT %s, seq\n"
                   "FROM sqlite_sequence WHERE name = %s",
                   new, old);
}

static gboolean
is_changed(const MigSqliteTableChange *change, const MigObject *object)
{
    const GPtrArray *changes = change->input->changes;

    for (guint i = 0; i < changes->len; i++) {
        if (((MigChange *)changes->pdata[i])->to == object)
            return TRUE;
    }
    return FALSE;
}

/* Indexes and triggers go with the old table; those that stay are made again. */
static void
restore_children(MigAction *action, const MigSqliteTableChange *change, const char *kind)
{
    for (guint i = 0; i < change->to->children->len; i++) {
        const MigObject *child = change->to->children->pdata[i];

        if (strcmp(child->kind, kind) == 0 && !is_changed(change, child))
            mig_action_sql(action, "%s", mig_object_get(child, "sql"));
    }
}

static gboolean
name_is_taken(const MigSchema *schema, const char *name)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        if (g_ascii_strcasecmp(mig_object_name(objects->pdata[i]), name) == 0)
            return TRUE;
    }
    return FALSE;
}

static char *
new_table_name(const MigSqliteTableChange *change)
{
    char *name = g_strdup_printf("_mig_new_%s", mig_object_name(change->to));

    for (int i = 2;
         name_is_taken(change->input->from, name) || name_is_taken(change->input->to, name); i++) {
        g_free(name);
        name = g_strdup_printf("_mig_new%d_%s", i, mig_object_name(change->to));
    }
    return name;
}

/* Appends the text with `name` in front of a dot replaced; returns how often it was. */
static guint
requalify(GString *out, const char *sql, const char *name, const char *new_name)
{
    MigLexer lexer;
    MigToken token, next;
    gsize copied = 0;
    guint n = 0;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql, strlen(sql));
    for (token = mig_lexer_next_code(&lexer); token.kind != MIG_TOKEN_END; token = next) {
        next = mig_lexer_next_code(&lexer);
        if (!mig_token_is(sql, next, ".") ||
            (token.kind != MIG_TOKEN_WORD && token.kind != MIG_TOKEN_QUOTED))
            continue;
        g_autofree char *spelled = mig_token_name(sql, token);

        if (g_ascii_strcasecmp(spelled, name) != 0)
            continue;
        g_string_append_len(out, sql + copied, (gssize)(token.offset - copied));
        g_string_append(out, new_name);
        copied = token.offset + token.length;
        n++;
    }
    g_string_append(out, sql + copied);
    return n;
}

gboolean
mig_sqlite_is_self_qualified(const char *sql, const char *name)
{
    g_autoptr(GString) unused = g_string_new(NULL);

    return requalify(unused, sql, name, "") > 0;
}

static char *
new_table_text(const MigSqliteTableChange *change, const char *new_name, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *quoted = mig_sqlite_quote_name(new_name);

    requalify(text, change->new_sql, mig_object_name(change->to), quoted);
    return mig_sqlite_table_retitle(text->str, new_name, error);
}

MigAction *
mig_sqlite_rebuild_action(const MigSqliteTableChange *change, gboolean skip_triggers,
                          GError **error)
{
    g_autofree char *new_name = new_table_name(change);
    g_autofree char *new = mig_sqlite_name(new_name);
    g_autofree char *old = mig_sqlite_name(mig_object_name(change->from));
    g_autofree char *name = mig_sqlite_name(mig_object_name(change->to));
    g_autofree char *sql = new_table_text(change, new_name, error);

    if (!sql)
        return NULL;
    MigAction *action = mig_action_new("alter %s", change->to->identity);

    mig_action_hazard(action, "rewrite", "copies every row of table %s into a new one", old);
    mig_sqlite_table_hazards(action, change);
    mig_action_sql(action, "%s", sql);
    copy_rows(action, change, new, old);
    copy_sequence(action, change, new_name);
    mig_action_sql(action, "DROP TABLE %s", old);
    mig_action_sql(action, "ALTER TABLE %s RENAME TO %s", new, name);
    restore_children(action, change, "index");
    if (!skip_triggers)
        restore_children(action, change, "trigger");
    return action;
}
