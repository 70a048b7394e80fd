/* Running a whole text for its effect, in few messages: scratch. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_left_out.h"
#include "dialects/postgresql/pg_model.h"

/* The statements of a message share a transaction; more would need more locks than a server with
 * its usual settings has. */
#define BATCH_STATEMENTS 200
#define INSIDE_STATEMENTS 800
/* How far into a text a dump says what it is. */
#define DUMP_HEAD_BYTES 2048

typedef struct {
    MigPg *pg;
    const char *text, *file;
    gsize length;
    const GArray *statements;
    guint first, end; /* those of the message */
} Execution;

static const MigStatement *
statement_at(const Execution *run, guint index)
{
    return &g_array_index(run->statements, MigStatement, index);
}

/* A value that is added to a type cannot be used before the commit: ALTER TYPE name ADD VALUE. */
static gboolean
ends_message(const char *text, gsize length)
{
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, length);
    if (!mig_token_is(text, mig_lexer_next_code(&lexer), "ALTER") ||
        !mig_token_is(text, mig_lexer_next_code(&lexer), "TYPE"))
        return FALSE;
    for (;;) {
        MigToken token = mig_lexer_next_code(&lexer);

        if (token.kind == MIG_TOKEN_END)
            return FALSE;
        if (mig_token_is(text, token, "ADD"))
            return mig_token_is(text, mig_lexer_next_code(&lexer), "VALUE");
    }
}

/* How far the next message goes; a statement that must be alone is. */
static guint
find_end(const Execution *run)
{
    guint limit = MIN(run->statements->len, run->first + BATCH_STATEMENTS);

    for (guint i = run->first; i < limit; i++) {
        const char *text = run->text + statement_at(run, i)->offset;
        gsize length = statement_at(run, i)->length;

        if (mig_pg_needs_bare(text, length))
            return MAX(i, run->first + 1);
        if (ends_message(text, length))
            return i + 1;
    }
    return limit;
}

/* The message, and where in it each statement begins. Data of COPY is left out, for the server to
 * refuse. */
static char *
write_message(const Execution *run, GArray *ret_starts)
{
    GString *message = g_string_new(NULL);

    for (guint i = run->first; i < run->end; i++) {
        const MigStatement *statement = statement_at(run, i);
        gsize start = message->len;

        g_array_append_val(ret_starts, start);
        g_string_append_len(message, run->text + statement->offset, (gssize)statement->length);
        if (i + 1 < run->end)
            g_string_append(message, ";\n");
    }
    return g_string_free(message, FALSE);
}

static void
discard_data(PGconn *conn)
{
    char *row;

    while (PQgetCopyData(conn, &row, 0) > 0)
        PQfreemem(row);
}

/* Takes all that the server has to say, counting the statements that succeeded; the first failure,
 * which the caller clears, or NULL. */
static PGresult *
drain(PGconn *conn, guint *n_done)
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
            *n_done += failure == NULL;
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

/* Where in the whole text the failure is: at the server's position, else at the statement that did
 * not succeed. */
static gsize
locate(const Execution *run, const PGresult *failure, const char *message, const GArray *starts,
       guint n_done)
{
    gssize position = failure ? mig_pg_error_offset(run->pg, failure, message) : -1;
    guint i = MIN(n_done, starts->len - 1);

    if (position < 0)
        return statement_at(run, run->first + i)->offset;
    for (i = 0; i + 1 < starts->len && g_array_index(starts, gsize, i + 1) <= (gsize)position;)
        i++;
    return statement_at(run, run->first + i)->offset + (gsize)position -
           g_array_index(starts, gsize, i);
}

/* *ret_failed: the statement that did not succeed, when none could be. */
static gboolean
run_message(const Execution *run, guint *ret_failed, GError **error)
{
    g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(gsize));
    g_autofree char *message = write_message(run, starts);
    guint n_done = 0;
    PGresult *failure = PQsendQuery(run->pg->conn, message) ? drain(run->pg->conn, &n_done) : NULL;

    if (!failure && PQstatus(run->pg->conn) == CONNECTION_OK)
        return TRUE;
    GError *own = mig_pg_error_new(run->pg, failure, 0, NULL);

    *ret_failed = MIN(run->first + n_done, run->end - 1);
    mig_error_set_offset(own, run->file, run->text, run->length,
                         locate(run, failure, message, starts, n_done));
    PQclear(failure);
    g_propagate_error(error, own);
    return FALSE;
}

/* Whether all of the text can run in the transaction of a rewindable database. */
static gboolean
fits_inside(const Execution *run)
{
    if (run->pg->n_inside + run->statements->len > INSIDE_STATEMENTS)
        return FALSE;
    for (guint i = 0; i < run->statements->len; i++) {
        const char *text = run->text + statement_at(run, i)->offset;
        gsize length = statement_at(run, i)->length;

        if (mig_pg_needs_bare(text, length) || ends_message(text, length) ||
            mig_pg_is_transaction_control(text, length))
            return FALSE;
    }
    return TRUE;
}

/* Leaves the transaction of a rewindable database when it has to. */
static gboolean
prepare(const Execution *run, GError **error)
{
    if (!fits_inside(run))
        return mig_pg_keep(run->pg, error);
    run->pg->n_inside += run->statements->len;
    return mig_pg_guard(run->pg, error);
}

/* The server forgets to take note of what dropping a domain's constraint did, and then refuses DDL
 * behind a savepoint: "cannot start a subtransaction when there are unprocessed inval messages". */
static gboolean
alters_domain(const Execution *run)
{
    for (guint i = 0; i < run->statements->len; i++) {
        const MigStatement *statement = statement_at(run, i);
        const char *text = run->text + statement->offset;
        MigLexer lexer;

        mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, statement->length);
        if (mig_token_is(text, mig_lexer_next_code(&lexer), "ALTER") &&
            mig_token_is(text, mig_lexer_next_code(&lexer), "DOMAIN"))
            return TRUE;
    }
    return FALSE;
}

/* Any change of a catalog makes it take note. */
static gboolean
settle_domains(const Execution *run, GError **error)
{
    if (!run->pg->rewindable || !alters_domain(run))
        return TRUE;
    PGresult *result = mig_pg_exec(
        run->pg, "CREATE DOMAIN migrate_guard AS integer; DROP DOMAIN migrate_guard", error);

    PQclear(result);
    return result != NULL;
}

/* A text that ends inside a transaction means to have it. */
static gboolean
finish(MigPg *pg, GError **error)
{
    PGresult *result = NULL;

    if (!pg->rewindable && PQtransactionStatus(pg->conn) != PQTRANS_IDLE) {
        result = mig_pg_exec(pg, "COMMIT", error);
        if (!result)
            return FALSE;
        PQclear(result);
    }
    if (!pg->scratch_name)
        return TRUE;
    /* Checks that wait for the end of the transaction would stand in the way of DDL. */
    result = mig_pg_exec(pg,
                         pg->rewindable ? "SET CONSTRAINTS ALL IMMEDIATE; RESET ALL; "
                                          "RESET SESSION AUTHORIZATION"
                                        : "RESET ALL; RESET SESSION AUTHORIZATION",
                         error);
    PQclear(result);
    return result != NULL;
}

static gboolean
may_be_left_out(const Execution *run)
{
    for (guint i = run->first; run->pg->scratch_name && i < run->end; i++) {
        const MigStatement *statement = statement_at(run, i);

        if (mig_pg_may_be_left_out(run->text + statement->offset, statement->length))
            return TRUE;
    }
    return FALSE;
}

/* Whether scratch goes on without the statement that failed. What came before it in its message was
 * undone with it. */
static gboolean
goes_without(const Execution *run, guint failed, const GError *failure)
{
    const MigStatement *statement = statement_at(run, failed);

    return (run->pg->rewindable || PQtransactionStatus(run->pg->conn) == PQTRANS_IDLE) &&
           (mig_pg_is_home(run->pg, run->text + statement->offset, statement->length, failure) ||
            mig_pg_leave_out(run->pg, run->text + statement->offset, statement->length, failure));
}

/* Where a dump says of which version it is: the number behind that; 0: it does not say. */
static guint64
dumped_version(const Execution *run)
{
    static const char words[] = "\n-- Dumped from database version ";
    g_autofree char *head = g_strndup(run->text, MIN(run->length, DUMP_HEAD_BYTES));
    const char *found = strstr(head, words);

    return found ? g_ascii_strtoull(found + strlen(words), NULL, 10) : 0;
}

/* A newer server writes what an older one does not know. */
static void
explain_dump(const Execution *run, GError *error)
{
    guint64 dumped = dumped_version(run);

    if (dumped > (guint64)PQserverVersion(run->pg->conn) / 10000)
        mig_error_set_hint(error,
                           "The model is a dump of PostgreSQL %u, the server of scratch is %s: set "
                           "'scratch_url' to a server as new as the dump, and upgrade the target.",
                           (guint)dumped, run->pg->base.server);
}

/* Puts back what was there before the text, and adds to the hint what may have caused the error. */
static void
undo_and_explain(const Execution *run, guint failed, GError *error)
{
    const MigStatement *statement = statement_at(run, failed);

    mig_pg_undo_failed(run->pg);
    if (!run->pg->rewindable && PQtransactionStatus(run->pg->conn) != PQTRANS_IDLE)
        PQclear(PQexec(run->pg->conn, "ROLLBACK"));
    mig_pg_explain_left_out(run->pg, error);
    mig_pg_explain_clash(run->pg, run->text + statement->offset, statement->length, error);
    explain_dump(run, error);
}

/* Runs the statements from run->first to run->end, but for those that scratch goes without. */
static gboolean
run_part(Execution *run, GError **error)
{
    const guint end = run->end;
    gboolean careful = may_be_left_out(run);
    guint failed = 0;

    while (run->first < end) {
        g_autoptr(GError) own = NULL;

        if (careful && !mig_pg_guard_part(run->pg, error))
            return FALSE;
        if (run_message(run, &failed, &own))
            return TRUE;
        if (!careful || !goes_without(run, failed, own)) {
            undo_and_explain(run, failed, own);
            g_propagate_error(error, g_steal_pointer(&own));
            return FALSE;
        }
        mig_pg_undo_part(run->pg);
        run->end = failed;
        if (failed > run->first && !run_message(run, &failed, error))
            return FALSE;
        run->first = run->end + 1;
        run->end = end;
    }
    return TRUE;
}

gboolean
mig_pg_execute(MigConnection *connection, const char *text, gsize length, const char *file,
               GError **error)
{
    MigPg *pg = (MigPg *)connection;
    g_autoptr(GArray) statements = mig_split(&mig_lex_rules_postgresql, text, length, file, error);
    Execution run = {pg, text, file, length, statements, 0, 0};

    if (!statements || !prepare(&run, error))
        return FALSE;
    for (; run.first < statements->len; run.first = run.end) {
        run.end = find_end(&run);
        if (run_part(&run, error))
            continue;
        finish(pg, NULL);
        return FALSE;
    }
    if (settle_domains(&run, error) && finish(pg, error))
        return TRUE;
    mig_pg_undo_failed(pg);
    return FALSE;
}
