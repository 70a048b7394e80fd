#include "dialects/postgresql/pg_lint_parse.h"

#include <pthread.h>
#include <string.h>

#include "dialects/postgresql/pg_model.h"

#define STACK_BYTES (256UL * 1024 * 1024)
#define MAX_TOKENS 20000
#define MAX_DEPTH 200

typedef struct {
    const GPtrArray *texts; /* NULL: trees are to be freed */
    GPtrArray *parsed;
} Work;

static gboolean
is_too_long(const char *text)
{
    MigLexer lexer;
    guint n = 0;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, strlen(text));
    while (mig_lexer_next_code(&lexer).kind != MIG_TOKEN_END) {
        if (++n > MAX_TOKENS)
            return TRUE;
    }
    return FALSE;
}

static MigPgParsed *
parse_one(const char *text)
{
    MigPgParsed *parsed = g_new0(MigPgParsed, 1);

    if (is_too_long(text)) {
        parsed->problem = g_strdup("it is too long");
        return parsed;
    }
    PgQueryProtobufParseResult result = pg_query_parse_protobuf(text);

    if (result.error)
        parsed->problem = g_strdup(result.error->message);
    else
        parsed->tree = pg_query__parse_result__unpack(NULL, result.parse_tree.len,
                                                      (const uint8_t *)result.parse_tree.data);
    if (!parsed->tree && !parsed->problem)
        parsed->problem = g_strdup("its tree cannot be read");
    pg_query_free_protobuf_parse_result(result);
    return parsed;
}

static void *
work_on(void *data)
{
    const Work *work = data;

    for (guint i = 0; work->texts && i < work->texts->len; i++)
        g_ptr_array_add(work->parsed, parse_one(work->texts->pdata[i]));
    for (guint i = 0; !work->texts && i < work->parsed->len; i++) {
        MigPgParsed *parsed = work->parsed->pdata[i];

        pg_query__parse_result__free_unpacked(parsed->tree, NULL);
        g_free(parsed->problem);
        g_free(parsed);
    }
    return NULL;
}

/* Unpacking and freeing a tree call themselves for each level of it. */
static gboolean
on_large_stack(Work *work)
{
    pthread_attr_t attributes;
    pthread_t thread;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    gboolean started = pthread_create(&thread, &attributes, work_on, work) == 0;

    if (started)
        pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

GPtrArray *
mig_pg_parse(const GPtrArray *texts)
{
    GPtrArray *parsed = g_ptr_array_new();
    Work work = {texts, parsed};

    on_large_stack(&work);
    while (parsed->len < texts->len) {
        MigPgParsed *unread = g_new0(MigPgParsed, 1);

        unread->problem = g_strdup("no thread could be started");
        g_ptr_array_add(parsed, unread);
    }
    return parsed;
}

void
mig_pg_parsed_free(GPtrArray *parsed)
{
    Work work = {NULL, parsed};

    if (!parsed)
        return;
    if (!on_large_stack(&work))
        work_on(&work);
    g_ptr_array_unref(parsed);
}

const PgQuery__Node *
mig_pg_parsed_node(const MigPgParsed *parsed)
{
    const PgQuery__ParseResult *tree = parsed->tree;

    return tree && tree->n_stmts > 0 ? tree->stmts[0]->stmt : NULL;
}

const char *
mig_pg_node_text(const PgQuery__Node *node)
{
    return node && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval : NULL;
}

static char *
join(size_t n, PgQuery__Node *const *nodes, const char *separator)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < n; i++) {
        const char *text = mig_pg_node_text(nodes[i]);
        g_autofree char *name = text ? mig_pg_name(text) : NULL;

        if (name)
            g_string_append_printf(out, "%s%s", out->len ? separator : "", name);
    }
    return g_string_free(out, FALSE);
}

char *
mig_pg_nodes_dotted(size_t n, PgQuery__Node *const *nodes)
{
    return join(n, nodes, ".");
}

char *
mig_pg_nodes_listed(size_t n, PgQuery__Node *const *nodes)
{
    return join(n, nodes, ", ");
}

const char *
mig_pg_nodes_last(size_t n, PgQuery__Node *const *nodes)
{
    return n > 0 ? mig_pg_node_text(nodes[n - 1]) : NULL;
}

const PgQuery__DefElem *
mig_pg_find_option(size_t n, PgQuery__Node *const *options, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        const PgQuery__Node *node = options[i];

        if (node->node_case == PG_QUERY__NODE__NODE_DEF_ELEM &&
            strcmp(node->def_elem->defname, name) == 0)
            return node->def_elem;
    }
    return NULL;
}

gboolean
mig_pg_has_option(size_t n, PgQuery__Node *const *options, const char *name)
{
    const PgQuery__DefElem *option = mig_pg_find_option(n, options, name);
    const char *value = option ? mig_pg_node_text(option->arg) : NULL;

    return option && (!value || (g_ascii_strcasecmp(value, "false") != 0 &&
                                 g_ascii_strcasecmp(value, "off") != 0));
}

static gboolean
find_below(const ProtobufCMessage *message, const ProtobufCMessageDescriptor *kind,
           MigPgFindFunc func, gpointer user_data, int depth)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;

    if (depth > MAX_DEPTH)
        return FALSE;
    if (descriptor == kind && func(message, user_data))
        return TRUE;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        const char *base = (const char *)message;

        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)(base + field->quantifier_offset);
            ProtobufCMessage *const *list = *(ProtobufCMessage **const *)(base + field->offset);

            for (size_t j = 0; j < n; j++) {
                if (find_below(list[j], kind, func, user_data, depth + 1))
                    return TRUE;
            }
            continue;
        }
        if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
            *(const uint32_t *)(base + field->quantifier_offset) != field->id)
            continue;
        const ProtobufCMessage *below = *(ProtobufCMessage *const *)(base + field->offset);

        if (below && find_below(below, kind, func, user_data, depth + 1))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_find(const ProtobufCMessage *message, const ProtobufCMessageDescriptor *kind,
            MigPgFindFunc func, gpointer user_data)
{
    return message && find_below(message, kind, func, user_data, 0);
}

const ProtobufCMessage *
mig_pg_node_message(const PgQuery__Node *node)
{
    return node ? &node->base : NULL;
}

typedef struct {
    MigPgCallFunc func;
    gpointer user_data;
} Call;

static gboolean
pass_call(const ProtobufCMessage *found, gpointer user_data)
{
    const Call *call = user_data;

    return call->func((const PgQuery__FuncCall *)found, call->user_data);
}

gboolean
mig_pg_find_call(const ProtobufCMessage *message, MigPgCallFunc func, gpointer user_data)
{
    Call call = {func, user_data};

    return mig_pg_find(message, &pg_query__func_call__descriptor, pass_call, &call);
}
