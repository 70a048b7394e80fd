/* Which statement of which script failed, and where in it. */
#include <string.h>

#include "dialects/postgresql/pg_units.h"

/* The offset in the message that the server points at; -1: it points nowhere. */
static gssize
pointed_at(MigPg *pg, const MigPgMessage *message, const MigPgOutcome *outcome)
{
    return outcome->failure ? mig_pg_error_offset(pg, outcome->failure, message->text->str) : -1;
}

/* The server's position is exact where there is one: what cannot be parsed fails before anything
 * runs.
 */
const MigPgPart *
mig_pg_failed_part(MigPg *pg, const MigPgMessage *message, const MigPgOutcome *outcome)
{
    const MigPgPart *parts = (const MigPgPart *)message->parts->data;
    gssize at = pointed_at(pg, message, outcome);
    guint index = MIN(outcome->n_done, message->parts->len - 1);

    if (at >= 0) {
        index = message->parts->len - 1;
        while (index > 0 && parts[index].offset > (gsize)at)
            index--;
    }
    return &parts[index];
}

static const char *
field(const PGresult *result, int code)
{
    const char *text = PQresultErrorField(result, code);

    return text ? text : "";
}

/* Behind "line " in what the server says of the context; 0: nothing of the kind. */
static guint
context_line(const PGresult *failure, const char *of)
{
    const char *context = field(failure, PG_DIAG_CONTEXT);
    const char *at = strstr(context, of);

    at = at ? strstr(at, "line ") : NULL;
    return at ? (guint)g_ascii_strtoull(at + 5, NULL, 10) : 0;
}

/* Offset of a line, from 1, in text from `from` on. */
static gsize
line_offset(const char *text, gsize from, gsize end, guint line)
{
    while (line > 1 && from < end) {
        const char *newline = memchr(text + from, '\n', end - from);

        if (!newline)
            break;
        from = (gsize)(newline + 1 - text);
        line--;
    }
    return from;
}

/* Where the body of a DO begins: behind the first quote. */
static gsize
body_offset(const MigUnit *unit, const MigStatement *statement)
{
    const MigLexRules *rules = &mig_lex_rules_generic;
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, rules, unit->text + statement->offset, statement->length);
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        const char *quote = lexer.text + token.offset;
        const char *end = *quote == '$' ? strchr(quote + 1, '$') : quote;

        if (token.kind == MIG_TOKEN_STRING && end)
            return statement->offset + (gsize)(end + 1 - lexer.text);
    }
    return statement->offset;
}

/* The query inside a body that failed, found again in the script. FALSE: it is not there as it ran.
 */
static gboolean
find_internal(const MigUnit *unit, const MigStatement *statement, gsize from,
              const PGresult *failure, gsize *ret_offset)
{
    const char *query = field(failure, PG_DIAG_INTERNAL_QUERY);
    const char *position_text = field(failure, PG_DIAG_INTERNAL_POSITION);
    gsize length = strlen(query), skipped = 0;
    gint64 position = g_ascii_strtoll(position_text, NULL, 10);
    const char *found = NULL;

    if (length == 0 || position < 1)
        return FALSE;
    const char *error_at = g_utf8_offset_to_pointer(query, position - 1);

    /* PERFORM x runs as SELECT x, an expression in old versions too. */
    for (int i = 0; !found && i < 2; i++) {
        skipped = i == 0 ? 0 : strlen("SELECT ");
        if (skipped > length || (i == 1 && !g_str_has_prefix(query, "SELECT ")))
            return FALSE;
        found =
            g_strstr_len(unit->text + from, (gssize)(statement->offset + statement->length - from),
                         query + skipped);
    }
    if (!found || error_at < query + skipped || (gsize)(error_at - query) > length)
        return FALSE;
    *ret_offset = (gsize)(found - unit->text) + (gsize)(error_at - query) - skipped;
    return TRUE;
}

/* Inside a DO block: the query where it can be found, else the line. */
static gsize
locate_in_body(const MigUnit *unit, const MigStatement *statement, const PGresult *failure)
{
    gsize end = statement->offset + statement->length, at;
    guint line = context_line(failure, "inline_code_block");

    if (line == 0)
        return find_internal(unit, statement, statement->offset, failure, &at) ? at
                                                                               : statement->offset;
    gsize begin = line_offset(unit->text, body_offset(unit, statement), end, line);

    if (find_internal(unit, statement, begin, failure, &at))
        return at;
    while (begin < end && g_ascii_isspace(unit->text[begin]) && unit->text[begin] != '\n')
        begin++;
    return begin < end ? begin : statement->offset;
}

/* The offset in the script that is to blame. */
static gsize
locate(const MigPgPart *part, const PGresult *failure, gssize at)
{
    const MigUnit *unit = part->unit;
    const MigStatement *statement = &unit->statements[part->statement];

    if (at >= 0 && (gsize)at >= part->offset)
        return statement->offset + MIN((gsize)at - part->offset, statement->length);
    if (statement->data_length > 0) {
        guint line = context_line(failure, "COPY ");

        if (line > 0)
            return line_offset(unit->text, statement->data_offset,
                               statement->data_offset + statement->data_length, line);
    }
    return locate_in_body(unit, statement, failure);
}

static void
add_script_hint(GError *error, const char *sqlstate, gboolean cancelled)
{
    if (strcmp(sqlstate, "25001") == 0 || strcmp(sqlstate, "2D000") == 0)
        mig_error_set_hint(error, "Give it a block of its own: `-- migrate: upgrade "
                                  "transaction=off`.");
    else if (strcmp(sqlstate, "55P04") == 0)
        mig_error_set_hint(error, "A new value can be used once it is committed: put what uses it "
                                  "into a second block.");
    else if (strcmp(sqlstate, "55P03") == 0)
        mig_error_set_hint(error, "Try again when the other session has ended, or set a longer "
                                  "lock_timeout or more lock_retries.");
    else if (strcmp(sqlstate, "57014") == 0 && !cancelled)
        mig_error_set_hint(error, "The server stopped it: see statement_timeout.");
}

/* The code of what the driver takes for somebody's wish to stop, when nobody has wished. */
static int
code_of(const MigPgOutcome *outcome)
{
    if (outcome->cancelled)
        return MIG_E_INTERRUPTED;
    return strcmp(field(outcome->failure, PG_DIAG_SQLSTATE), "57014") == 0 ? MIG_E_STATEMENT : 0;
}

/* Who was in the way, when a lock was not to be had. */
static void
add_holders(GError *error, const MigPg *pg, const PGresult *failure)
{
    gboolean locked = strcmp(field(failure, PG_DIAG_SQLSTATE), "55P03") == 0;
    const char *names = locked ? mig_pg_watch_names(pg) : NULL;

    if (!names)
        return;
    g_autofree char *plain = error->message;

    error->message = g_strdup_printf("%s; the lock is held by %s", plain, names);
}

static GError *
script_error(MigPg *pg, const MigPgMessage *message, const MigPgOutcome *outcome,
             const MigPgPart *part)
{
    const MigUnit *unit = part->unit;
    GError *error = mig_pg_error_new(pg, outcome->failure, code_of(outcome), NULL);
    gssize at = pointed_at(pg, message, outcome);

    add_holders(error, pg, outcome->failure);
    add_script_hint(error, field(outcome->failure, PG_DIAG_SQLSTATE), outcome->cancelled);
    mig_error_set_offset(error, unit->file, unit->text, unit->text_length,
                         locate(part, outcome->failure, at));
    return error;
}

/* What a failing expression of ours found; NULL: it failed in another way. New string. */
static char *
marked(const PGresult *failure)
{
    const char *words = field(failure, PG_DIAG_MESSAGE_PRIMARY);
    const char *begin = strstr(words, MIG_PG_MARK);
    const char *end = begin ? strstr(begin, MIG_PG_MARK_END) : NULL;

    return end ? g_strndup(begin + strlen(MIG_PG_MARK), (gsize)(end - begin) - strlen(MIG_PG_MARK))
               : NULL;
}

static GError *
rows_error(const MigPgPart *part, const char *found)
{
    const MigUnit *unit = part->unit;
    g_autofree char *expected = mig_pg_rows_text(unit->expected_rows);
    GError *error;

    if (part->kind == MIG_PG_UNCHANGED) {
        error = mig_error_new(MIG_E_STATEMENT, "a script may not change the tool's own table '%s'",
                              unit->version_table);
        mig_error_set_hint(error, "Take the statement out; `migrate stamp` sets the version rows.");
        mig_error_set_location(error, unit->file, 0, 0, NULL, 0);
        return error;
    }
    error = mig_error_new(MIG_E_ROWS_CHANGED,
                          "the version rows are not the planned ones: found '%s', expected '%s'",
                          found, expected);
    mig_error_set_hint(error,
                       "Something else writes '%s': see `migrate current`, then run the command "
                       "again.",
                       unit->version_table);
    return error;
}

static GError *
hit_error(const MigPgPart *part, const char *found)
{
    return mig_error_new(MIG_E_ROWS_CHANGED, "a statement hit %s rows instead of %d: %s", found,
                         part->own->expected_rows, part->own->sql);
}

static GError *
losses_error(const MigPgPart *part, const char *found)
{
    GError *error =
        mig_error_new(MIG_E_WOULD_LOSE, "the script makes a table anew and would lose %s", found);
    g_auto(GStrv) quoted = g_strsplit(found, "'", 3);

    mig_error_set_hint(error,
                       "Create them again in the script, drop them in it by name, or let them go "
                       "with --allow-drop '%s'.",
                       quoted[0] && quoted[1] ? quoted[1] : "*");
    mig_error_set_location(error, part->unit->file, 0, 0, NULL, 0);
    return error;
}

/* Who holds the lock that a transaction of a run takes. */
static char *
holder_of(MigPg *pg, const MigUnit *unit)
{
    const char *schema =
        unit->version_schema ? unit->version_schema : mig_connection_default_schema(&pg->base);

    return mig_pg_lock_holder(pg, mig_pg_run_key(schema, unit->version_table));
}

/* What one of our own statements had to say. */
static GError *
own_error(MigPg *pg, const MigPgOutcome *outcome, const MigPgPart *part)
{
    g_autofree char *found = marked(outcome->failure);

    if (found && (part->kind == MIG_PG_ROWS || part->kind == MIG_PG_UNCHANGED))
        return rows_error(part, found);
    if (found && part->kind == MIG_PG_HIT)
        return hit_error(part, found);
    if (found && part->kind == MIG_PG_LOSSES)
        return losses_error(part, found);
    if (part->kind == MIG_PG_LOCK && !outcome->cancelled &&
        strcmp(field(outcome->failure, PG_DIAG_SQLSTATE), "55P03") == 0) {
        g_autofree char *holder = holder_of(pg, part->unit);
        GError *error = mig_error_new(MIG_E_LOCKED, "%s holds the lock on '%s'",
                                      holder ? holder : "another process", pg->base.display);

        mig_error_set_hint(error, "Wait until it has finished, or set a longer run_lock_timeout.");
        return error;
    }
    GError *error = mig_pg_error_new(pg, outcome->failure, code_of(outcome), "%s",
                                     part->kind == MIG_PG_COMMIT ? "at the end of the script"
                                                                 : "beside the script");

    add_holders(error, pg, outcome->failure);
    mig_error_set_location(error, part->unit->file, 0, 0, NULL, 0);
    return error;
}

/* A commit that was sent and not answered may have been done. */
static GError *
lost_error(MigPg *pg, const MigPgMessage *message, const MigPgOutcome *outcome)
{
    const MigPgPart *part = mig_pg_failed_part(pg, message, outcome);
    GError *error = mig_pg_error_new(pg, outcome->failure, MIG_E_CONNECT,
                                     "the connection to '%s' was lost", pg->base.display);

    mig_error_set_location(error, part->unit->file, 0, 0, NULL, 0);
    mig_error_set_state(error, "not known: each transaction that was sent is done as a whole or not at all");
    mig_error_set_hint(error, "`migrate current` tells how far it came; the next run goes on from "
                              "there.");
    return error;
}

GError *
mig_pg_unit_error(MigPg *pg, const MigPgMessage *message, const MigPgOutcome *outcome)
{
    const MigPgPart *part = mig_pg_failed_part(pg, message, outcome);

    if (outcome->lost)
        return lost_error(pg, message, outcome);
    if (!outcome->failure)
        return mig_error_new(MIG_E_INTERNAL, "the server answered %u of %u statements",
                             outcome->n_done, message->parts->len);
    return part->kind == MIG_PG_SCRIPT ? script_error(pg, message, outcome, part)
                                       : own_error(pg, outcome, part);
}
