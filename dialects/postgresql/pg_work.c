/* What the server says of a statement that takes long, asked beside the connection that waits for it. */
#include "dialects/postgresql/pg_units.h"

#define PERIOD_US G_USEC_PER_SEC

void
mig_pg_work_begin(MigPg *pg)
{
    pg->units->next_working_us = g_get_monotonic_time() + PERIOD_US;
}

/* An index that is not committed yet has no name for others. */
#define INDEX_BUILD                                                                                \
    "SELECT pg_catalog.concat('index ' || i.relname, CASE WHEN i.relname IS NULL THEN"             \
    " 'an index of ' || t.relname END, ', ', p.phase), CASE WHEN p.blocks_total > 0 AND"           \
    " p.blocks_done < p.blocks_total THEN p.blocks_done WHEN p.tuples_total > 0 THEN"              \
    " p.tuples_done ELSE p.lockers_done END, CASE WHEN p.blocks_total > 0 AND"                     \
    " p.blocks_done < p.blocks_total THEN p.blocks_total WHEN p.tuples_total > 0 THEN"             \
    " p.tuples_total ELSE p.lockers_total END"                                                     \
    " FROM pg_catalog.pg_stat_progress_create_index AS p"                                          \
    " LEFT JOIN pg_catalog.pg_class AS i ON i.oid = p.index_relid"                                 \
    " LEFT JOIN pg_catalog.pg_class AS t ON t.oid = p.relid WHERE p.pid = %d"

void
mig_pg_work_tell(MigPg *pg)
{
    const MigUnitsOptions *options = &pg->units->options;

    if (!options->working || g_get_monotonic_time() < pg->units->next_working_us)
        return;
    g_autofree char *sql = g_strdup_printf(INDEX_BUILD, PQbackendPID(pg->conn));
    PGconn *beside = mig_pg_watch_connection(pg);
    PGresult *result = beside ? PQexec(beside, sql) : NULL;

    if (PQntuples(result) > 0)
        options->working(PQgetvalue(result, 0, 0),
                         g_ascii_strtoull(PQgetvalue(result, 0, 1), NULL, 10),
                         g_ascii_strtoull(PQgetvalue(result, 0, 2), NULL, 10), options->user_data);
    else
        options->working(NULL, 0, 0, options->user_data);
    PQclear(result);
    mig_pg_work_begin(pg);
}
