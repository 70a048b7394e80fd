/* What the files of the import room share among themselves. */
#ifndef MIG_IMPORT_PRIVATE_H
#define MIG_IMPORT_PRIVATE_H

#include "core/import.h"

/* A revision as the other tool has it. */
typedef struct {
    char *id;
    char *path;         /* absolute */
    char *message;      /* of any number of lines */
    char *created;      /* NULL: not known */
    GPtrArray *down, *deps, *labels; /* of char* */
    GPtrArray *blocks[2];            /* by MigDirection: of MigDraftBlock* */
    char *problems[2];
    char *irreversible;
    gboolean recorded;
} MigForeign;

/* All that the other tool has. */
typedef struct {
    char *version_table;
    char *version_table_schema; /* NULL: the default one */
    char *refusal;              /* SQL that fails, for what could not be rendered */
    GPtrArray *revisions;       /* of MigForeign* */
} MigForeignHistory;

void mig_foreign_history_free(MigForeignHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigForeignHistory, mig_foreign_history_free)

/* Lets Alembic tell its environment. */
MigForeignHistory *mig_alembic_read(MigProject *project, const char *path, gboolean no_env,
                                    GError **error);

/* The script of a revision. What it says of the SQL's problems goes into the header. New string. */
char *mig_foreign_render(const MigForeignHistory *history, const MigForeign *foreign,
                         const MigDialect *dialect, const char *from, GError **error);

/* Looks at the SQL of a revision as a run would: a block with a statement that cannot run inside a
 * transaction gets transaction=off, and SQL that no run would take becomes a problem. */
void mig_foreign_judge(MigForeign *foreign, const MigDialect *dialect);

#endif
