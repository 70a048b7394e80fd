/* Units as text for the server. All that is ours is qualified, and stands where no setting of the
 * script reaches it (rule 5). */
#include <string.h>

#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_units.h"
#include "dialects/postgresql/pg_words.h"

MigPgMessage *
mig_pg_message_new(void)
{
    MigPgMessage *message = g_new(MigPgMessage, 1);

    message->text = g_string_new(NULL);
    message->parts = g_array_new(FALSE, FALSE, sizeof(MigPgPart));
    return message;
}

void
mig_pg_message_free(MigPgMessage *message)
{
    if (!message)
        return;
    g_string_free(message->text, TRUE);
    g_array_unref(message->parts);
    g_free(message);
}

static void
begin_part(MigPgMessage *message, MigPgPartKind kind, const MigUnit *unit, guint statement)
{
    const MigPgPart part = {kind, message->text->len, unit, statement, NULL};

    g_array_append_val(message->parts, part);
}

static void
add(MigPgMessage *message, MigPgPartKind kind, const MigUnit *unit, const char *sql)
{
    begin_part(message, kind, unit, 0);
    g_string_append_printf(message->text, "%s;\n", sql);
}

/* Takes sql; NULL adds nothing. */
static void
add_taken(MigPgMessage *message, MigPgPartKind kind, const MigUnit *unit, char *sql)
{
    if (sql)
        add(message, kind, unit, sql);
    g_free(sql);
}

/* The time, for who reads the answers. */
#define CLOCK "pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())"

static void
add_begin(MigPgMessage *message, const MigUnit *unit)
{
    add(message, MIG_PG_OWN, unit, "BEGIN ISOLATION LEVEL READ COMMITTED");
}

void
mig_pg_message_add_commit(MigPgMessage *message, const MigUnit *unit)
{
    add(message, MIG_PG_COMMIT, unit, "COMMIT");
}

static const char *
own_schema(const MigPg *pg, const MigUnit *unit)
{
    return unit->version_schema ? unit->version_schema : mig_connection_default_schema(&pg->base);
}

gint64
mig_pg_timeout_ms(gint64 ms)
{
    return CLAMP(ms, 0, G_MAXINT32);
}

/* The search path of a script as a literal; that of our own statements begins with the engine's
 * names.
 */
static char *
path_literal(const MigPg *pg, const char *first)
{
    g_autofree char *name = mig_pg_quote_name(mig_connection_default_schema(&pg->base));
    g_autofree char *path = g_strconcat(first, name, NULL);

    return mig_pg_quote_literal(path);
}

/* Columns of a SELECT that set how long a statement may wait and run (rule 7): one that waits
 * without standing in anybody's way as long as it likes. New string. */
static char *
timeouts(const MigPg *pg, gboolean patient, const char *local)
{
    const MigUnitsOptions *options = &pg->units->options;

    return g_strdup_printf("pg_catalog.set_config('lock_timeout', '%" G_GINT64_FORMAT "', %s), "
                           "pg_catalog.set_config('statement_timeout', '%" G_GINT64_FORMAT "', %s)",
                           patient ? 0 : mig_pg_timeout_ms(options->statement_lock_timeout_ms),
                           local, patient ? 0 : mig_pg_timeout_ms(options->statement_timeout_ms),
                           local);
}

/* Under which our own statements run. They wait for locks no longer than a script, whose locks they
 * hold. (A SET costs the server a fraction of what a call of set_config() does.) */
static void
add_own_settings(MigPgMessage *message, const MigPg *pg, const MigUnit *unit)
{
    const MigUnitsOptions *options = &pg->units->options;
    g_autofree char *schema = mig_pg_quote_name(mig_connection_default_schema(&pg->base));

    add_taken(message, MIG_PG_OWN, unit,
              g_strconcat("SET LOCAL search_path = pg_catalog, ", schema, NULL));
    add_taken(message, MIG_PG_OWN, unit,
              g_strdup_printf("SET LOCAL lock_timeout = %" G_GINT64_FORMAT,
                              mig_pg_timeout_ms(options->statement_lock_timeout_ms)));
    add_taken(message, MIG_PG_OWN, unit,
              g_strdup_printf("SET LOCAL statement_timeout = %" G_GINT64_FORMAT,
                              mig_pg_timeout_ms(options->statement_timeout_ms)));
}

static gboolean
is_patient(const MigUnit *unit, guint statement)
{
    const MigStatement *at = statement < unit->n_statements ? &unit->statements[statement] : NULL;

    return at && mig_pg_waits_long(unit->text + at->offset, at->length);
}

/* The lock of the run waits as long as the run may wait, all else as long as statements may. path:
 * the search path as a literal; NULL: left as it is. */
static void
add_lock(MigPgMessage *message, MigPg *pg, const MigUnit *unit, const char *path)
{
    const MigUnitsOptions *options = &pg->units->options;
    g_autofree char *first = timeouts(pg, is_patient(unit, 0), "true");
    g_autoptr(GString) sql = g_string_new("SELECT ");

    if (unit->version_table)
        g_string_append_printf(
            sql,
            "pg_catalog.set_config('lock_timeout', '%" G_GINT64_FORMAT "', true), "
            "pg_catalog.pg_advisory_xact_lock(%" G_GINT64_FORMAT "), ",
            options->lock_timeout_ms == 0 ? 1 : mig_pg_timeout_ms(options->lock_timeout_ms),
            mig_pg_run_key(own_schema(pg, unit), unit->version_table));
    g_string_append(sql, first);
    if (path)
        g_string_append_printf(sql, ", pg_catalog.set_config('search_path', %s, true)", path);
    g_string_append(sql, ", " CLOCK);
    add(message, MIG_PG_LOCK, unit, sql->str);
}

/* A statement of core's, which must hit the rows it is meant for. (The server takes twice as long
 * to understand a || of numbers as a call of concat().) */
static void
add_own(MigPgMessage *message, const MigPg *pg, const MigUnit *unit, const MigSql *sql)
{
    g_autofree char *text = mig_sql_text(pg->base.dialect, sql);

    begin_part(message, MIG_PG_HIT, unit, 0);
    g_array_index(message->parts, MigPgPart, message->parts->len - 1).own = sql;
    if (sql->expected_rows < 0)
        g_string_append_printf(message->text, "%s;\n", text);
    else
        g_string_append_printf(
            message->text,
            "WITH hit AS (%s RETURNING 1) SELECT CASE WHEN pg_catalog.count(*) <> %d THEN "
            "CAST(pg_catalog.concat('" MIG_PG_MARK "', pg_catalog.count(*), '" MIG_PG_MARK_END
            "') AS pg_catalog.int4) END, " CLOCK " FROM hit;\n",
            text, sql->expected_rows);
}

static void
add_before(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    for (guint i = 0; unit->before && i < unit->before->len; i++)
        add_own(message, pg, unit, unit->before->pdata[i]);
}

/* The whole set of version rows is as expected. */
static void
add_rows(MigPgMessage *message, MigPg *pg, const MigUnit *unit, MigPgPartKind kind)
{
    if (!unit->expected_rows)
        return;
    g_autofree char *schema = mig_pg_quote_name(own_schema(pg, unit));
    g_autofree char *table = mig_pg_quote_name(unit->version_table);
    g_autofree char *joined = mig_pg_rows_text(unit->expected_rows);
    g_autofree char *expected = mig_pg_quote_literal(joined);

    add_taken(
        message, kind, unit,
        g_strdup_printf("SELECT CASE WHEN f.found <> %s THEN CAST(pg_catalog.concat('" MIG_PG_MARK
                        "', f.found, '" MIG_PG_MARK_END
                        "') AS pg_catalog.int4) END FROM (SELECT COALESCE("
                        "pg_catalog.string_agg(v.version_num, ', ' ORDER BY v.version_num "
                        "COLLATE pg_catalog.\"C\"), '') AS found FROM %s.%s AS v) AS f",
                        expected, schema, table));
}

/* A transaction that holds a strong lock must not wait for ever for the next: patience ends with
 * the first statement that takes one. */
static void
add_script(MigPgMessage *message, const MigPg *pg, const MigUnit *unit)
{
    gboolean losses = mig_pg_losses_possible(unit);
    gboolean patient = is_patient(unit, 0);

    for (guint i = 0; i < unit->n_statements; i++) {
        const MigStatement *statement = &unit->statements[i];

        if (g_hash_table_contains(pg->units->skipped, statement))
            continue;
        if (patient && !unit->off && !is_patient(unit, i)) {
            g_autofree char *usual = timeouts(pg, FALSE, "true");

            add_taken(message, MIG_PG_OWN, unit, g_strconcat("SELECT ", usual, NULL));
            patient = FALSE;
        }
        if (losses)
            add_taken(message, MIG_PG_OWN, unit, mig_pg_losses_note(unit, i));
        begin_part(message, MIG_PG_SCRIPT, unit, i);
        g_string_append_len(message->text, unit->text + statement->offset,
                            (gssize)statement->length);
        g_string_append(message->text, ";\n");
    }
    if (losses)
        add_taken(message, MIG_PG_LOSSES, unit, mig_pg_losses_check(unit));
}

/* Whether a statement's text holds "temp": enough to suspect it of temporary objects. */
static gboolean
speaks_of_temp(const MigUnit *unit, const MigStatement *statement)
{
    const char *text = unit->text + statement->offset;

    for (gsize i = 0; i + 4 <= statement->length; i++) {
        if ((text[i] | 0x20) == 't' && g_ascii_strncasecmp(text + i, "temp", 4) == 0)
            return TRUE;
    }
    return FALSE;
}

#define NOT_DURABLE "SET LOCAL synchronous_commit = off"

static void
add_resets(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    gboolean temp = FALSE;

    for (guint i = 0; !pg->adopted && !temp && i < unit->n_statements; i++)
        temp = speaks_of_temp(unit, &unit->statements[i]);
    add(message, MIG_PG_OWN, unit, "RESET SESSION AUTHORIZATION");
    add(message, MIG_PG_OWN, unit, "RESET ROLE");
    add(message, MIG_PG_OWN, unit, "RESET ALL");
    if (temp)
        add(message, MIG_PG_OWN, unit, "DISCARD TEMP");
    for (char **setting = pg->settings; *setting; setting++)
        add(message, MIG_PG_OWN, unit, *setting);
}

static void
add_after(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    for (guint i = 0; unit->after && i < unit->after->len; i++)
        add_own(message, pg, unit, unit->after->pdata[i]);
}

void
mig_pg_message_add_unit(MigPgMessage *message, MigPg *pg, const MigUnit *unit, gboolean durable)
{
    gboolean whole_run = pg->units->options.mode == MIG_UNITS_WHOLE_RUN;
    g_autofree char *path = unit->n_statements > 0 ? path_literal(pg, "") : NULL;

    if (!whole_run || (pg->units->uncommitted->len == 0 && message->parts->len == 0))
        add_begin(message, unit);
    add_lock(message, pg, unit, path);
    add_before(message, pg, unit);
    add_rows(message, pg, unit, MIG_PG_ROWS);
    add_script(message, pg, unit);
    durable = durable || whole_run;
    if (unit->n_statements > 0) {
        add_resets(message, pg, unit);
        add_own_settings(message, pg, unit);
        add_rows(message, pg, unit, MIG_PG_UNCHANGED);
    }
    if (!durable)
        add(message, MIG_PG_OWN, unit, NOT_DURABLE);
    add_after(message, pg, unit);
    if (!whole_run)
        mig_pg_message_add_commit(message, unit);
}

/* Settings of an off block last to its end, so ours are put over them for one transaction. */
static void
add_own_role(MigPgMessage *message, const MigUnit *unit)
{
    add(message, MIG_PG_OWN, unit, "SET LOCAL SESSION AUTHORIZATION DEFAULT");
    add(message, MIG_PG_OWN, unit, "SET LOCAL ROLE NONE");
}

/* Another timeout for the next statement of the block, unless the block has set its own. */
static void
change_timeout(MigPgMessage *message, const MigUnit *unit, const char *name, gint64 from_ms,
               gint64 to_ms)
{
    if (from_ms == to_ms)
        return;
    add_taken(message, MIG_PG_OWN, unit,
              g_strdup_printf("SELECT pg_catalog.set_config('%s', '%" G_GINT64_FORMAT
                              "', false) FROM pg_catalog.pg_settings AS s WHERE s.name = '%s' AND "
                              "s.setting = '%" G_GINT64_FORMAT "'",
                              name, to_ms, name, from_ms));
}

/* What the block's statements find set, but for what the block has set itself. */
static void
add_off_settings(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    const MigUnitsOptions *options = &pg->units->options;
    gint64 lock_ms = mig_pg_timeout_ms(options->statement_lock_timeout_ms);
    gint64 run_ms = mig_pg_timeout_ms(options->statement_timeout_ms);
    gboolean patient = is_patient(unit, 0), was_patient = pg->units->off_patient;

    if (pg->units->off_text != unit->text) {
        g_autofree char *path = path_literal(pg, "");
        g_autofree char *both = timeouts(pg, patient, "false");

        add_taken(message, MIG_PG_OWN, unit,
                  g_strdup_printf("SELECT pg_catalog.set_config('search_path', %s, false), %s",
                                  path, both));
    } else if (patient != was_patient) {
        change_timeout(message, unit, "lock_timeout", was_patient ? 0 : lock_ms,
                       patient ? 0 : lock_ms);
        change_timeout(message, unit, "statement_timeout", was_patient ? 0 : run_ms,
                       patient ? 0 : run_ms);
    }
    pg->units->off_text = unit->text;
    pg->units->off_patient = patient;
}

void
mig_pg_message_add_off_begin(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    g_autofree char *path = path_literal(pg, "pg_catalog, ");

    add_begin(message, unit);
    add_own_role(message, unit);
    add_lock(message, pg, unit, path);
    add_before(message, pg, unit);
    add_rows(message, pg, unit, MIG_PG_ROWS);
    add(message, MIG_PG_OWN, unit, "COMMIT");
    add_off_settings(message, pg, unit);
}

void
mig_pg_message_add_off_statement(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    add_begin(message, unit);
    add_script(message, pg, unit);
    add_own_role(message, unit);
    add_own_settings(message, pg, unit);
    add_rows(message, pg, unit, MIG_PG_UNCHANGED);
    add_after(message, pg, unit);
    mig_pg_message_add_commit(message, unit);
}

void
mig_pg_message_add_bare(MigPgMessage *message, const MigUnit *unit)
{
    const MigStatement *statement = &unit->statements[0];

    begin_part(message, MIG_PG_SCRIPT, unit, 0);
    g_string_append_len(message->text, unit->text + statement->offset, (gssize)statement->length);
}

void
mig_pg_message_add_off_end(MigPgMessage *message, MigPg *pg, const MigUnit *unit)
{
    add_begin(message, unit);
    add_own_role(message, unit);
    add_own_settings(message, pg, unit);
    add_rows(message, pg, unit, MIG_PG_ROWS);
    add_after(message, pg, unit);
    mig_pg_message_add_commit(message, unit);
}
