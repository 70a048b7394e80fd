/* Hazards: what a plan can do to rows and to code that runs beside it, with the query that finds
 * the rows that stand in the way. */
#include "dialects/sqlite/sqlite_offending.h"
#include "dialects/sqlite/sqlite_plan.h"

#include <string.h>

typedef struct {
    MigAction *action;
    const MigSqliteTableChange *change;
    char *table; /* as an identifier */
} Hazards;

static void
column_dropped(const Hazards *hazards, const MigObject *column)
{
    g_autofree char *name = mig_sqlite_name(mig_object_name(column));

    if (mig_object_get(column, "generated"))
        return;
    mig_action_hazard(hazards->action, "data-loss", "drops column %s.%s", hazards->table, name);
}

static gboolean
has_check(const MigSqliteColumn *column)
{
    for (guint i = 0; i < column->constraints->len; i++) {
        const MigSqliteConstraint *constraint = column->constraints->pdata[i];

        if (strcmp(constraint->type, "CHECK") == 0)
            return TRUE;
    }
    return FALSE;
}

static void
column_added(const Hazards *hazards, const MigObject *added)
{
    const MigSqliteTable *table = hazards->change->new;
    const MigSqliteColumn *column = mig_sqlite_table_column(table, mig_object_name(added));
    g_autofree char *name = mig_sqlite_name(mig_object_name(added));

    if (!column->generated && !column->default_value && mig_sqlite_column_required(table, column))
        mig_action_hazard(
            hazards->action, "fails-on-data",
            "new column %s.%s admits no NULL and has no default: fails when the table "
            "has rows\nto fill it, write a value in place of NULL /* %s */ below",
            hazards->table, name, name);
    else if (table->strict && !column->generated && !mig_sqlite_default_is_strict(column))
        mig_action_hazard(hazards->action, "fails-on-data",
                          "the default of new column %s.%s does not seem to fit its type %s, which "
                          "stops the run when the table has rows",
                          hazards->table, name, column->type);
    else if (column->generated && (table->strict || column->not_null || has_check(column)))
        mig_action_hazard(hazards->action, "fails-on-data",
                          "each row's value of the new generated column %s.%s must pass its rules",
                          hazards->table, name);
    else if (has_check(column))
        mig_action_hazard(hazards->action, "fails-on-data",
                          "new column %s.%s has a CHECK, which every row must pass", hazards->table,
                          name);
}

static void
null_forbidden(const Hazards *hazards, const MigChange *part, const char *name)
{
    if (mig_object_get(part->from, "not-null") || !mig_object_get(part->to, "not-null"))
        return;
    mig_action_hazard(hazards->action, "fails-on-data",
                      "%s.%s becomes NOT NULL; rows that stand in the way:\n"
                      "SELECT * FROM %s WHERE %s IS NULL;\n"
                      "UPDATE %s SET %s = ... WHERE %s IS NULL;",
                      hazards->table, name, hazards->table, name, hazards->table, name, name);
}

static void
type_changed(const Hazards *hazards, const MigChange *part, const char *name)
{
    const char *old = mig_object_get(part->from, "type"), *new = mig_object_get(part->to, "type");
    const char *to = mig_sqlite_affinity(new);

    if (g_strcmp0(old, new) == 0)
        return;
    if (hazards->change->new->strict) {
        g_autofree char *misfit = mig_sqlite_misfit(new, name);

        if (misfit)
            mig_action_hazard(hazards->action, "fails-on-data",
                              "%s.%s becomes %s; rows that stand in the way:\n"
                              "SELECT * FROM %s WHERE %s;\n"
                              "UPDATE %s SET %s = ... WHERE %s;",
                              hazards->table, name, new, hazards->table, misfit, hazards->table,
                              name, misfit);
        return;
    }
    if (strcmp(mig_sqlite_affinity(old), to) == 0 || strcmp(to, "BLOB") == 0)
        return;
    if (strcmp(to, "TEXT") == 0)
        mig_action_hazard(hazards->action, "rewrite",
                          "%s.%s becomes %s: numbers are stored as text", hazards->table, name,
                          new);
    else
        mig_action_hazard(hazards->action, "data-loss",
                          "%s.%s becomes %s: text that reads as a number is stored as one ('007' "
                          "as 7)%s; other text stays as it is:\n"
                          "SELECT %s FROM %s WHERE typeof(%s) = 'text';",
                          hazards->table, name, new,
                          strcmp(to, "REAL") == 0 ? ", whole numbers beyond 2^53 lose digits" : "",
                          name, hazards->table, name);
}

static gboolean
has_attribute(const MigChange *part, const char *name)
{
    for (guint i = 0; i < part->attributes->len; i++) {
        if (strcmp(part->attributes->pdata[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_rule(const MigObject *table)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        const char *type = mig_object_get(child, "type");

        if (mig_object_get(child, "unique") || mig_object_get(child, "not-null") ||
            (strcmp(child->kind, "constraint") == 0 && strcmp(type, "FOREIGN KEY") != 0))
            return TRUE;
    }
    return FALSE;
}

/* Rows that passed the table's rules may not pass them with other values or comparisons. */
static void
rules_apply_anew(const Hazards *hazards, const MigChange *part, const char *name)
{
    gboolean stored = g_strcmp0(mig_sqlite_affinity(mig_object_get(part->from, "type")),
                                mig_sqlite_affinity(mig_object_get(part->to, "type"))) != 0;

    if ((hazards->change->new->strict || has_rule(hazards->change->to)) &&
        (stored || has_attribute(part, "collation") || has_attribute(part, "generated")))
        mig_action_hazard(hazards->action, "fails-on-data",
                          "values of %s.%s are stored or compared in another way: rows may break "
                          "the rules of table %s",
                          hazards->table, name, hazards->table);
}

static void
column_altered(const Hazards *hazards, const MigChange *part)
{
    g_autofree char *name = mig_sqlite_name(mig_object_name(part->to));

    null_forbidden(hazards, part, name);
    type_changed(hazards, part, name);
    if (mig_object_get(part->to, "generated") && !mig_object_get(part->from, "generated"))
        mig_action_hazard(hazards->action, "data-loss", "%s.%s becomes generated: its values go",
                          hazards->table, name);
    rules_apply_anew(hazards, part, name);
}

typedef enum { KEYS_OLD, KEYS_NEW, KEYS_NULL } KeysKind;

/* Whether all columns of a key have their values already, some get theirs now, or some are NULL in
 * every row. */
static KeysKind
kind_of_keys(const MigSqliteTableChange *change, const GPtrArray *keys)
{
    KeysKind kind = KEYS_OLD;

    for (guint i = 0; i < keys->len; i++) {
        MigLexer lexer;

        mig_lexer_init(&lexer, &mig_lex_rules_sqlite, keys->pdata[i], strlen(keys->pdata[i]));
        g_autofree char *name = mig_token_name(keys->pdata[i], mig_lexer_next_code(&lexer));
        const MigSqliteColumn *column = mig_sqlite_table_column(change->new, name);

        if (mig_sqlite_table_column(change->old, name) || !column)
            continue;
        if (!column->default_value && !column->generated)
            return KEYS_NULL;
        kind = KEYS_NEW;
    }
    return kind;
}

/* Rows that are equal in all keys, none of which is NULL. New string. */
static char *
duplicates_query(const char *table, const GPtrArray *keys, const char *where)
{
    g_autoptr(GString) list = g_string_new(NULL), condition = g_string_new(NULL);

    if (where)
        g_string_append_printf(condition, "(%s) AND ", where);
    for (guint i = 0; i < keys->len; i++) {
        const char *key = keys->pdata[i], *comma = i ? ", " : "", *and = i ? " AND " : "";

        g_string_append_printf(list, "%s%s", comma, key);
        g_string_append_printf(condition, "%s%s IS NOT NULL", and, key);
    }
    return g_strdup_printf("SELECT %s, count(*) FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1;",
                           list->str, table, condition->str, list->str);
}

static void
key_added(const Hazards *hazards, const MigObject *constraint)
{
    const char *columns = mig_object_get(constraint, "columns");
    g_autoptr(GPtrArray) keys = mig_sqlite_keys(columns);

    const char *type = mig_object_get(constraint, "type");
    KeysKind kind = kind_of_keys(hazards->change, keys);

    if (kind == KEYS_NULL)
        return;
    if (kind == KEYS_NEW) {
        mig_action_hazard(hazards->action, "fails-on-data",
                          "%s (%s) on table %s: fails when the new columns have the same values in "
                          "two rows",
                          type, columns, hazards->table);
        return;
    }
    g_autofree char *query = duplicates_query(hazards->table, keys, NULL);

    mig_action_hazard(hazards->action, "fails-on-data",
                      "%s (%s) on table %s; rows that stand in the way:\n%s", type, columns,
                      hazards->table, query);
}

static void
constraint_added(const Hazards *hazards, const MigObject *constraint)
{
    const char *type = mig_object_get(constraint, "type");
    const char *column = mig_object_get(constraint, "written-in");
    const char *expression = mig_object_get(constraint, "expression");

    if (strcmp(type, "UNIQUE") == 0 || strcmp(type, "PRIMARY KEY") == 0) {
        key_added(hazards, constraint);
    } else if (strcmp(type, "CHECK") == 0) {
        if (!column || mig_sqlite_table_column(hazards->change->old, column))
            mig_action_hazard(hazards->action, "fails-on-data",
                              "new CHECK on table %s; rows that stand in the way:\n"
                              "SELECT * FROM %s WHERE NOT (%s);\n"
                              "UPDATE %s SET ... WHERE NOT (%s);",
                              hazards->table, hazards->table, expression, hazards->table,
                              expression);
    } else {
        if (!column || mig_sqlite_table_column(hazards->change->old, column))
            mig_action_hazard(hazards->action, "fails-on-data",
                              "new foreign key of table %s to %s; rows that stand in the way:\n"
                              "PRAGMA foreign_key_check(%s);",
                              hazards->table, mig_object_get(constraint, "references"),
                              hazards->table);
    }
}

static void
becomes_strict(const Hazards *hazards)
{
    g_autoptr(GString) misfits = g_string_new(NULL);

    for (guint i = 0; i < hazards->change->new->columns->len; i++) {
        const MigSqliteColumn *column = hazards->change->new->columns->pdata[i];
        const MigSqliteColumn *old =
            mig_sqlite_table_column(hazards->change->old, column->item.name);

        if (!old || column->generated || !column->type)
            continue;
        g_autofree char *name = mig_sqlite_name(column->item.name);
        g_autofree char *misfit = mig_sqlite_misfit(column->type, name);

        if (misfit)
            g_string_append_printf(misfits, "%s%s", misfits->len ? " OR " : "", misfit);
    }
    if (misfits->len > 0)
        mig_action_hazard(hazards->action, "fails-on-data",
                          "table %s becomes STRICT; rows that stand in the way:\n"
                          "SELECT * FROM %s WHERE %s;",
                          hazards->table, hazards->table, misfits->str);
}

static void
table_altered(const Hazards *hazards)
{
    const MigSqliteTable *old = hazards->change->old, *new = hazards->change->new;

    if (new->strict && !old->strict)
        becomes_strict(hazards);
    if (old->strict && !new->strict)
        mig_action_hazard(
            hazards->action, "data-loss",
            "table %s is no longer STRICT: text in a column of type ANY that reads as "
            "a number is stored as one",
            hazards->table);
    if (!new->without_rowid || old->without_rowid)
        return;
    mig_action_hazard(hazards->action, "fails-on-data",
                      "table %s becomes WITHOUT ROWID: no column of its primary key may be NULL",
                      hazards->table);
    if (!old->rowid_alias)
        mig_action_hazard(hazards->action, "data-loss", "table %s loses its rowids",
                          hazards->table);
}

static void
key_kind_changed(const Hazards *hazards)
{
    const MigSqliteTable *old = hazards->change->old, *new = hazards->change->new;

    if (old->autoincrement && !new->autoincrement)
        mig_action_hazard(hazards->action, "data-loss",
                          "table %s forgets its AUTOINCREMENT counter: ids of deleted rows can be "
                          "given again",
                          hazards->table);
    if (new->rowid_alias && g_strcmp0(old->rowid_alias, new->rowid_alias) != 0 &&
        mig_sqlite_table_column(old, new->rowid_alias)) {
        g_autofree char *name = mig_sqlite_name(new->rowid_alias);

        mig_action_hazard(hazards->action, "fails-on-data",
                          "%s.%s becomes the rowid: only distinct whole numbers can be copied, and "
                          "NULL becomes a number:\n"
                          "SELECT * FROM %s WHERE typeof(%s) <> 'integer';",
                          hazards->table, name, hazards->table, name);
    }
}

/* Whether a constraint asks of rows what it did not before. */
static gboolean
is_new_rule(const MigChange *part)
{
    static const char *const rules[] = {"type", "columns", "expression", "references",
                                        "ref-columns"};

    if (part->kind != MIG_ALTERED)
        return part->kind == MIG_ADDED;
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (has_attribute(part, rules[i]))
            return TRUE;
    }
    return FALSE;
}

static void
add_part(const Hazards *hazards, const MigChange *part)
{
    const MigObject *object = part->to ? part->to : part->from;

    if (strcmp(object->kind, "column") == 0) {
        if (part->kind == MIG_DROPPED)
            column_dropped(hazards, object);
        else if (part->kind == MIG_ADDED)
            column_added(hazards, object);
        else
            column_altered(hazards, part);
    } else if (strcmp(object->kind, "constraint") == 0) {
        if (is_new_rule(part))
            constraint_added(hazards, object);
    } else {
        table_altered(hazards);
    }
}

void
mig_sqlite_table_hazards(MigAction *action, const MigSqliteTableChange *change)
{
    g_autofree char *table = mig_sqlite_name(mig_object_name(change->from));
    Hazards hazards = {action, change, table};

    for (guint i = 0; i < change->changes->len; i++)
        add_part(&hazards, change->changes->pdata[i]);
    key_kind_changed(&hazards);
}

void
mig_sqlite_index_hazards(MigAction *action, const MigObject *index)
{
    if (!mig_object_get(index, "unique"))
        return;
    g_autoptr(GPtrArray) keys = mig_sqlite_keys(mig_object_get(index, "columns"));
    g_autofree char *table = mig_sqlite_name(mig_object_name(index->parent));
    g_autofree char *query = duplicates_query(table, keys, mig_object_get(index, "where"));

    action->rows_of = g_strdup(index->parent->identity);
    mig_action_hazard(action, "fails-on-data",
                      "UNIQUE index on table %s; rows that stand in the way:\n%s", table, query);
}
