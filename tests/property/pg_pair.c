#include <string.h>

#include "core/diff.h"
#include "core/error.h"
#include "core/kept.h"
#include "core/settle.h"
#include "dialects/postgresql/pg_model.h"
#include "tests/lib/cluster.h"
#include "tests/property/pair.h"
#include "tests/property/pg_generate.h"
#include "tests/property/pg_pool.h"
#include "tests/property/tally.h"

/* Of so many pairs one is proved, too, which takes as long as all the rest. */
#define PROOFS 3
/* Of so many pairs one is committed, step by step. */
#define COMMITS 10
/* Of so many pairs one is planned for a live system, which needs databases of its own. */
#define ONLINE 10

gboolean
pair_begin(int *ret_status)
{
    if (cluster_folder())
        return TRUE;
    *ret_status = cluster_skip();
    return FALSE;
}

void
pair_end(void)
{
    pg_pool_end();
}

/* Counts the statements that the server refused, and shows them when asked to. */
static void
report_unfit(const GPtrArray *statements, const GPtrArray *unfit)
{
    static int shown = -1;

    if (shown < 0)
        shown = g_getenv("MIGRATE_PLAN_UNFIT") != NULL;
    for (guint i = 0; shown && i < unfit->len; i++)
        g_printerr("%s\n", (const char *)unfit->pdata[i]);
    for (guint i = 0; i < statements->len; i++)
        tally_count("pair: statement");
    for (guint i = 0; i < unfit->len; i++)
        tally_count("pair: statement not taken by the server");
}

/* An empty database with a schema in it; NULL when the server does not take it at all. */
static MigConnection *
open_with(const GenSchema *schema)
{
    MigConnection *scratch = pg_pool_open();
    g_autoptr(GPtrArray) statements = pg_schema_statements(schema);
    g_autoptr(GPtrArray) unfit = g_ptr_array_new_with_free_func(g_free);

    if (!pg_pool_load(scratch, statements, unfit)) {
        scratch->dialect->close(scratch);
        return NULL;
    }
    report_unfit(statements, unfit);
    return scratch;
}

static void
insert_rows(MigConnection *scratch, const Pair *pair)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < pair->rows->len; i++) {
        char *sql = gen_schema_row_sql(pair->from, pair->rows->pdata[i]);

        if (sql)
            g_ptr_array_add(statements, sql);
    }
    pg_pool_load(scratch, statements, NULL);
}

/* Names that values of a type like regclass stand for may be malformed, or unknown; and what is no
 * tsvector is a syntax error to the server, although it reads a value. */
static gboolean
is_about_rows(const char *state, const char *sql)
{
    if (strcmp(state, "42601") == 0 && strstr(sql, "::tsvector"))
        return TRUE;
    return g_str_has_prefix(state, "22") || g_str_has_prefix(state, "23") ||
           (strstr(sql, "::reg") &&
            (g_str_has_prefix(state, "42") || g_str_has_prefix(state, "3F")));
}

static gboolean
run(Check *check, MigConnection *scratch, const char *sql, gboolean with_rows, const char *what)
{
    g_autoptr(GError) error = NULL;

    if (check->dialect->execute(scratch, sql, strlen(sql), NULL, &error))
        return TRUE;
    const MigErrorDetails *details = mig_error_details(error);
    const char *state = details && details->sqlstate ? details->sqlstate : "";

    if (with_rows && strstr(sql, "fails-on-data") && is_about_rows(state, sql))
        tally_count("check: stopped by rows");
    else
        check_fail(check, "run: %s: %s (%s): %s", what, error->message, state,
                   details && details->source_line ? details->source_line : "");
    return FALSE;
}

static gboolean
needs_commits(const MigPlan *plan)
{
    for (guint i = 0; i < plan->actions->len; i++) {
        const MigAction *action = plan->actions->pdata[i];

        if (action->own_transaction || action->transaction_off || action->after_commit)
            return TRUE;
    }
    return FALSE;
}

/* A statement of its own outside of the common transactions: bare, or in one of its own. */
static void
append_apart(GString *text, const MigDialect *dialect, const char *sql)
{
    if (dialect->needs_bare(sql, strlen(sql)))
        g_string_append_printf(text, "%s;\n", sql);
    else
        g_string_append_printf(text, "BEGIN;\n%s;\nCOMMIT;\n", sql);
}

static void
append_action(GString *text, const Check *check, const MigAction *action)
{
    for (guint j = 0; j < action->hazards->len; j++)
        g_string_append_printf(text, "/* %s */\n", ((MigHazard *)action->hazards->pdata[j])->kind);
    for (guint j = 0; j < action->statements->len; j++) {
        if (action->transaction_off)
            append_apart(text, check->dialect, action->statements->pdata[j]);
        else
            g_string_append_printf(text, "%s;\n", (char *)action->statements->pdata[j]);
    }
}

/* The plan as it is run: transactions, which end where they must. Those without are tried in the
 * transaction that all is in, but for some: undoing that takes no time. */
static char *
transactions(const Check *check, const MigPlan *plan)
{
    gboolean inside = check->pair->seed % COMMITS != 0 && !needs_commits(plan), open = FALSE;
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < plan->actions->len; i++) {
        const MigAction *action = plan->actions->pdata[i];

        if (open && (action->transaction_off || action->after_commit)) {
            g_string_append(text, "COMMIT;\n");
            open = FALSE;
        }
        if (!inside && !open && !action->transaction_off) {
            g_string_append(text, "BEGIN;\n");
            open = TRUE;
        }
        append_action(text, check, action);
        if (action->own_transaction)
            g_string_append(text, "COMMIT;\nBEGIN;\n");
    }
    g_string_append(text, open ? "COMMIT;\n" : "");
    return g_string_free(text, FALSE);
}

static gboolean
reaches(Check *check, MigConnection *scratch, const MigSchema *wanted, const char *what)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigSchema) state = mig_scratch_read(check->place, scratch, &error);

    if (!state || !mig_settle(check->place, state, wanted, &error))
        return check_fail(check, "read: %s: %s", what, error->message);
    g_autoptr(GPtrArray) changes = mig_diff(state, wanted);

    if (changes->len == 0)
        return TRUE;
    const MigChange *change = changes->pdata[0];
    g_autofree char *line = mig_change_describe(change);
    const char *name = change->kind == MIG_ALTERED ? change->attributes->pdata[0] : NULL;

    return check_fail(check, "%s not reached: %s (%u changes): %s is\n%s\nnot\n%s", what, line,
                      changes->len, name ? name : "-",
                      name ? mig_object_get(change->from, name) : "-",
                      name ? mig_object_get(change->to, name) : "-");
}

/* FALSE also when rows stopped it, as a hazard had said. */
static gboolean
carry_out(Check *check, MigConnection *scratch, const Move *move, const char *what)
{
    g_autofree char *sql = transactions(check, move->plan);

    return run(check, scratch, sql, TRUE, what) && reaches(check, scratch, move->to, what);
}

static gboolean
keeps(Check *check, const MigKept *kept, const GPtrArray *tables, const GPtrArray *before,
      MigConnection *scratch, gboolean after)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) now = mig_kept_read(kept, scratch, tables, after, &error);

    if (!now)
        return check_fail(check, "rows: %s", error->message);
    g_autofree char *lost = mig_kept_lost(kept, tables, before, now);

    return !lost || check_fail(check, "rows: %s lost %s", after ? "up" : "down", lost);
}

/* Whether a plan says that it makes the table anew without its rows. */
static gboolean
is_told_lost(const MigPlan *plan, const MigObject *table)
{
    g_autofree char *id = g_strconcat("create ", table->identity, NULL);

    for (guint i = 0; i < plan->actions->len; i++) {
        const MigAction *action = plan->actions->pdata[i];

        for (guint j = 0; strcmp(action->id, id) == 0 && j < action->hazards->len; j++) {
            if (strcmp(((MigHazard *)action->hazards->pdata[j])->kind, "data-loss") == 0)
                return TRUE;
        }
    }
    return FALSE;
}

static GPtrArray *
kept_tables(Check *check, const MigKept *kept)
{
    GPtrArray *tables = mig_kept_touched(kept);

    for (guint i = tables->len; i-- > 0;) {
        if (!is_told_lost(check->up.plan, tables->pdata[i]) &&
            !is_told_lost(check->down.plan, tables->pdata[i]))
            continue;
        tally_count("check: rows told to be lost");
        g_ptr_array_remove_index(tables, i);
    }
    return tables;
}

/* There with random rows, and back. */
static void
round_trip(Check *check, MigConnection *scratch)
{
    const MigKept kept = {check->from, check->to, check->up.plan->changes};
    g_autoptr(GPtrArray) tables = kept_tables(check, &kept);
    g_autoptr(GError) error = NULL;

    insert_rows(scratch, check->pair);
    g_autoptr(GPtrArray) before = mig_kept_read(&kept, scratch, tables, FALSE, &error);

    if (!before) {
        check_fail(check, "rows: %s", error->message);
        return;
    }
    if (!carry_out(check, scratch, &check->up, "up") ||
        !keeps(check, &kept, tables, before, scratch, TRUE))
        return;
    tally_count("check: moved up with rows");
    if (carry_out(check, scratch, &check->down, "down") &&
        keeps(check, &kept, tables, before, scratch, FALSE))
        tally_count("check: moved down with rows");
}

static MigSchema *
load(Check *check, const GenSchema *schema, MigConnection **ret_scratch)
{
    g_autoptr(GError) error = NULL;
    MigConnection *scratch = open_with(schema);
    MigSchema *state = scratch ? mig_scratch_read(check->place, scratch, &error) : NULL;

    if (scratch && !state)
        check_fail(check, "read: %s", error->message);
    *ret_scratch = scratch;
    return state;
}

/* What is the same on both sides is spelled the same, as it is for the real program. */
static gboolean
settle(Check *check)
{
    g_autoptr(GError) error = NULL;

    return mig_settle(check->place, check->from, check->to, &error) ||
           check_fail(check, "settle: %s", error->message);
}

/* Without the renames when they cannot be carried out. */
static gboolean
plan_both(Check *check)
{
    if (!check_renames(check))
        return FALSE;
    if (check_plan(check, &check->up) && check_plan(check, &check->down))
        return TRUE;
    if (check->failure)
        return FALSE;
    tally_count("pair: renames that cannot be");
    g_clear_pointer(&check->up.plan, mig_plan_free);
    g_clear_pointer(&check->up.sql, g_free);
    g_ptr_array_set_size(check->up.renames, 0);
    g_ptr_array_set_size(check->down.renames, 0);
    return check_plan(check, &check->up) && check_plan(check, &check->down);
}

static void
check_all(Check *check)
{
    MigConnection *first = NULL, *second = NULL;
    MigSchema *from = load(check, check->pair->from, &first);
    MigSchema *to = load(check, check->pair->to, &second);

    check_states(check, from, to);
    check->server = first ? first->server : NULL;
    if (second)
        check->dialect->close(second);
    if (from && to && settle(check) && plan_both(check)) {
        tally_state(to);
        tally_plan(check->up.plan, check->up.sql);
        round_trip(check, first);
    }
    if (first)
        check->dialect->close(first);
    if (from && to && !check->failure && check->pair->seed % PROOFS == 0)
        check_proof(check);
}

char *
pair_check(const Pair *pair, char **script)
{
    static const char *all[] = {"*"};
    GPtrArray schemas = {(gpointer *)all, 1};
    const MigIntrospectOptions options = {&schemas, TRUE};
    const MigDialect *dialect = pg_pool_dialect();
    Check check = {.pair = pair,
                   .dialect = dialect,
                   .place = mig_scratch_new(dialect),
                   .online = pair->seed % ONLINE == 1};

    mig_scratch_set_introspect_options(check.place, &options);
    check_all(&check);
    return check_end(&check, script);
}

static void
append_schema(GString *out, const char *title, const GenSchema *schema)
{
    MigConnection *scratch = pg_pool_open();
    g_autoptr(GPtrArray) statements = pg_schema_statements(schema);
    g_autoptr(GPtrArray) unfit = g_ptr_array_new_with_free_func(g_free);

    g_string_append_printf(out, "---- %s\n", title);
    pg_pool_load(scratch, statements, unfit);
    scratch->dialect->close(scratch);
    for (guint i = 0; i < statements->len; i++)
        g_string_append_printf(out, "%s;\n", (char *)statements->pdata[i]);
    for (guint i = 0; i < unfit->len; i++)
        g_string_append_printf(out, "-- not taken: %s\n", (char *)unfit->pdata[i]);
}

char *
pair_describe(const Pair *pair)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GPtrArray) renames = gen_schema_renames(pair->from, pair->to);

    append_schema(out, "from", pair->from);
    for (guint i = 0; i < pair->rows->len; i++) {
        g_autofree char *sql = gen_schema_row_sql(pair->from, pair->rows->pdata[i]);

        if (sql)
            g_string_append_printf(out, "%s;\n", sql);
    }
    append_schema(out, "to", pair->to);
    for (guint i = 0; pair->told && i < renames->len; i++)
        g_string_append_printf(out, "-- renamed: %s\n", (char *)renames->pdata[i]);
    return g_string_free(out, FALSE);
}
