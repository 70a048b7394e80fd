/* Scratch databases that are used again. Making and dropping a database costs a server some tenths of a
 * second and a checkpoint; what was done in a transaction is undone at once. */
#include "dialects/postgresql/pg_driver.h"

#define GUARD "migrate_guard"

gboolean
mig_pg_rewind(MigConnection *scratch)
{
    MigPg *pg = (MigPg *)scratch;
    gboolean open = PQtransactionStatus(pg->conn) != PQTRANS_IDLE;

    if (!pg->scratch_name || pg->kept || open != pg->rewindable)
        return FALSE;
    PGresult *result = mig_pg_exec(pg, open ? "ROLLBACK; BEGIN" : "BEGIN", NULL);

    pg->rewindable = result != NULL;
    pg->n_inside = 0;
    PQclear(result);
    return pg->rewindable;
}

gboolean
mig_pg_keep(MigPg *pg, GError **error)
{
    if (!pg->rewindable)
        return TRUE;
    PGresult *result = mig_pg_exec(pg, "COMMIT", error);

    pg->rewindable = FALSE;
    pg->kept = TRUE;
    PQclear(result);
    return result != NULL;
}

gboolean
mig_pg_guard(MigPg *pg, GError **error)
{
    PGresult *result = pg->rewindable ? mig_pg_exec(pg, "SAVEPOINT " GUARD, error) : NULL;

    PQclear(result);
    return result || !pg->rewindable;
}

void
mig_pg_undo_failed(MigPg *pg)
{
    if (pg->rewindable)
        PQclear(PQexec(pg->conn, "ROLLBACK TO SAVEPOINT " GUARD));
}
