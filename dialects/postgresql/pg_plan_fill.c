/* New columns that have another value in each row: added empty, which takes a moment, and filled
 * while others go on. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

/* What would see the rows be written. */
static gboolean
is_watched(const MigObject *table)
{
    const char *security = mig_object_get(table, "row-security");

    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (mig_object_is_kind(child, "trigger") || mig_object_is_kind(child, "rule"))
            return TRUE;
    }
    return security && strstr(security, "forced");
}

/* The same of a table that is made of it. */
static gboolean
is_watched_below(const MigSchema *schema, const MigObject *table)
{
    const GPtrArray *roots = mig_schema_roots(schema);

    if (is_watched(table))
        return TRUE;
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (mig_object_is_kind(root, "table") && mig_pg_depends(root, table->identity) &&
            is_watched_below(schema, root))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_is_filled_later(const MigPgPlanner *planner, const MigObject *column)
{
    if (!mig_pg_is_table_part(column, "column") || !mig_pg_planner_creates(planner, column) ||
        !mig_pg_is_online(planner, column) || mig_object_get(column, "generated") ||
        mig_pg_follows_parent(planner, column) || !mig_pg_rule_of_rewrite(planner, column))
        return FALSE;
    const MigObject *old = mig_pg_twin(planner, column->parent);

    return old && !is_watched_below(planner->input->to, column->parent) &&
           !is_watched_below(planner->input->from, old) &&
           !g_hash_table_contains(planner->detached, column->parent) &&
           !g_hash_table_contains(planner->detached, old);
}

void
mig_pg_mark_fills(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; planner->input->online && i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (mig_pg_is_filled_later(planner, object) && mig_object_get(object, "default"))
            g_hash_table_add(planner->defaults, (gpointer)object);
    }
}

/* A sequence of its own numbers the rows until the column numbers itself. */
static char *
add_sequence(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *stem =
        g_strdup_printf("%s_%s", mig_object_name(column->parent), mig_object_name(column));
    g_autofree char *spare = mig_pg_unused_name(planner, column, stem, "_fill");
    const char *options = mig_object_get(column, "identity-options");
    char *name = mig_pg_name_beside(planner, column, spare);

    mig_action_sql(action, "CREATE SEQUENCE %s AS %s%s%s", name, mig_object_get(column, "type"),
                   options ? " " : "", options ? options : "");
    return name;
}

/* The column goes on with the numbers where the sequence stands. */
static void
plan_identity(MigPgPlanner *planner, const MigObject *column, const char *sequence)
{
    g_autofree char *alter = mig_pg_alter_table(planner, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    g_autofree char *kind = g_ascii_strup(mig_object_get(column, "identity"), -1);
    g_autofree char *table = mig_pg_quote_literal(alter + strlen("ALTER TABLE "));
    g_autofree char *literal = mig_pg_quote_literal(mig_object_name(column));
    g_autofree char *from = mig_pg_quote_literal(sequence);
    const char *options = mig_object_get(column, "identity-options");
    MigAction *action = mig_pg_add_action(planner, "identify", column, MIG_PG_RANK_FINISH_TABLE);

    mig_action_sql(action, "%s ALTER COLUMN %s DROP DEFAULT", alter, name);
    mig_action_sql(action, "%s ALTER COLUMN %s ADD GENERATED %s AS IDENTITY%s%s%s", alter, name,
                   kind, options ? " (" : "", options ? options : "", options ? ")" : "");
    mig_action_sql(action, "SELECT setval(pg_get_serial_sequence(%s, %s), nextval(%s), false)",
                   table, literal, from);
    mig_action_sql(action, "DROP SEQUENCE %s", sequence);
    mig_action_need(action, "prove %s", column->identity);
}

static MigAction *
plan_fill(MigPgPlanner *planner, const MigObject *column)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    MigAction *action = mig_pg_add_action(planner, "fill", column, MIG_PG_RANK_FINISH_TABLE);

    mig_action_sql(action, "UPDATE %s SET %s = DEFAULT WHERE %s IS NULL", table, name, name);
    mig_pg_hazard(action, "PG065",
                  "writes every row of table %s: who changes one meanwhile waits for the end",
                  table);
    mig_action_need(action, "create %s", column->identity);
    mig_action_need(action, "set default %s", column->identity);
    mig_pg_set_pace(planner, action, MIG_PG_PACE_LONG);
    return action;
}

/* Only then, for rows that are still empty could not be changed with the CHECK there. */
static void
plan_proof(MigPgPlanner *planner, const MigObject *column, const MigAction *fill)
{
    MigAction *action = mig_pg_add_action(planner, "doubt", column, MIG_PG_RANK_FINISH_TABLE);

    mig_action_need(action, "%s", fill->id);
    mig_pg_set_pace(planner, action, MIG_PG_PACE_SHORT);
    mig_pg_prove_not_null(planner, column, action);
}

void
mig_pg_add_column_in_steps(MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *alter = mig_pg_alter_table(planner, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    const char *collation = mig_object_get(column, "collation");
    gboolean identity = mig_object_get(column, "identity") != NULL;
    g_autofree char *sequence = identity ? add_sequence(planner, column, action) : NULL;

    mig_action_sql(action, "%s ADD COLUMN %s %s%s%s", alter, name, mig_object_get(column, "type"),
                   collation ? " COLLATE " : "", collation ? collation : "");
    if (sequence) {
        g_autofree char *literal = mig_pg_quote_literal(sequence);

        mig_action_sql(action, "%s ALTER COLUMN %s SET DEFAULT nextval(%s)", alter, name, literal);
    }
    MigAction *fill = plan_fill(planner, column);

    if (identity || mig_object_get(column, "not-null"))
        plan_proof(planner, column, fill);
    if (sequence)
        plan_identity(planner, column, sequence);
}

gboolean
mig_pg_row_type_is_held(const MigPgPlanner *planner, const MigObject *table)
{
    const MigObject *old = mig_pg_twin(planner, table);

    return old && mig_pg_type_is_held(planner, old, TRUE);
}

gboolean
mig_pg_add_column_beside_rows(const MigPgPlanner *planner, const MigObject *column,
                              MigAction *action)
{
    g_autofree char *alter = mig_pg_alter_table(planner, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    const char *value = mig_object_get(column, "default");
    const char *collation = mig_object_get(column, "collation");
    const char *table = alter + strlen("ALTER TABLE ");

    if (!value || mig_object_get(column->parent, "server") || mig_pg_serial_of(planner, column) ||
        g_hash_table_contains(planner->defaults, column) ||
        !mig_pg_row_type_is_held(planner, column->parent))
        return FALSE;
    mig_action_sql(action, "%s ADD COLUMN %s %s%s%s", alter, name, mig_object_get(column, "type"),
                   collation ? " COLLATE " : "", collation ? collation : "");
    mig_action_sql(action, "%s ALTER COLUMN %s SET DEFAULT %s", alter, name, value);
    mig_action_sql(action, "UPDATE %s SET %s = DEFAULT", table, name);
    if (mig_object_get(column, "not-null"))
        mig_action_sql(action, "%s ALTER COLUMN %s SET NOT NULL", alter, name);
    mig_pg_hazard(action, "PG065",
                  "writes every row of table %s: who changes one meanwhile waits for the end",
                  table);
    return TRUE;
}
