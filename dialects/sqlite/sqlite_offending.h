/* Which rows stand in the way when the copy of a table rebuild breaks a constraint. */
#ifndef MIG_SQLITE_OFFENDING_H
#define MIG_SQLITE_OFFENDING_H

#include "dialects/sqlite/sqlite_driver.h"

/* Fills in the error of a failed statement `INSERT INTO _mig_new_T (…) SELECT … FROM T`: its detail
 * says how many rows of T are at fault and the query that shows them. Must be called before the
 * roll-back, while T is still there. Other statements and errors are left as they are. */
void mig_sqlite_offending_explain(MigSqlite *sqlite, const char *text,
                                  const MigStatement *statement, GError *error);

#endif
