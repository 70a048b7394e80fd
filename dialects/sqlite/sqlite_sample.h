/* Slot sample_value of the SQLite driver (core/dialect.h). */
#ifndef MIG_SQLITE_SAMPLE_H
#define MIG_SQLITE_SAMPLE_H

#include "core/dialect.h"

char *mig_sqlite_sample_value(const char *type, guint row, guint variant);

#endif
