/* Scratch databases that are used again. Making and dropping a database costs a server some tenths of a
 * second and a checkpoint; what was done in a transaction is undone at once. */
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_left_out.h"

#define GUARD "migrate_guard"
#define PART "migrate_part"

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
    mig_pg_forget_left_out(pg);
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

static gboolean
set_savepoint(MigPg *pg, const char *sql, GError **error)
{
    PGresult *result = pg->rewindable ? mig_pg_exec(pg, sql, error) : NULL;

    PQclear(result);
    return result || !pg->rewindable;
}

gboolean
mig_pg_guard(MigPg *pg, GError **error)
{
    return set_savepoint(pg, "SAVEPOINT " GUARD, error);
}

void
mig_pg_undo_failed(MigPg *pg)
{
    if (pg->rewindable)
        PQclear(PQexec(pg->conn, "ROLLBACK TO SAVEPOINT " GUARD));
}

gboolean
mig_pg_guard_part(MigPg *pg, GError **error)
{
    return set_savepoint(pg, "SAVEPOINT " PART, error);
}

void
mig_pg_undo_part(MigPg *pg)
{
    if (pg->rewindable)
        PQclear(PQexec(pg->conn, "ROLLBACK TO SAVEPOINT " PART));
}
