#include <jansson.h>
#include <string.h>

#include "core/error.h"
#include "core/import_private.h"
#include "core/provider.h"

static const MigProvider alembic = {"alembic", "python", NULL, {"alembic"}};

static void
foreign_free(MigForeign *foreign)
{
    g_free(foreign->id);
    g_free(foreign->path);
    g_free(foreign->message);
    g_free(foreign->created);
    g_clear_pointer(&foreign->down, g_ptr_array_unref);
    g_clear_pointer(&foreign->deps, g_ptr_array_unref);
    g_clear_pointer(&foreign->labels, g_ptr_array_unref);
    for (int i = MIG_UPGRADE; i <= MIG_DOWNGRADE; i++) {
        g_clear_pointer(&foreign->blocks[i], g_ptr_array_unref);
        g_free(foreign->problems[i]);
    }
    g_free(foreign->irreversible);
    g_free(foreign);
}

void
mig_foreign_history_free(MigForeignHistory *history)
{
    if (!history)
        return;
    g_free(history->version_table);
    g_free(history->version_table_schema);
    g_free(history->refusal);
    g_ptr_array_unref(history->revisions);
    g_free(history);
}

static char *
text_of(const json_t *object, const char *key)
{
    return g_strdup(json_string_value(json_object_get(object, key)));
}

static GPtrArray *
texts_of(const json_t *object, const char *key)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    json_t *list = json_object_get(object, key), *item;
    size_t i;

    json_array_foreach(list, i, item) g_ptr_array_add(texts, g_strdup(json_string_value(item)));
    return texts;
}

static GPtrArray *
blocks_of(const json_t *object, const char *key)
{
    GPtrArray *blocks = g_ptr_array_new_with_free_func((GDestroyNotify)mig_draft_block_free);
    json_t *list = json_object_get(object, key), *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        MigDraftBlock *block = g_new0(MigDraftBlock, 1);

        block->sql = g_strconcat(json_string_value(json_object_get(item, "sql")), "\n", NULL);
        block->transaction_off = json_is_false(json_object_get(item, "transaction"));
        g_ptr_array_add(blocks, block);
    }
    return blocks;
}

static MigForeign *
foreign_of(const json_t *object)
{
    MigForeign *foreign = g_new0(MigForeign, 1);

    foreign->id = text_of(object, "revision");
    foreign->path = text_of(object, "path");
    foreign->message = text_of(object, "message");
    foreign->created = text_of(object, "created");
    foreign->down = texts_of(object, "down_revision");
    foreign->deps = texts_of(object, "depends_on");
    foreign->labels = texts_of(object, "branch_labels");
    for (int i = MIG_UPGRADE; i <= MIG_DOWNGRADE; i++) {
        foreign->blocks[i] = blocks_of(object, mig_direction_name(i));
        foreign->problems[i] = text_of(json_object_get(object, "problems"), mig_direction_name(i));
    }
    foreign->irreversible = text_of(object, "irreversible");
    foreign->recorded = json_is_true(json_object_get(object, "recorded"));
    return foreign;
}

static MigForeignHistory *
parse(const GString *text, GError **error)
{
    json_error_t problem;
    json_t *document = json_loadb(text->str, text->len, 0, &problem);
    json_t *list = json_object_get(document, "revisions"), *item;
    size_t i;

    if (!json_is_array(list)) {
        mig_set_error(error, MIG_E_IMPORT,
                      "what the provider for Alembic printed cannot be read: %s",
                      document ? "it has no revisions" : problem.text);
        json_decref(document);
        return NULL;
    }
    MigForeignHistory *history = g_new0(MigForeignHistory, 1);

    history->version_table = text_of(document, "version_table");
    history->version_table_schema = text_of(document, "version_table_schema");
    history->refusal = text_of(document, "refusal");
    history->revisions = g_ptr_array_new_with_free_func((GDestroyNotify)foreign_free);
    json_array_foreach(list, i, item) g_ptr_array_add(history->revisions, foreign_of(item));
    json_decref(document);
    return history;
}

/* The path of alembic.ini, absolute. */
static char *
find_settings(const char *given, GError **error)
{
    g_autofree char *path = g_canonicalize_filename(given, NULL);
    g_autofree char *inside = g_build_filename(path, "alembic.ini", NULL);

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        mig_set_error(error, MIG_E_IMPORT, "there is no '%s'", given);
    } else if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return g_steal_pointer(&path);
    } else if (g_file_test(inside, G_FILE_TEST_EXISTS)) {
        return g_steal_pointer(&inside);
    } else {
        mig_set_error(error, MIG_E_IMPORT, "there is no alembic.ini in '%s'", given);
    }
    mig_error_set_hint(error ? *error : NULL, "Name the folder that has Alembic's alembic.ini.");
    return NULL;
}

/* The provider's words and further arguments for it. */
static char **
words_for(const MigConfig *config, const char *settings, gboolean no_env, GError **error)
{
    const GPtrArray *extra = mig_config_extra(config);
    g_autofree char *entry = g_strconcat("alembic:", settings, NULL);
    g_auto(GStrv) words = mig_provider_words(&alembic, config, entry, error);

    if (!words) {
        if (error && *error)
            (*error)->code = MIG_E_IMPORT;
        return NULL;
    }
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();

    g_strv_builder_addv(all, (const char **)words);
    if (no_env)
        g_strv_builder_add(all, "--no-env");
    for (guint i = 0; i < extra->len; i++) {
        g_strv_builder_add(all, "-x");
        g_strv_builder_add(all, extra->pdata[i]);
    }
    return g_strv_builder_end(all);
}

static GError *
failure(const char *path, const MigChildResult *result)
{
    g_autofree char *what = g_strdup_printf("environment '%s'", path);
    GError *error = mig_provider_complaint(MIG_E_IMPORT, what, result);

    if (error)
        return error;
    error = mig_error_new(MIG_E_IMPORT, "%s: the provider for Alembic %s", what, result->failure);
    mig_child_set_complaint(error, result->err);
    return error;
}

MigForeignHistory *
mig_alembic_read(MigProject *project, const char *path, gboolean no_env, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    const MigDialect *dialect = mig_project_dialect(project, error);
    g_autofree char *settings = dialect ? find_settings(path, error) : NULL;
    g_auto(GStrv) words = settings ? words_for(config, settings, no_env, error) : NULL;

    if (!words)
        return NULL;
    char **inherited = mig_child_environment(config, "MIGRATE_DIALECT", dialect->name);
    g_auto(GStrv) environment = g_environ_unsetenv(inherited, "MIGRATE_MODEL_ARGS");
    const MigChild child = {
        .command = words[0],
        .words = words,
        .folder = mig_config_here(config),
        .environment = environment,
        .timeout_ms = -1,
    };
    g_auto(MigChildResult) result = {NULL, NULL, NULL};

    if (!mig_child_run(&child, &result, error)) {
        if (error && *error)
            (*error)->code = MIG_E_IMPORT;
        mig_error_set_hint(
            error ? *error : NULL,
            "Alembic needs it: install it, or name it with 'python' in migrate.ini.");
        return NULL;
    }
    if (result.failure) {
        g_propagate_error(error, failure(path, &result));
        return NULL;
    }
    if (result.err->len > 0)
        mig_project_tell(project, MIG_EVENT_DEBUG, "alembic: %s", result.err->str);
    return parse(result.out, error);
}
