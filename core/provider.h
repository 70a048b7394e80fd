/* Models by the name of an ORM, as in `sqlalchemy:app.models:Base`: which program prints them. What
 * such a program is given and prints, docs/providers.md says. */
#ifndef MIG_PROVIDER_H
#define MIG_PROVIDER_H

#include "core/child.h"
#include "core/error.h"

typedef struct {
    const char *word;    /* in front of the first colon: "sqlalchemy" */
    const char *setting; /* names the command that runs it: "python", "go" */
    const char *first;   /* what that command is given first; NULL: nothing */
    const char *path[3]; /* and then, in the folder of the providers; NULL behind the last */
} MigProvider;

/* The provider that an entry of the setting `model` names; NULL: none. */
const MigProvider *mig_provider_for(const char *entry);

/* The program with its arguments, the last of which is what stands behind the first colon.
 * MIG_E_MODEL when the provider is not installed. Free with g_strfreev(). */
char **mig_provider_words(const MigProvider *provider, const MigConfig *config, const char *entry,
                          GError **error);

/* The error of a provider that failed: what its line `error: ` on standard error says, behind what was
 * asked for ("model 'sqlalchemy:app:Base'"), with the hint of its line `hint: ` and what it printed
 * before them; NULL: it printed no such line. */
GError *mig_provider_complaint(MigErrorCode code, const char *what, const MigChildResult *result);

#endif
