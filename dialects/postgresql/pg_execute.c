/* Running a whole text for its effect: scratch. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

static void
discard_data(PGconn *conn)
{
    char *row;

    while (PQgetCopyData(conn, &row, 0) > 0)
        PQfreemem(row);
}

/* Takes all that the server has to say; the first failure, which the caller clears, or NULL. */
static PGresult *
drain(PGconn *conn)
{
    PGresult *failure = NULL, *result;

    while ((result = PQgetResult(conn))) {
        switch (PQresultStatus(result)) {
        case PGRES_COPY_IN:
            PQputCopyEnd(conn, "no data is taken here");
            break;
        case PGRES_COPY_OUT:
            discard_data(conn);
            break;
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_EMPTY_QUERY:
            break;
        default:
            if (failure)
                break;
            failure = result;
            continue;
        }
        PQclear(result);
    }
    return failure;
}

static gboolean
run_statements(MigPg *pg, const GArray *statements, const char *text, gsize length,
               const char *file, GError **error)
{
    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);
        g_autofree char *sql = g_strndup(text + statement->offset, statement->length);
        PGresult *failure = PQsendQuery(pg->conn, sql) ? drain(pg->conn) : NULL;

        if (!failure && PQstatus(pg->conn) == CONNECTION_OK)
            continue;
        GError *own = mig_pg_error_new(pg, failure, 0, NULL);
        gssize offset = failure ? mig_pg_error_offset(pg, failure, sql) : -1;

        mig_error_set_offset(own, file, text, length, statement->offset + (gsize)MAX(offset, 0));
        PQclear(failure);
        g_propagate_error(error, own);
        return FALSE;
    }
    return TRUE;
}

gboolean
mig_pg_execute(MigConnection *connection, const char *text, gsize length, const char *file,
               GError **error)
{
    MigPg *pg = (MigPg *)connection;
    g_autoptr(GArray) statements = mig_split(&mig_lex_rules_postgresql, text, length, file, error);

    if (!statements)
        return FALSE;
    gboolean ok = run_statements(pg, statements, text, length, file, error);

    if (pg->scratch_name)
        PQclear(PQexec(pg->conn, "RESET ALL; RESET SESSION AUTHORIZATION"));
    return ok;
}
