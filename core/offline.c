#include "build-config.h"

#include "core/offline.h"

#include <string.h>

#include "core/apply_private.h"
#include "core/error.h"

typedef struct {
    MigProject *project;
    const MigDialect *dialect;
    gboolean whole_run; /* one transaction around all */
    MigUnitsOptions options;
    GString *out;
} Writer;

static void
append_owned(GString *out, char *text)
{
    if (text)
        g_string_append(out, text);
    g_free(text);
}

/* Text as one comment line. */
static void
append_comment(GString *out, const char *text)
{
    g_autofree char *line = g_strdup(text);

    g_string_append_printf(out, "-- %s\n", g_strdelimit(line, "\r\n", ' '));
}

static void
append_own(Writer *writer, const GPtrArray *statements)
{
    for (guint i = 0; i < statements->len; i++) {
        g_autofree char *text = mig_sql_text(writer->dialect, statements->pdata[i]);

        g_string_append_printf(writer->out, "%s;\n", text);
    }
}

static void
append_rows_assertion(Writer *writer, const GPtrArray *rows)
{
    const MigConfig *config = mig_project_config(writer->project);

    append_owned(writer->out, writer->dialect->offline_assert_rows(
                                  mig_config_text(config, "version_table_schema"),
                                  mig_config_text(config, "version_table"), rows));
}

static void
append_begin(Writer *writer)
{
    if (!writer->whole_run)
        append_owned(writer->out, writer->dialect->offline_begin());
}

static void
append_commit(Writer *writer)
{
    if (!writer->whole_run)
        append_owned(writer->out, writer->dialect->offline_commit());
}

/* The end of COPY's data has the line ends that the data has. */
static void
append_data(GString *out, const char *data, gsize length)
{
    const gboolean crlf = length > 1 && data[length - 2] == '\r';

    g_string_append_len(out, data, (gssize)length);
    g_string_append(out, crlf ? "\\.\r\n" : "\\.\n");
}

/* What a statement needs set after those before it in its transaction. */
static void
append_change(Writer *writer, const MigUnit *unit, guint statement)
{
    MigUnit before = *unit, now = *unit;

    before.n_statements = statement;
    now.statements += statement;
    now.n_statements -= statement;
    append_owned(writer->out, writer->dialect->offline_enter(&writer->options, &now, &before));
}

/* Statement by statement: what stands between them may be a comment without an end. */
static void
append_script(Writer *writer, const MigUnit *unit)
{
    for (guint i = 0; i < unit->n_statements; i++) {
        const MigStatement *statement = &unit->statements[i];

        if (i > 0)
            append_change(writer, unit, i);
        g_string_append_len(writer->out, unit->text + statement->offset, (gssize)statement->length);
        g_string_append(writer->out, ";\n");
        if (statement->data_offset > 0)
            append_data(writer->out, unit->text + statement->data_offset, statement->data_length);
    }
}

/* A block inside a transaction, which its rows, log and all are part of. */
static void
append_transaction(Writer *writer, const MigUnit *unit)
{
    append_begin(writer);
    append_own(writer, unit->before);
    append_rows_assertion(writer, unit->expected_rows);
    if (unit->n_statements > 0) {
        append_owned(writer->out, writer->dialect->offline_enter(&writer->options, unit, NULL));
        append_script(writer, unit);
        append_owned(writer->out, writer->dialect->offline_leave(unit, FALSE));
        append_rows_assertion(writer, unit->expected_rows);
    }
    append_own(writer, unit->after);
    append_commit(writer);
}

/* Behind the last statement of an off block, all that the block did to the session is undone. */
static void
append_end_of_block(Writer *writer, const MigStepUnit *step_unit)
{
    const MigReadyBlock *block = step_unit->ready->blocks->pdata[step_unit->first_block];
    MigUnit whole = step_unit->unit;

    if (step_unit->first_statement + 1 < block->statements->len)
        return;
    whole.statements = (const MigStatement *)block->statements->data;
    whole.n_statements = block->statements->len;
    append_owned(writer->out, writer->dialect->offline_leave(&whole, FALSE));
}

/* A statement of an off block: what it sets is there for the rest of the block. */
static void
append_off(Writer *writer, const MigStepUnit *step_unit, const MigUnit *before)
{
    const MigDialect *dialect = writer->dialect;
    const MigUnit *unit = &step_unit->unit;
    gboolean bare = mig_unit_runs_bare(dialect, unit);

    append_begin(writer);
    append_owned(writer->out, dialect->offline_leave(unit, TRUE));
    if (bare)
        append_own(writer, unit->before);
    append_rows_assertion(writer, unit->expected_rows);
    append_commit(writer);
    append_owned(writer->out, dialect->offline_enter(&writer->options, unit, before));
    if (!bare)
        append_begin(writer);
    append_script(writer, unit);
    if (bare)
        append_begin(writer);
    append_owned(writer->out, dialect->offline_leave(unit, TRUE));
    append_rows_assertion(writer, unit->expected_rows);
    if (!bare)
        append_own(writer, unit->before);
    append_own(writer, unit->after);
    append_commit(writer);
    append_end_of_block(writer, step_unit);
}

static void
append_step(Writer *writer, MigUnitsBuilder *builder, const MigReadyStep *ready, guint number)
{
    const MigStep *step = ready->step;
    g_autofree char *before = mig_rows_join(step->rows_before);
    g_autofree char *after = mig_rows_join(step->rows_after);
    const char *message = step->revision->script->message;
    g_autofree char *title = g_strdup_printf(
        "%s %s: %s -> %s%s%s", mig_direction_name(step->direction), step->revision->id,
        *before ? before : "base", *after ? after : "base", *message ? ", " : "", message);
    guint first;

    g_string_append_c(writer->out, '\n');
    append_comment(writer->out, title);
    mig_units_add_step(builder, ready, number, &first);
    for (guint i = first; i < builder->units->len; i++) {
        const MigStepUnit *unit = builder->units->pdata[i];

        if (unit->unit.off)
            append_off(writer, unit,
                       unit->first_statement > 0 ? builder->units->pdata[i - 1] : NULL);
        else
            append_transaction(writer, &unit->unit);
    }
}

static void
append_head(Writer *writer, const char *what)
{
    mig_project_set_offline(writer->project);
    g_string_append(writer->out, "-- made by migrate " PACKAGE_VERSION "\n");
    append_comment(writer->out, what);
    append_owned(writer->out, writer->dialect->offline_prologue());
    if (writer->whole_run)
        append_owned(writer->out, writer->dialect->offline_begin());
}

static char *
finish(Writer *writer)
{
    if (writer->whole_run)
        append_owned(writer->out, writer->dialect->offline_commit());
    char *script = g_string_free(g_steal_pointer(&writer->out), FALSE);

    return writer->dialect->offline_encode ? writer->dialect->offline_encode(script) : script;
}

static char *
write_steps(MigProject *project, const MigDialect *dialect, const GPtrArray *steps,
            const char *what, const char *tag, GError **error)
{
    g_autoptr(GPtrArray) ready = mig_apply_prepare(project, dialect, steps, FALSE, error);

    if (!ready)
        return NULL;
    if (ready->len == 0)
        return g_strdup("-- nothing to do\n");
    g_autoptr(GPtrArray) units = g_ptr_array_new_with_free_func(mig_step_unit_free);
    MigUnitsBuilder builder = {.project = project,
                               .dialect = dialect,
                               .recorded = TRUE,
                               .offline = TRUE,
                               .tag = tag,
                               .create_tables = TRUE,
                               .units = units};
    Writer writer = {
        .project = project,
        .dialect = dialect,
        .whole_run = !mig_config_boolean(mig_project_config(project), "transaction_per_migration"),
        .options = mig_apply_units_options(project, NULL),
        .out = g_string_new(NULL)};

    append_head(&writer, what);
    for (guint i = 0; i < ready->len; i++)
        append_step(&writer, &builder, ready->pdata[i], i + 1);
    return finish(&writer);
}

char *
mig_offline_upgrade(MigProject *project, const char *range, const char *tag, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    const MigDialect *dialect = graph ? mig_project_dialect(project, error) : NULL;
    g_autoptr(GPtrArray) steps = dialect ? mig_steps_upgrade_range(graph, range, error) : NULL;
    g_autofree char *what = g_strconcat("upgrade ", range, NULL);

    return steps ? write_steps(project, dialect, steps, what, tag, error) : NULL;
}

char *
mig_offline_downgrade(MigProject *project, const char *range, gboolean all_branches,
                      const char *tag, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    const MigDialect *dialect = graph ? mig_project_dialect(project, error) : NULL;
    g_autoptr(GPtrArray) steps =
        dialect ? mig_steps_downgrade_range(graph, range, all_branches, error) : NULL;
    g_autofree char *what = g_strconcat("downgrade ", range, NULL);

    return steps ? write_steps(project, dialect, steps, what, tag, error) : NULL;
}

/* The rows that a stamp starts from: those of A in `A:B`, else none. *ret_targets: what is left. */
static GPtrArray *
stamp_rows(MigProject *project, const GPtrArray *targets, GPtrArray *ret_targets, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    const char *first = targets->len == 1 ? targets->pdata[0] : "";
    const char *colon = strchr(first, ':');

    if (!graph)
        return NULL;
    for (guint i = 0; !colon && i < targets->len; i++)
        g_ptr_array_add(ret_targets, g_strdup(targets->pdata[i]));
    if (!colon)
        return g_steal_pointer(&none);
    g_autofree char *from = g_strndup(first, (gsize)(colon - first));
    g_auto(GStrv) words = g_strsplit_set(from, ", ", -1);
    g_autoptr(GPtrArray) start = g_ptr_array_new();

    for (char **word = words; *word; word++) {
        if (**word)
            g_ptr_array_add(start, *word);
    }
    g_ptr_array_add(ret_targets, g_strdup(colon + 1));
    return mig_steps_stamp(graph, none, start, error);
}

static void
append_stamp(Writer *writer, const MigStamp *stamp, const char *tag)
{
    MigProject *project = writer->project;
    g_autoptr(GPtrArray) create = mig_store_create_statements(project, writer->dialect);
    g_autoptr(GPtrArray) statements =
        mig_stamp_statements(project, writer->dialect, stamp, tag, TRUE);

    append_owned(writer->out, writer->dialect->offline_begin());
    append_own(writer, create);
    if (!stamp->purge)
        append_rows_assertion(writer, stamp->before);
    append_own(writer, statements);
    append_owned(writer->out, writer->dialect->offline_commit());
}

char *
mig_offline_stamp(MigProject *project, const GPtrArray *targets, gboolean purge, const char *tag,
                  GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    g_autoptr(GPtrArray) goals = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) rows = dialect ? stamp_rows(project, targets, goals, error) : NULL;
    g_auto(MigStamp) stamp = {.before = NULL};

    if (!rows)
        return NULL;
    GPtrArray *row_ids = g_ptr_array_new();

    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(row_ids, (gpointer)((MigRevision *)rows->pdata[i])->id);
    if (!mig_stamp_plan(project, rows, row_ids, goals, &stamp, error))
        return NULL;
    stamp.purge = purge;
    Writer writer = {.project = project, .dialect = dialect, .out = g_string_new(NULL)};
    g_autofree char *words = mig_rows_join(targets);
    g_autofree char *what = g_strconcat("stamp ", words, NULL);

    append_head(&writer, what);
    append_stamp(&writer, &stamp, tag);
    return finish(&writer);
}
