/* The tool's two tables in the user's database (product.md, "Tables in the user's database"). */
#ifndef MIG_STORE_H
#define MIG_STORE_H

#include "core/project.h"
#include "core/steps.h"

/* Statements that make the version and the log table where they are missing (array of MigSql*). */
GPtrArray *mig_store_create_statements(MigProject *project, const MigDialect *dialect);

/* Statements (of MigSql*, each must hit one row) for a step's row moves. */
GPtrArray *mig_store_move_statements(MigProject *project, const MigDialect *dialect,
                                     const GPtrArray *moves);

/* One row of the log. */
typedef struct {
    gint64 id;
    char *revision, *direction; /* "upgrade", "downgrade", "stamp" */
    char *started_at, *finished_at; /* ISO 8601 UTC */
    char *who, *tool_version, *git_commit, *tag;
    char *upgrade_checksum, *downgrade_checksum, *parents;
    char *script; /* full text; NULL unless asked for */
    gint64 blocks_done, blocks_total;
} MigLogRow;
void mig_log_row_free(MigLogRow *row);

/* The statement that records a whole step (last block: done == total). */
MigSql *mig_store_log_statement(MigProject *project, const MigDialect *dialect, const MigLogRow *row);

/* Latest log row of each revision (array of MigLogRow*, by id); empty when there is no log. */
GPtrArray *mig_store_latest(MigProject *project, gboolean with_script, GError **error);

#endif
