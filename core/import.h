/* Takes over the revisions of another tool: `import`. */
#ifndef MIG_IMPORT_H
#define MIG_IMPORT_H

#include "core/project.h"

typedef struct {
    gboolean no_env;          /* do not run the environment's env.py */
    gboolean plan;            /* write nothing */
    const char *version_path; /* one of the version locations; NULL: the first */
} MigImportOptions;

/* A revision taken over. */
typedef struct {
    char *id;
    char *message;      /* its first line */
    char *path;         /* of our script, as the user would type it */
    char *from;         /* of the other tool's, the same way */
    char *problems[2];  /* by MigDirection: why its SQL could not be told; NULL: it could */
    char *irreversible; /* why it has no downgrade; NULL: it has */
    gboolean recorded;  /* its SQL is what the other tool ran on scratch */
} MigImported;

typedef struct {
    GPtrArray *revisions; /* of MigImported*, each behind those that it needs */
    guint n_rendered;     /* without a problem */
    GPtrArray *settings;  /* of char*: "KEY = VALUE" lines that were added to migrate.ini */
} MigImport;

void mig_import_free(MigImport *import);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigImport, mig_import_free)

/* Writes a script for each revision of the Alembic environment that path names (its alembic.ini, or
 * the folder of that), with the same id, parents, labels and dependencies, and sets `version_table`
 * (and `version_table_schema`) to Alembic's; all of it or nothing, and over nothing that exists. An
 * upgrade whose SQL cannot be told is a block that fails when it is run; such a downgrade is left out.
 * MIG_E_IMPORT when there is no such environment, or it does not load. */
MigImport *mig_import_alembic(MigProject *project, const char *path,
                              const MigImportOptions *options, GError **error);

#endif
