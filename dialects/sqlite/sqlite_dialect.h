/* The SQLite driver's one door to the rest of the program. */
#ifndef MIG_SQLITE_DIALECT_H
#define MIG_SQLITE_DIALECT_H

#include "core/dialect.h"

extern const MigDialect mig_dialect_sqlite;

#endif
