#include "cmd/editor.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "core/error.h"

static const char *
editor_command(const char **ret_variable)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};

    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *value = g_getenv(variables[i]);

        if (value && *value) {
            *ret_variable = variables[i];
            return value;
        }
    }
    return NULL;
}

gboolean
editor_check(GError **error)
{
    const char *variable;

    if (editor_command(&variable))
        return TRUE;
    mig_set_error(error, MIG_E_EDITOR, "there is no editor");
    mig_error_set_hint(error ? *error : NULL, "Set VISUAL or EDITOR to the command of one.");
    return FALSE;
}

/* Ctrl-C in an editor is for the editor. */
static gboolean
spawn(char **words, int *ret_wait_status, GError **error)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;

    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    gboolean started =
        g_spawn_sync(NULL, words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL,
                     NULL, NULL, NULL, ret_wait_status, error);

    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    return started;
}

gboolean
editor_open(const GPtrArray *paths, GError **error)
{
    const char *variable = "EDITOR";
    g_auto(GStrv) command = NULL;
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GError) problem = NULL;
    int wait_status;

    if (!editor_check(error))
        return FALSE;
    const char *text = editor_command(&variable);

    if (g_shell_parse_argv(text, NULL, &command, &problem)) {
        for (char **word = command; *word; word++)
            g_ptr_array_add(words, *word);
        for (guint i = 0; i < paths->len; i++)
            g_ptr_array_add(words, paths->pdata[i]);
        g_ptr_array_add(words, NULL);
    }
    if (problem || !spawn((char **)words->pdata, &wait_status, &problem) ||
        !g_spawn_check_wait_status(wait_status, &problem)) {
        mig_set_error(error, MIG_E_EDITOR, "the editor '%s' (%s) failed: %s", text, variable,
                      problem->message);
        return FALSE;
    }
    return TRUE;
}
