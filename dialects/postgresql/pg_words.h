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

/* A target as an argument of to_regclass(), a literal. New string. */
char *mig_pg_target_literal(const MigPgTarget *target);

/* What becomes of a statement that runs outside transactions, as far as its kind says. */
typedef enum {
    MIG_PG_BARE_OTHER,
    MIG_PG_BARE_REPEATABLE,   /* can be run again as often as one likes */
    MIG_PG_BARE_CREATE_INDEX, /* targets: the index (NULL: it has no name), its table */
    MIG_PG_BARE_DROP_INDEX,   /* targets: the index */
    MIG_PG_BARE_DETACH,       /* targets: the table, its partition */
    MIG_PG_BARE_REINDEX,      /* of an index or a table, concurrently; targets: that */
    MIG_PG_BARE_CREATE,       /* targets: what is made */
    MIG_PG_BARE_DROP,         /* targets: what is dropped */
} MigPgBareKind;

/* A statement that was begun outside a transaction. */
typedef struct {
    MigPgBareKind kind;
    GPtrArray *targets;  /* of MigPgTarget* */
    const char *catalog; /* CREATE, DROP: which of the server's tables tells whether it is there … */
    const char *column;  /* … by the name in which column */
    gsize name_offset;   /* CREATE_INDEX: behind the word INDEX */
    gsize rest_offset;   /* CREATE_INDEX: behind the table's name */
} MigPgBare;

/* Reads a statement; clear *ret with mig_pg_bare_clear(). */
void mig_pg_bare_read(const char *text, gsize length, MigPgBare *ret);
void mig_pg_bare_clear(MigPgBare *bare);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigPgBare, mig_pg_bare_clear)

/* Whether a statement waits for others without standing in anybody's way: no lock timeout is to cut
 * that short (rule 7). */
gboolean mig_pg_waits_long(const char *text, gsize length);

#endif
