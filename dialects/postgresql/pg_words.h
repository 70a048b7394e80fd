/* What statements are, told by their words. */
#ifndef MIG_PG_WORDS_H
#define MIG_PG_WORDS_H

#include <glib.h>

/* A table that a statement names, as PostgreSQL folds names. */
typedef struct {
    char *schema; /* NULL: none is written */
    char *name;
} MigPgTarget;

/* The tables that a statement writes, changes or drops by name; those that it drops. New arrays of
 * MigPgTarget*. */
GPtrArray *mig_pg_written_tables(const char *text, gsize length);
GPtrArray *mig_pg_dropped_tables(const char *text, gsize length);

/* Whether a statement waits for others without standing in anybody's way: no lock timeout is to cut
 * that short (rule 7). */
gboolean mig_pg_waits_long(const char *text, gsize length);

#endif
