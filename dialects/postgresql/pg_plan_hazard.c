/* Hazards: what a plan can do to rows and to code that runs beside it, with the query that finds
 * the rows that stand in the way. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

/* What is said of a foreign table is not checked, and no rows of its are written. */
static gboolean
is_elsewhere(const MigObject *part)
{
    return mig_object_get(part->parent, "server") != NULL;
}

/* Expressions that are computed anew for each row (and so rewrite the table). */
static gboolean
is_volatile(const char *value)
{
    static const char *const functions[] = {"nextval(",         "clock_timestamp(", "random(",
                                            "gen_random_uuid(", "uuid_generate_v",  "uuidv7("};

    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (strstr(value, functions[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_written_for_each_row(const MigObject *column)
{
    const char *value = mig_object_get(column, "default");

    return mig_object_get(column, "identity") || (value && is_volatile(value)) ||
           g_strcmp0(mig_object_get(column, "generated-kind"), "stored") == 0;
}

/* "NULL::integer" is no value. */
static gboolean
has_default(const MigObject *column)
{
    const char *value = mig_object_get(column, "default");

    return value && strcmp(value, "NULL") != 0 && !g_str_has_prefix(value, "NULL::");
}

void
mig_pg_hazards_of_column(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    gboolean has_value = has_default(column) || mig_object_get(column, "identity") ||
                         mig_object_get(column, "generated");

    if (is_elsewhere(column))
        return;
    if (mig_object_get(column, "not-null") && !has_value)
        mig_action_hazard(action, "fails-on-data",
                          "new column %s.%s is NOT NULL and has no default: fails when the table "
                          "has rows\n"
                          "to fill it, add it without NOT NULL, then:\n"
                          "UPDATE %s SET %s = ... WHERE %s IS NULL;\n"
                          "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;",
                          table, name, table, name, name, table, name);
    if (g_strcmp0(mig_object_get(column, "generated-kind"), "stored") == 0)
        mig_action_hazard(action, "fails-on-data",
                          "a row that %s.%s cannot be computed for, or not as %s, stops the run:\n"
                          "SELECT %s FROM %s;",
                          table, name, mig_object_get(column, "type"),
                          mig_object_get(column, "generated"), table);
    if (is_written_for_each_row(column))
        mig_action_hazard(action, "rewrite", "writes table %s anew under ACCESS EXCLUSIVE", table);
}

static void
null_forbidden(const char *table, const char *name, const MigChange *change, MigAction *action)
{
    if (!mig_pg_changes(change, "not-null") || !mig_object_get(change->to, "not-null"))
        return;
    mig_action_hazard(action, "fails-on-data",
                      "%s.%s becomes NOT NULL; rows that stand in the way:\n"
                      "SELECT * FROM %s WHERE %s IS NULL;\n"
                      "UPDATE %s SET %s = ... WHERE %s IS NULL;",
                      table, name, table, name, table, name, name);
    mig_action_hazard(action, "scan", "reads table %s under ACCESS EXCLUSIVE", table);
}

/* Whether every value of one type is one of the other. */
static gboolean
holds_all(const char *from, const char *to)
{
    static const char *const wider[] = {"smallint", "integer", "bigint", "numeric", NULL};
    gboolean found = FALSE;

    if (strcmp(to, "text") == 0 || strcmp(to, "character varying") == 0)
        return TRUE;
    for (gsize i = 0; wider[i]; i++) {
        if (found && strcmp(wider[i], to) == 0)
            return TRUE;
        found |= strcmp(wider[i], from) == 0;
    }
    return FALSE;
}

static void
type_changed(const char *table, const char *name, const MigChange *change, MigAction *action)
{
    const char *old = mig_object_get(change->from, "type"),
               *new = mig_object_get(change->to, "type");

    if (!mig_pg_changes(change, "type") || mig_pg_is_binary_change(old, new))
        return;
    mig_action_hazard(action, "rewrite", "writes table %s anew under ACCESS EXCLUSIVE", table);
    mig_action_hazard(action, "breaks-old-code", "%s.%s becomes %s instead of %s", table, name, new,
                      old);
    if (!holds_all(old, new)) {
        g_autofree char *using = mig_pg_using(name, old, new);
        g_autofree char *cast =
            *using ? g_strdup(using + strlen(" USING ")) : g_strdup_printf("%s::%s", name, new);

        mig_action_hazard(action, "fails-on-data",
                          "a value of %s.%s that does not fit %s stops the run, or is rounded or "
                          "cut; to see what becomes of them:\n"
                          "SELECT %s, %s FROM %s;",
                          table, name, new, name, cast, table);
    }
}

void
mig_pg_hazards_of_change(const MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, change->to);
    g_autofree char *name = mig_pg_name(mig_object_name(change->to));

    if (mig_pg_follows_parent(planner, change->to) || is_elsewhere(change->to))
        return;
    null_forbidden(table, name, change, action);
    type_changed(table, name, change, action);
    if (mig_object_get(change->from, "identity") && !mig_object_get(change->to, "identity"))
        mig_action_hazard(action, "data-loss", "%s.%s forgets where its numbers stand", table,
                          name);
}

/* The columns of a key: what stands in the first parentheses. New string. */
static char *
key_columns(const char *definition)
{
    const char *open = strchr(definition, '('), *close = open ? strchr(open, ')') : NULL;

    return close ? g_strndup(open + 1, (gsize)(close - open - 1)) : g_strdup("");
}

/* "a IS NOT NULL AND b IS NOT NULL" */
static char *
all_not_null(const char *columns, const char *prefix)
{
    g_auto(GStrv) names = g_strsplit(columns, ", ", -1);
    GString *out = g_string_new(NULL);

    for (char **name = names; *name; name++)
        g_string_append_printf(out, "%s%s%s IS NOT NULL", name > names ? " AND " : "", prefix,
                               *name);
    return g_string_free(out, FALSE);
}

static void
key_added(const char *table, const char *name, const char *definition, MigAction *action)
{
    g_autofree char *columns = key_columns(definition);
    g_autofree char *condition = all_not_null(columns, "");

    mig_action_hazard(action, "fails-on-data",
                      "%s on table %s; rows that stand in the way:\n"
                      "SELECT %s, count(*) FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1;",
                      name, table, columns, table, condition, columns);
    mig_action_hazard(action, "blocks-writes", "builds an index on table %s under ACCESS EXCLUSIVE",
                      table);
}

static void
check_added(const char *table, const char *name, const char *definition, MigAction *action)
{
    const char *open = strchr(definition, '('), *close = strrchr(definition, ')');

    if (!open || !close)
        return;
    mig_action_hazard(action, "fails-on-data",
                      "%s on table %s; rows that stand in the way:\n"
                      "SELECT * FROM %s WHERE NOT %.*s;",
                      name, table, table, (int)(close - open + 1), open);
    mig_action_hazard(action, "scan", "reads table %s under ACCESS EXCLUSIVE", table);
}

/* "a.x = b.y AND …" for two lists of columns. */
static char *
pairs(const char *left, const char *right)
{
    g_auto(GStrv) one = g_strsplit(left, ", ", -1), two = g_strsplit(right, ", ", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; one[i] && two[i]; i++)
        g_string_append_printf(out, "%sr.%s = t.%s", i ? " AND " : "", two[i], one[i]);
    return g_string_free(out, FALSE);
}

static void
foreign_key_added(const char *table, const char *name, const char *definition, MigAction *action)
{
    const char *references = strstr(definition, " REFERENCES ");

    if (!references)
        return;
    references += strlen(" REFERENCES ");
    const char *open = strchr(references, '(');

    if (!open)
        return;
    g_autofree char *columns = key_columns(definition), *keys = key_columns(references);
    g_autofree char *other = g_strndup(references, (gsize)(open - references));
    g_autofree char *condition = all_not_null(columns, "t."), *equal = pairs(columns, keys);

    mig_action_hazard(action, "fails-on-data",
                      "%s on table %s; rows that stand in the way:\n"
                      "SELECT * FROM %s AS t WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS r WHERE "
                      "%s);",
                      name, table, table, condition, other, equal);
    mig_action_hazard(action, "blocks-writes",
                      "blocks writes to tables %s and %s while it reads both", table, other);
}

/* Whether the constraint's table has rows that were there before it. */
static gboolean
is_on_old_table(const MigPgPlanner *planner, const MigObject *object)
{
    return !mig_pg_planner_creates(planner, object->parent);
}

void
mig_pg_hazards_of_constraint(const MigPgPlanner *planner, const MigObject *constraint,
                             MigAction *action)
{
    const char *definition = mig_object_get(constraint, "definition");
    const char *type = mig_object_get(constraint, "type");
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));
    const MigObject *twin = mig_pg_twin(planner, constraint);
    gboolean known = twin && g_strcmp0(mig_object_get(twin, "definition"), definition) == 0;

    if (is_elsewhere(constraint))
        return;
    if (!is_on_old_table(planner, constraint) || g_str_has_suffix(definition, " NOT VALID") ||
        known)
        return;
    if (strcmp(type, "primary key") == 0 || strcmp(type, "unique") == 0)
        key_added(table, name, definition, action);
    else if (strcmp(type, "check") == 0)
        check_added(table, name, definition, action);
    else if (strcmp(type, "foreign key") == 0)
        foreign_key_added(table, name, definition, action);
    else
        mig_action_hazard(action, "fails-on-data", "every two rows of table %s must pass %s", table,
                          name);
}

void
mig_pg_hazards_of_index(const MigPgPlanner *planner, const MigObject *index, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, index);
    g_autofree char *name = mig_pg_name(mig_object_name(index));
    const char *definition = mig_object_get(index, "definition");
    const MigObject *twin = mig_pg_twin(planner, index);
    gboolean known = twin && mig_object_get(twin, "unique") &&
                     g_strcmp0(mig_object_get(twin, "definition"), definition) == 0;

    if (!is_on_old_table(planner, index))
        return;
    if (!action->transaction_off)
        mig_action_hazard(action, "blocks-writes", "blocks writes to table %s while it is built",
                          table);
    if (mig_object_get(index, "unique") && !known) {
        mig_action_hazard(action, "fails-on-data",
                          "unique index %s on table %s %s: fails when two rows are equal in it",
                          name, table, definition);
    }
}
