/* Rules of lint about what a transaction holds while it works. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "core/config.h"
#include "dialects/postgresql/pg_words.h"

/* The table that the statement alters or indexes; NULL: none. */
static MigPgRelation *
subject_of(MigPgLint *lint)
{
    const PgQuery__Node *node = lint->node;

    if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        return mig_pg_lint_relation(lint, node->alter_table_stmt->relation);
    if (node->node_case == PG_QUERY__NODE__NODE_INDEX_STMT)
        return mig_pg_lint_relation(lint, node->index_stmt->relation);
    return NULL;
}

/* Whether an earlier ALTER TABLE of the block is about the same table. */
static gboolean
was_altered(const MigPgLint *lint, const char *name)
{
    for (guint i = 0; i < lint->index; i++) {
        const PgQuery__Node *node = mig_pg_parsed_node(lint->parsed->pdata[i]);

        if (node && node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
            strcmp(node->alter_table_stmt->relation->relname, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
check_held(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table, MigWork work)
{
    if (work >= MIG_WORK_SCAN && lint->locked && !mig_lint_has(report, "PG012"))
        mig_lint_find(report, "PG062", 0,
                      "%s stays locked against reads and writes while %s is read or written",
                      lint->locked, table->title);
    if (work >= MIG_WORK_SCAN && lint->node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
        was_altered(lint, table->name))
        mig_lint_find(report, "PG063", 0, "%s is read once for each ALTER TABLE", table->title);
}

static void
check_strong(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table)
{
    const gint64 timeout = mig_config_duration_ms(lint->config, "lock_timeout");

    if (strcmp(mig_pg_seen_lock(lint->seen, table->oid), "ACCESS EXCLUSIVE") != 0)
        return;
    if (timeout <= 0)
        mig_lint_find(report, "PG066", 0, "waits for %s without end, and all others behind it",
                      table->title);
    if (lint->block->off)
        return;
    if (lint->filled)
        mig_lint_find(report, "PG064", 0,
                      "waits, and keeps others waiting, for %s in the transaction that wrote rows of "
                      "%s",
                      table->title, lint->filled);
    if (!lint->locked)
        lint->locked = g_strdup(table->title);
}

/* Several statements of an off block that need not be in one. */
static void
check_block(MigPgLint *lint, MigLintReport *report)
{
    if (!lint->block->off || lint->index != 1)
        return;
    for (guint i = 0; i < lint->block->statements->len; i++) {
        const MigLintStatement *each = lint->block->statements->pdata[i];

        if (mig_pg_needs_bare(each->text, each->length) ||
            mig_pg_may_need_bare(each->text, each->length) ||
            mig_pg_waits_long(each->text, each->length))
            return;
    }
    mig_lint_find(report, "CO009", 0,
                  "nothing here needs to be outside a transaction: when it fails, what came before "
                  "stays");
}

/* A statement outside transactions of which a later run cannot tell whether it took effect. */
static void
check_resuming(MigPgLint *lint, MigLintReport *report)
{
    const MigLintStatement *statement = lint->block->statements->pdata[lint->index];
    g_auto(MigPgBare) bare = {0};

    if (!lint->block->off || !mig_pg_may_need_bare(statement->text, statement->length))
        return;
    mig_pg_bare_read(statement->text, statement->length, &bare);
    if (bare.kind == MIG_PG_BARE_OTHER)
        mig_lint_find(report, "CO016", 0,
                      "when the run is cut short in it, nobody can tell whether it took effect");
}

void
mig_pg_lint_transaction(MigPgLint *lint, MigLintReport *report)
{
    g_autoptr(MigPgRelation) table = subject_of(lint);

    check_block(lint, report);
    check_resuming(lint, report);
    if (!table || !table->is_used || !lint->seen)
        return;
    check_held(lint, report, table, mig_pg_seen_work(lint->seen, table->name));
    check_strong(lint, report, table);
}
