#include <string.h>

#include "core/child.h"
#include "core/error.h"
#include "core/revision.h"

/* The hook's command with the script's path in place of its name in the command. Words are cut
 * first, so that no path can be taken for more than one word. */
static char *
command_for(const MigHook *hook, const char *path, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GString) command = g_string_new(NULL);

    if (!g_shell_parse_argv(hook->command, NULL, &words, error))
        return NULL;
    for (char **word = words; *word; word++) {
        g_auto(GStrv) parts = g_strsplit(*word, "REVISION_SCRIPT_FILENAME", -1);
        g_autofree char *replaced = g_strjoinv(path, parts);
        g_autofree char *quoted = g_shell_quote(replaced);

        g_string_append_printf(command, "%s%s", command->len ? " " : "", quoted);
    }
    return g_string_free(g_steal_pointer(&command), FALSE);
}

static gboolean
fail(const MigConfig *config, const MigHook *hook, const char *path, const char *what,
     const MigChildResult *result, GError **error)
{
    g_autofree char *shown = mig_config_display_path(config, path);
    GError *problem = mig_error_new(MIG_E_HOOK, "the post-write hook '%s' %s", hook->name, what);

    if (result)
        mig_child_set_complaint(problem, result->err->len > 0 ? result->err : result->out);
    mig_error_set_location(problem, mig_config_file(config), hook->line, 0, NULL, 0);
    mig_error_set_state(problem, "the script '%s' was written and is kept", shown);
    mig_error_set_hint(problem,
                       "Correct the hook or the script; the revision need not be made again.");
    g_propagate_error(error, problem);
    return FALSE;
}

static gboolean
run_hook(MigProject *project, const MigHook *hook, const char *path, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    g_autoptr(GError) problem = NULL;
    g_autofree char *command = command_for(hook, path, &problem);
    g_autofree char *folder =
        mig_config_resolve_path(config, hook->cwd ? hook->cwd : mig_config_here(config));
    g_auto(GStrv) environment = mig_child_environment(config, NULL, NULL);
    const MigChild child = {command, NULL, folder, environment, -1};
    g_auto(MigChildResult) result = {NULL, NULL, NULL};

    if (!command || !mig_child_run(&child, &result, &problem)) {
        g_autofree char *what = g_strdup_printf("cannot be run: %s", problem->message);

        return fail(config, hook, path, what, NULL, error);
    }
    if (result.failure)
        return fail(config, hook, path, result.failure, &result, error);
    g_string_append(result.out, result.err->str);
    g_autofree char *printed = g_utf8_make_valid(g_strchomp(result.out->str), -1);

    if (*printed)
        mig_project_tell(project, MIG_EVENT_DEBUG, "%s: %s", hook->name, printed);
    return TRUE;
}

gboolean
mig_hooks_run(MigProject *project, const char *path, GError **error)
{
    const GPtrArray *hooks = mig_config_hooks(mig_project_config(project));
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);

    for (guint i = 0; i < hooks->len; i++) {
        const MigHook *hook = hooks->pdata[i];

        mig_project_tell(project, MIG_EVENT_DEBUG, "post-write hook '%s'", hook->name);
        if (!run_hook(project, hook, absolute, error))
            return FALSE;
    }
    return TRUE;
}
