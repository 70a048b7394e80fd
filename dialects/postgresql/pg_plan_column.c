/* The rule for columns. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"
#include "dialects/postgresql/pg_plan_table.h"

/* The first server that has NOT NULL as constraints. */
#define NOT_NULL_IS_CONSTRAINT 180000

static gboolean
is_view_column(const MigObject *column)
{
    return !mig_object_is_kind(column->parent, "table");
}

/* A column with the start of the statements that alter it. */
typedef struct {
    const MigPgPlanner *planner;
    const MigObject *from; /* NULL: as PostgreSQL makes it */
    const MigObject *to;
    char *alter; /* "ALTER TABLE t ALTER COLUMN c" */
    char *name;
    MigAction *action;
} Column;

static void
column_init(Column *column, const MigPgPlanner *planner, const MigObject *from, const MigObject *to,
            MigAction *action)
{
    g_autofree char *table = mig_pg_alter_table(planner, to);

    column->planner = planner;
    column->from = from;
    column->to = to;
    column->name = mig_pg_name(mig_object_name(to));
    column->alter = g_strdup_printf("%s ALTER COLUMN %s", table, column->name);
    column->action = action;
}

static void
column_clear(Column *column)
{
    g_free(column->alter);
    g_free(column->name);
}

static const char *
old_value(const Column *column, const char *attribute)
{
    return column->from ? mig_object_get(column->from, attribute) : NULL;
}

static gboolean
differs(const Column *column, const char *attribute)
{
    return g_strcmp0(old_value(column, attribute), mig_object_get(column->to, attribute)) != 0;
}

/* How values of a type are stored unless something else is said; only types of variable length can
 * be stored in another way. SET STORAGE DEFAULT is there from 16 on. */
static const char *
usual_storage(const Column *column)
{
    static const char *const within[] = {"numeric", "inet", "cidr", NULL};
    g_autofree char *type = mig_pg_base_type(mig_object_get(column->to, "type"));
    const char *known = old_value(column, "usual-storage");

    if (column->planner->version >= 160000)
        return "DEFAULT";
    if (known)
        return known;
    return g_strv_contains(within, type) ? "MAIN" : "EXTENDED";
}

/* Another type comes with its own, and so does another collation. */
static void
set_storage(const Column *column)
{
    const char *storage = mig_object_get(column->to, "storage");
    const char *compression = mig_object_get(column->to, "compression");

    gboolean anew = column->from && (differs(column, "type") || differs(column, "collation"));

    if (column->from ? mig_pg_sets(column->planner, column->to, "storage") : storage != NULL)
        mig_action_sql(column->action, "%s SET STORAGE %s", column->alter,
                       storage ? storage : usual_storage(column));
    if (anew ? compression != NULL : differs(column, "compression"))
        mig_action_sql(column->action, "%s SET COMPRESSION %s", column->alter,
                       compression ? compression : "default");
}

static void
set_details(const Column *column)
{
    const char *statistics = mig_object_get(column->to, "statistics");
    g_autofree char *table = mig_pg_qualified(column->planner->input->to, column->to);
    g_autofree char *relation = g_strconcat("TABLE ", table, NULL);
    g_autofree char *what = g_strdup_printf("COLUMN %s.%s", table, column->name);

    set_storage(column);
    if (column->from ? mig_pg_sets(column->planner, column->to, "statistics") : statistics != NULL)
        mig_action_sql(column->action, "%s SET STATISTICS %s", column->alter,
                       statistics ? statistics : "-1");
    if (!column->from) {
        const char *options = mig_object_get(column->to, "options");

        if (options)
            mig_action_sql(column->action, "%s SET (%s)", column->alter, options);
        mig_pg_add_comment(column->action, column->to, what);
        mig_pg_add_grants(column->action, column->to, relation, column->name);
    }
}

/* What an inherited column has other than the parent's, with which it came. */
static void
set_apart_from_parent(const Column *column, const MigObject *parent)
{
    const char *value = mig_object_get(column->to, "default");
    gboolean apart = g_strcmp0(mig_object_get(parent, "default"), value) != 0;

    if (mig_pg_is_spelled_out(column->planner, column->to))
        return;
    /* A column that stays gets its default for its table alone. */
    if (g_hash_table_contains(column->planner->defaults, parent) &&
        (apart || !mig_pg_planner_creates(column->planner, parent)))
        mig_action_need(column->action, "set default %s", parent->identity);
    if (apart && !g_hash_table_contains(column->planner->defaults, column->to)) {
        if (value)
            mig_action_sql(column->action, "%s SET DEFAULT %s", column->alter, value);
        else
            mig_action_sql(column->action, "%s DROP DEFAULT", column->alter);
    }
    if (mig_object_get(column->to, "not-null") && !mig_object_get(parent, "not-null")) {
        mig_action_sql(column->action, "%s SET NOT NULL", column->alter);
        mig_pg_hazards_of_own_null(column->planner, column->to, column->action);
    }
    if (mig_object_get(parent, "storage") && !mig_object_get(column->to, "storage"))
        mig_action_sql(column->action, "%s SET STORAGE %s", column->alter, usual_storage(column));
    if (mig_object_get(parent, "compression") && !mig_object_get(column->to, "compression"))
        mig_action_sql(column->action, "%s SET COMPRESSION default", column->alter);
    if (mig_object_get(parent, "statistics") && !mig_object_get(column->to, "statistics") &&
        !mig_pg_planner_creates(column->planner, column->to->parent))
        mig_action_sql(column->action, "%s SET STATISTICS -1", column->alter);
}

static void
set_typed(const Column *column)
{
    const char *value = mig_object_get(column->to, "default");

    if (value && !g_hash_table_contains(column->planner->defaults, column->to))
        mig_action_sql(column->action, "%s SET DEFAULT %s", column->alter, value);
    if (mig_object_get(column->to, "not-null"))
        mig_action_sql(column->action, "%s SET NOT NULL", column->alter);
}

void
mig_pg_finish_column(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    const MigObject *parent = mig_pg_inherited_from(planner, column);
    const MigObject *serial = mig_pg_serial_of(planner, column);
    Column all;

    column_init(&all, planner, NULL, column, action);
    if (parent && mig_pg_follows_parent(planner, column))
        set_apart_from_parent(&all, parent);
    else if (mig_pg_comes_by_like(planner, column) ||
             (mig_object_get(column->parent, "of-type") &&
              mig_pg_planner_creates(planner, column->parent)))
        set_typed(&all);
    set_details(&all);
    column_clear(&all);
    if (serial)
        mig_pg_finish_sequence(planner, serial, action);
}

/* A column that a view got by CREATE OR REPLACE. */
static void
finish_view_column(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *view = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    g_autofree char *relation = g_strconcat("TABLE ", view, NULL);
    g_autofree char *what = g_strdup_printf("COLUMN %s.%s", view, name);
    const char *value = mig_object_get(column, "default");

    if (value)
        mig_action_sql(action, "ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s", view, name, value);
    mig_pg_add_comment(action, column, what);
    mig_pg_add_grants(action, column, relation, name);
}

/* PostgreSQL adds no identity to a table and those that inherit from it at once, nor to one whose
 * row type columns have; partitions have it from 17 on. */
static gboolean
gets_identity_apart(const MigPgPlanner *planner, const MigObject *column)
{
    gboolean divided = mig_object_get(column->parent, "partition-key") != NULL;

    if (!mig_object_get(column, "identity") || (divided && planner->version >= 170000))
        return FALSE;
    return mig_pg_has_heirs(planner->input->from, column->parent) ||
           mig_pg_has_heirs(planner->input->to, column->parent) ||
           mig_pg_row_type_is_held(planner, column->parent);
}

static void
add_identity_apart(const MigPgPlanner *planner, const MigObject *column, const char *alter,
                   MigAction *action)
{
    g_autofree char *title = mig_pg_title(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    g_autoptr(GString) identity = g_string_new(NULL);

    mig_pg_append_identity(identity, column);
    mig_action_sql(action, "%s ADD COLUMN %s %s NOT NULL", alter, name,
                   mig_object_get(column, "type"));
    mig_action_sql(action, "%s ALTER COLUMN %s ADD%s", alter, name, identity->str);
    mig_pg_hazard(action, "CO005",
                  "new %s is NOT NULL: fails when the table or one that inherits from it has rows",
                  title);
}

static void
create_column(MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *alter = mig_pg_alter_table(planner, column);
    g_autoptr(GString) text = g_string_new(NULL);

    if (is_view_column(column)) {
        finish_view_column(planner, column, action);
        return;
    }
    if (mig_pg_is_filled_later(planner, column)) {
        mig_pg_add_column_in_steps(planner, column, action);
    } else if (!mig_pg_follows_parent(planner, column) && gets_identity_apart(planner, column)) {
        add_identity_apart(planner, column, alter, action);
    } else if (!mig_pg_follows_parent(planner, column) &&
               !mig_pg_add_column_beside_rows(planner, column, action)) {
        mig_pg_append_column(planner, text, column);
        mig_action_sql(action, "%s ADD COLUMN %s", alter, text->str);
        mig_pg_hazards_of_column(planner, column, action);
    }
    mig_pg_finish_column(planner, column, action);
}

/* Whether a table that inherits the column keeps it. */
static gboolean
is_kept_by_heir(const MigPgPlanner *planner, const MigObject *column, const MigObject *heir)
{
    return mig_pg_is_table_part(heir, "column") && mig_pg_inherited_from(planner, heir) == column &&
           mig_object_get(heir->parent, "inherits") && !mig_pg_planner_drops(planner, heir);
}

/* Whether such a table lets it go. */
static gboolean
goes_with(const MigPgPlanner *planner, const MigObject *column, const MigObject *heir)
{
    return mig_pg_is_table_part(heir, "column") && mig_pg_inherited_from(planner, heir) == column &&
           mig_object_get(heir->parent, "inherits") && mig_pg_planner_drops(planner, heir) &&
           !mig_pg_planner_drops(planner, heir->parent);
}

/* Whether a table that keeps the column is to lose NOT NULL with the parent's, which servers with NOT
 * NULL as a constraint go on calling inherited when the parent's column goes. */
static gboolean
leaves_not_null(const MigPgPlanner *planner, const MigObject *column, const MigObject *heir)
{
    const MigObject *twin = mig_pg_twin(planner, heir);

    return planner->version >= NOT_NULL_IS_CONSTRAINT && mig_object_get(column, "not-null") &&
           !mig_object_get(column, "identity") && is_kept_by_heir(planner, column, heir) && twin &&
           !mig_object_get(twin, "not-null");
}

/* With ONLY the column stays with those that inherit it, and so does what is their own too. */
static void
drop_here(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->from, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    const GPtrArray *users = g_hash_table_lookup(planner->dependents, column->identity);
    gboolean kept = FALSE, leaves = FALSE;

    for (guint i = 0; users && i < users->len; i++) {
        kept |= is_kept_by_heir(planner, column, users->pdata[i]);
        leaves |= leaves_not_null(planner, column, users->pdata[i]);
    }
    if (leaves)
        mig_action_sql(action, "ALTER TABLE ONLY %s ALTER COLUMN %s DROP NOT NULL", table, name);
    mig_action_sql(action, "ALTER TABLE %s%s DROP COLUMN %s%s", kept ? "ONLY " : "", table,
                   mig_pg_follows_parent(planner, column) ? "IF EXISTS " : "", name);
    for (guint i = 0; users && i < users->len; i++) {
        const MigObject *user = users->pdata[i];

        if (goes_with(planner, column, user) && (kept || mig_object_get(user, "local")))
            drop_here(planner, user, action);
    }
}

static void
drop_column(MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->from, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));

    if ((mig_pg_follows_parent(planner, column) && !mig_pg_is_left_behind(planner, column)) ||
        is_view_column(column))
        return;
    if (mig_pg_is_left_behind(planner, column))
        mig_action_need(action, "alter %s", column->parent->identity);
    else if (mig_object_get(column, "inherited"))
        mig_action_need(action, "detach %s", column->parent->identity);
    drop_here(planner, column, action);
    if (!mig_object_get(column, "generated"))
        mig_pg_hazard(action, "DS002", "drops column %s.%s", table, name);
}

/* Whether its values come to another type by no cast that is made unasked; what generates them
 * cannot be cast at all. */
static gboolean
needs_using(const MigChange *change)
{
    g_autofree char *name = mig_pg_name(mig_object_name(change->to));
    g_autofree char *using = mig_pg_using(name, mig_object_get(change->from, "type"),
                                          mig_object_get(change->to, "type"));

    return *using != '\0';
}

static gboolean
can_alter_column(MigPgPlanner *planner, const MigChange *change)
{
    const char *generated = mig_object_get(change->to, "generated");

    if (is_view_column(change->to))
        return TRUE;
    if (!mig_pg_changes(change, "generated") && !mig_pg_changes(change, "generated-kind"))
        return !generated || !needs_using(change);
    return !generated && g_strcmp0(mig_object_get(change->from, "generated-kind"), "stored") == 0;
}

static gboolean
disturbs(MigPgPlanner *planner, const MigChange *change)
{
    return !is_view_column(change->to) &&
           (mig_pg_changes(change, "type") || mig_pg_changes(change, "collation"));
}

static void
change_type(const Column *column)
{
    const char *old = mig_object_get(column->from, "type");
    const char *new = mig_object_get(column->to, "type");
    const char *collation = mig_object_get(column->to, "collation");
    g_autofree char *using = mig_object_get(column->to->parent, "server")
                                 ? g_strdup("") /* rows are elsewhere */
                                 : mig_pg_using(column->name, old, new);

    mig_action_sql(column->action, "%s TYPE %s%s%s%s", column->alter, new,
                   collation ? " COLLATE " : "", collation ? collation : "", using);
}

static gboolean
changes_base_type(const MigChange *change)
{
    g_autofree char *old = mig_pg_base_type(mig_object_get(change->from, "type"));
    g_autofree char *new = mig_pg_base_type(mig_object_get(change->to, "type"));

    return strcmp(old, new) != 0;
}

gboolean
mig_pg_moves_default(const MigChange *change)
{
    return changes_base_type(change) ||
           (mig_object_get(change->to, "identity") && !mig_object_get(change->from, "identity"));
}

static int
size_of_integer(const char *type)
{
    return strcmp(type, "smallint") == 0 ? 2 : strcmp(type, "integer") == 0 ? 4 : 8;
}

/* Whether its numbers must have other bounds before it can have a type of fewer values. */
static gboolean
bounds_come_first(const Column *column)
{
    return old_value(column, "identity") && mig_object_get(column->to, "identity") &&
           differs(column, "identity-options") &&
           size_of_integer(old_value(column, "type")) >
               size_of_integer(mig_object_get(column->to, "type"));
}

static void
change_identity(const Column *column)
{
    const char *old = mig_object_get(column->from, "identity");
    const char *new = mig_object_get(column->to, "identity");
    g_autoptr(GString) text = g_string_new(NULL);

    if (!new)
        return;
    if (!old) {
        mig_pg_append_identity(text, column->to);
        mig_action_sql(column->action, "%s ADD%s", column->alter, text->str);
        return;
    }
    if (strcmp(old, new) != 0) {
        g_autofree char *kind = g_ascii_strup(new, -1);

        mig_action_sql(column->action, "%s SET GENERATED %s", column->alter, kind);
    }
    if (differs(column, "identity-options") && !bounds_come_first(column))
        mig_pg_change_identity_options(column->planner, column->from, column->to, column->alter,
                                       column->action);
}

static void
change_default(const Column *column)
{
    const char *value = mig_object_get(column->to, "default");

    if (!mig_pg_sets(column->planner, column->to, "default"))
        return;
    if (value)
        mig_action_sql(column->action, "%s SET DEFAULT %s", column->alter, value);
    else
        mig_action_sql(column->action, "%s DROP DEFAULT", column->alter);
}

static void
change_not_null(const Column *column)
{
    gboolean alone = mig_pg_changes_alone(column->planner, column->to, "not-null");
    g_autofree char *table = mig_pg_qualified(column->planner->input->to, column->to);

    if (mig_pg_sets(column->planner, column->to, "not-null"))
        mig_action_sql(column->action, "ALTER TABLE %s%s ALTER COLUMN %s %s NOT NULL",
                       alone ? "ONLY " : "", table, column->name,
                       mig_object_get(column->to, "not-null") ? "SET" : "DROP");
}

/* What stands in the way of another type or an identity. An identity is the table's alone, but for
 * partitions from 17 on: those that inherit the column keep their defaults then. */
static void
take_default_away(const Column *column, const MigChange *change)
{
    gboolean divided = mig_object_get(column->to->parent, "partition-key") != NULL;
    gboolean alone = !changes_base_type(change) && !(divided && column->planner->version >= 170000);
    gboolean own = old_value(column, "default") &&
                   !g_hash_table_contains(column->planner->defaults, column->from);
    g_autofree char *table = mig_pg_qualified(column->planner->input->to, column->to);

    if (own && alone && mig_pg_has_heirs(column->planner->input->from, column->from->parent))
        mig_action_sql(column->action, "ALTER TABLE ONLY %s ALTER COLUMN %s DROP DEFAULT", table,
                       column->name);
    else if (own || (!alone && mig_pg_has_default_below(column->planner, column->from)))
        mig_action_sql(column->action, "%s DROP DEFAULT", column->alter);
}

static void
change_nature(const Column *column, const MigChange *change)
{
    gboolean changed = mig_pg_changes_with_type(column->planner, change->from, change->to);

    if (old_value(column, "generated") && !mig_object_get(column->to, "generated"))
        mig_action_sql(column->action, "%s DROP EXPRESSION", column->alter);
    if (old_value(column, "identity") && !mig_object_get(column->to, "identity"))
        mig_action_sql(column->action, "%s DROP IDENTITY", column->alter);
    if (mig_pg_moves_default(change) && !changed)
        take_default_away(column, change);
    if (bounds_come_first(column))
        mig_pg_change_identity_options(column->planner, column->from, column->to, column->alter,
                                       column->action);
    if ((mig_pg_changes(change, "type") || mig_pg_changes(change, "collation")) && !changed)
        change_type(column);
    change_default(column);
    if (!mig_pg_is_proven_first(column->planner, change))
        change_not_null(column);
    change_identity(column);
}

/* Tables that inherit do not share a parent's identity. */
static void
change_inherited(const Column *column)
{
    gboolean divided = mig_pg_partitioned_by(column->to->parent) != NULL;

    if (!divided && old_value(column, "identity") && !mig_object_get(column->to, "identity"))
        mig_action_sql(column->action, "%s DROP IDENTITY", column->alter);
    change_default(column);
    change_not_null(column);
    if (!divided)
        change_identity(column);
}

void
mig_pg_keep_column(MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    Column all;

    column_init(&all, planner, mig_pg_twin(planner, column), column, action);
    change_inherited(&all);
    set_details(&all);
    column_clear(&all);
}

/* NOT NULL cannot go while a primary key asks for it, of this table or of one that inherits the
 * column. */
static void
need_keys_gone(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    const GPtrArray *users = g_hash_table_lookup(planner->dependents, column->identity);

    for (guint i = 0; i < column->parent->children->len; i++) {
        const MigObject *child = column->parent->children->pdata[i];

        if (g_strcmp0(mig_object_get(child, "type"), "primary key") == 0 &&
            mig_pg_planner_drops(planner, child))
            mig_action_need(
                action, "drop %s",
                mig_pg_first_of_line(planner, mig_pg_carrier(planner, child))->identity);
    }
    for (guint i = 0; users && i < users->len; i++) {
        if (mig_pg_inherited_from(planner, users->pdata[i]) == column)
            need_keys_gone(planner, users->pdata[i], action);
    }
}

static void
alter_column(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, change->to);
    g_autofree char *relation = g_strconcat("TABLE ", table, NULL);
    Column column;

    if (is_view_column(change->to)) {
        mig_pg_alter_view_column(planner, change, action);
        return;
    }
    column_init(&column, planner, change->from, change->to, action);
    g_autofree char *what = g_strdup_printf("COLUMN %s.%s", table, column.name);

    g_autoptr(GPtrArray) sources = mig_pg_followed(planner, change->to);

    if (sources->len > 0)
        change_inherited(&column);
    else
        change_nature(&column, change);
    mig_pg_need_followed(planner, change->to, action);
    set_details(&column);
    if (mig_pg_changes(change, "options"))
        mig_pg_alter_options(action, change, column.alter + strlen("ALTER "));
    mig_pg_alter_foreign_options(action, change, column.alter + strlen("ALTER "));
    mig_pg_need_parent_gone(planner, change->from, action);
    if (mig_pg_changes(change, "type") || mig_pg_changes(change, "collation"))
        mig_pg_need_heirs_gone(planner, change->from, action);
    if (mig_pg_changes(change, "not-null") && !mig_object_get(change->to, "not-null")) {
        need_keys_gone(planner, change->from, action);
        mig_pg_need_identity_gone(planner, change->from, action);
    }
    mig_pg_alter_comment(action, change, what);
    mig_pg_alter_grants(action, change, relation, column.name);
    mig_pg_hazards_of_change(planner, change, action);
    if (mig_pg_is_proven_first(planner, change)) {
        mig_pg_hazard_of_null_rule(planner, change->to, action);
        mig_pg_hazards_of_null(planner, change->to,
                               mig_pg_prove_not_null(planner, change->to, action));
    }
    column_clear(&column);
}

const MigPgRule mig_pg_rule_column = {
    "column", create_column, drop_column, can_alter_column, alter_column, disturbs,
};
