#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/revspec.h"

/* The rules that scripts are read by: of the configured database, as far as one is. */
static const MigLexRules *
find_rules(MigProject *project)
{
    const MigDialect *dialect = mig_project_dialect(project, NULL);

    return dialect ? dialect->lex_rules : &mig_lex_rules_generic;
}

/* All revisions that the arguments name, each once, with their bodies read. */
static GPtrArray *
find_revisions(const Invocation *invocation, MigProject *project, GError **error)
{
    const MigGraph *graph = mig_project_graph(project, error);
    g_autoptr(GPtrArray) found = g_ptr_array_new(), rows = NULL;

    for (guint i = 0; graph && i < invocation->arguments->len; i++) {
        const char *symbol = invocation->arguments->pdata[i];

        if (!rows && mig_revspec_needs_rows(symbol, FALSE) &&
            !(rows = mig_project_rows(project, error)))
            return NULL;
        g_autoptr(GPtrArray) revisions = mig_revspec_resolve(graph, symbol, rows, error);

        if (!revisions)
            return NULL;
        if (revisions->len == 0)
            talk(invocation, "'%s' stands for no revision here.", symbol);
        for (guint j = 0; j < revisions->len; j++) {
            MigRevision *revision = revisions->pdata[j];

            if (g_ptr_array_find(found, revision, NULL))
                continue;
            if (!mig_script_load_body(revision->script, find_rules(project), error))
                return NULL;
            g_ptr_array_add(found, revision);
        }
    }
    return graph ? g_steal_pointer(&found) : NULL;
}

static json_t *
blocks_json(const MigScript *script)
{
    json_t *list = json_array();

    for (guint i = 0; i < script->blocks->len; i++) {
        const MigBlock *block = &g_array_index(script->blocks, MigBlock, i);

        json_array_append_new(list, json_pack("{s:s, s:b, s:s?, s:s?, s:i, s:s%}", "direction",
                                              mig_direction_name(block->direction), "transaction",
                                              !block->transaction_off, "dialect", block->dialect,
                                              "name", block->name, "line", block->line, "sql",
                                              script->text + block->offset, (size_t)block->length));
    }
    return list;
}

static void
print_json(const GPtrArray *revisions)
{
    json_t *list = json_array();

    for (guint i = 0; i < revisions->len; i++) {
        const MigRevision *revision = revisions->pdata[i];
        json_t *object = revision_json(revision);

        json_object_set_new(object, "blocks", blocks_json(revision->script));
        json_array_append_new(list, object);
    }
    out_json(list);
}

static void
print_blocks(const Invocation *invocation, const MigScript *script)
{
    for (guint i = 0; i < script->blocks->len; i++) {
        const MigBlock *block = &g_array_index(script->blocks, MigBlock, i);
        g_autoptr(GString) text = g_string_new("-- migrate: ");
        g_autofree char *sql = g_strndup(script->text + block->offset, block->length);

        g_string_append(text, mig_direction_name(block->direction));
        if (*block->options)
            g_string_append_printf(text, " %s", block->options);
        g_string_append_printf(text, "\n%s%s", g_strchomp(sql), *sql ? "\n" : "");
        out("\n");
        out_sql(invocation, text->str);
    }
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    g_autoptr(GPtrArray) revisions = project ? find_revisions(invocation, project, error) : NULL;

    if (!revisions)
        return -1;
    if (invocation->format == FORMAT_JSON) {
        print_json(revisions);
        return 0;
    }
    for (guint i = 0; i < revisions->len; i++) {
        const MigRevision *revision = revisions->pdata[i];

        out("%s", i > 0 ? "\n" : "");
        out_revision_details(invocation, revision, 0);
        print_blocks(invocation, revision->script);
    }
    return 0;
}

static const Argument arguments[] = {
    {.name = "REV",
     .repeatable = TRUE,
     .help = "id, unique beginning of one, label, or symbol such as 'head' or 'head-1'",
     .completion = COMPLETE_REVISION},
    {.name = NULL},
};

const Command command_show = {
    .name = "show",
    .summary = "show revisions with their SQL",
    .description = "Shows where a revision stands in the graph, its path and message, and the SQL "
                   "of its blocks.\n"
                   "'current' and what is relative to it asks the database; nothing else does.",
    .examples = "migrate show head\tthe newest revision\n"
                "migrate show current\twhat the database is at\n"
                "migrate show 4f1c 9b2f\tseveral\n",
    .arguments = arguments,
    .run = run,
};
