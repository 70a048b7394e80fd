/* Defaults that are no values of their columns, being too long. PostgreSQL takes one wherever it
 * does not compute it at once, as ADD COLUMN does even for a table without rows. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

/* What stands for a user's name, of which nobody has a shorter one. */
#define LEAST_NAME "xxx"

typedef struct {
    MigLexer lexer;
    MigToken token; /* the one to be looked at */
} Reader;

static void
advance(Reader *reader)
{
    reader->token = mig_lexer_next_code(&reader->lexer);
}

static gboolean
is_word(const Reader *reader, const char *word)
{
    return reader->token.length == strlen(word) &&
           strncmp(reader->lexer.text + reader->token.offset, word, strlen(word)) == 0;
}

static gboolean
take(Reader *reader, const char *word)
{
    if (!is_word(reader, word))
        return FALSE;
    advance(reader);
    return TRUE;
}

static gboolean
take_one_of(Reader *reader, const char *const *words)
{
    for (; *words; words++) {
        if (take(reader, *words))
            return TRUE;
    }
    return FALSE;
}

/* 'it''s', or E'a\\b', as PostgreSQL spells them. */
static void
take_literal(Reader *reader, GString *out)
{
    const char *c = reader->lexer.text + reader->token.offset;
    const char *end = c + reader->token.length - 1;

    for (c += *c == '\'' ? 1 : 2; c < end; c++) {
        if ((*c == '\'' || *c == '\\') && c[1] == *c && c + 1 < end)
            c++;
        g_string_append_c(out, *c);
    }
    advance(reader);
}

/* Casts that leave a string as it is. */
static gboolean
take_casts(Reader *reader)
{
    static const char *const types[] = {"text", "bpchar", "\"bit\"", NULL};

    while (take(reader, "::")) {
        if (take_one_of(reader, types))
            continue;
        if (take(reader, "bit") ? !take(reader, "varying")
                                : !take(reader, "character") || !take(reader, "varying"))
            return FALSE;
        if (is_word(reader, "("))
            return FALSE;
    }
    return TRUE;
}

static gboolean take_expression(Reader *reader, GString *out, int depth);

static gboolean
take_term(Reader *reader, GString *out, int depth)
{
    static const char *const names[] = {"CURRENT_USER", "SESSION_USER", "CURRENT_ROLE", NULL};
    static const char *const functions[] = {"lower", "upper", NULL};

    if (reader->token.kind == MIG_TOKEN_STRING)
        take_literal(reader, out);
    else if (take_one_of(reader, names))
        g_string_append(out, LEAST_NAME);
    else if ((take_one_of(reader, functions) && !is_word(reader, "(")) || !take(reader, "(") ||
             !take_expression(reader, out, depth + 1) || !take(reader, ")"))
        return FALSE;
    return take_casts(reader);
}

/* Strings with || between them, as one that is at least as long as what they will be. FALSE: there
 * is something else, of which nothing is known. */
static gboolean
take_expression(Reader *reader, GString *out, int depth)
{
    do {
        if (depth > 16 || !take_term(reader, out, depth))
            return FALSE;
    } while (take(reader, "||"));
    return TRUE;
}

/* Blanks at the end are cut off where there is no room for them. */
static glong
length_without_blanks(const GString *text)
{
    gsize length = text->len;

    while (length > 0 && text->str[length - 1] == ' ')
        length--;
    return g_utf8_strlen(text->str, (gssize)length);
}

gboolean
mig_pg_default_never_fits(const MigObject *column)
{
    const char *value = mig_object_get(column, "default");
    const char *base = mig_object_get(column, "base-type");
    const char *type = base ? base : mig_object_get(column, "type"), *open = strchr(type, '(');
    gboolean bits = g_str_has_prefix(type, "bit");
    g_autoptr(GString) text = g_string_new(NULL);
    Reader reader;

    if (!value || !open || g_str_has_suffix(type, "]") ||
        (!bits && !g_str_has_prefix(type, "character")))
        return FALSE;
    mig_lexer_init(&reader.lexer, &mig_lex_rules_postgresql, value, strlen(value));
    advance(&reader);
    if (!take_expression(&reader, text, 0) || reader.token.kind != MIG_TOKEN_END)
        return FALSE;
    glong room = (glong)g_ascii_strtoll(open + 1, NULL, 10), length = (glong)text->len;

    if (bits)
        return g_str_has_prefix(type, "bit(") ? length != room : length > room;
    return length_without_blanks(text) > room;
}

void
mig_pg_mark_unfit_defaults(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *column = objects->pdata[i];

        if (mig_pg_is_table_part(column, "column") && mig_pg_planner_creates(planner, column) &&
            !mig_pg_planner_creates(planner, column->parent) &&
            !mig_pg_follows_parent(planner, column) && mig_pg_default_never_fits(column))
            g_hash_table_add(planner->defaults, (gpointer)column);
    }
}
