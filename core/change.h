/* Changes between two states, and the actions that make them. */
#ifndef MIG_CHANGE_H
#define MIG_CHANGE_H

#include "core/schema.h"

typedef enum { MIG_ADDED, MIG_DROPPED, MIG_ALTERED, MIG_RENAMED } MigChangeKind;

/* One difference. An added or dropped root brings its children with it: they are no changes of
 * their own. A RENAMED object may be altered too: then an ALTERED change follows it. */
typedef struct {
    MigChangeKind kind;
    const MigObject *from; /* NULL when added; belongs to the schema compared */
    const MigObject *to;   /* NULL when dropped */
    GPtrArray *attributes; /* ALTERED: names of the attributes that differ (interned, not owned) */
} MigChange;

MigChange *mig_change_new(MigChangeKind kind, const MigObject *from, const MigObject *to);
void mig_change_free(MigChange *change);

/* One line for people: "alter column users.age: type". New string. */
char *mig_change_describe(const MigChange *change);

/* What a statement can do to a live system. kind: "data-loss", "blocks-writes", "scan",
 * "rewrite", "breaks-old-code", "fails-on-data". */
typedef struct {
    char *kind;
    char *text;
} MigHazard;

/* Frees a MigHazard. */
void mig_hazard_free(gpointer hazard);

/* A step of a plan before ordering: what the dialect makes of changes. */
typedef struct {
    char *id;              /* unique: "drop index users_email" */
    GPtrArray *needs;      /* of char*: ids of actions that must come before; unknown ones are ignored */
    GPtrArray *prefers;    /* of char*: the same, but given up where it would make a loop */
    int rank;              /* ties: lower first, then id */
    GPtrArray *statements; /* of char*: SQL without the final semicolon, in order */
    GPtrArray *hazards;    /* of MigHazard* */
    char *rows_of;         /* identity of the root whose rows the hazards are about, by its name in
                              the new state, or in the old one if it goes: a table, or what tables
                              are made with (a type) or what is made of them; NULL: of none */
    gboolean transaction_off; /* must run outside a transaction */
    gboolean own_transaction; /* must be committed before what comes behind it can run */
    gboolean after_commit;    /* what is ahead of it must be committed before it can run */
} MigAction;

MigAction *mig_action_new(const char *id_format, ...) G_GNUC_PRINTF(1, 2);
void mig_action_free(MigAction *action);
void mig_action_need(MigAction *action, const char *id_format, ...) G_GNUC_PRINTF(2, 3);
void mig_action_prefer(MigAction *action, const char *id_format, ...) G_GNUC_PRINTF(2, 3);
void mig_action_sql(MigAction *action, const char *format, ...) G_GNUC_PRINTF(2, 3);
void mig_action_hazard(MigAction *action, const char *kind, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
