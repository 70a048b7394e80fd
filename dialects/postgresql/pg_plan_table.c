/* Rules for tables, and the list of the rules of tables and their parts. */
#include "dialects/postgresql/pg_plan_table.h"

#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"

/* The first server whose sequences can be unlogged, and become so with their tables. */
#define SEQUENCES_FOLLOW 150000

char *
mig_pg_alter_table(const MigPgPlanner *planner, const MigObject *object)
{
    g_autofree char *name = mig_pg_qualified(planner->input->to, object);

    return g_strconcat("ALTER TABLE ", name, NULL);
}

char *
mig_pg_name_beside(const MigPgPlanner *planner, const MigObject *object, const char *name)
{
    const char *namespace = mig_object_namespace(object);
    g_autofree char *quoted = mig_pg_name(name);

    if (g_strcmp0(namespace, mig_schema_default_namespace(planner->input->to)) == 0)
        return g_steal_pointer(&quoted);
    g_autofree char *schema = mig_pg_name(namespace);

    return g_strconcat(schema, ".", quoted, NULL);
}

char **
mig_pg_lines(const MigObject *object, const char *attribute)
{
    const char *value = mig_object_get(object, attribute);

    return value ? g_strsplit(value, "\n", -1) : g_new0(char *, 1);
}

char *
mig_pg_relation_name(const MigSchema *schema, const char *identity)
{
    const MigObject *object = mig_schema_find(schema, identity);

    return object ? mig_pg_qualified(schema, object) : g_strdup(strchr(identity, ' ') + 1);
}

static void
append_item(GString *out, const char *item)
{
    g_string_append_printf(out, "%s\n    %s", out->len > 0 ? "," : "", item);
}

/* Those that are to belong to a key of the parent; NULL: to none. */
static void
append_constraints(const MigPgPlanner *planner, GString *out, const MigObject *table,
                   const MigObject *key)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        const char *attached = mig_object_get(child, "attached-to");
        g_autoptr(GString) item = g_string_new(NULL);

        if (!mig_pg_is_inline(planner, child) || mig_pg_follows_parent(planner, child) ||
            mig_pg_comes_by_like(planner, child) ||
            g_strcmp0(attached, key ? key->identity : NULL) != 0)
            continue;
        mig_pg_append_constraint(item, child);
        append_item(out, item->str);
    }
}

/* Keys that are to belong to those which the parent gets with its columns (later) come in their
 * order: where some are alike, ATTACH PARTITION lets the first belong to the first
 * (AttachPartitionEnsureIndexes() in tablecmds.c). */
static void
append_attached(const MigPgPlanner *planner, GString *out, const MigObject *table,
                gboolean is_inline)
{
    const char *of = mig_pg_partitioned_by(table);
    const MigObject *parent = of ? mig_schema_find(planner->input->to, of) : NULL;

    for (guint i = 0; parent && i < parent->children->len; i++) {
        if (mig_pg_is_inline(planner, parent->children->pdata[i]) == is_inline)
            append_constraints(planner, out, table, parent->children->pdata[i]);
    }
}

/* Columns and constraints between the parentheses, one a line; "" when there are none. */
static char *
list_of_parts(const MigPgPlanner *planner, const MigObject *table)
{
    GString *out = g_string_new(NULL);
    gboolean typed = mig_object_get(table, "of-type") != NULL;

    if (mig_pg_is_made_like_parent(planner, table)) {
        g_autofree char *like = mig_pg_like_clause(planner, table);

        append_item(out, like);
    }
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        g_autoptr(GString) item = g_string_new(NULL);

        if (!mig_object_is_kind(child, "column") || typed || mig_pg_comes_by_like(planner, child) ||
            (mig_pg_follows_parent(planner, child) && !mig_pg_is_spelled_out(planner, child)))
            continue;
        mig_pg_append_column(planner, item, child);
        append_item(out, item->str);
    }
    append_constraints(planner, out, table, NULL);
    append_attached(planner, out, table, TRUE);
    append_attached(planner, out, table, FALSE);
    return g_string_free(out, FALSE);
}

static void
append_inherits(const MigPgPlanner *planner, GString *sql, const MigObject *table)
{
    g_auto(GStrv) parents = mig_pg_lines(table, "inherits");

    for (char **parent = parents; *parent; parent++) {
        g_autofree char *name = mig_pg_relation_name(planner->input->to, *parent);

        g_string_append_printf(sql, "%s%s", parent == parents ? " INHERITS (" : ", ", name);
    }
    g_string_append(sql, *parents ? ")" : "");
}

static void
append_clause(GString *sql, const MigObject *table, const char *attribute, const char *format)
{
    const char *value = mig_object_get(table, attribute);
    g_auto(GStrv) around = g_strsplit(format, "%", 2);

    if (value)
        g_string_append_printf(sql, "%s%s%s", around[0], value, around[1]);
}

static char *
create_statement(const MigPgPlanner *planner, const MigObject *table)
{
    g_autofree char *name = mig_pg_qualified(planner->input->to, table);
    g_autofree char *parts = list_of_parts(planner, table);
    gboolean partition = mig_pg_is_made_as_partition(planner, table);
    const char *type = mig_object_get(table, "of-type");
    GString *sql = g_string_new("CREATE ");

    g_string_append_printf(
        sql, "%sTABLE %s",
        mig_object_get(table, "server")                                             ? "FOREIGN "
        : mig_object_get(table, "persistence") || mig_object_get(table, "unlogged") ? "UNLOGGED "
                                                                                    : "",
        name);
    if (type)
        g_string_append_printf(sql, " OF %s", type);
    if (partition) {
        g_autofree char *parent =
            mig_pg_relation_name(planner->input->to, mig_object_get(table, "partition-of"));

        g_string_append_printf(sql, " PARTITION OF %s", parent);
    }
    if (*parts)
        g_string_append_printf(sql, " (%s\n)", parts);
    else if (!partition && !type)
        g_string_append(sql, " ()");
    if (partition)
        append_clause(sql, table, "partition-bound", " %");
    append_inherits(planner, sql, table);
    append_clause(sql, table, "partition-key", " PARTITION BY %");
    append_clause(sql, table, "access-method", " USING %");
    append_clause(sql, table, "options", " WITH (%)");
    append_clause(sql, table, "server", " SERVER %");
    append_clause(sql, table, "foreign-options", " OPTIONS (%)");
    return g_string_free(sql, FALSE);
}

static void
set_row_security(const char *alter, const char *old, const char *new, MigAction *action)
{
    static const struct {
        const char *word, *on, *off;
    } table[] = {{"enabled", "ENABLE", "DISABLE"}, {"forced", "FORCE", "NO FORCE"}};

    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        gboolean was = old && strstr(old, table[i].word), is = new &&strstr(new, table[i].word);

        if (was != is)
            mig_action_sql(action, "%s %s ROW LEVEL SECURITY", alter,
                           is ? table[i].on : table[i].off);
    }
}

static void
finish_children(const MigPgPlanner *planner, const MigObject *table, MigAction *action)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (mig_object_is_kind(child, "column"))
            mig_pg_finish_column(planner, child, action);
        else if (mig_pg_is_inline(planner, child))
            mig_pg_finish_constraint(planner, child, action);
    }
}

/* As COMMENT ON and DROP call a table. New string. */
static char *
table_words(const MigSchema *schema, const MigObject *table)
{
    g_autofree char *name = mig_pg_qualified(schema, table);

    return g_strconcat(mig_object_get(table, "server") ? "FOREIGN TABLE " : "TABLE ", name, NULL);
}

static void
locks_parent(const MigPgPlanner *planner, const MigObject *table, MigAction *action)
{
    const MigObject *parent =
        mig_schema_find(planner->input->to, mig_object_get(table, "partition-of"));

    if (!parent || mig_pg_planner_creates(planner, parent))
        return;
    g_autofree char *name = mig_pg_qualified(planner->input->to, parent);

    mig_pg_hazard(action, "PG050", "takes ACCESS EXCLUSIVE on table %s for a moment", name);
}

static void
create_table(MigPgPlanner *planner, const MigObject *table, MigAction *action)
{
    g_autofree char *sql = create_statement(planner, table);
    g_autofree char *alter = mig_pg_alter_table(planner, table);
    g_autofree char *name = mig_pg_qualified(planner->input->to, table);
    g_autofree char *what = g_strconcat("TABLE ", name, NULL);
    g_autofree char *words = table_words(planner->input->to, table);
    const MigObject *old = mig_pg_twin(planner, table);

    if (old && mig_pg_planner_drops(planner, old) && !mig_object_get(old, "server"))
        mig_pg_hazard(action, "DS001", "table %s is made anew, without its rows", name);
    if (mig_pg_is_made_as_partition(planner, table))
        locks_parent(planner, table, action);
    mig_action_sql(action, "%s", sql);
    mig_pg_add_comment(action, table, words);
    finish_children(planner, table, action);
    set_row_security(alter, NULL, mig_object_get(table, "row-security"), action);
    mig_pg_add_grants(action, table, what, NULL);
}

static void
drop_table(MigPgPlanner *planner, const MigObject *table, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(planner->input->from, table);

    g_autofree char *words = table_words(planner->input->from, table);

    mig_action_sql(action, "DROP %s", words);
    if (!mig_object_get(table, "partition-key") && !mig_object_get(table, "server"))
        mig_pg_hazard(action, "DS001", "drops table %s with its rows", name);
    mig_pg_hazards_of_references(planner, table, action);
}

/* Whether columns come from a parent that is new: INHERIT would leave them the table's own. */
static gboolean
inherits_columns(const MigPgPlanner *planner, const MigObject *old, const MigObject *new)
{
    g_auto(GStrv) parents = mig_pg_lines(old, "inherits");

    for (guint i = 0; i < new->children->len; i++) {
        const MigObject *column = new->children->pdata[i];
        const MigObject *source = mig_pg_inherited_from(planner, column);

        if (mig_object_is_kind(column, "column") && source &&
            !g_strv_contains((const char *const *)parents, source->parent->identity))
            return TRUE;
    }
    return FALSE;
}

/* What is part of a table's nature. */
static gboolean
can_alter_table(MigPgPlanner *planner, const MigChange *change)
{
    return !mig_pg_changes(change, "partition-key") && !mig_pg_changes(change, "server") &&
           !(mig_pg_changes(change, "inherits") &&
             inherits_columns(planner, change->from, change->to));
}

/* Parents stand in the order in which they came: those that are to stand behind one that comes
 * leave for a moment. */
static void
alter_inheritance(const MigPgPlanner *planner, const MigChange *change, const char *alter,
                  MigAction *action)
{
    g_auto(GStrv) old = mig_pg_lines(change->from, "inherits");
    g_auto(GStrv) new = mig_pg_lines(change->to, "inherits");
    char **next = new;

    for (char **parent = old; *parent; parent++) {
        g_autofree char *name = mig_pg_relation_name(planner->input->from, *parent);

        if (*next && strcmp(*next, *parent) == 0)
            next++;
        else
            mig_action_sql(action, "%s NO INHERIT %s", alter, name);
    }
    for (; *next; next++) {
        g_autofree char *name = mig_pg_relation_name(planner->input->to, *next);

        mig_action_sql(action, "%s INHERIT %s", alter, name);
    }
}

static void
alter_nature(const MigPgPlanner *planner, const MigChange *change, const char *alter,
             MigAction *action)
{
    const char *method = mig_object_get(change->to, "access-method");
    const char *name = alter + strlen("ALTER TABLE ");

    if (mig_pg_changes(change, "persistence")) {
        mig_action_sql(action, "%s SET %s", alter,
                       mig_object_get(change->to, "persistence") ? "UNLOGGED" : "LOGGED");
        if (planner->version >= SEQUENCES_FOLLOW)
            mig_pg_keep_sequences(planner, change->to, action);
        mig_pg_hazard(action, "PG067", "writes table %s anew under ACCESS EXCLUSIVE", name);
    }
    if (mig_pg_changes(change, "access-method")) {
        mig_action_sql(action, "%s SET ACCESS METHOD %s", alter, method ? method : "heap");
        mig_pg_hazard(action, "PG067", "writes table %s anew under ACCESS EXCLUSIVE", name);
    }
}

/* What is taken back of a table is taken back of its columns, too. */
static void
grant_columns(const MigPgPlanner *planner, const MigObject *table, const char *what,
              MigAction *action)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *column = table->children->pdata[i];
        g_autofree char *name = mig_pg_name(mig_object_name(column));

        if (mig_object_is_kind(column, "column") && !mig_pg_planner_creates(planner, column))
            mig_pg_add_grants(action, column, what, name);
    }
}

/* Columns that come with grants of their own get them behind those of the table. */
static MigAction *
granting_action(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    MigAction *apart = NULL;

    for (guint i = 0; i < change->to->children->len; i++) {
        const MigObject *column = change->to->children->pdata[i];

        if (!mig_object_is_kind(column, "column") || !mig_object_get(column, "grants") ||
            !mig_pg_planner_creates(planner, column))
            continue;
        const MigObject *carrier = mig_pg_carrier(planner, column);
        g_autofree char *create = g_strconcat("create ", carrier->identity, NULL);

        if (!apart)
            apart = mig_pg_add_action(planner, "grant", change->to, MIG_PG_RANK_ALTER);
        mig_action_need(g_hash_table_lookup(planner->by_id, create), "%s", apart->id);
    }
    return apart ? apart : action;
}

static void
alter_grants(MigPgPlanner *planner, const MigChange *change, const char *what, MigAction *action)
{
    if (!mig_pg_changes(change, "grants"))
        return;
    MigAction *granting = granting_action(planner, change, action);

    mig_pg_alter_grants(granting, change, what, NULL);
    grant_columns(planner, change->to, what, granting);
}

static void
alter_table(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *alter = mig_pg_alter_table(planner, change->to);
    g_autofree char *words = table_words(planner->input->to, change->to);
    const char *what = alter + strlen("ALTER ");

    alter_nature(planner, change, alter, action);
    if (mig_pg_changes(change, "inherits"))
        alter_inheritance(planner, change, alter, action);
    if (mig_pg_changes(change, "options") && !mig_pg_sets_toast(change))
        mig_pg_alter_options(action, change, what);
    set_row_security(alter, mig_object_get(change->from, "row-security"),
                     mig_object_get(change->to, "row-security"), action);
    mig_pg_alter_foreign_options(action, change, words);
    mig_pg_alter_comment(action, change, words);
    alter_grants(planner, change, what, action);
}

static const MigPgRule table_rule = {
    "table", create_table, drop_table, can_alter_table, alter_table, NULL,
};

const MigPgRule *const mig_pg_table_rules[] = {
    &table_rule,        &mig_pg_rule_column,   &mig_pg_rule_constraint,
    &mig_pg_rule_index, &mig_pg_rule_sequence, NULL,
};
