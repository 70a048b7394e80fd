/* Which rows stand in the way when the copy of a table rebuild, or a new index, breaks a rule. */
#ifndef MIG_SQLITE_OFFENDING_H
#define MIG_SQLITE_OFFENDING_H

#include "dialects/sqlite/sqlite_driver.h"

/* Fills in the error of a failed statement `INSERT INTO _mig_new_T (…) SELECT … FROM T` or `CREATE
 * UNIQUE INDEX … ON T`: its detail says how many rows of T are at fault and the query that shows
 * them. Must be called before the roll-back, while T is still there. Other statements and errors
 * are left as they are. */
void mig_sqlite_offending_explain(MigSqlite *sqlite, const char *text,
                                  const MigStatement *statement, GError *error);

/* The condition under which a value cannot be stored in a STRICT table's column of this type; NULL:
 * every value can, or the type is none of theirs. New string. */
char *mig_sqlite_misfit(const char *type, const char *value);

#endif
