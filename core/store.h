/* The tool's two tables in the user's database. */
#ifndef MIG_STORE_H
#define MIG_STORE_H

#include "core/project.h"
#include "core/steps.h"

/* Which of the two tables are there. */
typedef struct {
    gboolean version, log;
} MigStoreTables;

/* Looks; a log table that is not of our making is MIG_E_UNSUPPORTED. */
gboolean mig_store_look(MigProject *project, MigConnection *connection, MigStoreTables *ret,
                        GError **error);

/* Statements that make the version and the log table where they are missing (array of MigSql*). */
GPtrArray *mig_store_create_statements(MigProject *project, const MigDialect *dialect);

/* Statements (of MigSql*, each must hit one row) for a step's row moves. */
GPtrArray *mig_store_move_statements(MigProject *project, const MigDialect *dialect,
                                     const GPtrArray *moves);

/* The statement that empties the version table. */
MigSql *mig_store_purge_statement(MigProject *project, const MigDialect *dialect);

/* One row of the log. Steps with off blocks pass through it block by block, statement by statement:
 * a row without finished_at is a half-done step. */
typedef struct {
    gint64 id;
    char *revision, *direction;     /* "upgrade", "downgrade", "stamp", "accept", "abandoned upgrade" … */
    char *started_at, *finished_at; /* ISO 8601 UTC */
    char *who, *tool_version, *git_commit, *tag;
    char *upgrade_checksum, *downgrade_checksum;
    char *parents; /* down_revision, joined by ", " */
    char *script;  /* full text; NULL unless asked for */
    gint64 blocks_done, blocks_total;
    gint64 statements_done; /* of the block behind those */
    char *intent;           /* the bare statement that was begun and not ended; else NULL */
} MigLogRow;
void mig_log_row_free(MigLogRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigLogRow, mig_log_row_free)

/* A row for this script, whose body is loaded: started now, by this user, with this tool. */
MigLogRow *mig_log_row_new(const MigRevision *revision, const char *direction, const char *tag,
                           const MigLexRules *rules);

/* The statement that adds a row. Without started_at it is the database's present time; a row whose
 * blocks are all done is finished at that time; any other is added only while no row is
 * unfinished. */
MigSql *mig_store_log_statement(MigProject *project, const MigDialect *dialect,
                                const MigLogRow *row);

/* How far an unfinished row says its step is. */
typedef struct {
    gint64 blocks_done, statements_done;
    char *intent;
} MigProgress;

/* The statement that moves the revision's unfinished row on, to the row's blocks_done,
 * statements_done and intent; from: where it must be, or it hits no row. */
MigSql *mig_store_progress_statement(MigProject *project, const MigDialect *dialect,
                                     const MigLogRow *row, const MigProgress *from);

/* The statement that gives an unfinished row the script, checksums, parents and blocks_total of row,
 * since its step goes on with them; from: where it must be. */
MigSql *mig_store_resume_statement(MigProject *project, const MigDialect *dialect,
                                   const MigLogRow *row, const MigProgress *from);

/* The statement that ends an unfinished row as given up, unless it moved on. */
MigSql *mig_store_abandon_statement(MigProject *project, const MigDialect *dialect,
                                    const MigLogRow *row);

/* Latest log row of each revision, what was given up aside (array of MigLogRow*, by id); empty when
 * there is no log. */
GPtrArray *mig_store_latest(MigProject *project, gboolean with_script, GError **error);

/* Rows of half-done steps, with their scripts (array of MigLogRow*, by id); empty when there is no log. */
GPtrArray *mig_store_half_done(MigProject *project, GError **error);

#endif
