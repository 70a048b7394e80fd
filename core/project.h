/* One project at work: settings, scripts, graph and database, each read when first asked for.
 * What nearly every command starts from. */
#ifndef MIG_PROJECT_H
#define MIG_PROJECT_H

#include "core/config.h"
#include "core/dialect.h"
#include "core/graph.h"
#include "core/migrate.h"
#include "core/scratch.h"
#include "core/vcs.h"

typedef struct _MigProject MigProject;

/* Takes its own reference to config. */
MigProject *mig_project_new(MigConfig *config);
void mig_project_free(MigProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigProject, mig_project_free)

/* Another project with the same settings, for another thread; it reads the scripts anew and tells
 * nobody. NULL for one that lives on what it was given (scripts in memory, a connection). */
MigProject *mig_project_twin(MigProject *project);

/* Where events go; func may be NULL. */
void mig_project_on_event(MigProject *project, MigEventFunc func, void *user_data);
/* Sends one; kind NOTICE, WARNING or DEBUG. */
void mig_project_tell(MigProject *project, MigEventKind kind, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void mig_project_emit(MigProject *project, const MigEvent *event);

MigConfig *mig_project_config(const MigProject *project);

/* Absolute paths of the version locations in order; a new base goes into the first. New array of
 * char*. */
GPtrArray *mig_project_version_locations(MigProject *project);

/* Scripts from memory instead of files (before mig_project_graph() is called). name: for messages. */
void mig_project_add_script(MigProject *project, const char *name, const char *text);

/* The graph; scripts are read (headers only) at the first call. Owned by the project. A missing
 * versions folder is MIG_E_FILE with the advice to run `migrate init`. The errors of all scripts are
 * reported together, and those of the graph when every script could be read. */
MigGraph *mig_project_graph(MigProject *project, GError **error);

/* The scripts as they are read now (array of MigScript*), headers only; errors as above. */
GPtrArray *mig_project_read_scripts(MigProject *project, GError **error);

/* Makes these scripts (of MigScript*, taken) the project's: its graph is built of them. */
gboolean mig_project_use_scripts(MigProject *project, GPtrArray *scripts, GError **error);

/* Forgets the graph, so that the next call reads again (after a script was written). */
void mig_project_reload(MigProject *project);

/* The dialect of the URL. */
const MigDialect *mig_project_dialect(MigProject *project, GError **error);

/* The open connection in at least this mode, connected at the first call; owned by the project. Asked
 * to write after a connection that only reads, it closes that one and connects anew. */
MigConnection *mig_project_connection(MigProject *project, MigConnectMode mode, GError **error);

/* Uses the caller's own handle of this dialect instead of a URL. */
gboolean mig_project_adopt(MigProject *project, const char *dialect_name, void *native_handle,
                           GError **error);

/* Whether states read on scratch, and what models print, are kept in the user's cache folder (they are, unless told not to). */
void mig_project_set_cached(MigProject *project, gboolean cached);
gboolean mig_project_is_cached(const MigProject *project);

/* Throwaway databases for this project, and how they (and live) are read; owned by the project. */
MigScratch *mig_project_scratch(MigProject *project, GError **error);

/* The schema of our own tables: version_table_schema, or the default one of the connection that is
 * open, or the dialect's. Belongs to the project. */
const char *mig_project_own_schema(MigProject *project, const MigDialect *dialect);

/* The git repository that the (first) version location is in, set to the project's locations; opened at
 * the first call and owned by the project. NULL without error: it is in none. */
MigVcs *mig_project_vcs(MigProject *project, GError **error);

/* The commit of the checkout (hex), for the log; NULL where there is none, or git cannot tell. Owned by
 * the project. */
const char *mig_project_commit(MigProject *project);

/* How SQL names that schema: quoted; or, for scripts that are to run elsewhere, as the dialect says.
 * New string. */
char *mig_project_own_schema_sql(MigProject *project, const MigDialect *dialect);
/* From now on SQL is for a script, not for the connection. */
void mig_project_set_offline(MigProject *project);

/* Version rows of the database as ids (char*, sorted), read afresh; as revisions. */
GPtrArray *mig_project_row_ids(MigProject *project, GError **error);
GPtrArray *mig_project_rows(MigProject *project, GError **error);

/* The name that blocks with name= must have to run: the section of -n; "" without one, so that none
 * of them runs. */
const char *mig_project_block_name(const MigProject *project);

/* Names of the tool's own tables (version and log), with version_table_schema where it is set, for
 * hiding them. New array of char*. */
GPtrArray *mig_project_own_tables(MigProject *project);

#endif
