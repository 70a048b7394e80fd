/* Rules of lint about names. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_words.h"

#define MAX_NAME_BYTES 63

/* The parser cuts names as the server does: they are looked at as they are written. */
static void
check_lengths(MigPgLint *lint, MigLintReport *report)
{
    const MigLintStatement *statement = lint->block->statements->pdata[lint->index];
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, statement->text, statement->length);
    for (MigToken token = mig_lexer_next_code(&lexer); token.kind != MIG_TOKEN_END;
         token = mig_lexer_next_code(&lexer)) {
        if (token.length <= MAX_NAME_BYTES ||
            (token.kind != MIG_TOKEN_WORD && token.kind != MIG_TOKEN_QUOTED))
            continue;
        g_autofree char *name = mig_token_name(statement->text, token);

        if (strlen(name) <= MAX_NAME_BYTES)
            continue;
        name[MAX_NAME_BYTES] = '\0';
        g_autofree char *cut = g_utf8_make_valid(name, -1);

        mig_lint_find(report, "CO013", token.offset, "the server cuts the name to '%s'", cut);
    }
}

/* Where the statement at hand first has a name; *ret_mixed: in mixed case without quotes. */
static gsize
find_name(const MigPgLint *lint, const char *name, gboolean *ret_mixed)
{
    const MigLintStatement *statement = lint->block->statements->pdata[lint->index];
    MigLexer lexer;

    *ret_mixed = FALSE;
    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, statement->text, statement->length);
    for (MigToken token = mig_lexer_next_code(&lexer); token.kind != MIG_TOKEN_END;
         token = mig_lexer_next_code(&lexer)) {
        if (token.kind != MIG_TOKEN_WORD && token.kind != MIG_TOKEN_QUOTED)
            continue;
        g_autofree char *folded = mig_pg_folded_name(statement->text, token);
        g_autofree char *written = g_strndup(statement->text + token.offset, token.length);

        if (strcmp(folded, name) != 0)
            continue;
        if (token.kind == MIG_TOKEN_WORD) {
            gboolean has_small = FALSE, has_large = FALSE;

            for (const char *at = written; *at; at++) {
                has_small = has_small || g_ascii_islower(*at);
                has_large = has_large || g_ascii_isupper(*at);
            }
            *ret_mixed = has_small && has_large;
        }
        return token.offset;
    }
    return 0;
}

static gboolean
is_reserved(const char *name)
{
    g_autofree char *spelled = mig_pg_name(name);

    return *spelled == '"' && !g_ascii_isdigit(*name) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name);
}

typedef struct {
    MigPgLint *lint;
    MigLintReport *report;
} Names;

/* A new name; "": the server makes one up. */
static void
check_name(const Names *names, MigLintName kind, const char *name)
{
    gboolean mixed;

    if (!name || !*name)
        return;
    const gsize offset = find_name(names->lint, name, &mixed);
    g_autofree char *title = mig_pg_name(name);

    if (mixed)
        mig_lint_find(names->report, "CO014", offset, "the server folds the name to %s", title);
    if (is_reserved(name))
        mig_lint_find(names->report, "ST015", offset, "%s is a reserved word", title);
    mig_lint_check_name(names->report, kind, name, title, offset);
}

static void
check_last(const Names *names, MigLintName kind, size_t n, PgQuery__Node *const *list)
{
    check_name(names, kind, mig_pg_nodes_last(n, list));
}

static gboolean
take_constraint(const ProtobufCMessage *found, gpointer user_data)
{
    check_name(user_data, MIG_LINT_CONSTRAINT_NAME, ((const PgQuery__Constraint *)found)->conname);
    return FALSE;
}

static void
check_constraints(const Names *names, const ProtobufCMessage *message)
{
    mig_pg_find(message, &pg_query__constraint__descriptor, take_constraint, (gpointer)names);
}

static void
table_made(const Names *names, const PgQuery__CreateStmt *create)
{
    check_name(names, MIG_LINT_TABLE_NAME, create->relation->relname);
    for (size_t i = 0; i < create->n_table_elts; i++) {
        if (create->table_elts[i]->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            check_name(names, MIG_LINT_COLUMN_NAME, create->table_elts[i]->column_def->colname);
    }
    check_constraints(names, &create->base);
}

static void
table_altered(const Names *names, const PgQuery__AlterTableStmt *alter)
{
    for (size_t i = 0; i < alter->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;

        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)
            check_name(names, MIG_LINT_COLUMN_NAME, command->def->column_def->colname);
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn ||
            command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint)
            check_constraints(names, &command->base);
    }
}

static void
renamed(const Names *names, const PgQuery__RenameStmt *rename)
{
    static const struct {
        PgQuery__ObjectType type;
        MigLintName kind;
    } kinds[] = {
        {PG_QUERY__OBJECT_TYPE__OBJECT_TABLE, MIG_LINT_TABLE_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN, MIG_LINT_COLUMN_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_INDEX, MIG_LINT_INDEX_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT, MIG_LINT_CONSTRAINT_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_VIEW, MIG_LINT_VIEW_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW, MIG_LINT_VIEW_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE, MIG_LINT_SEQUENCE_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION, MIG_LINT_FUNCTION_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE, MIG_LINT_FUNCTION_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_TYPE, MIG_LINT_TYPE_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN, MIG_LINT_TYPE_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER, MIG_LINT_TRIGGER_NAME},
        {PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA, MIG_LINT_SCHEMA_NAME},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].type == rename->rename_type)
            check_name(names, kinds[i].kind, rename->newname);
    }
}

static void
check_new_names(const Names *names, const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        table_made(names, node->create_stmt);
        break;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
        check_name(names,
                   node->create_table_as_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW
                       ? MIG_LINT_VIEW_NAME
                       : MIG_LINT_TABLE_NAME,
                   node->create_table_as_stmt->into->rel->relname);
        break;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        table_altered(names, node->alter_table_stmt);
        break;
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        check_name(names, MIG_LINT_INDEX_NAME, node->index_stmt->idxname);
        break;
    case PG_QUERY__NODE__NODE_VIEW_STMT:
        check_name(names, MIG_LINT_VIEW_NAME, node->view_stmt->view->relname);
        break;
    case PG_QUERY__NODE__NODE_RENAME_STMT:
        renamed(names, node->rename_stmt);
        break;
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
        check_name(names, MIG_LINT_SEQUENCE_NAME, node->create_seq_stmt->sequence->relname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
        check_last(names, MIG_LINT_FUNCTION_NAME, node->create_function_stmt->n_funcname,
                   node->create_function_stmt->funcname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
        check_last(names, MIG_LINT_TYPE_NAME, node->create_enum_stmt->n_type_name,
                   node->create_enum_stmt->type_name);
        break;
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
        check_last(names, MIG_LINT_TYPE_NAME, node->create_domain_stmt->n_domainname,
                   node->create_domain_stmt->domainname);
        break;
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
        check_name(names, MIG_LINT_TYPE_NAME, node->composite_type_stmt->typevar->relname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
        check_name(names, MIG_LINT_TRIGGER_NAME, node->create_trig_stmt->trigname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
        check_name(names, MIG_LINT_SCHEMA_NAME, node->create_schema_stmt->schemaname);
        break;
    default:
        break;
    }
}

static gboolean
take_query_name(const ProtobufCMessage *found, gpointer user_data)
{
    g_hash_table_add(user_data, ((const PgQuery__CommonTableExpr *)found)->ctename);
    return FALSE;
}

/* What is found: a name without schema that is no WITH query's. */
typedef struct {
    GHashTable *queries;
    const char *name;
} Bare;

static gboolean
take_bare(const ProtobufCMessage *found, gpointer user_data)
{
    const PgQuery__RangeVar *name = (const PgQuery__RangeVar *)found;
    Bare *bare = user_data;

    if (*name->schemaname || strcmp(name->relpersistence, "t") == 0 ||
        g_hash_table_contains(bare->queries, name->relname))
        return FALSE;
    bare->name = name->relname;
    return TRUE;
}

/* The name of a new or dropped object whose name is a list; NULL: it has a schema, or there is none. */
static const char *
bare_list(const PgQuery__Node *node)
{
    static const PgQuery__ObjectType kinds[] = {
        PG_QUERY__OBJECT_TYPE__OBJECT_TABLE,   PG_QUERY__OBJECT_TYPE__OBJECT_INDEX,
        PG_QUERY__OBJECT_TYPE__OBJECT_VIEW,    PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW,
        PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE};

    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
        return node->create_function_stmt->n_funcname == 1
                   ? mig_pg_node_text(node->create_function_stmt->funcname[0])
                   : NULL;
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
        return node->create_enum_stmt->n_type_name == 1
                   ? mig_pg_node_text(node->create_enum_stmt->type_name[0])
                   : NULL;
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
        return node->create_domain_stmt->n_domainname == 1
                   ? mig_pg_node_text(node->create_domain_stmt->domainname[0])
                   : NULL;
    case PG_QUERY__NODE__NODE_DROP_STMT:
        for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
            const PgQuery__Node *first = node->drop_stmt->objects[0];

            if (node->drop_stmt->remove_type == kinds[i] && first->list->n_items == 1)
                return mig_pg_node_text(first->list->items[0]);
        }
        return NULL;
    default:
        return NULL;
    }
}

static void
check_schemas(const Names *names, const PgQuery__Node *node)
{
    g_autoptr(GHashTable) queries = g_hash_table_new(g_str_hash, g_str_equal);
    Bare bare = {.queries = queries};
    gboolean mixed;

    if (!mig_lint_wants(names->report, "CO015"))
        return;
    mig_pg_find(mig_pg_node_message(node), &pg_query__common_table_expr__descriptor,
                take_query_name, queries);
    mig_pg_find(mig_pg_node_message(node), &pg_query__range_var__descriptor, take_bare, &bare);
    if (!bare.name)
        bare.name = bare_list(node);
    if (!bare.name)
        return;
    g_autofree char *title = mig_pg_name(bare.name);

    mig_lint_find(names->report, "CO015", find_name(names->lint, bare.name, &mixed),
                  "which %s is meant depends on the search_path", title);
}

void
mig_pg_lint_names(MigPgLint *lint, MigLintReport *report)
{
    const Names names = {lint, report};

    check_lengths(lint, report);
    if (mig_lint_wants_names(report) || mig_lint_wants(report, "CO014") ||
        mig_lint_wants(report, "ST015"))
        check_new_names(&names, lint->node);
    check_schemas(&names, lint->node);
}
