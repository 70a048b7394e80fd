#include "core/model_command.h"

#include <string.h>

#include "core/child.h"
#include "core/error.h"
#include "core/model_files.h"
#include "core/provider.h"

static const char exec_prefix[] = "exec:";

/* A program, as it is started and as it is called in messages. */
typedef struct {
    const char *entry;
    const MigProvider *provider; /* NULL: exec: */
    const char *name;
    char **words; /* NULL: name, split */
} Command;

static void
command_clear(Command *command)
{
    g_strfreev(command->words);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Command, command_clear)

gboolean
mig_model_is_command(const char *entry)
{
    return g_str_has_prefix(entry, exec_prefix) || mig_provider_for(entry);
}

static gboolean
command_init(Command *command, const MigConfig *config, const char *entry, GError **error)
{
    command->entry = entry;
    command->provider = mig_provider_for(entry);
    command->name = command->provider ? entry : entry + strlen(exec_prefix);
    if (!command->provider)
        return TRUE;
    command->words = mig_provider_words(command->provider, config, entry, error);
    return command->words != NULL;
}

static gboolean
judge(const Command *command, const MigChildResult *result, GError **error)
{
    g_autoptr(GError) own = NULL;
    const char *c = result->out->str;

    while (g_ascii_isspace(*c))
        c++;
    if (!result->failure && c < result->out->str + result->out->len)
        return TRUE;
    if (result->failure && command->provider) {
        g_autofree char *what = g_strdup_printf("model '%s'", command->entry);

        own = mig_provider_complaint(MIG_E_MODEL, what, result);
    }
    if (own) {
        g_propagate_error(error, g_steal_pointer(&own));
        return FALSE;
    }
    if (result->failure) {
        own = mig_error_new(MIG_E_MODEL, "the model's command '%s' %s", command->name,
                            result->failure);
    } else {
        own = mig_error_new(MIG_E_MODEL, "the model's command '%s' printed nothing", command->name);
        mig_error_set_hint(own, "Let it print the schema's DDL on standard output.");
    }
    mig_child_set_complaint(own, result->err);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

static void
set_not_started(const Command *command, GError *error)
{
    if (!error)
        return;
    error->code = MIG_E_MODEL;
    if (command->provider)
        mig_error_set_hint(error,
                           "Model '%s' needs it: install it, or name it with '%s' in migrate.ini.",
                           command->entry, command->provider->setting);
}

static char *
run(MigProject *project, const Command *command, gsize *ret_length, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    const MigDialect *dialect = mig_project_dialect(project, error);
    const char *arguments = mig_config_text(config, "model_args");

    if (!dialect)
        return NULL;
    char **inherited = mig_child_environment(config, "MIGRATE_DIALECT", dialect->name);
    g_auto(GStrv) environment =
        g_environ_setenv(inherited, "MIGRATE_MODEL_ARGS", arguments ? arguments : "", TRUE);
    const MigChild child = {
        .command = command->words ? command->words[0] : command->name,
        .words = command->words,
        .folder = mig_config_here(config),
        .environment = environment,
        .timeout_ms = mig_config_duration_ms(config, "model_timeout"),
    };
    g_auto(MigChildResult) result = {NULL, NULL, NULL};

    if (!mig_child_run(&child, &result, error)) {
        set_not_started(command, error ? *error : NULL);
        return NULL;
    }
    if (!judge(command, &result, error))
        return NULL;
    if (result.err->len > 0)
        mig_project_tell(project, MIG_EVENT_DEBUG, "%s: %s", command->name, result.err->str);
    *ret_length = result.out->len;
    return g_string_free(g_steal_pointer(&result.out), FALSE);
}

/* What the output may depend on: the command with all that it is given, and the files named. NULL
 * with error unset: it is not kept. */
static MigCacheKey *
cache_key(MigProject *project, const Command *command, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    const GPtrArray *named = mig_config_list(config, "model_cache");
    const GPtrArray *extra = mig_config_extra(config);
    const MigDialect *dialect = mig_project_dialect(project, error);

    if (!dialect || named->len == 0 || !mig_project_is_cached(project))
        return NULL;
    g_autoptr(MigCacheKey) key = mig_cache_key_new();

    mig_cache_key_add(key, "output", -1);
    mig_cache_key_add(key, dialect->name, -1);
    mig_cache_key_add(key, mig_config_here(config), -1);
    mig_cache_key_add(key, command->entry, -1);
    for (char **word = command->words; word && *word; word++)
        mig_cache_key_add(key, *word, -1);
    mig_cache_key_add(key, mig_config_text(config, "model_args"), -1);
    for (guint i = 0; i < extra->len; i++)
        mig_cache_key_add(key, extra->pdata[i], -1);
    return mig_model_files_add(config, named, key, error) ? g_steal_pointer(&key) : NULL;
}

char *
mig_model_command_read(MigProject *project, const char *entry, gsize *ret_length, GError **error)
{
    g_auto(Command) command = {NULL, NULL, NULL, NULL};
    g_autoptr(GError) own = NULL;

    if (!command_init(&command, mig_project_config(project), entry, error))
        return NULL;
    g_autoptr(MigCacheKey) key = cache_key(project, &command, &own);

    if (own) {
        g_propagate_error(error, g_steal_pointer(&own));
        return NULL;
    }
    char *text = key ? mig_cache_get_text(key, ret_length) : NULL;

    if (text) {
        mig_project_tell(project, MIG_EVENT_DEBUG,
                         "%s: nothing that 'model_cache' names has changed", command.name);
        return text;
    }
    text = run(project, &command, ret_length, error);
    if (key && text)
        mig_cache_put_text(key, text, *ret_length);
    return text;
}
