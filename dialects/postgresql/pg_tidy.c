/* What pg_dump and people write into a model that says nothing of the schema, or would reach beyond
 * the scratch database. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_words.h"

static const char *const notices[MIG_PG_N_REACHES] = {
    [MIG_PG_OWNER] = "left out %u statement%s about owners",
    [MIG_PG_DATABASE] = "left out %u statement%s about the database as a whole",
    [MIG_PG_SERVER] =
        "left out %u statement%s about roles or the server, which other databases share",
    [MIG_PG_CONNECTION] = "left out %u statement%s about connections to other servers",
};

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
    for (guint i = 0; i < MIG_PG_N_REACHES; i++) {
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
    guint counts[MIG_PG_N_REACHES] = {0};

    if (!take_commands(text, length, file, error))
        return NULL;
    g_autoptr(GArray) statements = mig_split(&mig_lex_rules_postgresql, text, length, file, error);

    if (!statements)
        return NULL;
    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);
        MigPgReach reach =
            mig_pg_reach(text + statement->offset, statement->length, with_grants);

        if (reach != MIG_PG_SCHEMA)
            blank(text, statement->offset, statement->end);
        counts[reach]++;
    }
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

    add_notices(counts, list);
    return list;
}
