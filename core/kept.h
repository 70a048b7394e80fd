/* What a plan must keep: the rows of tables that both states have, and the values of the columns
 * that both have with the same type, made of the same. */
#ifndef MIG_KEPT_H
#define MIG_KEPT_H

#include "core/order.h"

/* A pair of states and how the objects of one are found in the other. */
typedef struct {
    const MigSchema *from, *to;
    const GPtrArray *changes; /* of MigChange*: those of the plan from one to the other,
                                 renames first */
} MigKept;

/* The table of the new state that a table of the old one becomes, by a rename or by its name; or
 * NULL. */
const MigObject *mig_kept_table(const MigKept *kept, const MigObject *table);

/* The old state's tables that the changes touch. New array of const MigObject*. */
GPtrArray *mig_kept_touched(const MigKept *kept);

/* Reads, in the names of the new state if `after`, what must be kept of tables (of const MigObject*
 * of the old state). New array, one element a table; NULL on failure. */
GPtrArray *mig_kept_read(const MigKept *kept, MigConnection *scratch, const GPtrArray *tables,
                         gboolean after, GError **error);

/* What is in one such reading and not in a later one: "table users: 3 rows before, 0 after". NULL
 * when nothing was lost, else a new string with a line for each table. */
char *mig_kept_lost(const MigKept *kept, const GPtrArray *tables, const GPtrArray *before,
                    const GPtrArray *after);

#endif
