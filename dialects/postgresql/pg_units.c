/* Units on PostgreSQL: small ones travel several in a message (rule 13), each with a transaction of
 * its own; only the last commit of a message waits for the disk, and makes those before it durable
 * too. */
#include "dialects/postgresql/pg_units.h"

#include <string.h>

#include "dialects/postgresql/pg_left_out.h"
#include "dialects/postgresql/pg_words.h"

#define GROUP_UNITS 16
#define GROUP_BYTES (64 * 1024)
#define FIRST_PAUSE_MS 100
#define LONGEST_PAUSE_MS 10000

/* A commit that waits for the disk takes all before it along; it must have something to write. */
#define FLUSH "SELECT pg_catalog.pg_logical_emit_message(true, 'migrate', '')"

static gboolean
is_cancelled(const MigPg *pg, GError **error)
{
    const MigUnitsOptions *options = &pg->units->options;

    if (!options->cancelled || !options->cancelled(options->user_data))
        return FALSE;
    mig_set_error(error, MIG_E_INTERRUPTED, "stopped on request");
    return TRUE;
}

/* Takes the first n units off the list and reports them as durable. */
static void
report(MigPg *pg, GPtrArray *list, guint n)
{
    const MigUnitsOptions *options = &pg->units->options;

    for (guint i = 0; options->done && i < n; i++)
        options->done(list->pdata[i], options->user_data);
    if (n > 0)
        g_ptr_array_remove_range(list, 0, n);
}

/* Rolls back what is open and makes durable what was committed. FALSE: the connection is gone. */
static gboolean
roll_back(MigPg *pg, gboolean flush)
{
    gboolean open = PQtransactionStatus(pg->conn) != PQTRANS_IDLE;
    PGresult *result;

    if (!open && !flush)
        return TRUE;
    result = PQexec(pg->conn, !flush ? "ROLLBACK" : open ? "ROLLBACK; " FLUSH : FLUSH);
    PQclear(result);
    return PQstatus(pg->conn) == CONNECTION_OK;
}

static MigPgMessage *
make_message(MigPg *pg, const GPtrArray *units)
{
    MigPgMessage *message = mig_pg_message_new();

    for (guint i = 0; i < units->len; i++)
        mig_pg_message_add_unit(message, pg, units->pdata[i], i + 1 == units->len);
    return message;
}

/* What a try to run units came to. */
typedef enum { RAN, FAILED, LOCKED, NOTHING_RAN, GOES_WITHOUT } Result;

static Result
judge(MigPg *pg, const MigPgMessage *message, const MigPgOutcome *outcome)
{
    const char *sqlstate =
        outcome->failure ? PQresultErrorField(outcome->failure, PG_DIAG_SQLSTATE) : NULL;

    if (outcome->lost || outcome->cancelled)
        return FAILED;
    if (outcome->n_done == 0)
        return NOTHING_RAN;
    if (g_strcmp0(sqlstate, "55P03") == 0 &&
        mig_pg_failed_part(pg, message, outcome)->kind != MIG_PG_LOCK)
        return LOCKED;
    return FAILED;
}

/* Whether scratch goes on without the statement that failed. */
static gboolean
goes_without(MigPg *pg, const MigPgPart *failed, const GError *failure)
{
    const MigStatement *statement =
        failed->kind == MIG_PG_SCRIPT ? &failed->unit->statements[failed->statement] : NULL;

    if (!statement || !mig_pg_leave_out(pg, failed->unit->text + statement->offset,
                                        statement->length, failure))
        return FALSE;
    g_hash_table_add(pg->units->skipped, (gpointer)statement);
    return TRUE;
}

/* Runs units (all small, or one) in one message; those that are durable leave the list. */
static Result
run_once(MigPg *pg, GPtrArray *units, const MigUnit **ret_failed, GError **error)
{
    gboolean whole_run = pg->units->options.mode == MIG_UNITS_WHOLE_RUN;
    g_autoptr(MigPgMessage) message = make_message(pg, units);
    g_auto(MigPgOutcome) outcome = {0};

    if (mig_pg_send(pg, message, &outcome)) {
        if (whole_run)
            g_ptr_array_extend(pg->units->uncommitted, units, NULL, NULL);
        else
            report(pg, units, units->len);
        return RAN;
    }
    Result result = judge(pg, message, &outcome);
    guint n_committed = outcome.lost ? 0 : outcome.n_committed;

    if (outcome.lost || !roll_back(pg, n_committed > 0)) {
        n_committed = 0;
        outcome.lost = TRUE;
        result = FAILED;
    }
    const MigPgPart *failed = mig_pg_failed_part(pg, message, &outcome);
    GError *own = mig_pg_unit_error(pg, message, &outcome);

    if (result == FAILED && !outcome.lost && goes_without(pg, failed, own))
        result = GOES_WITHOUT;
    mig_pg_explain_left_out(pg, own);
    g_propagate_error(error, own);
    *ret_failed = failed->unit;
    report(pg, units, n_committed);
    return result;
}

/* Pauses before the next try, longer each time and never twice the same (rule 7). */
static gboolean
pause_before(MigPg *pg, guint attempt, GError **error)
{
    gint64 longest_ms = MIN((gint64)FIRST_PAUSE_MS << MIN(attempt, 16u), LONGEST_PAUSE_MS);
    gint64 left_ms = longest_ms / 2 + g_random_int_range(0, (gint32)longest_ms / 2 + 1);

    for (; left_ms > 0; left_ms -= 50) {
        if (is_cancelled(pg, error))
            return FALSE;
        g_usleep((gulong)MIN(left_ms, 50) * 1000);
    }
    return !is_cancelled(pg, error);
}

/* A transaction of the whole run that was rolled back begins anew: what it held comes first. */
static void
take_back_uncommitted(MigPg *pg, GPtrArray *units)
{
    GPtrArray *uncommitted = pg->units->uncommitted;

    for (guint i = 0; i < uncommitted->len; i++)
        g_ptr_array_insert(units, (gint)i, uncommitted->pdata[i]);
    g_ptr_array_set_size(uncommitted, 0);
}

/* The same with further tries where a lock was not to be had. */
static Result
run_trying(MigPg *pg, GPtrArray *units, const MigUnit **ret_failed, GError **error)
{
    for (guint attempt = 0;; attempt++) {
        g_autoptr(GError) own = NULL;
        Result result = run_once(pg, units, ret_failed, &own);

        if (result == RAN)
            return RAN;
        if (result == GOES_WITHOUT)
            continue;
        if (result != LOCKED || attempt >= pg->units->options.lock_retries) {
            g_propagate_error(error, g_steal_pointer(&own));
            return result == NOTHING_RAN ? NOTHING_RAN : FAILED;
        }
        take_back_uncommitted(pg, units);
        if (!pause_before(pg, attempt, error))
            return FAILED;
    }
}

/* One statement that cannot be parsed keeps its whole message from running: what came before it
 * runs without it. */
static gboolean
run_one_by_one(MigPg *pg, GPtrArray *units, const MigUnit **ret_failed, GError **error)
{
    g_autoptr(GPtrArray) rest = g_ptr_array_copy(units, NULL, NULL);

    for (guint i = 0; i < rest->len; i++) {
        g_autoptr(GPtrArray) one = g_ptr_array_new();

        g_ptr_array_add(one, rest->pdata[i]);
        if (run_trying(pg, one, ret_failed, error) != RAN)
            return FALSE;
    }
    return TRUE;
}

/* Runs what is queued. */
static gboolean
flush(MigPg *pg, const MigUnit **ret_failed, GError **error)
{
    MigPgUnits *units = pg->units;
    g_autoptr(GPtrArray) queue = g_ptr_array_copy(units->queue, NULL, NULL);
    g_autoptr(GError) own = NULL;

    if (queue->len == 0)
        return TRUE;
    *ret_failed = queue->pdata[0];
    g_ptr_array_set_size(units->queue, 0);
    units->queue_bytes = 0;
    if (is_cancelled(pg, error))
        return FALSE;
    Result result = run_trying(pg, queue, ret_failed, &own);

    if (result == RAN)
        return TRUE;
    if (result == NOTHING_RAN && queue->len > 1 && units->options.mode != MIG_UNITS_WHOLE_RUN)
        return run_one_by_one(pg, queue, ret_failed, error);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

/* Sends a message that stands for itself. Takes it. */
static Result
try_message(MigPg *pg, MigPgMessage *message, GError **error)
{
    g_autoptr(MigPgMessage) owned = message;
    g_auto(MigPgOutcome) outcome = {0};

    if (mig_pg_send(pg, owned, &outcome))
        return RAN;
    Result result = judge(pg, owned, &outcome);

    if (!outcome.lost && !roll_back(pg, FALSE)) {
        outcome.lost = TRUE;
        result = FAILED;
    }
    GError *own = mig_pg_unit_error(pg, owned, &outcome);

    if (!outcome.lost && goes_without(pg, mig_pg_failed_part(pg, owned, &outcome), own)) {
        g_error_free(own);
        return RAN;
    }
    mig_pg_explain_left_out(pg, own);
    g_propagate_error(error, own);
    return result;
}

typedef void (*MakeMessage)(MigPgMessage *message, MigPg *pg, const MigUnit *unit);

/* A message of an off block, with further tries where a lock was not to be had. */
static gboolean
run_message_trying(MigPg *pg, const MigUnit *unit, MakeMessage make_part, GError **error)
{
    MigPgUnits *units = pg->units;
    const char *text_before = units->off_text;
    gboolean patient_before = units->off_patient;

    for (guint attempt = 0;; attempt++) {
        g_autoptr(GError) own = NULL;
        MigPgMessage *message = mig_pg_message_new();

        make_part(message, pg, unit);
        Result result = try_message(pg, message, &own);

        if (result == RAN)
            return TRUE;
        if (result != LOCKED || attempt >= units->options.lock_retries) {
            g_propagate_error(error, g_steal_pointer(&own));
            return FALSE;
        }
        if (!pause_before(pg, attempt, error))
            return FALSE;
        /* What the message had set was rolled back with it. */
        units->off_text = text_before;
        units->off_patient = patient_before;
    }
}

static void
add_off_transaction(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    mig_pg_message_add_off_begin(message, pg, unit);
    mig_pg_message_add_off_statement(message, pg, unit);
}

/* The statement itself is tried once: it may have come some way. */
static gboolean
run_bare(MigPg *pg, const MigUnit *unit, GError **error)
{
    if (!run_message_trying(pg, unit, mig_pg_message_add_off_begin, error))
        return FALSE;
    MigPgMessage *bare = mig_pg_message_new();

    mig_pg_message_add_bare(bare, unit);
    return try_message(pg, bare, error) == RAN &&
           run_message_trying(pg, unit, mig_pg_message_add_off_end, error);
}

/* Puts the session back as it was before an off block. */
static gboolean
end_off_block(MigPg *pg, GError **error)
{
    if (!pg->units->off_text)
        return TRUE;
    pg->units->off_text = NULL;
    g_autofree char *settings = g_strjoinv("; ", pg->settings);
    g_autofree char *sql =
        g_strconcat("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; ",
                    pg->adopted ? "" : "DISCARD TEMP; ", settings, NULL);
    PGresult *result = mig_pg_exec(pg, sql, error);
    gboolean ok = result != NULL;

    PQclear(result);
    return ok;
}

/* A statement of an off block: durable by itself (rule 6). */
static gboolean
run_off(MigPg *pg, const MigUnit *unit, GError **error)
{
    const MigStatement *statement = &unit->statements[0];

    if (pg->units->off_text != unit->text && !end_off_block(pg, error))
        return FALSE;
    gboolean bare = mig_pg_may_need_bare(unit->text + statement->offset, statement->length);

    if (bare && !g_hash_table_contains(pg->units->skipped, statement)) {
        if (!run_bare(pg, unit, error))
            return FALSE;
    } else if (!run_message_trying(pg, unit, add_off_transaction, error)) {
        return FALSE;
    }
    g_autoptr(GPtrArray) done = g_ptr_array_new();

    g_ptr_array_add(done, (gpointer)unit);
    report(pg, done, 1);
    return TRUE;
}

static gboolean
is_own_table(const MigPg *pg, const MigUnit *unit, const MigPgTarget *target)
{
    const char *schema =
        unit->version_schema ? unit->version_schema : mig_connection_default_schema(&pg->base);
    const char *written =
        target->schema ? target->schema : mig_connection_default_schema(&pg->base);

    return (g_strcmp0(target->name, unit->version_table) == 0 ||
            g_strcmp0(target->name, unit->log_table) == 0) &&
           strcmp(schema, written) == 0;
}

static gboolean
refuse_at(const MigUnit *unit, guint statement, GError *own, GError **error)
{
    mig_error_set_offset(own, unit->file, unit->text, unit->text_length,
                         unit->statements[statement].offset);
    g_propagate_error(error, own);
    return FALSE;
}

static gboolean
check_statement(const MigPg *pg, const MigUnit *unit, guint index, GError **error)
{
    const MigStatement *statement = &unit->statements[index];
    const char *text = unit->text + statement->offset;
    GError *own;

    if (mig_pg_is_transaction_control(text, statement->length)) {
        own =
            mig_error_new(MIG_E_TRANSACTION_CONTROL, "a script may not begin or end a transaction");
        mig_error_set_hint(own, "Take the statement out: the tool opens and ends the transaction "
                                "itself.");
        return refuse_at(unit, index, own, error);
    }
    g_autoptr(GPtrArray) tables = mig_pg_written_tables(text, statement->length);

    for (guint i = 0; i < tables->len; i++) {
        if (!is_own_table(pg, unit, tables->pdata[i]))
            continue;
        own = mig_error_new(MIG_E_STATEMENT, "a script may not change the tool's own table '%s'",
                            ((const MigPgTarget *)tables->pdata[i])->name);
        mig_error_set_hint(own, "Take the statement out; `migrate stamp` sets the version rows.");
        return refuse_at(unit, index, own, error);
    }
    return TRUE;
}

/* Checks a unit; *ret_bytes: how much of a message it takes. */
static gboolean
check_unit(const MigPg *pg, const MigUnit *unit, gsize *ret_bytes, GError **error)
{
    *ret_bytes = 0;
    for (guint i = 0; i < unit->n_statements; i++) {
        if (!check_statement(pg, unit, i, error))
            return FALSE;
        *ret_bytes += unit->statements[i].length + unit->statements[i].data_length;
    }
    for (guint i = 0; unit->after && i < unit->after->len; i++) {
        const MigSql *sql = unit->after->pdata[i];

        for (guint j = 0; j < sql->params->len; j++)
            *ret_bytes += sql->params->pdata[j] ? strlen(sql->params->pdata[j]) : 0;
    }
    return TRUE;
}

/* What would reach beyond a scratch database. */
static void
skip_beyond(MigPg *pg, const MigUnit *unit)
{
    for (guint i = 0; i < unit->n_statements; i++) {
        const MigStatement *statement = &unit->statements[i];

        if (mig_pg_keep_off(pg, unit->text + statement->offset, statement->length))
            g_hash_table_add(pg->units->skipped, (gpointer)statement);
    }
}

static gboolean
submit(MigPg *pg, const MigUnit *unit, const MigUnit **ret_failed, GError **error)
{
    MigPgUnits *units = pg->units;
    g_autoptr(GError) own = NULL;
    gsize bytes;

    if (is_cancelled(pg, &own) || !check_unit(pg, unit, &bytes, &own)) {
        if (!flush(pg, ret_failed, error))
            return FALSE;
        *ret_failed = unit;
        g_propagate_error(error, g_steal_pointer(&own));
        return FALSE;
    }
    gboolean full = units->queue_bytes + bytes > GROUP_BYTES;

    if (pg->scratch_name)
        skip_beyond(pg, unit);

    if ((unit->off || full) && !flush(pg, ret_failed, error))
        return FALSE;
    *ret_failed = unit;
    if (unit->off)
        return run_off(pg, unit, error);
    if (!end_off_block(pg, error))
        return FALSE;
    g_ptr_array_add(units->queue, (gpointer)unit);
    units->queue_bytes += bytes;
    full = units->options.mode == MIG_UNITS_ONE_BY_ONE || units->queue->len >= GROUP_UNITS ||
           units->queue_bytes > GROUP_BYTES;
    return !full || flush(pg, ret_failed, error);
}

/* Takes the units apart; nothing is open any more. */
static void
finish(MigPg *pg)
{
    MigPgUnits *units = pg->units;

    if (PQstatus(pg->conn) == CONNECTION_OK) {
        roll_back(pg, FALSE);
        end_off_block(pg, NULL);
        mig_pg_unlock_run(pg);
    }
    pg->units = NULL;
    g_ptr_array_unref(units->queue);
    g_ptr_array_unref(units->uncommitted);
    g_hash_table_unref(units->skipped);
    mig_pg_watch_free(units->watch);
    g_free(units);
}

gboolean
mig_pg_units_begin(MigConnection *connection, const MigUnitsOptions *options, GError **error)
{
    MigPg *pg = (MigPg *)connection;

    if (!mig_pg_keep(pg, error))
        return FALSE;
    if (PQtransactionStatus(pg->conn) == PQTRANS_INTRANS ||
        PQtransactionStatus(pg->conn) == PQTRANS_INERROR) {
        mig_set_error(error, MIG_E_IN_TRANSACTION, "a transaction is open on the connection");
        return FALSE;
    }
    if (connection->read_only) {
        mig_set_error(error, MIG_E_READ_ONLY, "'%s' is open for reading only", connection->display);
        return FALSE;
    }
    if (!mig_pg_lock_run(pg, options, error))
        return FALSE;
    pg->units = g_new0(MigPgUnits, 1);
    pg->units->options = *options;
    pg->units->queue = g_ptr_array_new();
    pg->units->uncommitted = g_ptr_array_new();
    pg->units->skipped = g_hash_table_new(NULL, NULL);
    return TRUE;
}

gboolean
mig_pg_unit_submit(MigConnection *connection, const MigUnit *unit, const MigUnit **ret_failed,
                   GError **error)
{
    MigPg *pg = (MigPg *)connection;
    const MigUnit *failed = NULL;

    if (submit(pg, unit, &failed, error))
        return TRUE;
    finish(pg);
    if (ret_failed)
        *ret_failed = failed;
    return FALSE;
}

/* Commits the transaction that all units share. */
static gboolean
commit_whole_run(MigPg *pg, const MigUnit **ret_failed, GError **error)
{
    GPtrArray *ran = pg->units->uncommitted;

    if (ran->len == 0)
        return TRUE;
    MigPgMessage *message = mig_pg_message_new();

    *ret_failed = ran->pdata[ran->len - 1];
    mig_pg_message_add_commit(message, *ret_failed);
    if (try_message(pg, message, error) != RAN)
        return FALSE;
    report(pg, ran, ran->len);
    return TRUE;
}

gboolean
mig_pg_units_end(MigConnection *connection, const MigUnit **ret_failed, GError **error)
{
    MigPg *pg = (MigPg *)connection;
    const MigUnit *failed = NULL;
    gboolean ok = flush(pg, &failed, error) && commit_whole_run(pg, &failed, error);

    finish(pg);
    if (!ok && ret_failed)
        *ret_failed = failed;
    return ok;
}

void
mig_pg_units_drop(MigPg *pg)
{
    if (pg->units)
        finish(pg);
}
