/* Does our reading of a CREATE TABLE statement agree with the engine's own? */
#ifndef MIG_TESTS_SQLITE_AGREE_H
#define MIG_TESTS_SQLITE_AGREE_H

#include <glib.h>
#include <sqlite3.h>

/* Compares what mig_sqlite_table_parse() makes of a stored table with the pragmas. NULL when they
 * agree, else a description of the first difference. New string. */
char *sqlite_disagreement(sqlite3 *db, const char *table);

/* The same for every ordinary table of the database. */
char *sqlite_any_disagreement(sqlite3 *db);

/* All rows of a query, columns joined by "|", sorted; NULL as "~". Array of char*. */
GPtrArray *sqlite_rows(sqlite3 *db, const char *format, ...);

#endif
