/* Everything but tables: indexes, views, triggers and virtual tables from their stored text. */
#ifndef MIG_SQLITE_OBJECTS_H
#define MIG_SQLITE_OBJECTS_H

#include "dialects/sqlite/sqlite_reader.h"

/* What the names in one database mean. */
typedef struct {
    GHashTable *known;     /* set of char*, lower case: names of everything, columns included */
    GHashTable *relations; /* char* (lower case) to MigObject*: tables, views, virtual tables */
} MigSqliteNames;

/* Names of what is in the schema so far. */
MigSqliteNames *mig_sqlite_names_new(const MigSchema *schema);
void mig_sqlite_names_free(MigSqliteNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigSqliteNames, mig_sqlite_names_free)

/* Sets what the "sql" attribute of an index, view, trigger or virtual table says, and what a view or
 * trigger depends on. One that cannot be read becomes unmanaged. */
void mig_sqlite_object_read(MigObject *object, const MigSqliteNames *names);

/* The module's name in a CREATE VIRTUAL TABLE statement, or NULL. */
char *mig_sqlite_module_name(const char *sql);

#endif
