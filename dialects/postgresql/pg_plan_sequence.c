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

/* What a sequence, or a column's identity, counts within. */
typedef struct {
    gboolean down;
    gint64 start, low, high;
} Span;

static gboolean
counts_down(const MigObject *sequence)
{
    const char *increment = mig_object_get(sequence, "increment");

    return increment && *increment == '-';
}

/* The bound of a type that counts in this direction when none is given. */
static const char *
bound_of_type(const char *type, gboolean down, gboolean low)
{
    if (down != low)
        return low ? "1" : "-1";
    if (g_strcmp0(type, "smallint") == 0)
        return low ? "-32768" : "32767";
    if (g_strcmp0(type, "integer") == 0)
        return low ? "-2147483648" : "2147483647";
    return low ? "-9223372036854775808" : "9223372036854775807";
}

static const char *
usual_bound(const MigObject *sequence, gboolean low)
{
    return bound_of_type(mig_object_get(sequence, "type"), counts_down(sequence), low);
}

/* Without START it begins with its lowest value, or its highest when it counts down. */
static Span
make_span(gboolean down, const char *start, const char *low, const char *high)
{
    return (Span){
        .down = down,
        .start = g_ascii_strtoll(start  ? start
                                 : down ? high
                                        : low,
                                 NULL, 10),
        .low = g_ascii_strtoll(low, NULL, 10),
        .high = g_ascii_strtoll(high, NULL, 10),
    };
}

static Span
span_of(const MigObject *sequence)
{
    const char *low = mig_object_get(sequence, "min"), *high = mig_object_get(sequence, "max");

    return make_span(counts_down(sequence), mig_object_get(sequence, "start"),
                     low ? low : usual_bound(sequence, TRUE),
                     high ? high : usual_bound(sequence, FALSE));
}

/* Whether the old sequence stands, at least where it starts, outside of what the new one takes. */
static gboolean
starts_over(const Span *from, const Span *to)
{
    return from->down != to->down || from->start < to->low || from->start > to->high;
}

/* What has another usual value when a sequence counts the other way. */
static gboolean
is_bound(const char *attribute)
{
    static const char *const bounds[] = {"min", "max", "start", NULL};

    return g_strv_contains(bounds, attribute);
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
            g_string_append_printf(sql, " START WITH %" G_GINT64_FORMAT, span_of(to).start);
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
    Span before = span_of(change->from), after = span_of(change->to);

    append_settings(sql, change->from, change->to);
    if (sql->len > length && starts_over(&before, &after)) {
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

/* The words of an identity's options, with what each is when it is not said; the start: that of the
 * span. */
static const struct {
    const char *words, *usual;
} options[] = {{"INCREMENT BY", "INCREMENT BY 1"},
               {"MINVALUE", "NO MINVALUE"},
               {"MAXVALUE", "NO MAXVALUE"},
               {"START WITH", NULL},
               {"CACHE", "CACHE 1"},
               {"CYCLE", "NO CYCLE"}};

/* An option as the column has it ("MINVALUE 5"); NULL: it has not. New string. */
static char *
option_of(const MigObject *column, const char *words)
{
    const char *all = mig_object_get(column, "identity-options");
    const char *at = all ? strstr(all, words) : NULL;
    gsize length = strlen(words);

    if (at && at[length] == ' ' && strcmp(words, "CYCLE") != 0)
        length += 1 + strcspn(at + length + 1, " ");
    return at ? g_strndup(at, length) : NULL;
}

static const char *
number_of(const char *option)
{
    return option ? strrchr(option, ' ') + 1 : NULL;
}

static Span
span_of_identity(const MigObject *column)
{
    const char *type = mig_object_get(column, "type");
    g_autofree char *step = option_of(column, "INCREMENT BY");
    g_autofree char *start = option_of(column, "START WITH");
    g_autofree char *min = option_of(column, "MINVALUE"), *max = option_of(column, "MAXVALUE");
    gboolean down = step && *number_of(step) == '-';

    return make_span(down, number_of(start), min ? number_of(min) : bound_of_type(type, down, TRUE),
                     max ? number_of(max) : bound_of_type(type, down, FALSE));
}

void
mig_pg_change_identity_options(const MigPgPlanner *planner, const MigObject *from,
                               const MigObject *to, const char *alter, MigAction *action)
{
    g_autofree char *title = mig_pg_title(planner->input->to, to);
    g_autoptr(GString) sql = g_string_new(alter);
    Span before = span_of_identity(from), after = span_of_identity(to);

    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree char *option = option_of(to, options[i].words);

        if (option || options[i].usual)
            g_string_append_printf(sql, " SET %s", option ? option : options[i].usual);
        else
            g_string_append_printf(sql, " SET START WITH %" G_GINT64_FORMAT, after.start);
    }
    if (starts_over(&before, &after)) {
        g_string_append(sql, " RESTART");
        mig_pg_hazard(action, "DS007",
                      "%s starts over: where it starts is outside of its new bounds", title);
    }
    mig_action_sql(action, "%s", sql->str);
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
