/* stamp and ensure-version: rows and log without running a script. */
#include "core/apply_private.h"

#include "core/error.h"

void
mig_stamp_clear(MigStamp *stamp)
{
    g_clear_pointer(&stamp->before, g_ptr_array_unref);
    g_clear_pointer(&stamp->after, g_ptr_array_unref);
    g_clear_pointer(&stamp->moves, g_ptr_array_unref);
    g_clear_pointer(&stamp->applied, g_ptr_array_unref);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
newly_applied(const MigGraph *graph, const GPtrArray *before, const GPtrArray *after)
{
    const GPtrArray *all = mig_graph_revisions(graph);
    g_autoptr(MigRevisionSet) old = mig_steps_applied(graph, before);
    g_autoptr(MigRevisionSet) new = mig_steps_applied(graph, after);
    GPtrArray *list = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        if (mig_revision_set_has(new, all->pdata[i]) && !mig_revision_set_has(old, all->pdata[i]))
            g_ptr_array_add(list, all->pdata[i]);
    }
    return list;
}

gboolean
mig_stamp_plan(MigProject *project, const GPtrArray *rows, GPtrArray *row_ids,
               const GPtrArray *targets, MigStamp *ret, GError **error)
{
    g_auto(MigStamp) stamp = {.before = row_ids};
    MigGraph *graph = mig_project_graph(project, error);
    const MigDialect *dialect = graph ? mig_project_dialect(project, error) : NULL;
    g_autoptr(GPtrArray) target_rows =
        dialect ? mig_steps_stamp(graph, rows, targets, error) : NULL;

    if (!target_rows)
        return FALSE;
    stamp.after = mig_revision_ids(target_rows);
    g_ptr_array_sort(stamp.after, compare_names);
    stamp.moves = mig_steps_moves_between(stamp.before, stamp.after);
    stamp.applied = newly_applied(graph, rows, target_rows);
    for (guint i = 0; i < stamp.applied->len; i++) {
        MigRevision *revision = stamp.applied->pdata[i];

        if (!mig_script_load_body(revision->script, dialect->lex_rules, error))
            return FALSE;
    }
    mig_stamp_clear(ret);
    *ret = stamp;
    stamp = (MigStamp){.before = NULL};
    return TRUE;
}

/* Rows that are NULL or no text are in no list: only an emptied table is sure to be rid of them. */
static void
purge_first(MigStamp *stamp)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    stamp->purge = TRUE;
    g_ptr_array_unref(stamp->moves);
    stamp->moves = mig_steps_moves_between(none, stamp->after);
}

/* From the database's rows, which purge sets aside. */
static gboolean
plan_from_database(MigProject *project, const GPtrArray *targets, gboolean purge, MigStamp *ret,
                   GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    GPtrArray *row_ids = graph ? mig_project_row_ids(project, error) : NULL;

    if (!row_ids)
        return FALSE;
    g_autoptr(GPtrArray) rows = purge ? g_ptr_array_new() : mig_steps_rows(graph, row_ids, error);

    if (!rows) {
        g_ptr_array_unref(row_ids);
        return FALSE;
    }
    if (!mig_stamp_plan(project, rows, row_ids, targets, ret, error))
        return FALSE;
    if (purge)
        purge_first(ret);
    return mig_apply_refuse_half_done(project, error);
}

GPtrArray *
mig_stamp_statements(MigProject *project, const MigDialect *dialect, const MigStamp *stamp,
                     const char *tag, gboolean offline)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);

    for (guint i = 0; i < stamp->applied->len; i++) {
        g_autoptr(MigLogRow) row =
            mig_log_row_new(stamp->applied->pdata[i], "stamp", tag, dialect->lex_rules);

        if (offline)
            g_clear_pointer(&row->started_at, g_free);
        else
            row->git_commit = g_strdup(mig_project_commit(project));
        g_ptr_array_add(statements, mig_store_log_statement(project, dialect, row));
    }
    if (stamp->purge)
        g_ptr_array_add(statements, mig_store_purge_statement(project, dialect));
    g_ptr_array_extend_and_steal(statements,
                                 mig_store_move_statements(project, dialect, stamp->moves));
    return statements;
}

gboolean
mig_apply_write(MigProject *project, MigConnection *connection, const GPtrArray *expected_rows,
                GPtrArray *statements, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    const MigDialect *dialect = connection->dialect;
    MigStoreTables tables;
    g_autoptr(GPtrArray) before = NULL;

    if (!mig_store_look(project, connection, &tables, error)) {
        dialect->units_end(connection, NULL, NULL);
        return FALSE;
    }
    before = tables.version && tables.log ? g_ptr_array_new()
                                          : mig_store_create_statements(project, dialect);
    const MigUnit unit = {
        .before = before,
        .version_schema = mig_config_text(config, "version_table_schema"),
        .version_table = mig_config_text(config, "version_table"),
        .expected_rows = expected_rows,
        .after = statements,
    };

    return dialect->unit_submit(connection, &unit, NULL, error) &&
           dialect->units_end(connection, NULL, error);
}

MigConnection *
mig_apply_lock(MigProject *project, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_WRITE, error);
    MigUnitsOptions options = mig_apply_units_options(project, NULL);

    return connection && connection->dialect->units_begin(connection, &options, error) ? connection
                                                                                       : NULL;
}

/* Under the lock: plans once more, since another run may have moved the rows, and writes. */
static gboolean
run_stamp(MigProject *project, const GPtrArray *targets, gboolean purge, const char *tag,
          MigStamp *stamp, GError **error)
{
    MigConnection *connection = mig_apply_lock(project, error);

    if (!connection)
        return FALSE;
    if (!plan_from_database(project, targets, purge, stamp, error)) {
        connection->dialect->units_end(connection, NULL, NULL);
        return FALSE;
    }
    g_autoptr(GPtrArray) statements =
        mig_stamp_statements(project, connection->dialect, stamp, tag, FALSE);

    return mig_apply_write(project, connection, stamp->before, statements, error);
}

gboolean
mig_apply_stamp(MigProject *project, const GPtrArray *targets, gboolean purge, const char *tag,
                GPtrArray **ret_before, GPtrArray **ret_after, GError **error)
{
    g_auto(MigStamp) stamp = {.before = NULL};
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);

    if (!connection || !plan_from_database(project, targets, purge, &stamp, error))
        return FALSE;
    gboolean writes = stamp.moves->len > 0 || (purge && !connection->absent);

    if (writes && !run_stamp(project, targets, purge, tag, &stamp, error))
        return FALSE;
    if (ret_before)
        *ret_before = g_steal_pointer(&stamp.before);
    if (ret_after)
        *ret_after = g_steal_pointer(&stamp.after);
    return TRUE;
}

gboolean
mig_apply_ensure_version(MigProject *project, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);
    MigStoreTables tables;

    if (!connection || !mig_store_look(project, connection, &tables, error))
        return FALSE;
    if (tables.version && tables.log)
        return TRUE;
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    connection = mig_apply_lock(project, error);
    return connection && mig_apply_write(project, connection, NULL, none, error);
}
