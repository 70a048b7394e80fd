#include "core/rename_hint.h"

#include <string.h>

#include "core/error.h"
#include "core/splitter.h"

#define ATTRIBUTE "renamed-from"

/* Where the reader stands in a CREATE TABLE statement. */
typedef enum {
    AT_START,  /* before the first token of a statement */
    AT_CREATE, /* behind CREATE and its modifiers */
    AT_NAME,   /* the table's name comes, or its schema's */
    AT_PAREN,  /* behind the name: "(" comes, or the schema was the name */
    AT_ITEM,   /* inside, where a column or a table constraint begins */
    IN_ITEM,
    ELSEWHERE  /* no CREATE TABLE, or behind its columns */
} Place;

typedef struct {
    MigSchema *schema;
    const char *text;
    gsize length;
    const char *file;
    MigSplitter splitter;
    Place place;
    int depth;         /* of parentheses inside an item */
    int last_line;     /* on which the last token of code stood */
    char *table;       /* of the statement at hand */
    MigObject *object; /* what hints on the line at hand are about; NULL: nothing */
    char *pending;     /* old name of a hint that waits for what comes below it */
    MigToken where;    /* its comment */
} Reader;

static gboolean
complain(const Reader *reader, GError **error, const char *problem)
{
    mig_set_error(error, MIG_E_MODEL, "%s", problem);
    mig_error_set_offset(error ? *error : NULL, reader->file, reader->text, reader->length,
                         reader->where.offset);
    mig_error_set_hint(error ? *error : NULL,
                       "Write `-- migrate: renamed from NAME` on or above the line of a CREATE "
                       "TABLE or of a column.");
    return FALSE;
}

/* The text behind "-- migrate: renamed from", or NULL when the comment is something else. */
static const char *
hint_text(const char *comment)
{
    static const char *const words[] = {"--", "migrate:", "renamed", "from", NULL};

    for (const char *const *word = words; *word; word++) {
        comment += strspn(comment, " \t");
        if (!g_str_has_prefix(comment, *word))
            return NULL;
        comment += strlen(*word);
    }
    return *comment == '\0' || g_ascii_isspace(*comment) ? comment : NULL;
}

/* The one name that text spells; NULL when there is none, or more. */
static char *
only_name(const MigLexRules *rules, const char *text)
{
    MigLexer lexer;

    mig_lexer_init(&lexer, rules, text, strlen(text));
    MigToken name = mig_lexer_next_code(&lexer);

    if ((name.kind != MIG_TOKEN_WORD && name.kind != MIG_TOKEN_QUOTED) ||
        mig_lexer_next_code(&lexer).kind != MIG_TOKEN_END)
        return NULL;
    return mig_token_name(text, name);
}

static gboolean
read_comment(Reader *reader, MigToken token, GError **error)
{
    g_autofree char *comment = g_strndup(reader->text + token.offset, token.length);
    const char *text = hint_text(comment);

    if (!text)
        return TRUE;
    if (reader->pending)
        return complain(reader, error, "a rename hint stands on nothing");
    reader->where = token;
    g_autofree char *name = only_name(reader->splitter.lexer.rules, text);

    if (!name)
        return complain(reader, error, "a rename hint needs one name");
    if (reader->object && reader->last_line == token.line)
        mig_object_set_rendering(reader->object, ATTRIBUTE, name);
    else
        reader->pending = g_steal_pointer(&name);
    return TRUE;
}

/* A table or column begins; object is NULL when the state does not have it (dropped again further
 * down in the model). */
static void
begin_object(Reader *reader, MigObject *object)
{
    reader->object = object;
    if (object && reader->pending)
        mig_object_set_rendering(object, ATTRIBUTE, reader->pending);
    g_clear_pointer(&reader->pending, g_free);
}

static MigObject *
table_at_hand(const Reader *reader)
{
    return mig_schema_lookup(reader->schema, "table", NULL, reader->table);
}

static gboolean
is_word_of(const Reader *reader, MigToken token, const char *const *words)
{
    for (; *words; words++) {
        if (mig_token_is(reader->text, token, *words))
            return TRUE;
    }
    return FALSE;
}

static gboolean
read_item_start(Reader *reader, MigToken token)
{
    static const char *const constraints[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK",
                                              "FOREIGN",    "EXCLUDE", "LIKE",   NULL};
    MigObject *table = table_at_hand(reader);

    reader->place = IN_ITEM;
    reader->object = NULL;
    if (is_word_of(reader, token, constraints))
        return !reader->pending;
    g_autofree char *name = mig_token_name(reader->text, token);

    begin_object(reader, table ? mig_schema_lookup(reader->schema, "column", table, name) : NULL);
    return TRUE;
}

static void
read_in_item(Reader *reader, MigToken token)
{
    if (mig_token_is(reader->text, token, "("))
        reader->depth++;
    else if (mig_token_is(reader->text, token, ")") && reader->depth-- == 0)
        reader->place = ELSEWHERE;
    else if (mig_token_is(reader->text, token, ",") && reader->depth == 0)
        reader->place = AT_ITEM;
}

/* FALSE when a hint waits that this token shows to stand on nothing. */
static gboolean
read_code(Reader *reader, MigToken token)
{
    static const char *const modifiers[] = {"TEMP",  "TEMPORARY", "UNLOGGED", "GLOBAL",
                                            "LOCAL", NULL};
    static const char *const if_not_exists[] = {"IF", "NOT", "EXISTS", NULL};

    switch (reader->place) {
    case AT_START:
        reader->object = NULL;
        reader->place = mig_token_is(reader->text, token, "CREATE") ? AT_CREATE : ELSEWHERE;
        break;
    case AT_CREATE:
        if (mig_token_is(reader->text, token, "TABLE"))
            reader->place = AT_NAME;
        else if (!is_word_of(reader, token, modifiers))
            reader->place = ELSEWHERE;
        break;
    case AT_NAME:
        if (token.kind == MIG_TOKEN_WORD && is_word_of(reader, token, if_not_exists))
            break;
        g_free(reader->table);
        reader->table = mig_token_name(reader->text, token);
        reader->place = AT_PAREN;
        return TRUE;
    case AT_PAREN:
        if (mig_token_is(reader->text, token, ".")) {
            reader->place = AT_NAME;
            break;
        }
        begin_object(reader, table_at_hand(reader));
        reader->depth = 0;
        reader->place = mig_token_is(reader->text, token, "(") ? AT_ITEM : ELSEWHERE;
        break;
    case AT_ITEM:
        return read_item_start(reader, token);
    case IN_ITEM:
        read_in_item(reader, token);
        break;
    case ELSEWHERE:
        break;
    }
    return !(reader->pending && reader->place == ELSEWHERE);
}

static gboolean
read_token(Reader *reader, MigToken token, MigPart part, GError **error)
{
    if (token.kind == MIG_TOKEN_SPACE)
        return TRUE;
    if (token.kind == MIG_TOKEN_COMMENT)
        return read_comment(reader, token, error);
    if (part == MIG_PART_END)
        reader->place = AT_START;
    else if (part == MIG_PART_TOKEN && !read_code(reader, token))
        return complain(reader, error, "a rename hint stands on nothing");
    reader->last_line = token.line;
    return TRUE;
}

gboolean
mig_rename_hints_note(MigSchema *schema, const MigLexRules *rules, const char *text, gsize length,
                      const char *file, GError **error)
{
    Reader reader = {.schema = schema, .text = text, .length = length, .file = file};
    gboolean ok = TRUE;

    if (!g_strstr_len(text, (gssize)length, "migrate:"))
        return TRUE;
    mig_splitter_init(&reader.splitter, rules, text, length);
    while (ok) {
        MigPart part;
        MigToken token = mig_splitter_next(&reader.splitter, &part);

        /* The engine has taken the text: what the lexer cannot read is not ours to judge. */
        if (token.kind == MIG_TOKEN_END || token.kind == MIG_TOKEN_ERROR)
            break;
        ok = read_token(&reader, token, part, error);
    }
    if (ok && reader.pending)
        ok = complain(&reader, error, "a rename hint stands on nothing");
    g_free(reader.table);
    g_free(reader.pending);
    return ok;
}

static MigRename *
rename_new(const MigObject *table, const char *old, const char *new)
{
    MigRename *rename = g_new0(MigRename, 1);
    g_autoptr(GStrvBuilder) from = g_strv_builder_new(), to = g_strv_builder_new();

    if (table) {
        g_strv_builder_add(from, mig_object_name(table));
        g_strv_builder_add(to, mig_object_name(table));
    }
    g_strv_builder_add(from, old);
    g_strv_builder_add(to, new);
    rename->from = g_strv_builder_end(from);
    rename->to = g_strv_builder_end(to);
    return rename;
}

/* The other state's table that this table is, or was before its own rename. */
static MigObject *
twin_table(const MigObject *table, const MigSchema *other, const GPtrArray *renames)
{
    MigObject *twin = mig_schema_lookup(other, "table", NULL, mig_object_name(table));
    const char *old = mig_object_get(table, ATTRIBUTE);

    if (!twin && old)
        twin = mig_schema_lookup(other, "table", NULL, old);
    for (guint i = 0; !twin && i < renames->len; i++) {
        const MigRename *rename = renames->pdata[i];

        if (!rename->to[1] && g_ascii_strcasecmp(rename->to[0], mig_object_name(table)) == 0)
            twin = mig_schema_lookup(other, "table", NULL, rename->from[0]);
    }
    return twin;
}

/* Whether the same object is spelled `old` there. */
static gboolean
changes_case(const MigObject *same, const char *old, const char *name)
{
    return same && strcmp(old, name) != 0 && strcmp(mig_object_name(same), old) == 0;
}

/* Whether `object` of a state, once called `old`, is called so in the other. */
static gboolean
fits(const MigObject *object, const char *old, const MigSchema *own, const MigSchema *other,
     const GPtrArray *renames)
{
    MigObject *twin = NULL;

    if (object->parent && !(twin = twin_table(object->parent, other, renames)))
        return FALSE;
    const char *name = mig_object_name(object);

    if (g_ascii_strcasecmp(old, name) == 0)
        return changes_case(mig_schema_lookup(other, object->kind, twin, name), old, name);
    return mig_schema_lookup(other, object->kind, twin, old) &&
           !mig_schema_lookup(other, object->kind, twin, name) &&
           !mig_schema_lookup(own, object->kind, object->parent, old);
}

static gboolean
same_path(char **a, char **b)
{
    for (; *a && *b; a++, b++) {
        if (g_ascii_strcasecmp(*a, *b) != 0)
            return FALSE;
    }
    return !*a && !*b;
}

/* Whether one of the two names has its rename: what is said in the command goes before a hint. */
static gboolean
is_known(const GPtrArray *renames, const MigRename *rename)
{
    for (guint i = 0; i < renames->len; i++) {
        const MigRename *known = renames->pdata[i];

        if (same_path(known->to, rename->to) || same_path(known->from, rename->from))
            return TRUE;
    }
    return FALSE;
}

/* Renames that the hints on `own` ask for, to get there from `other`; tables before columns. */
static void
collect(GPtrArray *renames, const MigSchema *own, const MigSchema *other, gboolean backwards)
{
    const GPtrArray *objects = mig_schema_objects(own);
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < objects->len; i++) {
            const MigObject *object = objects->pdata[i];
            const char *old = (object->parent != NULL) == (pass == 1)
                                  ? mig_object_get(object, ATTRIBUTE)
                                  : NULL;

            if (!old || !fits(object, old, own, other, backwards ? none : renames))
                continue;
            MigRename *rename = rename_new(object->parent, old, mig_object_name(object));

            if (backwards) {
                MigRename *swapped = mig_rename_swap(rename);

                mig_rename_free(rename);
                rename = swapped;
            }
            if (is_known(renames, rename))
                mig_rename_free(rename);
            else
                g_ptr_array_add(renames, rename);
        }
    }
}

GPtrArray *
mig_rename_hints_join(const GPtrArray *given, const MigSchema *from, const MigSchema *to)
{
    GPtrArray *renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);

    for (guint i = 0; given && i < given->len; i++)
        g_ptr_array_add(renames, mig_rename_copy(given->pdata[i]));
    /* Where case is ignored, equal states can differ by it, and a hint be about just that. */
    if (mig_schema_ignores_case(from) || strcmp(mig_schema_hash(from), mig_schema_hash(to)) != 0) {
        collect(renames, to, from, FALSE);
        collect(renames, from, to, TRUE);
    }
    return renames;
}
