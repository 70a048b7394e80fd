/* Sample rows: a few made-up rows in tables on scratch, so that a proof sees what becomes of rows.
 */
#ifndef MIG_SAMPLE_H
#define MIG_SAMPLE_H

#include "core/dialect.h"

/* Fills tables (of const MigObject*, of schema, which stands on scratch) with a few rows each, and
 * first those they refer to, in the same way, some levels deep. `leave` (a set of const MigObject*)
 * stays empty. Same schema, same rows. A table for which no row can be made stays empty: triggers, checks or types we
 * know no value of may stand in the way. Returns all tables tried, new array; none where the
 * dialect knows no sample values. */
GPtrArray *mig_sample_fill(MigConnection *scratch, const MigSchema *schema, const GPtrArray *tables,
                           GHashTable *leave);

/* A table's name as the dialect writes it, qualified as its path is. New string. */
char *mig_sample_table_name(const MigDialect *dialect, const MigObject *table);

#endif
