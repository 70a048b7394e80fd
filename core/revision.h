/* Writes new revisions: `revision` and `merge`. */
#ifndef MIG_REVISION_H
#define MIG_REVISION_H

#include "core/autogenerate.h"

typedef struct {
    const char *message;
    const GPtrArray *heads;        /* of char*: --head symbols; NULL or empty: the one head */
    gboolean splice;               /* parents need not be heads */
    const GPtrArray *branch_labels; /* of char* */
    const GPtrArray *depends_on;   /* of char*: symbols */
    const char *version_path;      /* must be one of the version locations (or, when they are recursive,
                                      a folder in one); NULL: chosen */
    const char *rev_id;            /* NULL: random */
    const char *upgrade;           /* SQL of the blocks; NULL: empty */
    const char *downgrade;
    gboolean irreversible;
    const GPtrArray *sections;     /* of MigDraftSection*: instead of upgrade and downgrade, for
                                      several databases with one history; or NULL */
    const char *notes;             /* header comment lines */
    const char *template_path;     /* NULL: script.sql.in of script_location, else the built-in */
    const GPtrArray *upgrade_rest; /* of MigDraftBlock*: further blocks; or NULL */
    const GPtrArray *downgrade_rest;
} MigRevisionOptions;

/* Writes the script (never over an existing file; whole or not at all), checks that the graph with
 * it is sound, runs the post-write hooks. With several version locations it goes where its first
 * parent is, a new base into the first. Returns the path; *ret_id (may be NULL) the id. When a
 * hook fails the error (MIG_E_HOOK) says that the file was kept and where. */
char *mig_revision_write(MigProject *project, const MigRevisionOptions *options, char **ret_id,
                         GError **error);

/* mig_revision_write() with the SQL that brings the databases of projects (of MigProject*) to their
 * models; autogenerate NULL: with empty blocks. Several databases must share one history
 * (MIG_E_USAGE otherwise), and each gets blocks of its own, name=NAME. NULL without error: no database
 * differs from its model, and nothing was written (unless allow_empty). */
char *mig_revision_make(const GPtrArray *projects, const MigRevisionOptions *options,
                        const MigAutogenerateOptions *autogenerate, gboolean allow_empty,
                        char **ret_id, GError **error);

/* Path (relative to the location) of a new script by file_template: tokens rev, slug, epoch, year,
 * month, day, hour, minute, second as %(rev)s or %%(rev)s, with printf widths (%(month).2d). */
char *mig_revision_file_name(const MigConfig *config, const char *id, const char *message,
                             gint64 epoch_seconds, GError **error);

/* The message as a slug: as Alembic makes it (word characters, lower case, joined by _), cut at
 * truncate_slug_length at a word border. Non-ASCII letters are kept. */
char *mig_revision_slug(const char *message, int max_length);

/* Runs the post-write hooks on a file. */
gboolean mig_hooks_run(MigProject *project, const char *path, GError **error);

#endif
