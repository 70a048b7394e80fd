/* Rules of lint about partitions. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

/* The DEFAULT partition of a table; NULL: it has none. New. */
static MigPgRelation *
default_partition(MigPgLint *lint, const MigPgRelation *parent)
{
    g_autofree char *name = mig_pg_lint_ask(
        lint,
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)"
        " FROM pg_catalog.pg_partitioned_table AS p JOIN pg_catalog.pg_class AS c"
        " ON c.oid = p.partdefid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE p.partrelid = ?1::oid",
        parent->oid, NULL);

    return name ? mig_pg_lint_relation_named(lint, name) : NULL;
}

static void
check_default(MigPgLint *lint, MigLintReport *report, const MigPgRelation *parent)
{
    g_autoptr(MigPgRelation) rest = default_partition(lint, parent);

    if (!rest || !rest->is_used ||
        mig_pg_seen_says(lint->seen, "updated partition constraint for default partition "))
        return; /* what it holds is proved not to belong to the new one */
    MigLintFinding *finding = mig_lint_find(
        report, "PG052", 0, "every row of the default partition %s is read", rest->title);

    mig_pg_lint_weigh(lint, finding, rest, "ACCESS EXCLUSIVE", MIG_WORK_SCAN);
    g_autofree char *check = mig_pg_lint_name("%s_rest", rest->name);

    mig_lint_safe(finding, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (NOT (...)) NOT VALID;",
                  rest->title, check);
    mig_lint_safe(finding, "-- and in a later transaction, before this:");
    mig_lint_safe(finding, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", rest->title, check);
}

static void
attached(const MigPgAlter *alter, const PgQuery__PartitionCmd *command)
{
    MigPgLint *lint = alter->lint;
    g_autoptr(MigPgRelation) child = mig_pg_lint_relation(lint, command->name);

    if (alter->table->is_used)
        check_default(lint, alter->report, alter->table);
    if (!child || !child->is_used || mig_pg_seen_work(lint->seen, child->name) == MIG_WORK_NONE)
        return;
    MigLintFinding *finding = mig_lint_find(alter->report, "PG051", 0,
                                            "every row of %s is read to see that it belongs there",
                                            child->title);

    mig_pg_lint_weigh(lint, finding, child, "ACCESS EXCLUSIVE", MIG_WORK_SCAN);
    g_autofree char *check = mig_pg_lint_name("%s_bounds", child->name);

    mig_lint_safe(finding, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (...) NOT VALID;", child->title,
                  check);
    mig_lint_safe(finding, "-- in a later transaction:");
    mig_lint_safe(finding, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", child->title, check);
    mig_lint_safe(finding, "-- and then the ATTACH, and DROP CONSTRAINT %s", check);
}

static void
detached(const MigPgAlter *alter, const PgQuery__PartitionCmd *command)
{
    g_autofree char *child = mig_pg_range_title(command->name);

    if (command->concurrent || !alter->table->is_used)
        return;
    MigLintFinding *finding =
        mig_lint_find(alter->report, "PG053", 0, "all queries on %s and its partitions wait",
                      alter->table->title);

    mig_pg_lint_weigh(alter->lint, finding, alter->table, "ACCESS EXCLUSIVE", MIG_WORK_NONE);
    mig_lint_safe(finding, "-- migrate: upgrade transaction=off");
    mig_lint_safe(finding, "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY;", alter->table->title,
                  child);
}

void
mig_pg_lint_partition(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *node = command->def;

    if (alter->table->kind != 'p' || !node || node->node_case != PG_QUERY__NODE__NODE_PARTITION_CMD)
        return;
    if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition)
        attached(alter, node->partition_cmd);
    else
        detached(alter, node->partition_cmd);
}

void
mig_pg_lint_partition_made(MigPgLint *lint, MigLintReport *report, const PgQuery__CreateStmt *create)
{
    g_autoptr(MigPgRelation) parent =
        mig_pg_lint_relation(lint, create->inh_relations[0]->range_var);
    g_autofree char *child = mig_pg_range_title(create->relation);

    if (!parent || !parent->is_used)
        return;
    MigLintFinding *finding = mig_lint_find(
        report, "PG050", 0, "all queries on %s and its partitions wait", parent->title);

    mig_pg_lint_weigh(lint, finding, parent, "ACCESS EXCLUSIVE", MIG_WORK_NONE);
    mig_lint_safe(finding, "CREATE TABLE %s (LIKE %s INCLUDING ALL);", child, parent->title);
    mig_lint_safe(finding, "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES ...;", parent->title, child);
    check_default(lint, report, parent);
}
