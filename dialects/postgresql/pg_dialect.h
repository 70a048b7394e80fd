/* The PostgreSQL driver, for the registry. */
#ifndef MIG_PG_DIALECT_H
#define MIG_PG_DIALECT_H

#include "core/dialect.h"

extern const MigDialect mig_dialect_postgresql;

#endif
