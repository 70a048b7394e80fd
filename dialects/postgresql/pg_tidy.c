/* What pg_dump and people write into a model that says nothing of the schema, or would reach beyond
 * the scratch database. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

#define MAX_WORDS 4

/* Why a statement is left out. */
typedef enum { RUN, SILENT, OWNER, DATABASE, SERVER, CONNECTION, N_REASONS } Reason;

static const char *const notices[N_REASONS] = {
    [OWNER] = "left out %u statement%s about owners",
    [DATABASE] = "left out %u statement%s about the database as a whole",
    [SERVER] = "left out %u statement%s about roles or the server, which other databases share",
    [CONNECTION] = "left out %u statement%s about connections to other servers",
};

/* By the words that a statement begins with. */
static const struct {
    const char *words[MAX_WORDS];
    Reason reason;
    gboolean grants; /* left out only where grants are not looked at */
} rules[] = {
    {{"SET", "STATEMENT_TIMEOUT"}, SILENT, FALSE},
    {{"SET", "LOCK_TIMEOUT"}, SILENT, FALSE},
    {{"SET", "IDLE_IN_TRANSACTION_SESSION_TIMEOUT"}, SILENT, FALSE},
    {{"SET", "TRANSACTION_TIMEOUT"}, SILENT, FALSE}, /* unknown before PostgreSQL 17 */
    {{"GRANT"}, SILENT, TRUE},
    {{"REVOKE"}, SILENT, TRUE},
    {{"ALTER", "DEFAULT", "PRIVILEGES"}, SILENT, TRUE},
    {{"CREATE", "DATABASE"}, DATABASE, FALSE},
    {{"ALTER", "DATABASE"}, DATABASE, FALSE},
    {{"DROP", "DATABASE"}, DATABASE, FALSE},
    {{"COMMENT", "ON", "DATABASE"}, DATABASE, FALSE},
    {{"CREATE", "USER", "MAPPING"}, CONNECTION, FALSE},
    {{"ALTER", "USER", "MAPPING"}, CONNECTION, FALSE},
    {{"DROP", "USER", "MAPPING"}, CONNECTION, FALSE},
    {{"CREATE", "SUBSCRIPTION"}, CONNECTION, FALSE},
    {{"ALTER", "SUBSCRIPTION"}, CONNECTION, FALSE},
    {{"DROP", "SUBSCRIPTION"}, CONNECTION, FALSE},
    {{"CREATE", "ROLE"}, SERVER, FALSE},
    {{"ALTER", "ROLE"}, SERVER, FALSE},
    {{"DROP", "ROLE"}, SERVER, FALSE},
    {{"COMMENT", "ON", "ROLE"}, SERVER, FALSE},
    {{"CREATE", "USER"}, SERVER, FALSE},
    {{"ALTER", "USER"}, SERVER, FALSE},
    {{"DROP", "USER"}, SERVER, FALSE},
    {{"CREATE", "GROUP"}, SERVER, FALSE},
    {{"ALTER", "GROUP"}, SERVER, FALSE},
    {{"DROP", "GROUP"}, SERVER, FALSE},
    {{"CREATE", "TABLESPACE"}, SERVER, FALSE},
    {{"ALTER", "TABLESPACE"}, SERVER, FALSE},
    {{"DROP", "TABLESPACE"}, SERVER, FALSE},
    {{"COMMENT", "ON", "TABLESPACE"}, SERVER, FALSE},
    {{"ALTER", "SYSTEM"}, SERVER, FALSE},
};

/* The first tokens of a statement, and its last three. */
typedef struct {
    const char *text;
    MigToken first[MAX_WORDS];
    guint n_first;
    MigToken last[3];
} Shape;

static void
read_shape(const char *text, const MigStatement *statement, Shape *shape)
{
    MigLexer lexer;

    memset(shape, 0, sizeof *shape);
    shape->text = text + statement->offset;
    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, shape->text, statement->length);
    for (;;) {
        MigToken token = mig_lexer_next_code(&lexer);

        if (token.kind == MIG_TOKEN_END)
            return;
        if (shape->n_first < MAX_WORDS)
            shape->first[shape->n_first++] = token;
        shape->last[0] = shape->last[1];
        shape->last[1] = shape->last[2];
        shape->last[2] = token;
    }
}

static gboolean
begins_with(const Shape *shape, const char *const *words)
{
    for (guint i = 0; i < MAX_WORDS && words[i]; i++) {
        if (i >= shape->n_first || !mig_token_is(shape->text, shape->first[i], words[i]))
            return FALSE;
    }
    return TRUE;
}

static Reason
judge(const Shape *shape, gboolean with_grants)
{
    static const char *const alter[MAX_WORDS] = {"ALTER"};

    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (begins_with(shape, rules[i].words))
            return rules[i].grants && with_grants ? RUN : rules[i].reason;
    }
    return begins_with(shape, alter) && mig_token_is(shape->text, shape->last[0], "OWNER") &&
                   mig_token_is(shape->text, shape->last[1], "TO")
               ? OWNER
               : RUN;
}

/* Lines stay where they are. */
static void
blank(char *text, gsize start, gsize end)
{
    for (gsize i = start; i < end; i++) {
        if (text[i] != '\n')
            text[i] = ' ';
    }
}

/* A line of psql's own at `at`: gone, when pg_dump writes it. */
static gboolean
take_command(char *text, gsize length, gsize at, const char *file, GError **error)
{
    static const char *const known[] = {"restrict", "unrestrict", "connect", NULL};
    const char *newline = memchr(text + at, '\n', length - at);
    gsize end = newline ? (gsize)(newline - text) : length;
    gsize word = strspn(text + at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!?");
    g_autofree char *name = g_strndup(text + at + 1, word);

    if (g_strv_contains(known, name)) {
        blank(text, at, end);
        return TRUE;
    }
    mig_set_error(error, MIG_E_MODEL, "'\\%s' is a command of psql, not SQL", name);
    if (error) {
        mig_error_set_hint(*error, "Write SQL only; of psql's commands just those that pg_dump "
                                   "writes are passed over.");
        mig_error_set_offset(*error, file, text, length, at);
    }
    return FALSE;
}

static gsize
skip_space(const char *text, gsize length, gsize at)
{
    while (at < length && g_ascii_isspace(text[at]))
        at++;
    return at;
}

/* A backslash means something to psql only where a statement may begin. */
static gboolean
take_commands(char *text, gsize length, const char *file, GError **error)
{
    MigSplitter splitter;
    gboolean at_start = TRUE;

    mig_splitter_init(&splitter, &mig_lex_rules_postgresql, text, length);
    for (;;) {
        gsize at = skip_space(text, length, splitter.lexer.position);
        MigPart part;

        if (at_start && !splitter.data_follows && at < length && text[at] == '\\' &&
            !take_command(text, length, at, file, error))
            return FALSE;
        MigToken token = mig_splitter_next(&splitter, &part);

        if (token.kind == MIG_TOKEN_END || token.kind == MIG_TOKEN_ERROR)
            return TRUE;
        if (token.kind != MIG_TOKEN_SPACE && token.kind != MIG_TOKEN_COMMENT)
            at_start = part != MIG_PART_TOKEN;
    }
}

static void
add_notices(const guint *counts, GPtrArray *list)
{
    for (guint i = 0; i < N_REASONS; i++) {
        if (counts[i] == 0 || !notices[i])
            continue;
        GString *notice = g_string_new(notices[i]);
        g_autofree char *number = g_strdup_printf("%u", counts[i]);

        g_string_replace(notice, "%u", number, 1);
        g_string_replace(notice, "%s", counts[i] == 1 ? "" : "s", 1);
        g_ptr_array_add(list, g_string_free(notice, FALSE));
    }
}

GPtrArray *
mig_pg_tidy_model(char *text, gsize length, const char *file, gboolean with_grants, GError **error)
{
    guint counts[N_REASONS] = {0};

    if (!take_commands(text, length, file, error))
        return NULL;
    g_autoptr(GArray) statements = mig_split(&mig_lex_rules_postgresql, text, length, file, error);

    if (!statements)
        return NULL;
    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);
        Shape shape;

        read_shape(text, statement, &shape);
        Reason reason = judge(&shape, with_grants);

        if (reason != RUN)
            blank(text, statement->offset, statement->end);
        counts[reason]++;
    }
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

    add_notices(counts, list);
    return list;
}
