#include "core/source.h"

#include <stdio.h>
#include <string.h>

#include "core/apply.h"
#include "core/error.h"
#include "core/model.h"
#include "core/rename_hint.h"
#include "core/revspec.h"
#include "core/suggest.h"

typedef MigSchema *(*SourceFunc)(MigProject *project, const char *argument, GError **error);

static MigSchema *
introspect(MigProject *project, MigConnection *connection, GError **error)
{
    MigScratch *scratch = mig_project_scratch(project, error);

    return scratch ? mig_scratch_read(scratch, connection, error) : NULL;
}

static MigConnection *
open_scratch(MigProject *project, GError **error)
{
    MigScratch *scratch = mig_project_scratch(project, error);

    return scratch ? mig_scratch_open(scratch, error) : NULL;
}

static void
close_scratch(MigProject *project, MigConnection *connection)
{
    mig_scratch_close(mig_project_scratch(project, NULL), connection);
}

static MigSchema *
read_live(MigProject *project, const char *argument, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);

    return connection ? introspect(project, connection, error) : NULL;
}

static MigSchema *
read_empty(MigProject *project, const char *argument, GError **error)
{
    MigConnection *scratch = open_scratch(project, error);

    if (!scratch)
        return NULL;
    MigSchema *schema = introspect(project, scratch, error);

    close_scratch(project, scratch);
    return schema;
}

static gboolean
note_hints(MigSchema *schema, const MigLexRules *rules, const GPtrArray *parts, GError **error)
{
    for (guint i = 0; i < parts->len; i++) {
        const MigModelPart *part = parts->pdata[i];

        if (!mig_rename_hints_note(schema, rules, part->text, part->length, part->name, error))
            return FALSE;
    }
    return TRUE;
}

/* The state that texts (of MigModelPart*) make on scratch. */
static MigSchema *
read_parts(MigProject *project, const GPtrArray *parts, GError **error)
{
    MigConnection *scratch = open_scratch(project, error);
    gboolean ok = scratch != NULL;

    for (guint i = 0; ok && i < parts->len; i++)
        ok = mig_model_execute(project, scratch, parts->pdata[i], error);
    MigSchema *schema = ok ? introspect(project, scratch, error) : NULL;

    if (schema && !note_hints(schema, scratch->dialect->lex_rules, parts, error))
        g_clear_pointer(&schema, mig_schema_free);
    if (scratch)
        close_scratch(project, scratch);
    return schema;
}

/* The same, from the cache where it was read before. */
static MigSchema *
read_parts_cached(MigProject *project, const GPtrArray *parts, GError **error)
{
    MigScratch *scratch = mig_project_scratch(project, error);
    g_autoptr(GError) own = NULL;
    g_autoptr(MigCacheKey) key = scratch ? mig_scratch_cache_key(scratch, "model", &own) : NULL;

    if (!scratch || own) {
        g_propagate_error(error, g_steal_pointer(&own));
        return NULL;
    }
    for (guint i = 0; key && i < parts->len; i++) {
        const MigModelPart *part = parts->pdata[i];

        mig_cache_key_add(key, part->name, -1);
        mig_cache_key_add(key, part->text, (gssize)part->length);
    }
    MigSchema *schema = key ? mig_cache_get(key) : NULL;

    if (schema)
        return schema;
    schema = read_parts(project, parts, error);
    if (key && schema)
        mig_cache_put(key, schema);
    return schema;
}

static MigSchema *
read_model(MigProject *project, const char *argument, GError **error)
{
    g_autoptr(GPtrArray) parts = mig_model_read(project, error);

    return parts ? read_parts_cached(project, parts, error) : NULL;
}

/* The revisions that `versions@TARGET` means. */
static GPtrArray *
resolve_versions(MigProject *project, MigGraph *graph, const char *target, GError **error)
{
    if (mig_graph_revisions(graph)->len == 0 && strcmp(target, "heads") == 0)
        return g_ptr_array_new();
    g_autoptr(GPtrArray) rows = NULL;

    if (strstr(target, "current") && !(rows = mig_project_rows(project, error)))
        return NULL;
    return mig_revspec_resolve(graph, target, rows, error);
}

/* Steps from nothing up to the revisions. */
static GPtrArray *
steps_to(MigGraph *graph, const GPtrArray *revisions, GError **error)
{
    g_autoptr(GPtrArray) no_rows = g_ptr_array_new();
    GString *target = g_string_new(NULL);

    for (guint i = 0; i < revisions->len; i++)
        g_string_append_printf(target, "%s%s", i > 0 ? "," : "",
                               ((MigRevision *)revisions->pdata[i])->id);
    GPtrArray *steps = revisions->len == 0
                           ? g_ptr_array_new_with_free_func((GDestroyNotify)mig_step_free)
                           : mig_steps_upgrade(graph, no_rows, target->str, error);

    g_string_free(target, TRUE);
    return steps;
}

static MigSchema *
replay(MigProject *project, const GPtrArray *steps, GError **error)
{
    MigConnection *scratch = open_scratch(project, error);
    MigSchema *schema = NULL;

    if (scratch && mig_apply_replay(project, scratch, steps, error))
        schema = introspect(project, scratch, error);
    if (scratch)
        close_scratch(project, scratch);
    return schema;
}

/* Every script counts with its whole text, in the order of the steps. */
static gboolean
add_scripts(MigCacheKey *key, MigProject *project, const GPtrArray *steps, GError **error)
{
    const MigLexRules *rules = mig_project_dialect(project, NULL)->lex_rules;

    mig_cache_key_add(key, mig_project_block_name(project), -1);
    for (guint i = 0; i < steps->len; i++) {
        MigScript *script = ((const MigStep *)steps->pdata[i])->revision->script;

        if (!mig_script_load_body(script, rules, error))
            return FALSE;
        mig_cache_key_add(key, script->text, (gssize)script->text_length);
    }
    return TRUE;
}

static MigSchema *
replay_cached(MigProject *project, const GPtrArray *steps, GError **error)
{
    MigScratch *scratch = mig_project_scratch(project, error);
    g_autoptr(GError) own = NULL;
    g_autoptr(MigCacheKey) key = scratch ? mig_scratch_cache_key(scratch, "versions", &own) : NULL;

    if (key)
        add_scripts(key, project, steps, &own);
    if (!scratch || own) {
        g_propagate_error(error, g_steal_pointer(&own));
        return NULL;
    }
    MigSchema *schema = key ? mig_cache_get(key) : NULL;

    if (schema)
        return schema;
    schema = replay(project, steps, error);
    if (key && schema)
        mig_cache_put(key, schema);
    return schema;
}

static MigSchema *
read_versions(MigProject *project, const char *target, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);

    if (!graph)
        return NULL;
    g_autoptr(GPtrArray) revisions =
        resolve_versions(project, graph, target ? target : "heads", error);
    g_autoptr(GPtrArray) steps = revisions ? steps_to(graph, revisions, error) : NULL;

    return steps ? replay_cached(project, steps, error) : NULL;
}

static MigSchema *
read_connected(MigProject *project, const MigDialect *dialect, const MigUrl *url, GError **error)
{
    MigConnection *connection = dialect->connect(url, MIG_CONNECT_READ, error);
    MigSchema *schema = NULL;

    if (!connection)
        return NULL;
    if (connection->absent)
        mig_set_error(error, MIG_E_CONNECT, "there is no database '%s'", url->display);
    else
        schema = introspect(project, connection, error);
    dialect->close(connection);
    return schema;
}

/* Whether the file begins as a database of the dialect does. */
static gboolean
is_database(const MigDialect *dialect, const char *path)
{
    char head[64] = {0};
    FILE *file = dialect->file_magic ? fopen(path, "rb") : NULL;
    gsize length = file ? fread(head, 1, sizeof head - 1, file) : 0;

    if (file)
        fclose(file);
    return length > 0 && g_str_has_prefix(head, dialect->file_magic);
}

static MigSchema *
read_file(MigProject *project, const char *path, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);

    if (!dialect)
        return NULL;
    if (is_database(dialect, absolute)) {
        g_autoptr(GHashTable) query = g_hash_table_new(g_str_hash, g_str_equal);
        const MigUrl url = {.scheme = (char *)dialect->schemes[0],
                            .raw = absolute,
                            .display = (char *)path,
                            .path = absolute,
                            .query = query};

        return read_connected(project, dialect, &url, error);
    }
    g_autoptr(GPtrArray) parts = mig_model_read_path(project, absolute, error);

    return parts ? read_parts(project, parts, error) : NULL;
}

static MigSchema *
read_url(MigProject *project, const char *text, GError **error)
{
    g_autofree char *folder = g_get_current_dir();
    g_autoptr(MigUrl) url = mig_url_parse(text, folder, error);
    const MigDialect *dialect = url ? mig_project_dialect(project, error) : NULL;

    if (!dialect)
        return NULL;
    if (mig_dialect_for_scheme(url->scheme) != dialect) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT,
                      "'%s' is not a database of the project's kind (%s)", url->display,
                      dialect->name);
        return NULL;
    }
    return read_connected(project, dialect, url, error);
}

static const struct {
    const char *word;
    char separator; /* in front of an argument; 0: takes none */
    gboolean needs_argument;
    SourceFunc read;
} sources[] = {
    {"live", 0, FALSE, read_live},           {"model", 0, FALSE, read_model},
    {"versions", '@', FALSE, read_versions}, {"empty", 0, FALSE, read_empty},
    {"file", ':', TRUE, read_file},
};

static gboolean
looks_like_url(const char *source)
{
    g_autofree char *scheme = g_strndup(source, strcspn(source, ":+"));

    return strstr(source, "://") || (strchr(source, ':') && mig_dialect_for_scheme(scheme));
}

static void
set_unknown(const char *source, GError **error)
{
    static const char *const words[] = {"live", "model", "versions", "empty", "file", NULL};
    g_autofree char *word = g_strndup(source, strcspn(source, ":@"));
    const char *near = g_strv_contains(words, word) ? NULL : mig_suggest(word, words);
    g_autofree char *guess = near ? g_strdup_printf("Did you mean '%s'? ", near) : NULL;

    if (!near && g_file_test(source, G_FILE_TEST_EXISTS))
        guess = g_strdup_printf("For the file, write 'file:%s'. ", source);
    mig_set_error(error, MIG_E_BAD_ARGUMENT, "unknown source '%s'", source);
    mig_error_set_hint(error ? *error : NULL,
                       "%sA source is live, model, versions, versions@REV, file:PATH, empty or a "
                       "database URL.",
                       guess ? guess : "");
}

static MigSchema *
read_any(MigProject *project, const char *source, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
        gsize length = strlen(sources[i].word);
        const char *rest = source + length;

        if (strncmp(source, sources[i].word, length) != 0)
            continue;
        if (*rest == '\0' && !sources[i].needs_argument)
            return sources[i].read(project, NULL, error);
        if (sources[i].separator && *rest == sources[i].separator && rest[1])
            return sources[i].read(project, rest + 1, error);
    }
    if (looks_like_url(source))
        return read_url(project, source, error);
    set_unknown(source, error);
    return NULL;
}

MigSchema *
mig_source_read(MigProject *project, const char *source, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    MigSchema *whole = read_any(project, source, error);

    if (!whole)
        return NULL;
    g_autoptr(GPtrArray) own_tables = mig_project_own_tables(project);

    return mig_schema_filter(whole, mig_config_list(config, "include"),
                             mig_config_list(config, "exclude"), own_tables);
}
