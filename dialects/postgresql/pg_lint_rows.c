/* Rules of lint about statements that change rows. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

static const char *const volatile_functions[] = {
    "random", "clock_timestamp", "timeofday", "gen_random_uuid", "uuid_generate_v4", "now",
    "statement_timestamp", NULL,
};

static gboolean
is_volatile(const PgQuery__FuncCall *call, gpointer user_data)
{
    const char *name = mig_pg_nodes_last(call->n_funcname, call->funcname);

    return name && g_strv_contains(volatile_functions, name);
}

static void
check_assignments(MigLintReport *report, const PgQuery__UpdateStmt *update)
{
    for (size_t i = 0; i < update->n_target_list; i++) {
        const PgQuery__ResTarget *one = update->target_list[i]->res_target;

        for (size_t j = 0; j < i; j++) {
            const PgQuery__ResTarget *other = update->target_list[j]->res_target;

            if (strcmp(one->name, other->name) == 0 && one->n_indirection == 0 &&
                other->n_indirection == 0)
                mig_lint_find(report, "CO012", 0, "%s is assigned twice", one->name)->fails = TRUE;
        }
    }
}

/* Whether the revision added all that it fills: then every row is meant. */
static gboolean
fills_new_columns(MigPgLint *lint, const MigPgRelation *table, const PgQuery__UpdateStmt *update)
{
    for (size_t i = 0; update && i < update->n_target_list; i++) {
        g_autofree char *key =
            g_strdup_printf("%s.%s", table->oid, update->target_list[i]->res_target->name);

        if (!g_hash_table_contains(lint->added, key))
            return FALSE;
    }
    return update && update->n_target_list > 0;
}

/* Whether the condition is one that most rows of a table pass: none, or whether a column is NULL. */
static gboolean
is_wide(const PgQuery__Node *where)
{
    return !where || where->node_case == PG_QUERY__NODE__NODE_NULL_TEST ||
           where->node_case == PG_QUERY__NODE__NODE_A_CONST;
}

/* Locks and long work in one transaction, whichever comes first. */
static void
check_transaction(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table, gboolean wide)
{
    if (!wide)
        return;
    if (lint->locked)
        mig_lint_find(report, "PG064", 0,
                      "%s stays locked against reads and writes while rows of %s are written",
                      lint->locked, table->title);
    if (!lint->block->off && !lint->filled)
        lint->filled = g_strdup(table->title);
}

static void
rows_changed(MigPgLint *lint, MigLintReport *report, const PgQuery__RangeVar *name,
             const PgQuery__Node *where, const PgQuery__UpdateStmt *update)
{
    g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, name);
    const MigLintStatement *statement = lint->block->statements->pdata[lint->index];

    if (!table || !table->is_used)
        return;
    if (!where && !fills_new_columns(lint, table, update)) {
        MigLintFinding *finding = mig_lint_find(report, "DS005", 0, "%s every row of %s",
                                                update ? "changes" : "deletes", table->title);

        mig_lint_safe(finding, "%s WHERE ...;", statement->text);
    }
    check_transaction(lint, report, table, is_wide(where));
    if (!is_wide(where))
        return;
    MigLintFinding *finding = mig_lint_find(
        report, "PG065", 0, "all rows that it writes to %s stay locked until it ends", table->title);

    mig_pg_lint_weigh(lint, finding, table, "ROW EXCLUSIVE", MIG_WORK_ROWS);
    mig_lint_safe(finding, "-- in batches by key, each a transaction of its own:");
    mig_lint_safe(finding, "%s %s id >= ... AND id < ...;", statement->text, where ? "AND" : "WHERE");
}

static void
truncated(MigPgLint *lint, MigLintReport *report, const PgQuery__TruncateStmt *truncate)
{
    for (size_t i = 0; i < truncate->n_relations; i++) {
        g_autoptr(MigPgRelation) table =
            mig_pg_lint_relation(lint, truncate->relations[i]->range_var);

        if (table && table->is_used)
            mig_pg_lint_weigh(lint,
                              mig_lint_find(report, "DS004", 0, "all rows of %s%s are lost for good",
                                            table->title,
                                            truncate->behavior ==
                                                    PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE
                                                ? ", and of all that refers to it,"
                                                : ""),
                              table, "ACCESS EXCLUSIVE", MIG_WORK_NONE);
    }
}

void
mig_pg_lint_rows(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;
    const ProtobufCMessage *values = NULL;

    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
        check_assignments(report, node->update_stmt);
        rows_changed(lint, report, node->update_stmt->relation, node->update_stmt->where_clause,
                     node->update_stmt);
        values = &node->update_stmt->base;
        break;
    case PG_QUERY__NODE__NODE_DELETE_STMT:
        rows_changed(lint, report, node->delete_stmt->relation, node->delete_stmt->where_clause,
                     NULL);
        break;
    case PG_QUERY__NODE__NODE_INSERT_STMT:
        values = &node->insert_stmt->base;
        break;
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
        truncated(lint, report, node->truncate_stmt);
        break;
    default:
        break;
    }
    if (mig_pg_find_call(values, is_volatile, NULL))
        mig_lint_find(report, "CO026", 0, "a replay writes other values");
}
