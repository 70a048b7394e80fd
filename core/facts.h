/* What a statement does to a live system: what it locks, who waits meanwhile, and for how long.
 * Found by the dialect (slot statement_facts) from the statement's words and from what the database
 * knows of the tables that it names. */
#ifndef MIG_FACTS_H
#define MIG_FACTS_H

#include <glib.h>

/* Who waits for the end of the transaction. */
typedef enum {
    MIG_BLOCKS_NOTHING, /* nobody who reads or writes */
    MIG_BLOCKS_ROWS,    /* who wants to write the same rows */
    MIG_BLOCKS_WRITES,
    MIG_BLOCKS_ALL /* who writes and who reads */
} MigBlocks;

/* How much a statement has to do with a table, by the time that it takes. */
typedef enum {
    MIG_WORK_NONE,    /* a moment, whatever the table's size */
    MIG_WORK_ROWS,    /* as long as the rows that it adds or changes take */
    MIG_WORK_SCAN,    /* all of the table is read */
    MIG_WORK_BUILD,   /* an index is built */
    MIG_WORK_REWRITE, /* table and indexes are written anew */
    MIG_WORK_UNKNOWN  /* cannot be told; the note says why */
} MigWork;

/* A table that a statement has to do with. */
typedef struct {
    char *schema; /* NULL: none is written */
    char *name;
    const char *lock; /* as the engine calls it; NULL where it locks the whole database only */
    MigBlocks blocks;
    MigWork work;
    char *note;         /* why, or what it depends on; may be NULL */
    gboolean is_new;    /* an earlier statement of the plan makes it: nobody else uses it yet */
    guint n_partitions; /* those that are locked along */
    gint64 rows;        /* estimated; -1: unknown */
    gint64 bytes;       /* with indexes; of all partitions; -1: unknown */
} MigTouch;

/* A statement. */
typedef struct {
    GPtrArray *touches;        /* of MigTouch* */
    char *unknown;             /* what cannot be judged, and why; NULL: nothing */
    const char *database_lock; /* a lock on the whole database, as the engine calls it; else NULL */
    MigBlocks database_blocks; /* who waits for that */
    const char *database_note; /* static; may be NULL */
} MigFacts;

MigFacts *mig_facts_new(void);
void mig_facts_free(gpointer facts);

/* Adds a table; takes no string. schema may be NULL. */
MigTouch *mig_facts_add(MigFacts *facts, const char *schema, const char *name);

/* "reads and writes", "writes", "rows", "nothing"; "none", "rows", "scan", "build", "rewrite",
 * "unknown": as they stand in JSON. */
const char *mig_blocks_name(MigBlocks blocks);
const char *mig_work_name(MigWork work);

/* "public.users (about 12000 rows, 3.4 MB)". New string. */
char *mig_touch_title(const MigTouch *touch);
/* What it means for others: "ACCESS EXCLUSIVE: reads and writes wait while it is written anew". New
 * string. */
char *mig_touch_effect(const MigTouch *touch);

/* The table whose work takes longest, among statements (of MigFacts*) from index first up to and
 * without end; NULL when none takes more than a moment. Tables made by the plan do not count unless
 * a statement fills them. *ret_index: the statement. */
const MigTouch *mig_facts_longest(const GPtrArray *facts, guint first, guint end, guint *ret_index);

#endif
