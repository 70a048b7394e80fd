/* Running units: events, and errors that say which step it was. */
#include "core/apply_private.h"

#include <string.h>

#include "core/error.h"

struct _MigRun {
    MigProject *project;
    MigConnection *connection;
    const MigDialect *dialect;
    const MigApplyOptions *options; /* NULL: a replay */
    MigUnitsOptions units_options;
    MigUnitsBuilder builder;
    GPtrArray *everything; /* a replay's allow_drop */
    const GPtrArray *rows; /* version rows that are durable now */
    guint n_steps, n_done;
    gint64 unit_began_us;         /* of the unit that is submitted */
    const MigReadyStep *timed;    /* whose units have taken … */
    gint64 step_us;               /* … so long until now */
    gint64 statement_began_us;
    const MigStepUnit *current; /* whose statement was begun last; NULL: none since what is done was */
    guint statement;
    guint n_units_done;
};

static char *
rows_text(const GPtrArray *rows)
{
    return rows->len > 0 ? mig_rows_join(rows) : g_strdup("base");
}

static void
emit(MigRun *run, MigEventKind kind, const MigStepUnit *unit, guint statement)
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
        .n_statements = kind == MIG_EVENT_STATEMENT ? unit->ready->n_statements : 0,
        .elapsed_ms = kind == MIG_EVENT_STEP_DONE ? run->step_us / 1000 : 0,
    };

    mig_project_emit(run->project, &event);
}

static void
on_done(const MigUnit *unit, gpointer user_data)
{
    MigRun *run = user_data;
    const MigStepUnit *done = (const MigStepUnit *)unit;

    run->n_units_done++;
    if (run->current == done)
        run->current = NULL;
    if (run->timed != done->ready)
        run->step_us = 0;
    run->timed = done->ready;
    /* Not known: it is committed at once, while it is submitted. */
    run->step_us += done->elapsed_us > 0 ? done->elapsed_us
                                         : g_get_monotonic_time() - run->unit_began_us;
    if (!done->last)
        return;
    run->n_done++;
    run->rows = done->ready->step->rows_after;
    if (run->options)
        emit(run, MIG_EVENT_STEP_DONE, done, 0);
}

static void
on_statement(const MigUnit *unit, guint index, gpointer user_data)
{
    MigRun *run = user_data;

    run->current = (const MigStepUnit *)unit;
    run->statement = index;
    run->statement_began_us = g_get_monotonic_time();
    if (run->options)
        emit(run, MIG_EVENT_STATEMENT, run->current, run->current->n_before + index + 1);
}

static void
on_working(const char *what, guint64 done, guint64 total, gpointer user_data)
{
    const MigRun *run = user_data;
    const GPtrArray *units = run->builder.units;
    /* What a server has sent of its answers may not say yet which statement it is at. */
    const gboolean known = run->current != NULL;
    const MigStepUnit *unit = known                            ? run->current
                              : run->n_units_done < units->len ? units->pdata[run->n_units_done]
                                                               : NULL;

    if (!unit)
        return;
    const MigEvent event = {
        .kind = MIG_EVENT_PROGRESS,
        .message = what,
        .revision = unit->ready->step->revision->id,
        .title = unit->ready->step->revision->script->message,
        .direction = mig_direction_name(unit->ready->step->direction),
        .step = unit->number,
        .n_steps = run->n_steps,
        .statement = known ? unit->n_before + run->statement + 1 : 0,
        .n_statements = known ? unit->ready->n_statements : 0,
        .elapsed_ms = (g_get_monotonic_time() -
                       (known ? run->statement_began_us : run->unit_began_us)) / 1000,
        .done = done,
        .total = total,
    };

    mig_project_emit(run->project, &event);
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
    result.version_schema = mig_config_text(config, "version_table_schema");
    result.version_table = mig_config_text(config, "version_table");
    result.statement_lock_timeout_ms = mig_config_duration_ms(config, "lock_timeout");
    result.statement_timeout_ms = mig_config_duration_ms(config, "statement_timeout");
    result.lock_retries = (guint)MAX(mig_config_integer(config, "lock_retries"), 0);
    return result;
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
    if (!options) {
        run->units_options.mode = MIG_UNITS_GROUP;
        run->units_options.version_table = NULL;
    }
    run->units_options.done = on_done;
    run->units_options.statement = on_statement;
    run->units_options.working = options ? on_working : NULL;
    run->units_options.cancelled = options && options->cancelled ? on_cancelled : NULL;
    run->units_options.user_data = run;
    /* Scratch holds nothing that the scripts did not make: what they lose they meant to lose, or
     * nobody can do anything about it any more. */
    run->everything = g_ptr_array_new();
    g_ptr_array_add(run->everything, (gpointer) "*");
    run->builder.project = project;
    run->builder.dialect = run->dialect;
    run->builder.recorded = options != NULL;
    run->builder.tag = options ? options->tag : NULL;
    run->builder.allow_drop = options ? options->allow_drop : run->everything;
    run->builder.units = g_ptr_array_new_with_free_func(mig_step_unit_free);
    return run;
}

void
mig_run_free(MigRun *run)
{
    if (!run)
        return;
    g_ptr_array_unref(run->builder.units);
    g_ptr_array_unref(run->everything);
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

static char *
describe_step(const MigStep *step)
{
    const char *message = step->revision->script->message;

    return g_strdup_printf("%s of %s%s%s%s", mig_direction_name(step->direction),
                           step->revision->id, *message ? " (" : "", message, *message ? ")" : "");
}

/* Which statement of which block the index of a unit means. */
static char *
describe_statement(const MigStepUnit *unit, guint index)
{
    if (unit->own_text)
        return g_strdup(", clearing up after a statement that was cut short");
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
explain_half_way(MigRun *run, GError *error, const MigStepUnit *failed)
{
    const MigReadyBlock *block = !failed->own_text &&
                                         failed->first_block < failed->ready->blocks->len
                                     ? failed->ready->blocks->pdata[failed->first_block]
                                     : NULL;
    g_autofree char *rows = rows_text(run->rows);
    const MigRevision *revision = failed->ready->step->revision;
    const char *direction = mig_direction_name(failed->ready->step->direction);

    if (error->code != MIG_E_ROWS_CHANGED && error->code != MIG_E_INTERRUPTED)
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
                       "Put right what failed; the next run goes on with this statement (migrate %s "
                       "%s). To give the step up instead: migrate repair --abandon %s",
                       direction, revision->id, revision->id);
}

/* Adds to the engine's error which step it was and what became of the database. */
static void
explain(MigRun *run, GError *error, const MigStepUnit *failed)
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
    if (!run->options || !run->rows || details->state_now)
        return;
    if (step && is_half_done(run, step)) {
        explain_half_way(run, error, failed);
        return;
    }
    g_autofree char *rows = rows_text(run->rows);

    mig_error_set_state(error, "rolled back, the database stays at %s", rows);
}

static gboolean
submit_step(MigRun *run, const MigReadyStep *ready, guint number, const MigUnit **ret_failed,
            GError **error)
{
    GPtrArray *units = run->builder.units;
    guint first;

    mig_units_add_step(&run->builder, ready, number, &first);
    if (run->options)
        emit(run, MIG_EVENT_STEP_BEGIN, units->pdata[first], 0);
    for (guint i = first; i < units->len; i++) {
        MigStepUnit *unit = units->pdata[i];

        run->unit_began_us = g_get_monotonic_time();
        if (!run->dialect->unit_submit(run->connection, &unit->unit, ret_failed, error))
            return FALSE;
        if (unit->elapsed_us == 0)
            unit->elapsed_us = g_get_monotonic_time() - run->unit_began_us;
    }
    return TRUE;
}

/* What an off block holds on to between its statements, a pooler would hand to others. */
static gboolean
refuse_off_blocks(const GPtrArray *ready, GError **error)
{
    for (guint i = 0; i < ready->len; i++) {
        const MigReadyStep *step = ready->pdata[i];
        const MigScript *script = step->step->revision->script;

        for (guint j = 0; j < step->blocks->len; j++) {
            const MigReadyBlock *block = step->blocks->pdata[j];

            if (!block->block->transaction_off)
                continue;
            GError *own = mig_error_new(MIG_E_UNSUPPORTED, "a block with transaction=off cannot run "
                                                           "through a connection pooler");

            mig_error_set_location(own, script->path, block->block->line, 1, script->text,
                                   script->text_length);
            mig_error_set_state(own, "nothing was run");
            mig_error_set_hint(own, "Connect to the server directly for this run.");
            g_propagate_error(error, own);
            return FALSE;
        }
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
    run->builder.create_tables = !tables.version || !tables.log;
    return TRUE;
}

gboolean
mig_run_steps(MigRun *run, const GPtrArray *ready, GError **error)
{
    const MigUnit *failed = NULL;
    g_autoptr(GError) own = NULL;
    gboolean ok = TRUE;

    if (run->connection->pooled && !refuse_off_blocks(ready, error)) {
        mig_run_leave(run);
        return FALSE;
    }
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
    explain(run, own, (const MigStepUnit *)failed);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}
