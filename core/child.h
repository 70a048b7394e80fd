/* Runs a program of the user's: the model's exec: command, hooks. Never through a shell. */
#ifndef MIG_CHILD_H
#define MIG_CHILD_H

#include "core/config.h"

typedef struct {
    const char *command;  /* split into words as a shell does; nothing else of a shell */
    char **words;         /* NULL; or the words, and command is what messages call it */
    const char *folder;   /* where it runs */
    char **environment;   /* all of it (mig_child_environment()) */
    gint64 timeout_ms;    /* -1: no limit */
} MigChild;

typedef struct {
    GString *out;         /* all it printed */
    GString *err;         /* the same on standard error; of very much the end */
    char *failure;        /* "exited with status 3", "was ended by signal 9 (Killed)", "was still
                             running after 60 s", "printed more than 128 MiB"; NULL: it went well */
} MigChildResult;

/* The environment of this process, NAME=VALUE of name and value, and MIGRATE_X_KEY for each -x
 * (the key in upper case, other characters than letters and digits as "_"). name NULL: without.
 * Free with g_strfreev(). */
char **mig_child_environment(const MigConfig *config, const char *name, const char *value);

/* Runs it to its end, without standard input, in a process group of its own, which is killed when
 * time is up. FALSE (MIG_E_FILE) when it could not be started: no such program, a quote that is not
 * closed. result is filled on success and to be cleared. */
gboolean mig_child_run(const MigChild *child, MigChildResult *result, GError **error);

/* Shows what a child printed as the error's detail, at most its last lines. */
void mig_child_set_complaint(GError *error, const GString *printed);

void mig_child_result_clear(MigChildResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigChildResult, mig_child_result_clear)

#endif
