#include "core/missing.h"

#include <string.h>

#include "core/error.h"
#include "core/since.h"

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
mig_missing_logged(MigProject *project, const GPtrArray *ids, GError **error)
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

/* A script somewhere in git's history. */
typedef struct {
    char *name; /* "COMMIT:PATH" */
    char *text;
    gsize length;
} Found;

static void
found_free(gpointer data)
{
    Found *found = data;

    g_free(found->name);
    g_free(found->text);
    g_free(found);
}

/* What is known and what is missed while scripts are gathered. */
typedef struct {
    MigProject *project;
    const MigLexRules *rules;
    gboolean use_log;
    GPtrArray *log;      /* of MigLogRow* */
    GPtrArray *checkout; /* of MigScript*: to be had as well; or NULL */
    GPtrArray *scripts;  /* of MigScript* */
    GHashTable *known;   /* ids and labels of them */
    GPtrArray *missing;  /* of const char*: to be asked for */
    GHashTable *history; /* id → array of Found*; NULL until asked for */
    GPtrArray *notes;    /* of char* */
} Gathering;

typedef struct {
    MigVcs *vcs;
    Gathering *gathering;
    GError *error;
} Search;

/* Keeps each script of history whose id the checkout does not have. What cannot be read as a script
 * was none. */
static gboolean
keep_unknown(const char *commit, const MigVcsFile *file, gpointer user_data)
{
    Search *search = user_data;
    gsize length;
    g_autofree char *text = mig_vcs_read(search->vcs, file->content, &length, &search->error);
    g_autoptr(MigScript) script =
        text ? mig_script_from_text(text, (gssize)length, NULL, NULL) : NULL;

    if (!script || g_hash_table_contains(search->gathering->known, script->id))
        return !search->error;
    GPtrArray *versions = g_hash_table_lookup(search->gathering->history, script->id);
    Found *found = g_new0(Found, 1);

    if (!versions) {
        versions = g_ptr_array_new_with_free_func(found_free);
        g_hash_table_insert(search->gathering->history, g_strdup(script->id), versions);
    }
    found->name = g_strdup_printf("%.12s:%s", commit, file->path);
    found->text = g_steal_pointer(&text);
    found->length = length;
    g_ptr_array_add(versions, found);
    return TRUE;
}

/* A repository that cannot be asked is as none: the note says so. */
static void
search_history(Gathering *gathering)
{
    g_autoptr(GError) own = NULL;
    MigVcs *vcs = mig_project_vcs(gathering->project, &own);
    Search search = {.vcs = vcs, .gathering = gathering};
    gboolean shallow = FALSE;

    gathering->history =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    if (vcs)
        mig_vcs_search(vcs, keep_unknown, &search, &shallow, &own);
    g_autoptr(GError) reading = search.error;
    const GError *fault = own ? own : reading;

    if (fault)
        g_ptr_array_add(gathering->notes,
                        g_strdup_printf("git's history was not searched: %s", fault->message));
    if (shallow)
        g_ptr_array_add(gathering->notes,
                        g_strdup("this clone is shallow: scripts of its older history were not "
                                 "looked for (git fetch --unshallow)"));
}

/* The script as git's history has it: the version that was applied, by the log's checksums, or the
 * first that is found where the log says nothing. NULL: there is none. */
static MigScript *
take_from_git(Gathering *gathering, const char *id, const MigLogRow *row)
{
    if (!gathering->history)
        search_history(gathering);
    const GPtrArray *versions = g_hash_table_lookup(gathering->history, id);

    for (guint i = 0; versions && i < versions->len; i++) {
        const Found *found = versions->pdata[i];
        g_autoptr(MigScript) script =
            mig_script_from_text(found->text, (gssize)found->length, found->name, NULL);

        if (!script || !mig_script_load_body(script, gathering->rules, NULL) ||
            (row && !check_script(script, row, gathering->rules, NULL)))
            continue;
        g_ptr_array_add(
            gathering->notes,
            g_strdup_printf("the script of '%s' is taken from git: %s", id, found->name));
        return g_steal_pointer(&script);
    }
    return NULL;
}

static MigScript *
take_from_checkout(Gathering *gathering, const char *id)
{
    guint index = 0;

    while (gathering->checkout && index < gathering->checkout->len &&
           strcmp(((const MigScript *)gathering->checkout->pdata[index])->id, id) != 0)
        index++;
    return gathering->checkout && index < gathering->checkout->len
               ? g_ptr_array_steal_index(gathering->checkout, index)
               : NULL;
}

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

/* From the checkout, git, or where these have none from the log. *ret NULL: nobody has. */
static gboolean
take(Gathering *gathering, const char *id, MigScript **ret, GError **error)
{
    const MigLogRow *row = find_row(gathering->log, id);

    *ret = take_from_checkout(gathering, id);
    if (!*ret)
        *ret = take_from_git(gathering, id, row);
    if (*ret || !row || !gathering->use_log)
        return TRUE;
    *ret = read_script(gathering->project, row, error);
    if (*ret)
        g_ptr_array_add(gathering->notes,
                        g_strdup_printf("the script of '%s' is taken from the log", id));
    return *ret != NULL;
}

/* Everything that is missed and can be had, and what that misses in turn. */
static gboolean
gather(Gathering *gathering, GError **error)
{
    while (gathering->missing->len > 0) {
        const char *id = g_ptr_array_steal_index(gathering->missing, gathering->missing->len - 1);
        MigScript *script;

        if (g_hash_table_contains(gathering->known, id))
            continue;
        if (!take(gathering, id, &script, error))
            return FALSE;
        if (!script)
            continue;
        g_ptr_array_add(gathering->scripts, script);
        know(gathering, script);
        miss(gathering, script->down);
        miss(gathering, script->deps);
    }
    return TRUE;
}

static void
gathering_clear(Gathering *gathering)
{
    g_clear_pointer(&gathering->log, g_ptr_array_unref);
    g_clear_pointer(&gathering->scripts, g_ptr_array_unref);
    g_clear_pointer(&gathering->checkout, g_ptr_array_unref);
    g_clear_pointer(&gathering->known, g_hash_table_unref);
    g_clear_pointer(&gathering->missing, g_ptr_array_unref);
    g_clear_pointer(&gathering->history, g_hash_table_unref);
    g_clear_pointer(&gathering->notes, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Gathering, gathering_clear)

/* What these scripts (taken) miss. */
static gboolean
begin_gathering(Gathering *gathering, MigProject *project, GPtrArray *scripts, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);

    gathering->project = project;
    gathering->scripts = scripts;
    gathering->log = dialect ? mig_store_latest(project, TRUE, error) : NULL;
    if (!gathering->log)
        return FALSE;
    gathering->rules = dialect->lex_rules;
    gathering->known = g_hash_table_new(g_str_hash, g_str_equal);
    gathering->missing = g_ptr_array_new();
    gathering->notes = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < scripts->len; i++)
        know(gathering, scripts->pdata[i]);
    for (guint i = 0; i < scripts->len; i++) {
        miss(gathering, ((const MigScript *)scripts->pdata[i])->down);
        miss(gathering, ((const MigScript *)scripts->pdata[i])->deps);
    }
    return TRUE;
}

/* Scripts are taken. */
static gboolean
complete(Gathering *gathering, MigProject *project, GPtrArray *scripts, GPtrArray **ret_notes,
         GError **error)
{
    g_autoptr(GPtrArray) row_ids = mig_project_row_ids(project, error);

    if (!begin_gathering(gathering, project, scripts, row_ids ? error : NULL) || !row_ids)
        return FALSE;
    miss(gathering, row_ids);
    if (!gather(gathering, error) ||
        !mig_project_use_scripts(project, g_steal_pointer(&gathering->scripts), error))
        return FALSE;
    *ret_notes = g_steal_pointer(&gathering->notes);
    return TRUE;
}

gboolean
mig_missing_complete(MigProject *project, gboolean use_log, GPtrArray **ret_notes, GError **error)
{
    g_auto(Gathering) gathering = {.use_log = use_log};
    GPtrArray *scripts = mig_project_read_scripts(project, error);

    return scripts && complete(&gathering, project, scripts, ret_notes, error);
}

gboolean
mig_missing_complete_at(MigProject *project, const char *ref, gboolean use_log, GPtrArray **ret_ids,
                        GPtrArray **ret_notes, GError **error)
{
    g_auto(Gathering) gathering = {.use_log = use_log};
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *scripts = mig_since_scripts(project, ref, error);

    for (guint i = 0; scripts && i < scripts->len; i++)
        g_ptr_array_add(ids, g_strdup(((const MigScript *)scripts->pdata[i])->id));
    gathering.checkout = mig_project_read_scripts(project, NULL);
    if (!scripts || !complete(&gathering, project, scripts, ret_notes, error))
        return FALSE;
    *ret_ids = g_steal_pointer(&ids);
    return TRUE;
}

void
mig_missing_advise(MigProject *project, const GPtrArray *row_ids, const char *target, GError *error)
{
    MigGraph *graph = mig_project_graph(project, NULL);
    g_autoptr(GPtrArray) unknown = g_ptr_array_new();

    for (guint i = 0; graph && i < row_ids->len; i++) {
        if (!mig_graph_find(graph, row_ids->pdata[i]))
            g_ptr_array_add(unknown, row_ids->pdata[i]);
    }
    g_autoptr(GPtrArray) found = mig_missing_logged(project, unknown, NULL);

    if (!found || found->len == 0 || found->len < unknown->len)
        return;
    mig_error_set_hint(
        error,
        "Take the scripts of the branch that the database was upgraded with; or go "
        "back with those that the database's own log keeps, after you have read them: "
        "migrate downgrade %s --from-log --plan",
        target);
}
