#include "core/from_log.h"

#include <string.h>

#include "core/error.h"

static const MigLogRow *
find_row(const GPtrArray *log, const char *id)
{
    for (guint i = 0; i < log->len; i++) {
        const MigLogRow *row = log->pdata[i];

        if (row->script && strcmp(row->revision, id) == 0)
            return row;
    }
    return NULL;
}

GPtrArray *
mig_from_log_find(MigProject *project, const GPtrArray *ids, GError **error)
{
    g_autoptr(GPtrArray) log = mig_store_latest(project, TRUE, error);

    if (!log)
        return NULL;
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)mig_log_row_free);

    for (guint i = 0; i < ids->len; i++) {
        const MigLogRow *row = find_row(log, ids->pdata[i]);
        guint index;

        if (row && g_ptr_array_find(log, row, &index))
            g_ptr_array_add(found, g_ptr_array_steal_index(log, index));
    }
    return found;
}

static gboolean
fail_tampered(const MigLogRow *row, const char *what, GError **error)
{
    mig_set_error(error, MIG_E_CHANGED_SCRIPT,
                  "the script of '%s' in the log is not the one that was applied: its %s "
                  "does not agree with what the log says of it",
                  row->revision, what);
    mig_error_set_hint(error ? *error : NULL,
                       "Somebody wrote in the log. Take the script from where it was written "
                       "instead.");
    return FALSE;
}

static gboolean
check_script(const MigScript *script, const MigLogRow *row, const MigLexRules *rules,
             GError **error)
{
    g_autofree char *upgrade = mig_script_checksum(script, MIG_UPGRADE, rules);
    g_autofree char *downgrade = mig_script_checksum(script, MIG_DOWNGRADE, rules);
    g_autofree char *parents = mig_rows_join(script->down);

    if (strcmp(script->id, row->revision) != 0)
        return fail_tampered(row, "id", error);
    if (g_strcmp0(parents, row->parents) != 0)
        return fail_tampered(row, "down_revision", error);
    if (g_strcmp0(upgrade, row->upgrade_checksum) != 0)
        return fail_tampered(row, "upgrade", error);
    return g_strcmp0(downgrade, row->downgrade_checksum) == 0 ||
           fail_tampered(row, "downgrade", error);
}

/* The script of a row; it is known to messages as "LOG_TABLE:ID". */
static MigScript *
read_script(MigProject *project, const MigLogRow *row, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    const char *table = mig_config_text(mig_project_config(project), "log_table");
    g_autofree char *path = g_strconcat(table, ":", row->revision, NULL);
    g_autoptr(MigScript) script =
        dialect ? mig_script_from_text(row->script, -1, path, error) : NULL;

    if (!script || !mig_script_load_body(script, dialect->lex_rules, error) ||
        !check_script(script, row, dialect->lex_rules, error))
        return NULL;
    return g_steal_pointer(&script);
}

/* What is known and what is missed while scripts are gathered. */
typedef struct {
    GPtrArray *scripts; /* of MigScript* */
    GHashTable *known;  /* ids and labels of them, and ids that were asked for */
    GPtrArray *missing; /* of const char*: to be asked for */
} Gathering;

static void
miss(Gathering *gathering, const GPtrArray *ids)
{
    for (guint i = 0; i < ids->len; i++) {
        if (!g_hash_table_contains(gathering->known, ids->pdata[i]))
            g_ptr_array_add(gathering->missing, ids->pdata[i]);
    }
}

static void
know(Gathering *gathering, const MigScript *script)
{
    g_hash_table_add(gathering->known, script->id);
    for (guint i = 0; i < script->labels->len; i++)
        g_hash_table_add(gathering->known, script->labels->pdata[i]);
}

/* Everything that is missed and that the log has, and what that misses in turn. */
static gboolean
gather(MigProject *project, Gathering *gathering, const GPtrArray *log, GPtrArray *ids,
       GError **error)
{
    while (gathering->missing->len > 0) {
        char *id = g_ptr_array_steal_index(gathering->missing, gathering->missing->len - 1);
        const MigLogRow *row =
            g_hash_table_contains(gathering->known, id) ? NULL : find_row(log, id);

        if (!row)
            continue;
        MigScript *script = read_script(project, row, error);

        if (!script)
            return FALSE;
        g_ptr_array_add(gathering->scripts, script);
        g_ptr_array_add(ids, g_strdup(script->id));
        know(gathering, script);
        miss(gathering, script->down);
        miss(gathering, script->deps);
    }
    return TRUE;
}

gboolean
mig_from_log_complete(MigProject *project, GPtrArray **ret_ids, GError **error)
{
    g_autoptr(GPtrArray) row_ids = mig_project_row_ids(project, error);
    g_autoptr(GPtrArray) log = row_ids ? mig_store_latest(project, TRUE, error) : NULL;
    g_autoptr(GPtrArray) scripts = log ? mig_project_read_scripts(project, error) : NULL;

    if (!scripts)
        return FALSE;
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) missing = g_ptr_array_new();
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    Gathering gathering = {scripts, known, missing};

    for (guint i = 0; i < scripts->len; i++)
        know(&gathering, scripts->pdata[i]);
    for (guint i = 0; i < scripts->len; i++) {
        miss(&gathering, ((const MigScript *)scripts->pdata[i])->down);
        miss(&gathering, ((const MigScript *)scripts->pdata[i])->deps);
    }
    miss(&gathering, row_ids);
    if (!gather(project, &gathering, log, ids, error) ||
        !mig_project_use_scripts(project, g_steal_pointer(&scripts), error))
        return FALSE;
    if (ret_ids)
        *ret_ids = g_steal_pointer(&ids);
    return TRUE;
}

void
mig_from_log_advise(MigProject *project, const GPtrArray *row_ids, const char *target,
                    GError *error)
{
    MigGraph *graph = mig_project_graph(project, NULL);
    g_autoptr(GPtrArray) unknown = g_ptr_array_new();

    for (guint i = 0; graph && i < row_ids->len; i++) {
        if (!mig_graph_find(graph, row_ids->pdata[i]))
            g_ptr_array_add(unknown, row_ids->pdata[i]);
    }
    g_autoptr(GPtrArray) found = mig_from_log_find(project, unknown, NULL);

    if (!found || found->len == 0 || found->len < unknown->len)
        return;
    mig_error_set_hint(error,
                       "Take the scripts of the branch that the database was upgraded with; or go "
                       "back with those that the database's own log keeps, after you have read them: "
                       "migrate downgrade %s --from-log --plan",
                       target);
}
