/* Steps into units of the driver, each with the statements that move rows and log along. */
#include "core/apply_private.h"

#include <string.h>

void
mig_step_unit_free(gpointer data)
{
    MigStepUnit *unit = data;

    g_ptr_array_unref(unit->unit.before);
    g_ptr_array_unref(unit->unit.after);
    g_array_unref(unit->statements);
    g_free(unit->own_text);
    g_free(unit);
}

/* Statements in the blocks before this one. */
static guint
n_before(const MigReadyStep *ready, guint block)
{
    guint n = 0;

    for (guint i = 0; i < block; i++)
        n += ((const MigReadyBlock *)ready->blocks->pdata[i])->statements->len;
    return n;
}

static MigStepUnit *
add_unit(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number, guint first_block,
         guint end_block)
{
    MigStepUnit *new_unit = g_new0(MigStepUnit, 1);
    MigUnit *unit = &new_unit->unit;
    const MigScript *script = ready->step->revision->script;

    new_unit->ready = ready;
    new_unit->n_before = n_before(ready, first_block);
    new_unit->number = number;
    new_unit->first_block = first_block;
    new_unit->end_block = end_block;
    new_unit->statements = g_array_new(FALSE, FALSE, sizeof(MigStatement));
    unit->before = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);
    unit->after = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);
    unit->file = script->path;
    unit->text = script->text;
    unit->text_length = script->text_length;
    unit->allow_drop = builder->allow_drop;
    unit->ret_elapsed_us = &new_unit->elapsed_us;
    if (builder->recorded) {
        const MigConfig *config = mig_project_config(builder->project);

        unit->version_schema = mig_config_text(config, "version_table_schema");
        unit->version_table = mig_config_text(config, "version_table");
        unit->log_table = mig_config_text(config, "log_table");
        unit->expected_rows = ready->step->rows_before;
    }
    g_ptr_array_add(builder->units, new_unit);
    return new_unit;
}

static void
take_statements(MigStepUnit *unit, const GArray *from, guint first, guint n)
{
    g_array_append_vals(unit->statements, (MigStatement *)from->data + first, n);
    unit->unit.statements = (const MigStatement *)unit->statements->data;
    unit->unit.n_statements = unit->statements->len;
}

/* Neighbouring blocks that are one transaction become one unit. */
static guint
add_transaction(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number, guint first)
{
    gboolean atomic = (builder->dialect->capabilities & MIG_CAP_ATOMIC_REVISION) != 0;
    guint end = first;
    MigStepUnit *unit = add_unit(builder, ready, number, first, first);

    do {
        const MigReadyBlock *block = ready->blocks->pdata[end++];

        take_statements(unit, block->statements, 0, block->statements->len);
    } while (atomic && end < ready->blocks->len &&
             !((MigReadyBlock *)ready->blocks->pdata[end])->block->transaction_off);
    unit->end_block = end;
    return end;
}

static MigStepUnit *
add_off_statement(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number, guint block,
                  guint statement)
{
    MigStepUnit *unit = add_unit(builder, ready, number, block, block);

    unit->unit.off = TRUE;
    unit->first_statement = statement;
    unit->n_before += statement;
    take_statements(unit, ((MigReadyBlock *)ready->blocks->pdata[block])->statements, statement, 1);
    return unit;
}

/* The settings that the done statements of the block made, which died with their session. */
static void
add_settings(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number)
{
    const MigResume *resume = ready->resume;
    const MigReadyBlock *block = ready->blocks->pdata[resume->blocks_done];
    const MigScript *script = ready->step->revision->script;

    for (guint i = 0; i < resume->statements_done; i++) {
        const MigStatement *statement = &g_array_index(block->statements, MigStatement, i);

        if (builder->dialect->sets_session(script->text + statement->offset, statement->length))
            add_off_statement(builder, ready, number, resume->blocks_done, i)->aside = TRUE;
    }
}

/* What clears the remains of a statement that is to run again, or finishes one that is not. */
static void
add_clearing(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number)
{
    const MigResume *resume = ready->resume;
    gsize length = strlen(resume->clear);
    g_autoptr(GArray) statements =
        mig_split(builder->dialect->lex_rules, resume->clear, length, NULL, NULL);

    for (guint i = 0; statements && i < statements->len; i++) {
        MigStepUnit *unit =
            add_unit(builder, ready, number, resume->blocks_done, resume->blocks_done);

        unit->aside = TRUE;
        unit->own_text = g_strdup(resume->clear);
        unit->unit.off = TRUE;
        unit->unit.file = NULL;
        unit->unit.text = unit->own_text;
        unit->unit.text_length = length;
        unit->n_before += resume->statements_done;
        take_statements(unit, statements, i, 1);
    }
}

static void
prepare_to_resume(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number)
{
    /* What clears is no part of the block, whose settings end before it. */
    if (ready->resume->clear)
        add_clearing(builder, ready, number);
    if (ready->resume->blocks_done < ready->blocks->len && builder->dialect->sets_session)
        add_settings(builder, ready, number);
}

/* The units of a step, in order; the last one moves the rows. */
static void
add_units(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number)
{
    guint n = ready->blocks->len;
    guint first_unit = builder->units->len;
    guint first_block = ready->resume ? ready->resume->blocks_done : 0;

    if (ready->resume)
        prepare_to_resume(builder, ready, number);
    for (guint i = first_block; i < n;) {
        const MigReadyBlock *block = ready->blocks->pdata[i];

        if (!block->block->transaction_off) {
            i = add_transaction(builder, ready, number, i);
            continue;
        }
        guint done = ready->resume && i == first_block ? ready->resume->statements_done : 0;

        for (; done < block->statements->len; done++)
            add_off_statement(builder, ready, number, i, done);
        i++;
    }
    const MigStepUnit *last =
        builder->units->len > first_unit ? builder->units->pdata[builder->units->len - 1] : NULL;

    if (!last || last->aside || last->end_block != n)
        add_unit(builder, ready, number, n, n);
    ((MigStepUnit *)builder->units->pdata[builder->units->len - 1])->last = TRUE;
}

gboolean
mig_unit_runs_bare(const MigDialect *dialect, const MigUnit *unit)
{
    gboolean (*runs_bare)(const char *, gsize) =
        dialect->may_need_bare ? dialect->may_need_bare : dialect->needs_bare;
    const MigStatement *statement = &unit->statements[0];

    return unit->off && runs_bare &&
           runs_bare(unit->text + statement->offset, statement->length);
}

/* What of the step will be done when the unit is. A block is done with its last statement, but the
 * last block only with the rows moved. */
static void
set_progress(const MigStepUnit *unit, MigLogRow *row)
{
    const GPtrArray *blocks = unit->ready->blocks;

    row->blocks_done = unit->end_block;
    row->statements_done = unit->unit.off ? unit->first_statement + 1 : 0;
    g_clear_pointer(&row->intent, g_free);
    if (unit->unit.off && unit->end_block + 1 < blocks->len &&
        row->statements_done ==
            ((const MigReadyBlock *)blocks->pdata[unit->end_block])->statements->len) {
        row->blocks_done++;
        row->statements_done = 0;
    }
}

/* The log row of a step on its way through its units. */
typedef struct {
    MigLogRow *row;
    MigProgress logged; /* how far the log says it is */
    gboolean is_logged;
} Record;

/* Adds the statement that brings the log to where the row is. */
static void
record(MigUnitsBuilder *builder, Record *step, GPtrArray *list)
{
    MigLogRow *row = step->row;

    g_ptr_array_add(list, step->is_logged
                              ? mig_store_progress_statement(builder->project, builder->dialect,
                                                             row, &step->logged)
                              : mig_store_log_statement(builder->project, builder->dialect, row));
    g_free(step->logged.intent);
    step->logged = (MigProgress){row->blocks_done, row->statements_done, g_strdup(row->intent)};
    step->is_logged = TRUE;
}

/* Our own statements around the unit's script. */
static void
add_own_statements(MigUnitsBuilder *builder, MigStepUnit *unit, Record *step)
{
    const MigDialect *dialect = builder->dialect;
    GPtrArray *before = unit->unit.before, *after = unit->unit.after;

    if (builder->create_tables)
        g_ptr_array_extend_and_steal(before,
                                     mig_store_create_statements(builder->project, dialect));
    builder->create_tables = FALSE;
    if (unit->aside)
        return;
    gboolean bare = mig_unit_runs_bare(dialect, &unit->unit);

    if (bare) {
        const MigStatement *statement = &unit->unit.statements[0];

        step->row->intent = g_strndup(unit->unit.text + statement->offset, statement->length);
    }
    /* Where another run got in between two transactions, that is to be seen before the script runs. */
    if (bare || (step->is_logged && !unit->unit.off))
        record(builder, step, before);
    set_progress(unit, step->row);
    gboolean at_once = (dialect->capabilities & MIG_CAP_RUN_LOCK) == 0 && unit->unit.off && !bare;

    record(builder, step, at_once ? before : after);
    if (unit->last)
        g_ptr_array_extend_and_steal(
            after, mig_store_move_statements(builder->project, dialect, unit->ready->step->moves));
}

/* The log's row is that of a step that was cut short: it takes over the script as it is now. */
static void
take_over_row(MigUnitsBuilder *builder, MigStepUnit *first, Record *step)
{
    const MigResume *resume = first->ready->resume;
    const MigLogRow *logged = resume->row;

    step->row->blocks_done = resume->blocks_done;
    step->row->statements_done = resume->statements_done;
    step->logged = (MigProgress){logged->blocks_done, logged->statements_done,
                                 g_strdup(logged->intent)};
    step->is_logged = TRUE;
    g_ptr_array_add(first->unit.before,
                    mig_store_resume_statement(builder->project, builder->dialect, step->row,
                                               &step->logged));
}

void
mig_units_add_step(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number,
                   guint *ret_first)
{
    const MigStep *step = ready->step;
    guint first = builder->units->len;
    Record logged = {.is_logged = FALSE};

    add_units(builder, ready, number);
    *ret_first = first;
    if (!builder->recorded)
        return;
    g_autoptr(MigLogRow) row =
        mig_log_row_new(step->revision, mig_direction_name(step->direction), builder->tag,
                        builder->dialect->lex_rules);

    row->blocks_total = ready->blocks->len;
    if (builder->offline)
        g_clear_pointer(&row->started_at, g_free);
    else
        row->git_commit = g_strdup(mig_project_commit(builder->project));
    logged.row = row;
    if (ready->resume)
        take_over_row(builder, builder->units->pdata[first], &logged);
    for (guint i = first; i < builder->units->len; i++)
        add_own_statements(builder, builder->units->pdata[i], &logged);
    g_free(logged.logged.intent);
}
