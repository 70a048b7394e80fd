/* Looking into an SQLite database behind the planner's back. */
#ifndef MIG_TESTS_PAIR_ROWS_H
#define MIG_TESTS_PAIR_ROWS_H

#include "core/dialect.h"

/* What of the tables and virtual tables of both states must be the same before and after a move, as
 * one text; after: asks in the names of the state that was moved to. */
char *pair_kept_rows(MigConnection *scratch, const MigSchema *from, const MigSchema *to,
                     const GPtrArray *renames, gboolean after);

/* What SQLite says against a database, and objects of ours that were left behind; "" when nothing.
 * New string. */
char *pair_complaints(MigConnection *scratch);

/* The answer to a query, one line a row, or the error. New string. */
char *pair_query(MigConnection *scratch, const char *sql);

#endif
