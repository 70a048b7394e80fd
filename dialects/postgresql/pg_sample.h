/* The slot `sample_value` of MigDialect. */
#ifndef MIG_PG_SAMPLE_H
#define MIG_PG_SAMPLE_H

#include <glib.h>

char *mig_pg_sample_value(const char *type, guint row, guint variant);

#endif
