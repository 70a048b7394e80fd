/* What statements are, told by their words. */
#ifndef MIG_PG_WORDS_H
#define MIG_PG_WORDS_H

#include "core/lexer.h"

/* A name as PostgreSQL folds it. New string. */
char *mig_pg_folded_name(const char *text, MigToken token);

/* What a statement is about when it says nothing of the schema, or would reach beyond the database that
 * it runs in. */
typedef enum {
    MIG_PG_SCHEMA, /* none of that */
    MIG_PG_SILENT, /* settings of the session, and grants nobody looks at: not worth a word */
    MIG_PG_OWNER,
    MIG_PG_DATABASE,
    MIG_PG_SERVER, /* roles too: all databases share them */
    MIG_PG_CONNECTION,
    MIG_PG_N_REACHES
} MigPgReach;
MigPgReach mig_pg_reach(const char *text, gsize length, gboolean with_grants);

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
