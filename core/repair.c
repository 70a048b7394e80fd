#include "core/repair.h"

#include <string.h>

#include "core/apply_private.h"
#include "core/error.h"
#include "core/revspec.h"

void
mig_accepted_free(MigAccepted *accepted)
{
    if (!accepted)
        return;
    mig_changed_free(accepted->change);
    g_free(accepted);
}

void
mig_abandoned_free(MigAbandoned *abandoned)
{
    if (!abandoned)
        return;
    mig_log_row_free(abandoned->row);
    g_clear_pointer(&abandoned->kept, g_ptr_array_unref);
    g_clear_pointer(&abandoned->row_ids, g_ptr_array_unref);
    g_free(abandoned);
}

static MigRevision *
find_applied(MigProject *project, const char *symbol, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    g_autoptr(GPtrArray) rows = graph ? mig_project_rows(project, error) : NULL;
    MigRevision *revision = rows ? mig_revspec_resolve_one(graph, symbol, rows, error) : NULL;

    if (!revision)
        return NULL;
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(graph, rows);

    if (mig_revision_set_has(applied, revision))
        return revision;
    mig_set_error(error, MIG_E_RANGE, "revision '%s' is not applied: nothing was run that could "
                                      "differ from its script",
                  revision->id);
    return NULL;
}

static const MigLogRow *
find_row(const GPtrArray *rows, const char *id)
{
    for (guint i = 0; i < rows->len; i++) {
        const MigLogRow *row = rows->pdata[i];

        if (strcmp(row->revision, id) == 0)
            return row;
    }
    return NULL;
}

/* What accepting would mean; a revision last seen in a downgrade was stamped without the log. */
static MigAccepted *
compare_with_log(MigProject *project, MigRevision *revision, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    g_autoptr(GPtrArray) log = dialect ? mig_store_latest(project, TRUE, error) : NULL;
    GError *own = NULL;

    if (!log || !mig_script_load_body(revision->script, dialect->lex_rules, error))
        return NULL;
    g_autoptr(MigAccepted) accepted = g_new0(MigAccepted, 1);
    const MigLogRow *row = find_row(log, revision->id);

    accepted->revision = revision;
    accepted->is_new = !row || g_str_equal(row->direction, mig_direction_name(MIG_DOWNGRADE));
    if (!accepted->is_new)
        accepted->change = mig_changed_compare(revision, row, NULL, dialect->lex_rules, &own);
    if (!own)
        return g_steal_pointer(&accepted);
    g_propagate_error(error, own);
    return NULL;
}

/* Under the lock: another run may have moved the rows meanwhile. */
static MigAccepted *
accept_locked(MigProject *project, MigConnection *connection, const char *symbol, const char *tag,
              GError **error)
{
    MigRevision *revision = find_applied(project, symbol, error);
    g_autoptr(MigAccepted) accepted =
        revision && mig_apply_refuse_half_done(project, error)
            ? compare_with_log(project, revision, error)
            : NULL;
    g_autoptr(GPtrArray) rows = accepted ? mig_project_row_ids(project, error) : NULL;

    if (!rows || (!accepted->change && !accepted->is_new)) {
        connection->dialect->units_end(connection, NULL, NULL);
        return rows ? g_steal_pointer(&accepted) : NULL;
    }
    const MigDialect *dialect = connection->dialect;
    g_autoptr(MigLogRow) row = mig_log_row_new(revision, "accept", tag, dialect->lex_rules);

    row->git_commit = g_strdup(mig_project_commit(project));
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);

    g_ptr_array_add(statements, mig_store_log_statement(project, dialect, row));
    return mig_apply_write(project, connection, rows, statements, error)
               ? g_steal_pointer(&accepted)
               : NULL;
}

MigAccepted *
mig_repair_accept(MigProject *project, const char *symbol, const char *tag, GError **error)
{
    MigRevision *revision = find_applied(project, symbol, error);
    g_autoptr(MigAccepted) accepted = revision ? compare_with_log(project, revision, error) : NULL;

    if (!accepted || (!accepted->change && !accepted->is_new))
        return g_steal_pointer(&accepted);
    MigConnection *connection = mig_apply_lock(project, error);

    return connection ? accept_locked(project, connection, symbol, tag, error) : NULL;
}

/* The one half-done step that is meant; NULL with error. */
static MigLogRow *
find_half_done(MigProject *project, const char *id, GError **error)
{
    g_autoptr(GPtrArray) rows = mig_store_half_done(project, error);
    g_autoptr(GString) others = g_string_new(NULL);

    if (!rows)
        return NULL;
    for (int exact = 1; exact >= 0; exact--) {
        for (guint i = 0; i < rows->len; i++) {
            const MigLogRow *row = rows->pdata[i];

            if (exact ? strcmp(row->revision, id) == 0 : *id && g_str_has_prefix(row->revision, id))
                return g_ptr_array_steal_index(rows, i);
        }
    }
    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(others, "%s'%s'", i ? ", " : "",
                               ((const MigLogRow *)rows->pdata[i])->revision);
    mig_set_error(error, MIG_E_UNKNOWN_REVISION, "no step of '%s' is half done", id);
    if (others->len > 0)
        mig_error_set_hint(error ? *error : NULL, "Half done is: %s.", others->str);
    return NULL;
}

static void
add_kept(GPtrArray *kept, const MigScript *script, const MigReadyBlock *block, guint n)
{
    for (guint i = 0; i < n && i < block->statements->len; i++) {
        const MigStatement *statement = &g_array_index(block->statements, MigStatement, i);

        g_ptr_array_add(kept, g_strndup(script->text + statement->offset, statement->length));
    }
}

/* The statements that the row says were done, by the script that it holds. */
static GPtrArray *
read_kept(MigProject *project, const MigLogRow *row)
{
    const MigDialect *dialect = mig_project_dialect(project, NULL);
    gboolean down = g_str_equal(row->direction, mig_direction_name(MIG_DOWNGRADE));
    g_autoptr(MigScript) script =
        row->script ? mig_script_from_text(row->script, -1, NULL, NULL) : NULL;

    if (!script || !mig_script_load_body(script, dialect->lex_rules, NULL))
        return NULL;
    g_autoptr(GPtrArray) blocks = mig_ready_blocks(dialect, script, down ? MIG_DOWNGRADE : MIG_UPGRADE,
                                                   mig_project_block_name(project), NULL);

    if (!blocks)
        return NULL;
    GPtrArray *kept = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < blocks->len && i <= row->blocks_done; i++)
        add_kept(kept, script, blocks->pdata[i],
                 i < row->blocks_done ? G_MAXUINT : (guint)row->statements_done);
    return kept;
}

/* Under the lock. */
static MigAbandoned *
abandon_locked(MigProject *project, MigConnection *connection, const char *id, GError **error)
{
    g_autoptr(MigAbandoned) abandoned = g_new0(MigAbandoned, 1);

    abandoned->row = find_half_done(project, id, error);
    abandoned->row_ids = abandoned->row ? mig_project_row_ids(project, error) : NULL;
    if (!abandoned->row_ids) {
        connection->dialect->units_end(connection, NULL, NULL);
        return NULL;
    }
    abandoned->kept = read_kept(project, abandoned->row);
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);

    g_ptr_array_add(statements,
                    mig_store_abandon_statement(project, connection->dialect, abandoned->row));
    return mig_apply_write(project, connection, abandoned->row_ids, statements, error)
               ? g_steal_pointer(&abandoned)
               : NULL;
}

MigAbandoned *
mig_repair_abandon(MigProject *project, const char *id, GError **error)
{
    g_autoptr(MigLogRow) row = find_half_done(project, id, error);
    MigConnection *connection = row ? mig_apply_lock(project, error) : NULL;

    return connection ? abandon_locked(project, connection, id, error) : NULL;
}
