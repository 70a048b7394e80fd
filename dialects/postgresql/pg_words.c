/* What kind of statement a text is, told by its words alone. */
#include "dialects/postgresql/pg_words.h"

#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

/* How many words of a statement are looked at; the second where they are a list of names. */
#define SOME_WORDS 64
#define MAX_WORDS 512

/* The first tokens of a statement. */
typedef struct {
    const char *text;
    MigToken tokens[MAX_WORDS];
    guint n;
} Words;

static void
words_init(Words *words, const char *text, gsize length, guint max)
{
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, length);
    words->text = text;
    for (words->n = 0; words->n < max; words->n++) {
        words->tokens[words->n] = mig_lexer_next_code(&lexer);
        if (words->tokens[words->n].kind == MIG_TOKEN_END)
            break;
    }
}

static gboolean
is(const Words *words, guint index, const char *word)
{
    return index < words->n && mig_token_is(words->text, words->tokens[index], word);
}

static gboolean
is_any(const Words *words, guint index, const char *const *list)
{
    for (; *list; list++) {
        if (is(words, index, *list))
            return TRUE;
    }
    return FALSE;
}

/* Index of a word at or after `from`; the number of tokens when there is none. */
static guint
find(const Words *words, guint from, const char *word)
{
    while (from < words->n && !is(words, from, word))
        from++;
    return from;
}

/* Savepoints are the script's own business: none of them reaches beyond its transaction. */
gboolean
mig_pg_is_transaction_control(const char *text, gsize length)
{
    static const char *const verbs[] = {"BEGIN", "START", "COMMIT", "END", "ABORT", NULL};
    static const char *const fillers[] = {"WORK", "TRANSACTION", NULL};
    Words words;

    words_init(&words, text, length, SOME_WORDS);
    if (is(&words, 1, "PREPARED"))
        return FALSE;
    if (is(&words, 0, "ROLLBACK"))
        return !is(&words, is_any(&words, 1, fillers) ? 2 : 1, "TO");
    if (is(&words, 0, "PREPARE"))
        return is(&words, 1, "TRANSACTION");
    return is_any(&words, 0, verbs);
}

static gboolean
index_is_concurrent(const Words *words)
{
    guint index = is(words, 1, "UNIQUE") ? 2 : 1;

    return is(words, index, "INDEX") && is(words, index + 1, "CONCURRENTLY");
}

/* Behind the options in parentheses, if there are any. */
static guint
behind_options(const Words *words, guint index)
{
    return is(words, index, "(") ? find(words, index, ")") + 1 : index;
}

static gboolean
reindex_needs_bare(const Words *words)
{
    static const char *const whole[] = {"SCHEMA", "DATABASE", "SYSTEM", NULL};
    guint what = behind_options(words, 1);
    guint option = find(words, 1, "CONCURRENTLY");

    if (is_any(words, what, whole) || is(words, what + 1, "CONCURRENTLY"))
        return TRUE;
    return option < what && !is(words, option + 1, "FALSE") && !is(words, option + 1, "OFF");
}

/* A subscription is made together with a slot on the other server, unless it says not to. */
static gboolean
subscription_makes_slot(const Words *words)
{
    static const char *const no[] = {"FALSE", "OFF", "NONE", NULL};
    static const char *const options[] = {"CREATE_SLOT", "CONNECT", "SLOT_NAME", NULL};

    for (guint i = find(words, 3, "WITH"); i < words->n; i++) {
        if (is_any(words, i, options) && is(words, i + 1, "=") && is_any(words, i + 2, no))
            return FALSE;
    }
    return TRUE;
}

static gboolean
create_needs_bare(const Words *words)
{
    static const char *const kinds[] = {"DATABASE", "TABLESPACE", NULL};

    if (is(words, 1, "SUBSCRIPTION"))
        return subscription_makes_slot(words);
    return is_any(words, 1, kinds) || index_is_concurrent(words);
}

static gboolean
alter_needs_bare(const Words *words)
{
    if (is(words, 1, "SYSTEM"))
        return TRUE;
    if (is(words, 1, "DATABASE"))
        return is(words, 3, "SET") && is(words, 4, "TABLESPACE");
    return is(words, 1, "TABLE") && is(words, find(words, 2, "DETACH") + 1, "PARTITION") &&
           is(words, words->n - 1, "CONCURRENTLY");
}

gboolean
mig_pg_needs_bare(const char *text, gsize length)
{
    static const char *const kinds[] = {"DATABASE", "TABLESPACE", NULL};
    Words words;

    words_init(&words, text, length, SOME_WORDS);
    if (is(&words, 0, "CREATE"))
        return create_needs_bare(&words);
    if (is(&words, 0, "DROP"))
        return is_any(&words, 1, kinds) || index_is_concurrent(&words);
    if (is(&words, 0, "ALTER"))
        return alter_needs_bare(&words);
    if (is(&words, 0, "REINDEX"))
        return reindex_needs_bare(&words);
    if (is(&words, 0, "CLUSTER"))
        return words.n == 1 || (words.n == 2 && is(&words, 1, "VERBOSE"));
    return is(&words, 0, "VACUUM") || is(&words, 1, "PREPARED");
}

/* Whether a body in quotes speaks of ending transactions. */
static gboolean
speaks_of_commit(const char *text, gsize length)
{
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, length);
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        if (token.kind != MIG_TOKEN_STRING)
            continue;
        g_autofree char *body = g_ascii_strdown(text + token.offset, (gssize)token.length);

        if (strstr(body, "commit") || strstr(body, "rollback"))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_may_need_bare(const char *text, gsize length)
{
    static const char *const changes[] = {"ALTER", "DROP", NULL};
    static const char *const verbs[] = {"CALL", "CLUSTER", "REINDEX", NULL};
    Words words;

    words_init(&words, text, length, SOME_WORDS);
    if (is(&words, 0, "DO"))
        return speaks_of_commit(text, length);
    return is_any(&words, 0, verbs) ||
           (is_any(&words, 0, changes) && is(&words, 1, "SUBSCRIPTION")) ||
           mig_pg_needs_bare(text, length);
}

gboolean
mig_pg_waits_long(const char *text, gsize length)
{
    static const char *const verbs[] = {"ANALYZE", "ANALYSE", NULL};
    Words words;

    words_init(&words, text, length, SOME_WORDS);
    if (is(&words, 0, "ALTER") && is(&words, find(&words, 2, "VALIDATE") + 1, "CONSTRAINT"))
        return is(&words, 1, "TABLE") && find(&words, 2, ",") >= words.n;
    if (is(&words, 0, "REFRESH"))
        return is(&words, 3, "CONCURRENTLY");
    return is_any(&words, 0, verbs) || mig_pg_needs_bare(text, length);
}

static void
target_free(gpointer data)
{
    MigPgTarget *target = data;

    if (!target)
        return;
    g_free(target->schema);
    g_free(target->name);
    g_free(target);
}

char *
mig_pg_folded_name(const char *text, MigToken token)
{
    return token.kind == MIG_TOKEN_WORD
               ? g_ascii_strdown(text + token.offset, (gssize)token.length)
               : mig_token_name(text, token);
}

static char *
folded_name(const Words *words, guint index)
{
    return mig_pg_folded_name(words->text, words->tokens[index]);
}

static gboolean
is_name(const Words *words, guint index)
{
    return index < words->n && (words->tokens[index].kind == MIG_TOKEN_WORD ||
                                words->tokens[index].kind == MIG_TOKEN_QUOTED);
}

/* Adds the name at index, schema and all; returns the index behind it. */
static guint
take_target(const Words *words, guint index, GPtrArray *targets)
{
    if (!is_name(words, index))
        return words->n;
    MigPgTarget *target = g_new0(MigPgTarget, 1);

    g_ptr_array_add(targets, target);
    target->name = folded_name(words, index++);
    while (is(words, index, ".") && is_name(words, index + 1)) {
        g_free(target->schema);
        target->schema = target->name;
        target->name = folded_name(words, index + 1);
        index += 2;
    }
    return index;
}

static void
take_targets(const Words *words, guint index, GPtrArray *targets)
{
    do {
        index += is(words, index, "ONLY");
        index = take_target(words, index, targets);
        index += is(words, index, "*");
    } while (is(words, index++, ","));
}

static guint
behind_if_exists(const Words *words, guint index)
{
    return is(words, index, "IF") && is(words, index + 1, "EXISTS") ? index + 2 : index;
}

static gboolean
copies_in(const Words *words)
{
    guint index = 2;

    while (is(words, index, ".") && index + 2 < words->n)
        index += 2;
    return is(words, behind_options(words, index), "FROM");
}

GPtrArray *
mig_pg_written_tables(const char *text, gsize length)
{
    static const char *const verbs[] = {"INSERT", "DELETE", "MERGE", NULL};
    GPtrArray *targets = g_ptr_array_new_with_free_func(target_free);
    Words words;

    words_init(&words, text, length, MAX_WORDS);
    if (is_any(&words, 0, verbs))
        take_target(&words, is(&words, 2, "ONLY") ? 3 : 2, targets);
    else if (is(&words, 0, "UPDATE"))
        take_target(&words, is(&words, 1, "ONLY") ? 2 : 1, targets);
    else if (is(&words, 0, "COPY") && copies_in(&words))
        take_target(&words, 1, targets);
    else if (is(&words, 0, "TRUNCATE"))
        take_targets(&words, is(&words, 1, "TABLE") ? 2 : 1, targets);
    else if (is(&words, 0, "ALTER") && is(&words, 1, "TABLE"))
        take_targets(&words, behind_if_exists(&words, 2), targets);
    else if (is(&words, 0, "DROP") && is(&words, 1, "TABLE"))
        take_targets(&words, behind_if_exists(&words, 2), targets);
    return targets;
}

GPtrArray *
mig_pg_dropped_tables(const char *text, gsize length)
{
    Words words;

    words_init(&words, text, length, SOME_WORDS);
    if (is(&words, 0, "DROP") && is(&words, 1, "TABLE"))
        return mig_pg_written_tables(text, length);
    return g_ptr_array_new_with_free_func(target_free);
}

char *
mig_pg_target_literal(const MigPgTarget *target)
{
    g_autofree char *schema = target->schema ? mig_pg_quote_name(target->schema) : NULL;
    g_autofree char *name = mig_pg_quote_name(target->name);
    g_autofree char *both = g_strconcat(schema ? schema : "", schema ? "." : "", name, NULL);

    return mig_pg_quote_literal(both);
}

/* CREATE [UNIQUE] INDEX CONCURRENTLY [[IF NOT EXISTS] name] ON [ONLY] table … */
static void
read_create_index(const Words *words, MigPgBare *bare)
{
    guint index = is(words, 1, "UNIQUE") ? 2 : 1;

    bare->kind = MIG_PG_BARE_CREATE_INDEX;
    bare->name_offset = words->tokens[index].offset + words->tokens[index].length;
    index += 2;
    if (is(words, index, "IF"))
        index += 3;
    if (is(words, index, "ON"))
        g_ptr_array_add(bare->targets, NULL);
    else
        index = take_target(words, index, bare->targets);
    index++;
    index = take_target(words, index + is(words, index, "ONLY"), bare->targets);
    if (index >= words->n)
        return;
    bare->rest_offset = words->tokens[index].offset;
}

/* ALTER TABLE [IF EXISTS] [ONLY] table [*] DETACH PARTITION name CONCURRENTLY */
static void
read_detach(const Words *words, MigPgBare *bare)
{
    guint index = behind_if_exists(words, 2);

    bare->kind = MIG_PG_BARE_DETACH;
    index = take_target(words, index + is(words, index, "ONLY"), bare->targets);
    take_target(words, find(words, index, "PARTITION") + 1, bare->targets);
}

static void
read_reindex(const Words *words, MigPgBare *bare)
{
    static const char *const kinds[] = {"INDEX", "TABLE", NULL};
    guint what = behind_options(words, 1);

    bare->kind = MIG_PG_BARE_REPEATABLE;
    if (!is_any(words, what, kinds) || !reindex_needs_bare(words))
        return;
    bare->kind = MIG_PG_BARE_REINDEX;
    take_target(words, what + 1 + is(words, what + 1, "CONCURRENTLY"), bare->targets);
}

/* What is the whole server's, and is told by its name alone. */
static void
read_global(const Words *words, MigPgBare *bare)
{
    static const struct {
        const char *word, *catalog, *column;
    } kinds[] = {
        {"DATABASE", "pg_database", "datname"},
        {"SUBSCRIPTION", "pg_subscription", "subname"},
        {"TABLESPACE", "pg_tablespace", "spcname"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!is(words, 1, kinds[i].word))
            continue;
        bare->kind = is(words, 0, "CREATE") ? MIG_PG_BARE_CREATE : MIG_PG_BARE_DROP;
        bare->catalog = kinds[i].catalog;
        bare->column = kinds[i].column;
        take_target(words, behind_if_exists(words, 2), bare->targets);
    }
}

static void
read_bare(const Words *words, MigPgBare *bare)
{
    static const char *const repeatable[] = {"VACUUM", "CLUSTER", NULL};
    static const char *const makes_or_drops[] = {"CREATE", "DROP", NULL};

    if (is_any(words, 0, repeatable) ||
        (is(words, 0, "ALTER") && (is(words, 1, "SYSTEM") || is(words, 1, "DATABASE"))))
        bare->kind = MIG_PG_BARE_REPEATABLE;
    else if (is(words, 0, "REINDEX"))
        read_reindex(words, bare);
    else if (is(words, 0, "CREATE") && index_is_concurrent(words))
        read_create_index(words, bare);
    else if (is(words, 0, "ALTER") && is(words, 1, "TABLE"))
        read_detach(words, bare);
    else if (is(words, 0, "DROP") && index_is_concurrent(words)) {
        bare->kind = MIG_PG_BARE_DROP_INDEX;
        take_target(words, behind_if_exists(words, 3), bare->targets);
    } else if (is_any(words, 0, makes_or_drops))
        read_global(words, bare);
}

/* How many targets a kind has. */
static guint
n_targets(MigPgBareKind kind)
{
    switch (kind) {
    case MIG_PG_BARE_OTHER:
    case MIG_PG_BARE_REPEATABLE:
        return 0;
    case MIG_PG_BARE_CREATE_INDEX:
    case MIG_PG_BARE_DETACH:
        return 2;
    case MIG_PG_BARE_DROP_INDEX:
    case MIG_PG_BARE_REINDEX:
    case MIG_PG_BARE_CREATE:
    case MIG_PG_BARE_DROP:
        return 1;
    }
    return 0;
}

void
mig_pg_bare_read(const char *text, gsize length, MigPgBare *ret)
{
    Words words;

    *ret = (MigPgBare){.targets = g_ptr_array_new_with_free_func(target_free)};
    words_init(&words, text, length, SOME_WORDS);
    read_bare(&words, ret);
    if (ret->targets->len < n_targets(ret->kind))
        ret->kind = MIG_PG_BARE_OTHER;
}

void
mig_pg_bare_clear(MigPgBare *bare)
{
    g_clear_pointer(&bare->targets, g_ptr_array_unref);
}

gboolean
mig_pg_sets_session(const char *text, gsize length)
{
    static const char *const verbs[] = {"RESET", "LOAD", NULL};
    static const char *const passing[] = {"LOCAL", "TRANSACTION", "CONSTRAINTS", NULL};
    Words words;

    words_init(&words, text, length, SOME_WORDS);
    if (is(&words, 0, "SET"))
        return !is_any(&words, 1, passing);
    if (is(&words, 0, "SELECT"))
        return is(&words, is(&words, 1, "PG_CATALOG") ? 3 : 1, "SET_CONFIG") &&
               find(&words, 0, "FROM") >= words.n;
    return is_any(&words, 0, verbs);
}
