/* Parts of tables that are renamed because nothing but their names differs. */
#ifndef MIG_PG_PLAN_PARTS_H
#define MIG_PG_PLAN_PARTS_H

#include "dialects/postgresql/pg_plan_table.h"

typedef struct _MigPgPart MigPgPart;

/* A constraint, an index, or a sequence that a column owns. */
struct _MigPgPart {
    const MigObject *from, *to; /* to: NULL where it only makes way, for it will be dropped */
    const char *name;           /* the name it is to have */
    char *now;                  /* the one it has at this point of the plan */
    const MigPgPart *leader;    /* the parents' first one, whose rename is its own; NULL: none */
    gboolean done;              /* it has another name by now, the last one or a free one */
    gboolean given_up;          /* something stands in the way: it is made anew */
};

typedef struct {
    const MigPlanInput *input;
    GPtrArray *list;       /* of MigPgPart*, owned */
    GHashTable *by_object; /* object of `from` → its MigPgPart* */
    GHashTable *taken;     /* set of objects of `to` that are the other end of one */
} MigPgParts;

void mig_pg_part_free(gpointer part);

/* Finds all that may be renamed. */
void mig_pg_match_parts(MigPgParts *parts);
/* Adds one; name must live as long. */
MigPgPart *mig_pg_add_part(MigPgParts *parts, const MigObject *from, const MigObject *to,
                           const char *name);
/* What a column's default says behind the renames; NULL: what it said. New string. */
char *mig_pg_default_after(const MigPgParts *parts, const MigObject *column);

/* The state behind the renames that are done. */
MigSchema *mig_pg_schema_after(const MigPgParts *parts);

#endif
