/* Sending a message of many statements and following the server through it. */
#include <poll.h>
#include <string.h>

#include "dialects/postgresql/pg_units.h"

/* How often somebody asks whether to stop while the server works. */
#define ASK_MS 50
#define COPY_CHUNK (64 * 1024)

typedef struct {
    MigPg *pg;
    const MigUnitsOptions *options;
    const MigPgMessage *message;
    MigPgOutcome *outcome;
} Sending;

void
mig_pg_outcome_clear(MigPgOutcome *outcome)
{
    g_clear_pointer(&outcome->failure, PQclear);
}

static const MigPgPart *
part_at(const Sending *sending, guint index)
{
    const GArray *parts = sending->message->parts;

    return index < parts->len ? &g_array_index(parts, MigPgPart, index) : NULL;
}

/* The script's statement that begins now, if one does. */
static void
announce(const Sending *sending)
{
    const MigPgPart *part = part_at(sending, sending->outcome->n_done);

    mig_pg_work_begin(sending->pg);
    if (part && part->kind == MIG_PG_SCRIPT && sending->options->statement)
        sending->options->statement(part->unit, part->statement, sending->options->user_data);
}

/* A unit's end is known by its tag too, should the server have seen more statements than we did. */
static void
count(const Sending *sending, const PGresult *result)
{
    MigPgOutcome *outcome = sending->outcome;
    const MigPgPart *part = part_at(sending, outcome->n_done);

    if (strcmp(PQcmdStatus((PGresult *)result), "COMMIT") == 0) {
        while (part && strncmp(sending->message->text->str + part->offset, "COMMIT", 6) != 0)
            part = part_at(sending, ++outcome->n_done);
        if (part && part->kind == MIG_PG_COMMIT)
            outcome->n_committed++;
    }
    if (part)
        outcome->n_done++;
    announce(sending);
}

static gboolean
wants_to_stop(const Sending *sending)
{
    const MigUnitsOptions *options = sending->options;

    return options->cancelled && options->cancelled(options->user_data);
}

static void
cancel(const Sending *sending)
{
    char problem[256];
    PGcancel *request = PQgetCancel(sending->pg->conn);

    sending->outcome->cancelled = TRUE;
    if (request)
        PQcancel(request, problem, sizeof problem);
    PQfreeCancel(request);
}

/* The next result; while there is none, asks whether to stop, and looks whom it waits for. */
static PGresult *
next_result(const Sending *sending)
{
    PGconn *conn = sending->pg->conn;

    while (PQisBusy(conn)) {
        struct pollfd ready = {.fd = PQsocket(conn), .events = POLLIN};

        if (!sending->outcome->cancelled && wants_to_stop(sending))
            cancel(sending);
        mig_pg_watch_look(sending->pg);
        mig_pg_work_tell(sending->pg);
        if (poll(&ready, 1, ASK_MS) > 0 && !PQconsumeInput(conn))
            break;
    }
    return PQgetResult(conn);
}

/* The data of the COPY that the server has come to. */
static void
feed_copy(const Sending *sending)
{
    PGconn *conn = sending->pg->conn;
    const MigPgPart *part = part_at(sending, sending->outcome->n_done);
    const MigStatement *statement =
        part && part->kind == MIG_PG_SCRIPT ? &part->unit->statements[part->statement] : NULL;
    const char *problem = statement ? NULL : "no data is known for this COPY";
    gsize left = statement ? statement->data_length : 0;
    const char *data = statement ? part->unit->text + statement->data_offset : NULL;

    while (left > 0 && !problem) {
        gsize n = MIN(left, COPY_CHUNK);

        if (PQputCopyData(conn, data, (int)n) != 1)
            return;
        data += n;
        left -= n;
        if (left > 0 && wants_to_stop(sending)) {
            sending->outcome->cancelled = TRUE;
            problem = "stopped on request";
        }
    }
    PQputCopyEnd(conn, problem);
}

static void
drain_copy(PGconn *conn)
{
    char *data = NULL;

    while (PQgetCopyData(conn, &data, FALSE) > 0)
        PQfreemem(data);
}

/* What ours return last is the server's time: the answers to a message come all at once. */
static void
read_clock(const Sending *sending, const PGresult *result)
{
    const MigPgPart *part = part_at(sending, sending->outcome->n_done);
    MigPgUnits *units = sending->pg->units;

    if (!part || (part->kind != MIG_PG_LOCK && part->kind != MIG_PG_HIT))
        return;
    gint64 now_us = (gint64)(g_ascii_strtod(PQgetvalue(result, 0, PQnfields(result) - 1), NULL) *
                             G_USEC_PER_SEC);

    if (part->kind == MIG_PG_LOCK)
        units->began_us = now_us;
    else if (part->unit->ret_elapsed_us)
        *part->unit->ret_elapsed_us = MAX(now_us - units->began_us, 1);
}

static void
take(const Sending *sending, PGresult *result)
{
    MigPgOutcome *outcome = sending->outcome;

    switch (PQresultStatus(result)) {
    case PGRES_COPY_IN:
        feed_copy(sending);
        break;
    case PGRES_COPY_OUT:
        drain_copy(sending->pg->conn);
        break;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        /* What a rule returns beside its statement has no tag. */
        if (*PQcmdStatus(result) && !outcome->failure)
            count(sending, result);
        break;
    case PGRES_SINGLE_TUPLE:
        read_clock(sending, result);
        break;
    case PGRES_EMPTY_QUERY:
        break;
    default:
        if (!outcome->failure) {
            outcome->failure = result;
            return;
        }
    }
    PQclear(result);
}

gboolean
mig_pg_send(MigPg *pg, const MigPgMessage *message, MigPgOutcome *ret)
{
    const Sending sending = {pg, &pg->units->options, message, ret};
    PGresult *result;

    *ret = (MigPgOutcome){0};
    mig_pg_watch_begin(pg);
    announce(&sending);
    if (PQsendQuery(pg->conn, message->text->str)) {
        /* Rows that nobody wants need not be kept. */
        PQsetSingleRowMode(pg->conn);
        while ((result = next_result(&sending)))
            take(&sending, result);
    }
    ret->lost = PQstatus(pg->conn) == CONNECTION_BAD;
    gboolean ok = !ret->failure && !ret->lost && ret->n_done == message->parts->len;

    mig_pg_watch_end(pg, ok);
    return ok;
}
