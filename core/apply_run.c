/* Steps into units of the driver, with their log rows, events and errors. */
#include "core/apply_private.h"

#include <string.h>

#include "core/error.h"

/* A unit and what it stands for. Begins with the unit, so that callbacks can get at the rest. */
typedef struct {
    MigUnit unit;
    const MigReadyStep *ready;
    guint number; /* of the step, from 1 */
    guint first_block, end_block;
    guint first_statement; /* off: index of the statement in its block */
    GArray *statements;    /* of MigStatement: those of the blocks, or the one */
    gboolean last;         /* of its step */
    gint64 elapsed_us;     /* last unit: how long the step ran */
} RunUnit;

struct _MigRun {
    MigProject *project;
    MigConnection *connection;
    const MigDialect *dialect;
    const MigApplyOptions *options; /* NULL: a replay */
    MigUnitsOptions units_options;
    gboolean create_tables; /* with the first unit */
    GPtrArray *units;       /* of RunUnit*, alive until the end */
    const GPtrArray *rows;  /* version rows that are durable now */
    guint n_steps, n_done;
    gint64 step_began_us;
    const RunUnit *current; /* whose statement was begun last */
    guint statement;
};

static char *
rows_text(const GPtrArray *rows)
{
    return rows->len > 0 ? mig_rows_join(rows) : g_strdup("base");
}

static void
emit(MigRun *run, MigEventKind kind, const RunUnit *unit, guint statement)
{
    const MigStep *step = unit->ready->step;
    g_autofree char *before = rows_text(step->rows_before);
    g_autofree char *after = rows_text(step->rows_after);
    const MigEvent event = {
        .kind = kind,
        .revision = step->revision->id,
        .title = step->revision->script->message,
        .direction = mig_direction_name(step->direction),
        .rows_before = before,
        .rows_after = after,
        .step = unit->number,
        .n_steps = run->n_steps,
        .statement = statement,
        .n_statements = kind == MIG_EVENT_STATEMENT ? unit->unit.n_statements : 0,
        .elapsed_ms = unit->elapsed_us / 1000,
    };

    mig_project_emit(run->project, &event);
}

static void
on_done(const MigUnit *unit, gpointer user_data)
{
    MigRun *run = user_data;
    RunUnit *done = (RunUnit *)unit;

    if (!done->last)
        return;
    if (done->elapsed_us == 0) /* committed at once, while it is submitted */
        done->elapsed_us = g_get_monotonic_time() - run->step_began_us;
    run->n_done++;
    run->rows = done->ready->step->rows_after;
    if (run->options)
        emit(run, MIG_EVENT_STEP_DONE, done, 0);
}

static void
on_statement(const MigUnit *unit, guint index, gpointer user_data)
{
    MigRun *run = user_data;

    run->current = (const RunUnit *)unit;
    run->statement = index;
    if (run->options)
        emit(run, MIG_EVENT_STATEMENT, run->current, index + 1);
}

static gboolean
on_cancelled(gpointer user_data)
{
    const MigApplyOptions *options = ((MigRun *)user_data)->options;

    return options->cancelled(options->user_data);
}

MigUnitsOptions
mig_apply_units_options(MigProject *project, const MigApplyOptions *options)
{
    const MigConfig *config = mig_project_config(project);
    MigUnitsOptions result = {.mode = MIG_UNITS_GROUP};

    if (!mig_config_boolean(config, "transaction_per_migration"))
        result.mode = MIG_UNITS_WHOLE_RUN;
    else if (options && options->one_by_one)
        result.mode = MIG_UNITS_ONE_BY_ONE;
    result.lock_timeout_ms = options && options->run_lock_timeout_ms != G_MININT64
                                 ? options->run_lock_timeout_ms
                                 : mig_config_duration_ms(config, "run_lock_timeout");
    return result;
}

static void
run_unit_free(gpointer data)
{
    RunUnit *unit = data;

    g_ptr_array_unref(unit->unit.before);
    g_ptr_array_unref(unit->unit.after);
    g_array_unref(unit->statements);
    g_free(unit);
}

MigRun *
mig_run_new(MigProject *project, MigConnection *connection, const MigApplyOptions *options)
{
    MigRun *run = g_new0(MigRun, 1);

    run->project = project;
    run->connection = connection;
    run->dialect = connection->dialect;
    run->options = options;
    run->units_options = mig_apply_units_options(project, options);
    if (!options)
        run->units_options.mode = MIG_UNITS_GROUP;
    run->units_options.done = on_done;
    run->units_options.statement = on_statement;
    run->units_options.cancelled = options && options->cancelled ? on_cancelled : NULL;
    run->units_options.user_data = run;
    run->units = g_ptr_array_new_with_free_func(run_unit_free);
    return run;
}

void
mig_run_free(MigRun *run)
{
    if (!run)
        return;
    g_ptr_array_unref(run->units);
    g_free(run);
}

gboolean
mig_run_begin(MigRun *run, GError **error)
{
    return run->dialect->units_begin(run->connection, &run->units_options, error);
}

void
mig_run_leave(MigRun *run)
{
    run->dialect->units_end(run->connection, NULL, NULL);
}

guint
mig_run_done(const MigRun *run)
{
    return run->n_done;
}

static RunUnit *
add_unit(MigRun *run, const MigReadyStep *ready, guint number, guint first_block, guint end_block)
{
    RunUnit *new_unit = g_new0(RunUnit, 1);
    MigUnit *unit = &new_unit->unit;
    const MigScript *script = ready->step->revision->script;

    new_unit->ready = ready;
    new_unit->number = number;
    new_unit->first_block = first_block;
    new_unit->end_block = end_block;
    new_unit->statements = g_array_new(FALSE, FALSE, sizeof(MigStatement));
    unit->before = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);
    unit->after = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);
    unit->file = script->path;
    unit->text = script->text;
    unit->text_length = script->text_length;
    if (run->options) {
        const MigConfig *config = mig_project_config(run->project);

        unit->version_schema = mig_config_text(config, "version_table_schema");
        unit->version_table = mig_config_text(config, "version_table");
        unit->log_table = mig_config_text(config, "log_table");
        unit->expected_rows = ready->step->rows_before;
        unit->allow_drop = run->options->allow_drop;
    }
    g_ptr_array_add(run->units, new_unit);
    return new_unit;
}

static void
take_statements(RunUnit *unit, const GArray *from, guint first, guint n)
{
    g_array_append_vals(unit->statements, (MigStatement *)from->data + first, n);
    unit->unit.statements = (const MigStatement *)unit->statements->data;
    unit->unit.n_statements = unit->statements->len;
}

/* Neighbouring blocks that are one transaction become one unit. */
static guint
add_transaction(MigRun *run, const MigReadyStep *ready, guint number, guint first)
{
    gboolean atomic = (run->dialect->capabilities & MIG_CAP_ATOMIC_REVISION) != 0;
    guint end = first;
    RunUnit *unit = add_unit(run, ready, number, first, first);

    do {
        const MigReadyBlock *block = ready->blocks->pdata[end++];

        take_statements(unit, block->statements, 0, block->statements->len);
    } while (atomic && end < ready->blocks->len &&
             !((MigReadyBlock *)ready->blocks->pdata[end])->block->transaction_off);
    unit->end_block = end;
    return end;
}

static void
add_off_block(MigRun *run, const MigReadyStep *ready, guint number, guint index)
{
    const MigReadyBlock *block = ready->blocks->pdata[index];

    for (guint i = 0; i < block->statements->len; i++) {
        RunUnit *unit = add_unit(run, ready, number, index, index);

        unit->unit.off = TRUE;
        unit->first_statement = i;
        take_statements(unit, block->statements, i, 1);
    }
}

/* The units of a step, in order; the last one moves the rows. *ret_first: index of the first. */
static void
add_units(MigRun *run, const MigReadyStep *ready, guint number, guint *ret_first)
{
    guint n = ready->blocks->len;

    *ret_first = run->units->len;
    for (guint i = 0; i < n;) {
        const MigReadyBlock *block = ready->blocks->pdata[i];

        if (block->block->transaction_off)
            add_off_block(run, ready, number, i++);
        else
            i = add_transaction(run, ready, number, i);
    }
    const RunUnit *last =
        run->units->len > *ret_first ? run->units->pdata[run->units->len - 1] : NULL;

    if (!last || last->end_block != n)
        add_unit(run, ready, number, n, n);
    ((RunUnit *)run->units->pdata[run->units->len - 1])->last = TRUE;
}

static gboolean
runs_bare(const MigRun *run, const RunUnit *unit)
{
    const MigStatement *statement = &unit->unit.statements[0];

    return unit->unit.off && run->dialect->needs_bare &&
           run->dialect->needs_bare(unit->unit.text + statement->offset, statement->length);
}

/* What of the step will be done when the unit is. */
static void
set_progress(const RunUnit *unit, MigLogRow *row)
{
    row->blocks_done = unit->end_block;
    row->statements_done = unit->unit.off ? unit->first_statement + 1 : 0;
    g_clear_pointer(&row->intent, g_free);
}

/* Our own statements around the unit's script. row: the step's log row, moved on from unit to
 * unit; first: the row is not in the log yet. */
static void
add_own_statements(MigRun *run, RunUnit *unit, MigLogRow *row, gboolean first)
{
    const MigDialect *dialect = run->dialect;
    GPtrArray *before = unit->unit.before, *after = unit->unit.after;

    if (run->create_tables)
        g_ptr_array_extend_and_steal(before, mig_store_create_statements(run->project, dialect));
    run->create_tables = FALSE;
    if (runs_bare(run, unit)) {
        const MigStatement *statement = &unit->unit.statements[0];

        row->intent = g_strndup(unit->unit.text + statement->offset, statement->length);
        g_ptr_array_add(before, first ? mig_store_log_statement(run->project, dialect, row)
                                      : mig_store_progress_statement(run->project, dialect, row));
        first = FALSE;
    }
    set_progress(unit, row);
    g_ptr_array_add(after, first ? mig_store_log_statement(run->project, dialect, row)
                                 : mig_store_progress_statement(run->project, dialect, row));
    if (unit->last)
        g_ptr_array_extend_and_steal(
            after, mig_store_move_statements(run->project, dialect, unit->ready->step->moves));
}

static char *
describe_step(const MigStep *step)
{
    const char *message = step->revision->script->message;

    return g_strdup_printf("%s of %s%s%s%s", mig_direction_name(step->direction),
                           step->revision->id, *message ? " (" : "", message, *message ? ")" : "");
}

/* Which statement of which block the index of a unit means. */
static char *
describe_statement(const RunUnit *unit, guint index)
{
    const MigReadyBlock *block = unit->ready->blocks->pdata[unit->first_block];

    if (unit->unit.off)
        index = unit->first_statement;
    for (guint i = unit->first_block + 1; index >= block->statements->len; i++) {
        index -= block->statements->len;
        block = unit->ready->blocks->pdata[i];
    }
    return g_strdup_printf(", block %u, statement %u of %u", block->number, index + 1,
                           block->statements->len);
}

/* Whether the log holds the step as begun and not ended. */
static gboolean
is_half_done(MigRun *run, const MigStep *step)
{
    g_autoptr(GPtrArray) rows = mig_store_half_done(run->project, NULL);

    for (guint i = 0; rows && i < rows->len; i++) {
        if (strcmp(((MigLogRow *)rows->pdata[i])->revision, step->revision->id) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
explain_half_way(MigRun *run, GError *error, const RunUnit *failed)
{
    const MigReadyBlock *block = failed->first_block < failed->ready->blocks->len
                                     ? failed->ready->blocks->pdata[failed->first_block]
                                     : NULL;
    g_autofree char *rows = rows_text(run->rows);
    const char *table = mig_config_text(mig_project_config(run->project), "log_table");

    error->code = MIG_E_HALF_WAY;
    if (block && failed->unit.off)
        mig_error_set_state(error,
                            "half-done: what came before this statement (%u of %u in its block) "
                            "is kept; the version rows stay at %s",
                            failed->first_statement + 1, block->statements->len, rows);
    else
        mig_error_set_state(error,
                            "half-done: the blocks before this one are kept; the version rows "
                            "stay at %s",
                            rows);
    mig_error_set_hint(error,
                       "Undo by hand what was done; the next run says how to clear the step's row "
                       "in '%s'.",
                       table);
}

/* Adds to the engine's error which step it was and what became of the database. */
static void
explain(MigRun *run, GError *error, const RunUnit *failed)
{
    const MigErrorDetails *details = mig_error_details(error);
    const MigStep *step = failed ? failed->ready->step : NULL;

    if (!details)
        return;
    if (step) {
        g_autofree char *name = describe_step(step);
        g_autofree char *where = details->line > 0 && run->current == failed
                                     ? describe_statement(failed, run->statement)
                                     : NULL;

        mig_error_set_subject(error, "%s%s", name, where ? where : "");
    }
    if (!run->options || !run->rows)
        return;
    if (step && is_half_done(run, step)) {
        explain_half_way(run, error, failed);
        return;
    }
    g_autofree char *rows = rows_text(run->rows);

    mig_error_set_state(error, "rolled back, the database stays at %s", rows);
}

/* A unit's script may be long: the step's begin is told when its first unit is submitted. */
static gboolean
submit_step(MigRun *run, const MigReadyStep *ready, guint number, const MigUnit **ret_failed,
            GError **error)
{
    g_autoptr(MigLogRow) row = NULL;
    guint first;

    add_units(run, ready, number, &first);
    if (run->options) {
        row = mig_log_row_new(ready->step->revision, mig_direction_name(ready->step->direction),
                              run->options->tag, run->dialect->lex_rules);
        row->blocks_total = ready->blocks->len;
        emit(run, MIG_EVENT_STEP_BEGIN, run->units->pdata[first], 0);
    }
    run->step_began_us = g_get_monotonic_time();
    for (guint i = first; i < run->units->len; i++) {
        RunUnit *unit = run->units->pdata[i];

        if (row)
            add_own_statements(run, unit, row, i == first);
        if (!run->dialect->unit_submit(run->connection, &unit->unit, ret_failed, error))
            return FALSE;
        unit->elapsed_us = g_get_monotonic_time() - run->step_began_us;
    }
    return TRUE;
}

static gboolean
look_for_tables(MigRun *run, GError **error)
{
    MigStoreTables tables;

    if (!run->options)
        return TRUE;
    if (!mig_store_look(run->project, run->connection, &tables, error)) {
        mig_run_leave(run);
        return FALSE;
    }
    run->create_tables = !tables.version || !tables.log;
    return TRUE;
}

gboolean
mig_run_steps(MigRun *run, const GPtrArray *ready, GError **error)
{
    const MigUnit *failed = NULL;
    g_autoptr(GError) own = NULL;
    gboolean ok = TRUE;

    if (!look_for_tables(run, error))
        return FALSE;
    run->n_steps = ready->len;
    for (guint i = 0; ok && i < ready->len; i++) {
        const MigReadyStep *step = ready->pdata[i];

        if (i == 0)
            run->rows = step->step->rows_before;
        ok = submit_step(run, step, i + 1, &failed, &own);
    }
    ok = ok && run->dialect->units_end(run->connection, &failed, &own);
    if (ok)
        return TRUE;
    explain(run, own, (const RunUnit *)failed);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}
