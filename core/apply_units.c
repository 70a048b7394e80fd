/* Steps into units of the driver, each with the statements that move rows and log along. */
#include "core/apply_private.h"

void
mig_step_unit_free(gpointer data)
{
    MigStepUnit *unit = data;

    g_ptr_array_unref(unit->unit.before);
    g_ptr_array_unref(unit->unit.after);
    g_array_unref(unit->statements);
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

static void
add_off_block(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number, guint index)
{
    const MigReadyBlock *block = ready->blocks->pdata[index];

    for (guint i = 0; i < block->statements->len; i++) {
        MigStepUnit *unit = add_unit(builder, ready, number, index, index);

        unit->unit.off = TRUE;
        unit->first_statement = i;
        unit->n_before += i;
        take_statements(unit, block->statements, i, 1);
    }
}

/* The units of a step, in order; the last one moves the rows. */
static void
add_units(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number)
{
    guint n = ready->blocks->len;
    guint first_unit = builder->units->len;

    for (guint i = 0; i < n;) {
        const MigReadyBlock *block = ready->blocks->pdata[i];

        if (block->block->transaction_off)
            add_off_block(builder, ready, number, i++);
        else
            i = add_transaction(builder, ready, number, i);
    }
    const MigStepUnit *last =
        builder->units->len > first_unit ? builder->units->pdata[builder->units->len - 1] : NULL;

    if (!last || last->end_block != n)
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

/* What of the step will be done when the unit is. */
static void
set_progress(const MigStepUnit *unit, MigLogRow *row)
{
    row->blocks_done = unit->end_block;
    row->statements_done = unit->unit.off ? unit->first_statement + 1 : 0;
    g_clear_pointer(&row->intent, g_free);
}

/* Our own statements around the unit's script. row: the step's log row, moved on from unit to
 * unit; first: the row is not in the log yet. */
static void
add_own_statements(MigUnitsBuilder *builder, MigStepUnit *unit, MigLogRow *row, gboolean first)
{
    const MigDialect *dialect = builder->dialect;
    GPtrArray *before = unit->unit.before, *after = unit->unit.after;

    if (builder->create_tables)
        g_ptr_array_extend_and_steal(before,
                                     mig_store_create_statements(builder->project, dialect));
    builder->create_tables = FALSE;
    if (mig_unit_runs_bare(dialect, &unit->unit)) {
        const MigStatement *statement = &unit->unit.statements[0];

        row->intent = g_strndup(unit->unit.text + statement->offset, statement->length);
        g_ptr_array_add(before, first
                                    ? mig_store_log_statement(builder->project, dialect, row)
                                    : mig_store_progress_statement(builder->project, dialect, row));
        first = FALSE;
    }
    set_progress(unit, row);
    g_ptr_array_add(after, first ? mig_store_log_statement(builder->project, dialect, row)
                                 : mig_store_progress_statement(builder->project, dialect, row));
    if (unit->last)
        g_ptr_array_extend_and_steal(
            after, mig_store_move_statements(builder->project, dialect, unit->ready->step->moves));
}

void
mig_units_add_step(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number,
                   guint *ret_first)
{
    const MigStep *step = ready->step;
    guint first = builder->units->len;
    g_autoptr(MigLogRow) row = NULL;

    add_units(builder, ready, number);
    *ret_first = first;
    if (!builder->recorded)
        return;
    row = mig_log_row_new(step->revision, mig_direction_name(step->direction), builder->tag,
                          builder->dialect->lex_rules);
    row->blocks_total = ready->blocks->len;
    if (builder->offline)
        g_clear_pointer(&row->started_at, g_free);
    for (guint i = first; i < builder->units->len; i++)
        add_own_statements(builder, builder->units->pdata[i], row, i == first);
}
