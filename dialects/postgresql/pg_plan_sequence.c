/* The rule for sequences. Whose they are is said by actions of its own (pg_plan_around.c). */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

static const struct {
    const char *attribute, *words, *usual;
} settings[] = {
    {"type", "AS", "AS bigint"},        {"increment", "INCREMENT BY", "INCREMENT BY 1"},
    {"min", "MINVALUE", "NO MINVALUE"}, {"max", "MAXVALUE", "NO MAXVALUE"},
    {"start", "START WITH", NULL},      {"cache", "CACHE", "CACHE 1"},
};

static gboolean
counts_down(const MigObject *sequence)
{
    const char *increment = mig_object_get(sequence, "increment");

    return increment && *increment == '-';
}

/* The first value of a sequence that has no START: its lowest, or highest when it counts down. */
static const char *
usual_start(const MigObject *sequence)
{
    gboolean down = counts_down(sequence);
    const char *start = mig_object_get(sequence, down ? "max" : "min");

    return start ? start : down ? "-1" : "1";
}

static gboolean
is_below(const char *value, const char *limit)
{
    return value && limit && g_ascii_strtoll(value, NULL, 10) < g_ascii_strtoll(limit, NULL, 10);
}

/* Whether the old sequence stands, at least where it starts, outside of what the new one takes. */
static gboolean
starts_over(const MigObject *from, const MigObject *to)
{
    const char *start = mig_object_get(from, "start");
    const char *low = mig_object_get(to, "min"), *high = mig_object_get(to, "max");

    if (!start)
        start = usual_start(from);
    return counts_down(from) != counts_down(to) ||
           is_below(start, low               ? low
                           : counts_down(to) ? NULL
                                             : "1") ||
           is_below(high              ? high
                    : counts_down(to) ? "-1"
                                      : NULL,
                    start);
}

/* What has another usual value when a sequence counts the other way. */
static gboolean
is_bound(const char *attribute)
{
    static const char *const bounds[] = {"min", "max", "start", NULL};

    return g_strv_contains(bounds, attribute);
}

/* The bound that a sequence has when none is given. */
static const char *
usual_bound(const MigObject *sequence, gboolean low)
{
    const char *type = mig_object_get(sequence, "type");

    if (counts_down(sequence) != low)
        return low ? "1" : "-1";
    if (g_strcmp0(type, "smallint") == 0)
        return low ? "-32768" : "32767";
    if (g_strcmp0(type, "integer") == 0)
        return low ? "-2147483648" : "2147483647";
    return low ? "-9223372036854775808" : "9223372036854775807";
}

/* With its type a sequence changes bounds that were the old type's, whichever way it counts: both
 * are said. */
static void
append_bounds(GString *sql, const MigObject *sequence)
{
    const char *low = mig_object_get(sequence, "min"), *high = mig_object_get(sequence, "max");

    g_string_append_printf(sql, " MINVALUE %s MAXVALUE %s", low ? low : usual_bound(sequence, TRUE),
                           high ? high : usual_bound(sequence, FALSE));
}

static void
append_settings(GString *sql, const MigObject *from, const MigObject *to)
{
    gboolean turns = from && counts_down(from) != counts_down(to);
    gboolean retyped =
        from && g_strcmp0(mig_object_get(from, "type"), mig_object_get(to, "type")) != 0;

    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        const char *old = from ? mig_object_get(from, settings[i].attribute) : NULL;
        const char *new = mig_object_get(to, settings[i].attribute);

        if ((retyped && g_str_has_suffix(settings[i].words, "VALUE")) ||
            (g_strcmp0(old, new) == 0 && (new || !turns || !is_bound(settings[i].attribute))))
            continue;
        if (new)
            g_string_append_printf(sql, " %s %s", settings[i].words, new);
        else if (settings[i].usual)
            g_string_append_printf(sql, " %s", settings[i].usual);
        else
            g_string_append_printf(sql, " START WITH %s", usual_start(to));
    }
    if (retyped)
        append_bounds(sql, to);
    gboolean was = from && mig_object_get(from, "cycle"), is = mig_object_get(to, "cycle") != NULL;

    if (was != is)
        g_string_append(sql, is ? " CYCLE" : " NO CYCLE");
}

static char *
sequence_name(const MigPgPlanner *planner, const MigObject *sequence)
{
    g_autofree char *name = mig_pg_qualified(planner->input->to, sequence);

    return g_strconcat("SEQUENCE ", name, NULL);
}

void
mig_pg_finish_sequence(const MigPgPlanner *planner, const MigObject *sequence, MigAction *action)
{
    g_autofree char *what = sequence_name(planner, sequence);

    mig_pg_add_comment(action, sequence, what);
    mig_pg_add_grants(action, sequence, what, NULL);
}

static void
create_sequence(MigPgPlanner *planner, const MigObject *sequence, MigAction *action)
{
    g_autofree char *what = sequence_name(planner, sequence);
    g_autoptr(GString) sql = g_string_new("CREATE ");

    g_string_append_printf(sql, "%s%s", mig_object_get(sequence, "persistence") ? "UNLOGGED " : "",
                           what);
    append_settings(sql, NULL, sequence);
    mig_action_sql(action, "%s", sql->str);
    mig_pg_finish_sequence(planner, sequence, action);
}

static void
drop_sequence(MigPgPlanner *planner, const MigObject *sequence, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(planner->input->from, sequence);

    mig_action_sql(action, "DROP SEQUENCE %s", name);
    mig_pg_hazard(action, "DS007", "drops sequence %s and where it stands", name);
}

static void
alter_sequence(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *what = sequence_name(planner, change->to);
    g_autoptr(GString) sql = g_string_new("ALTER ");

    g_string_append(sql, what);
    gsize length = sql->len;

    append_settings(sql, change->from, change->to);
    if (sql->len > length && starts_over(change->from, change->to)) {
        g_string_append(sql, " RESTART");
        mig_pg_hazard(action, "DS007",
                      "%s starts over: where it starts is outside of its new bounds", what);
    }
    if (sql->len > length)
        mig_action_sql(action, "%s", sql->str);
    if (mig_pg_changes(change, "persistence"))
        mig_action_sql(action, "ALTER %s SET %s", what,
                       mig_object_get(change->to, "persistence") ? "UNLOGGED" : "LOGGED");
    mig_pg_alter_comment(action, change, what);
    mig_pg_alter_grants(action, change, what, NULL);
}

void
mig_pg_keep_sequences(const MigPgPlanner *planner, const MigObject *table, MigAction *action)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->from);
    g_autofree char *prefix = g_strdup_printf("column%s.", table->identity + strlen(table->kind));

    for (guint i = 0; i < roots->len; i++) {
        const char *owner = mig_object_get(roots->pdata[i], "owned-by");
        const MigObject *kept =
            owner && g_str_has_prefix(owner, prefix) ? mig_pg_twin(planner, roots->pdata[i]) : NULL;
        g_autofree char *what = kept ? sequence_name(planner, kept) : NULL;

        if (!kept || mig_pg_planner_creates(planner, kept) ||
            g_strcmp0(mig_object_get(table, "persistence"), mig_object_get(kept, "persistence")) ==
                0)
            continue;
        mig_action_sql(action, "ALTER %s SET %s", what,
                       mig_object_get(kept, "persistence") ? "UNLOGGED" : "LOGGED");
    }
}

/* The column that owns a new sequence and counted by itself before; NULL: none. */
static const MigObject *
former_identity(const MigPgPlanner *planner, const MigObject *sequence)
{
    const char *owner = mig_object_get(sequence, "owned-by");
    const MigObject *column = owner ? mig_schema_find(planner->input->to, owner) : NULL;
    const MigChange *change = column ? mig_pg_change_of(planner, column) : NULL;

    return change && mig_pg_planner_creates(planner, sequence) &&
                   mig_object_get(change->from, "identity") && !mig_object_get(column, "identity")
               ? column
               : NULL;
}

void
mig_pg_mark_counters(MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *column = former_identity(planner, roots->pdata[i]);

        if (column && mig_object_get(column, "default"))
            g_hash_table_add(planner->defaults, (gpointer)column);
    }
}

void
mig_pg_need_counters_gone(MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *sequence = roots->pdata[i];
        const MigObject *column = former_identity(planner, sequence);
        g_autofree char *id = g_strconcat("create ", sequence->identity, NULL);
        MigAction *create = column ? g_hash_table_lookup(planner->by_id, id) : NULL;

        if (create)
            mig_action_need(create, "alter %s", column->identity);
    }
}

const MigPgRule mig_pg_rule_sequence = {
    "sequence", create_sequence, drop_sequence, NULL, alter_sequence, NULL,
};
