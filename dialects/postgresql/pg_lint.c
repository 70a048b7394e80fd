/* Lint for PostgreSQL: runs of it. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_words.h"

typedef MigPgLint Lint;

static GHashTable *
new_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
run(const Lint *lint, const char *sql, GError **error)
{
    PGresult *result = mig_pg_exec(lint->scratch, sql, error);

    PQclear(result);
    return result != NULL;
}

static void
lint_close(gpointer data)
{
    Lint *lint = data;

    if (!lint)
        return;
    if (PQtransactionStatus(lint->scratch->conn) != PQTRANS_IDLE)
        run(lint, "ROLLBACK", NULL);
    mig_pg_parsed_free(lint->parsed);
    mig_pg_seen_free(lint->seen);
    mig_pg_seen_free(lint->seen_filled);
    mig_schema_free(lint->schema);
    g_clear_error(&lint->failed);
    g_ptr_array_unref(lint->left);
    g_hash_table_unref(lint->asked);
    g_hash_table_unref(lint->relations);
    g_hash_table_unref(lint->used);
    g_hash_table_unref(lint->added);
    g_hash_table_unref(lint->made);
    g_hash_table_unref(lint->not_valid);
    g_hash_table_unref(lint->referred);
    g_free(lint->newest);
    g_free(lint->locked);
    g_free(lint->filled);
    g_free(lint);
}

static gpointer
lint_open(MigConnection *scratch, MigConnection *live, const MigConfig *config, GError **error)
{
    if (!mig_pg_keep((MigPg *)scratch, error))
        return NULL;
    Lint *lint = g_new0(Lint, 1);

    lint->scratch = (MigPg *)scratch;
    lint->live = (MigPg *)live;
    lint->config = config;
    lint->left = mig_pg_lint_left_new();
    lint->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    lint->relations = mig_pg_lint_relations_new();
    lint->used = new_set();
    lint->added = new_set();
    lint->made = new_set();
    lint->not_valid = new_set();
    lint->referred = new_set();
    return lint;
}

static gboolean
lint_revision(gpointer data, GError **error)
{
    Lint *lint = data;

    if (!run(lint, "RESET ALL; RESET SESSION AUTHORIZATION", error))
        return FALSE;
    g_autoptr(GPtrArray) oids = mig_pg_lint_ask_all(
        lint,
        "SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.oid > ?1::oid"
        " AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'i', 'I') ORDER BY c.oid",
        lint->newest ? lint->newest : "16383", NULL);

    g_hash_table_remove_all(lint->added);
    g_clear_pointer(&lint->schema, mig_schema_free);
    for (guint i = 0; i < oids->len; i++)
        g_hash_table_add(lint->used, g_strdup(oids->pdata[i]));
    if (oids->len > 0) {
        g_free(lint->newest);
        lint->newest = g_strdup(oids->pdata[oids->len - 1]);
    }
    return TRUE;
}

/* A transaction has begun. */
static void
forget_transaction(Lint *lint)
{
    g_hash_table_remove_all(lint->made);
    g_hash_table_remove_all(lint->not_valid);
    g_hash_table_remove_all(lint->referred);
    g_clear_pointer(&lint->locked, g_free);
    g_clear_pointer(&lint->filled, g_free);
}

static gboolean
lint_begin(gpointer data, const MigLintBlock *block, GError **error)
{
    Lint *lint = data;
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    for (guint i = 0; i < block->statements->len; i++)
        g_ptr_array_add(texts,
                        (gpointer)((MigLintStatement *)block->statements->pdata[i])->text);
    mig_pg_parsed_free(lint->parsed);
    lint->parsed = mig_pg_parse(texts);
    lint->block = block;
    forget_transaction(lint);
    lint->open = !block->off;
    return block->off || run(lint, "BEGIN ISOLATION LEVEL READ COMMITTED", error);
}

/* Outside transactions what may end one itself is run as bare, too. */
static gboolean
is_bare(const Lint *lint, guint index)
{
    const MigLintStatement *statement = lint->block->statements->pdata[index];

    return lint->block->off ? mig_pg_may_need_bare(statement->text, statement->length)
                            : mig_pg_needs_bare(statement->text, statement->length);
}

/* What the statement is mainly about; NULL: nothing that was there. */
static MigPgRelation *
find_subject(Lint *lint)
{
    const PgQuery__Node *node = lint->node;

    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        return mig_pg_lint_relation(lint, node->alter_table_stmt->relation);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        return mig_pg_lint_relation(lint, node->index_stmt->relation);
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
        return mig_pg_lint_relation(lint, node->create_trig_stmt->relation);
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
        return mig_pg_lint_relation(lint, node->refresh_mat_view_stmt->relation);
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
        return mig_pg_lint_relation(lint, node->cluster_stmt->relation);
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        if (!node->create_stmt->partbound || node->create_stmt->n_inh_relations == 0)
            return NULL;
        return mig_pg_lint_relation(lint, node->create_stmt->inh_relations[0]->range_var);
    default:
        return NULL;
    }
}

/* Whether rows may stand in the way. */
static gboolean
depends_on_rows(const PgQuery__Node *node)
{
    if (node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        return FALSE;
    for (size_t i = 0; i < node->alter_table_stmt->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command = node->alter_table_stmt->cmds[i]->alter_table_cmd;

        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType ||
            (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn &&
             command->def->column_def->n_constraints > 0))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_tried_anyway(const PgQuery__Node *node)
{
    return node->node_case == PG_QUERY__NODE__NODE_DROP_STMT ||
           node->node_case == PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT;
}

/* What is done to tables that nobody uses yet needs no trial; nor what cannot be taken back. */
static void
observe(Lint *lint, gboolean bare)
{
    g_autoptr(MigPgRelation) subject = bare ? NULL : find_subject(lint);

    g_clear_pointer(&lint->seen, mig_pg_seen_free);
    g_clear_pointer(&lint->seen_filled, mig_pg_seen_free);
    if (bare)
        return;
    if ((subject && subject->is_used) || is_tried_anyway(lint->node) ||
        g_hash_table_size(lint->made) > 0)
        lint->seen = mig_pg_lint_try(lint, NULL);
    if (lint->seen && lint->seen->ok && subject && depends_on_rows(lint->node))
        lint->seen_filled = mig_pg_lint_try(lint, subject);
}

static void
not_read(const Lint *lint, const MigPgParsed *parsed, MigLintReport *report)
{
    if (parsed->problem)
        mig_lint_find(report, "CO027", 0, "the statement was not looked at: %s", parsed->problem);
}

static gboolean
lint_examine(gpointer data, guint index, MigLintReport *report, GError **error)
{
    Lint *lint = data;
    const MigPgParsed *parsed = lint->parsed->pdata[index];
    const gboolean bare = is_bare(lint, index);

    lint->index = index;
    lint->node = mig_pg_parsed_node(parsed);
    if (bare && !lint->block->off) {
        MigLintFinding *finding =
            mig_lint_find(report, "PG004", 0, "the server refuses this inside a transaction");
        const MigLintStatement *statement = lint->block->statements->pdata[index];

        finding->fails = TRUE;
        mig_lint_safe(finding, "-- migrate: upgrade transaction=off");
        mig_lint_safe(finding, "%s;", statement->text);
    }
    if (lint->block->off && !bare) {
        forget_transaction(lint);
        lint->open = run(lint, "BEGIN ISOLATION LEVEL READ COMMITTED", error);
        if (!lint->open)
            return FALSE;
    }
    if (!lint->node) {
        not_read(lint, parsed, report);
        return TRUE;
    }
    observe(lint, bare);
    mig_pg_lint_index(lint, report);
    mig_pg_lint_alter(lint, report);
    mig_pg_lint_create(lint, report);
    mig_pg_lint_drop(lint, report);
    mig_pg_lint_rows(lint, report);
    mig_pg_lint_object(lint, report);
    mig_pg_lint_transaction(lint, report);
    mig_pg_lint_names(lint, report);
    mig_pg_lint_session(lint, report);
    mig_pg_lint_bodies(lint, report);
    mig_pg_lint_table(lint, report);
    mig_pg_lint_left(lint, report);
    if (!lint->failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&lint->failed));
    return FALSE;
}

static PGresult *
finish_copy(PGconn *conn, const MigLintStatement *statement)
{
    if (statement->data)
        PQputCopyData(conn, statement->data, (int)statement->data_length);
    PQputCopyEnd(conn, NULL);
    return PQgetResult(conn);
}

/* Runs it; the last result that counts. */
static PGresult *
send(const Lint *lint, const MigLintStatement *statement)
{
    PGconn *conn = lint->scratch->conn;
    PGresult *result = PQexec(conn, statement->text);

    if (PQresultStatus(result) == PGRES_COPY_IN) {
        PQclear(result);
        result = finish_copy(conn, statement);
    }
    for (PGresult *more; (more = PQgetResult(conn)); PQclear(more)) {
        char *row;

        while (PQresultStatus(more) == PGRES_COPY_OUT && PQgetCopyData(conn, &row, 0) > 0)
            PQfreemem(row);
    }
    return result;
}

/* DISCARD and DEALLOCATE have the server forget what it was told to remember. */
static gboolean
makes_forget(const PgQuery__Node *node)
{
    return !node || node->node_case == PG_QUERY__NODE__NODE_DISCARD_STMT ||
           node->node_case == PG_QUERY__NODE__NODE_DEALLOCATE_STMT;
}

static gboolean
lint_execute(gpointer data, guint index, GError **error)
{
    Lint *lint = data;
    const MigLintStatement *statement = lint->block->statements->pdata[index];
    PGresult *result = send(lint, statement);

    mig_pg_lint_forget(lint, makes_forget(mig_pg_parsed_node(lint->parsed->pdata[index])));
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        GError *own = mig_pg_error_new(lint->scratch, result, 0, NULL);
        gssize position = mig_pg_error_offset(lint->scratch, result, statement->text);

        mig_error_set_offset(own, lint->block->file, lint->block->text, lint->block->text_length,
                             statement->offset + (gsize)MAX(position, 0));
        PQclear(result);
        g_propagate_error(error, own);
        return FALSE;
    }
    PQclear(result);
    if (!lint->block->off || !lint->open)
        return TRUE;
    lint->open = FALSE;
    return run(lint, "COMMIT", error);
}

static gboolean
lint_end(gpointer data, GError **error)
{
    Lint *lint = data;

    if (!lint->open)
        return TRUE;
    lint->open = FALSE;
    return run(lint, "COMMIT", error);
}

static void
lint_settle(gpointer data, MigLintReport *report)
{
    mig_pg_lint_settle(data, report);
}

const MigLintDriver mig_pg_lint = {
    .open = lint_open,
    .close = lint_close,
    .revision = lint_revision,
    .begin = lint_begin,
    .examine = lint_examine,
    .execute = lint_execute,
    .end = lint_end,
    .settle = lint_settle,
};
