#include "dialects/postgresql/pg_driver.h"

#include <string.h>

/* What SQLSTATEs mean for a run; a row of two characters stands for its class. */
static const struct {
    const char *sqlstate;
    MigErrorCode code;
    const char *hint; /* may be NULL */
} states[] = {
    {"08", MIG_E_CONNECT, NULL},
    {"25006", MIG_E_READ_ONLY, NULL},
    {"28", MIG_E_CONNECT, NULL},
    {"40P01", MIG_E_LOCKED, "Two sessions waited for each other: run the command again."},
    {"42501", MIG_E_STATEMENT,
     "The user may not do this: have it granted, or connect as another user."},
    {"53100", MIG_E_DISK_FULL, "Make room on the server's disk, then run the command again."},
    {"53300", MIG_E_CONNECT, "The server has no connection to spare: close some, or try later."},
    {"55P03", MIG_E_LOCKED, NULL},
    {"57014", MIG_E_INTERRUPTED, NULL},
    {"57P", MIG_E_CONNECT, NULL},
};

static gsize
find_state(const char *sqlstate)
{
    gsize i = 0;

    while (i < G_N_ELEMENTS(states) &&
           !(sqlstate && g_str_has_prefix(sqlstate, states[i].sqlstate)))
        i++;
    return i;
}

/* The engine's own words in one piece; never empty. New string. */
static char *
words_of(const MigPg *pg, const PGresult *result)
{
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *words = primary ? primary : NULL;

    if (!words && result)
        words = PQresultErrorMessage(result);
    if (!words || !*words)
        words = PQerrorMessage(pg->conn);
    char *clean = g_strstrip(g_utf8_make_valid(words, -1));

    if (*clean)
        return clean;
    g_free(clean);
    return g_strdup("the server gave no reason");
}

static char *
field(const PGresult *result, int code)
{
    const char *text = result ? PQresultErrorField(result, code) : NULL;

    return text ? g_utf8_make_valid(text, -1) : NULL;
}

GError *
mig_pg_error_new(MigPg *pg, const PGresult *result, int code, const char *format, ...)
{
    g_autofree char *words = words_of(pg, result);
    g_autofree char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    gsize state = find_state(sqlstate);
    gboolean lost = PQstatus(pg->conn) == CONNECTION_BAD;
    MigErrorCode own = lost                           ? MIG_E_CONNECT
                       : state < G_N_ELEMENTS(states) ? states[state].code
                                                      : MIG_E_STATEMENT;
    g_autofree char *what = NULL;

    if (format) {
        va_list args;

        va_start(args, format);
        what = g_strdup_vprintf(format, args);
        va_end(args);
    }
    /* libpq says in further lines what losing a connection may mean. */
    const int length = (int)(lost ? strcspn(words, "\n") : strlen(words));
    GError *error = mig_error_new(code ? (MigErrorCode)code : own, "%s%s%.*s", what ? what : "",
                                  what ? ": " : "", length, words);
    MigErrorDetails *details = mig_error_details(error);

    details->engine_message = g_steal_pointer(&words);
    details->sqlstate = g_steal_pointer(&sqlstate);
    details->engine_detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    details->engine_hint = field(result, PG_DIAG_MESSAGE_HINT);
    details->engine_context = field(result, PG_DIAG_CONTEXT);
    if (state < G_N_ELEMENTS(states) && states[state].hint)
        mig_error_set_hint(error, "%s", states[state].hint);
    else if (lost)
        mig_error_set_hint(error, "The connection to %s was lost.", pg->base.display);
    return error;
}

/* Where the characters are that the server's encoding lacks: the message tells their bytes ("0xd0
 * 0x96"), and no position. */
static gssize
unknown_character(const PGresult *result, const char *sent)
{
    const char *c = strstr(PQresultErrorMessage(result), "0x"), *at;
    g_autoptr(GString) bytes = g_string_new(NULL);

    for (; c && g_str_has_prefix(c, "0x") && g_ascii_isxdigit(c[2]); c += strspn(c, " ")) {
        char *end;

        g_string_append_c(bytes, (char)g_ascii_strtoull(c, &end, 16));
        c = end;
    }
    at = bytes->len > 0 ? strstr(sent, bytes->str) : NULL;
    return at ? at - sent : -1;
}

gssize
mig_pg_error_offset(const MigPg *pg, const PGresult *result, const char *sent)
{
    const char *text = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    gint64 position = text ? g_ascii_strtoll(text, NULL, 10) : 0;
    const char *encoding = PQparameterStatus(pg->conn, "server_encoding");
    const char *at = sent;

    if (position <= 0)
        return g_strcmp0(PQresultErrorField(result, PG_DIAG_SQLSTATE), "22P05") == 0
                   ? unknown_character(result, sent)
                   : -1;
    /* A server that knows no characters counts bytes. */
    if (g_strcmp0(encoding, "SQL_ASCII") == 0)
        return (gssize)MIN((gsize)position - 1, strlen(sent));
    while (--position > 0 && *at)
        at = g_utf8_next_char(at);
    return at - sent;
}
