/* What statements lock and for how long: read from their words (pg_facts*.c) by the table of
 * pg_locks.def, then completed by what the database knows (pg_facts_ask.c). */
#ifndef MIG_PG_FACTS_H
#define MIG_PG_FACTS_H

#include "core/facts.h"
#include "core/tokens.h"
#include "dialects/postgresql/pg_driver.h"

/* One line of pg_locks.def. */
typedef enum {
#define MIG_PG_LOCK(id, lock, work, form) MIG_PG_LOCK_##id,
#include "dialects/postgresql/pg_locks.def"
#undef MIG_PG_LOCK
    MIG_PG_N_LOCKS
} MigPgLock;

typedef struct {
    const char *lock; /* "ACCESS EXCLUSIVE" */
    MigBlocks blocks;
    MigWork work;
    const char *form;
} MigPgLockFact;

extern const MigPgLockFact mig_pg_lock_facts[MIG_PG_N_LOCKS];

/* ---- the walk over a plan ---- */

/* What the words leave open and the database may know. */
typedef enum {
    MIG_PG_ASK_INDEX,       /* the relation is an index: its table is meant */
    MIG_PG_ASK_NOT_NULL,    /* does a valid CHECK prove the column (name)? */
    MIG_PG_ASK_CONSTRAINT,  /* whom does a foreign key (name) refer to? (fact) */
    MIG_PG_ASK_COLUMN,      /* whom do the foreign keys of a column (name) refer to? (fact) */
    MIG_PG_ASK_TYPE_CHANGE, /* from which type does the column (name) go to the other (text)? */
    MIG_PG_ASK_DOMAIN,      /* is the new column's type (text) a domain with conditions? */
    MIG_PG_ASK_REFERENCED,  /* which tables do its foreign keys refer to, and whose partition is it?
                               (fact) */
    MIG_PG_ASK_REFERRING,   /* which tables refer to it? (fact) */
    MIG_PG_ASK_PRIMARY,     /* are the columns of the index (name) all NOT NULL? */
    MIG_PG_ASK_DEFAULT_PART, /* has it a default partition? (fact) */
    MIG_PG_ASK_DOMAIN_USERS, /* the relation is a domain: which tables use it? (fact) */
    MIG_PG_ASK_VOLATILE      /* is the function (text) volatile? */
} MigPgAsk;

typedef struct {
    MigPgAsk ask;
    MigFacts *facts;
    MigTouch *touch;
    MigPgLock fact; /* of tables that the answer adds */
    char *name, *text;
} MigPgQuestion;

/* What the statements so far have made of a name. */
typedef struct {
    char *schema, *name;       /* NULL schema: none was written */
    char *kind;                /* "table", "index", "constraint", "type" */
    char *of_schema, *of_name; /* index, constraint: its table; table that was renamed: its name
                                  before; else NULL */
    char *to_schema, *to_name; /* constraint: a foreign key's other table */
    char *proves;              /* constraint: the column that it proves NOT NULL when valid */
    gboolean valid;
    gboolean perhaps; /* IF NOT EXISTS: unless the database has it */
} MigPgMade;

typedef struct {
    GPtrArray *facts;           /* of MigFacts* */
    GPtrArray *questions;       /* of MigPgQuestion* */
    GPtrArray *made;            /* of MigPgMade*, newest last */
    const char *default_schema; /* that of names without one; NULL: unknown */
} MigPgWalk;

/* Whether two names are of one thing. */
gboolean mig_pg_same_name(const MigPgWalk *walk, const char *schema, const char *name,
                          const char *other_schema, const char *other_name);

/* One statement on the walk. */
typedef struct {
    MigPgWalk *walk;
    MigTokens tokens;
    MigFacts *facts;
} MigPgReading;

/* Adds the table with a fact of pg_locks.def. */
MigTouch *mig_pg_touch(MigPgReading *reading, const char *schema, const char *name, MigPgLock fact);
/* Puts a fact on a table, unless a stronger one is there. */
void mig_pg_touch_set(MigTouch *touch, MigPgLock fact);
/* The same for a name at index; *ret_touch (may be NULL) is NULL when none is there. Returns the
 * index behind the name. */
guint mig_pg_touch_at(MigPgReading *reading, guint index, MigPgLock fact, MigTouch **ret_touch);
void mig_pg_touch_note(MigTouch *touch, const char *format, ...) G_GNUC_PRINTF(2, 3);
void mig_pg_ask(MigPgReading *reading, MigPgAsk ask, MigTouch *touch, MigPgLock fact,
                const char *name, char *text);
void mig_pg_unknown(MigPgReading *reading, const char *format, ...) G_GNUC_PRINTF(2, 3);

MigPgMade *mig_pg_make(MigPgReading *reading, const char *kind, char *schema, char *name);
/* The newest of that name; NULL when the plan has not made it. */
MigPgMade *mig_pg_made(const MigPgReading *reading, const char *kind, const char *schema,
                       const char *name);
MigPgMade *mig_pg_made_constraint(const MigPgReading *reading, const MigTouch *table,
                                  const char *name);

/* ---- pg_facts_table.c: CREATE TABLE and ALTER TABLE ---- */
void mig_pg_facts_create_table(MigPgReading *reading, guint index, gboolean if_not_exists);
void mig_pg_facts_alter_table(MigPgReading *reading, guint index);

/* ---- pg_facts_column.c: columns and constraints of ALTER TABLE ---- */
void mig_pg_facts_add_column(MigPgReading *reading, MigTouch *table, guint index, guint end);
void mig_pg_facts_alter_column(MigPgReading *reading, MigTouch *table, guint index, guint end);
void mig_pg_facts_add_constraint(MigPgReading *reading, MigTouch *table, guint index, guint end);
gboolean mig_pg_is_constraint(const MigTokens *tokens, guint index);

/* ---- pg_facts_rows.c ---- */
void mig_pg_facts_copy(MigPgReading *reading);
void mig_pg_facts_query(MigPgReading *reading);

/* ---- pg_type_change.c ---- */

/* What changing a column's type means for its table, both as format_type() spells them (the new one
 * as it is written): MIG_WORK_NONE, REWRITE or UNKNOWN. *ret_note: static, or NULL. */
MigWork mig_pg_type_change_work(const char *from, const char *to, const char **ret_note);

/* ---- pg_facts_ask.c ---- */

/* Answers the questions, and adds sizes. */
gboolean mig_pg_facts_answer(MigPg *pg, MigPgWalk *walk, GError **error);
/* Without a database: what the words leave open is unknown. */
void mig_pg_facts_leave_open(MigPgWalk *walk);

/* ---- pg_facts_statement.c ---- */

/* Reads one statement, of any kind. */
void mig_pg_facts_read(MigPgReading *reading);

/* ---- pg_facts.c ---- */
GPtrArray *mig_pg_statement_facts(MigConnection *connection, const GPtrArray *statements,
                                  GError **error);

#endif
