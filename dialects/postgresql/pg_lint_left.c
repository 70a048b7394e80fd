/* Rules of lint about what stays behind a statement, what it meets that is not the versions' own, and
 * what it takes of the server's room for locks. */
#include "dialects/postgresql/pg_lint.h"

#include <stdlib.h>
#include <string.h>

#include "dialects/postgresql/pg_model.h"

/* Fewer locks than this are nobody's trouble: no server has room for so few. */
#define FEW_LOCKS 16

/* A constraint that was left NOT VALID. */
typedef struct {
    const MigRevision *revision;
    gsize offset; /* of the finding */
    char *table;  /* its OID */
    char *name;   /* "": the server made one up */
} Left;

static void
left_free(gpointer data)
{
    Left *left = data;

    g_free(left->table);
    g_free(left->name);
    g_free(left);
}

GPtrArray *
mig_pg_lint_left_new(void)
{
    return g_ptr_array_new_with_free_func(left_free);
}

static void
leaves(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table,
       const PgQuery__Constraint *constraint)
{
    const MigLintStatement *statement = lint->block->statements->pdata[lint->index];
    g_autofree char *name = *constraint->conname ? mig_pg_name(constraint->conname) : NULL;
    Left *left = g_new0(Left, 1);

    left->revision = lint->block->revision;
    left->offset = statement->offset;
    left->table = g_strdup(table->oid);
    left->name = g_strdup(constraint->conname);
    g_ptr_array_add(lint->left, left);
    mig_lint_safe(mig_lint_find(report, "ST013", 0, "nothing validates %s of %s",
                                name ? name : "the constraint", table->title),
                  "-- in a later revision:\nALTER TABLE %s VALIDATE CONSTRAINT %s;", table->title,
                  name ? name : "...");
}

static gboolean
is_still_left(MigPgLint *lint, const Left *left)
{
    return mig_pg_lint_holds(lint,
                             "SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid = ?1::oid"
                             " AND (conname::text = ?2 OR ?2 = '') AND NOT convalidated",
                             left->table, left->name, NULL);
}

void
mig_pg_lint_settle(MigPgLint *lint, MigLintReport *report)
{
    for (guint i = 0; i < lint->left->len;) {
        const Left *first = lint->left->pdata[i];
        gboolean still = FALSE;

        /* Those of one statement follow each other, and have one place. */
        for (; i < lint->left->len; i++) {
            const Left *left = lint->left->pdata[i];

            if (left->revision != first->revision || left->offset != first->offset)
                break;
            still = still || is_still_left(lint, left);
        }
        if (!still)
            mig_lint_take_back(report, "ST013", first->revision, first->offset);
    }
}

/* What is not valid in the live database, as a list; NULL: nothing. New string. */
static char *
live_invalid(const MigPgLint *lint, const char *table)
{
    return mig_pg_lint_ask_live(
        lint,
        "SELECT pg_catalog.string_agg(w, ', ' ORDER BY w) FROM (SELECT 'index ' ||"
        " indexrelid::pg_catalog.regclass AS w FROM pg_catalog.pg_index WHERE indrelid ="
        " pg_catalog.to_regclass(?1) AND NOT indisvalid UNION ALL SELECT 'constraint ' ||"
        " pg_catalog.quote_ident(conname) FROM pg_catalog.pg_constraint WHERE conrelid ="
        " pg_catalog.to_regclass(?1) AND NOT convalidated) AS all_of_it HAVING count(*) > 0",
        table, NULL);
}

static void
check_altered(MigPgLint *lint, MigLintReport *report, const PgQuery__AlterTableStmt *alter)
{
    g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, alter->relation);

    if (!table)
        return;
    for (size_t i = 0; i < alter->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;

        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint &&
            command->def->constraint->skip_validation)
            leaves(lint, report, table, command->def->constraint);
    }
    if (!lint->live)
        return;
    g_autofree char *name = mig_pg_range_name(alter->relation);
    g_autofree char *invalid = live_invalid(lint, name);

    if (invalid)
        mig_lint_find(report, "ST013", 0, "not valid in the live database: %s of %s", invalid,
                      table->title);
}

/* An object that DROP … IF EXISTS would not find. */
static void
not_made(MigPgLint *lint, MigLintReport *report, const char *name, gboolean is_schema)
{
    const char *query = is_schema ? "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?1"
                                  : "SELECT 1 WHERE pg_catalog.to_regclass(?1) IS NOT NULL";

    if (mig_pg_lint_holds(lint, query, name, NULL))
        return;
    g_autofree char *live =
        lint->live ? mig_pg_lint_ask_live(lint, query, name, NULL) : NULL;

    mig_lint_find_unmade(report, name, lint->live != NULL, live != NULL);
}

static void
check_dropped(MigPgLint *lint, MigLintReport *report, const PgQuery__DropStmt *drop)
{
    for (size_t i = 0; drop->missing_ok && i < drop->n_objects; i++) {
        const PgQuery__Node *object = drop->objects[i];

        if (drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA) {
            not_made(lint, report, mig_pg_node_text(object), TRUE);
        } else if (drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
                   drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ||
                   drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW) {
            g_autofree char *name =
                mig_pg_nodes_dotted(object->list->n_items, object->list->items);

            not_made(lint, report, name, FALSE);
        }
    }
}

static guint
count_locked(const MigPgSeen *seen)
{
    g_autoptr(GHashTable) relations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < seen->locks->len; i++) {
        const char *lock = seen->locks->pdata[i];

        g_hash_table_add(relations, g_strndup(lock, strcspn(lock, " ")));
    }
    return g_hash_table_size(relations);
}

static void
check_locks(MigPgLint *lint, MigLintReport *report)
{
    static const char query[] = "SELECT pg_catalog.current_setting('max_locks_per_transaction')";
    const guint n = lint->seen ? count_locked(lint->seen) : 0;

    if (n <= FEW_LOCKS)
        return;
    g_autofree char *room = lint->live ? mig_pg_lint_ask_live(lint, query, NULL)
                                       : mig_pg_lint_ask(lint, query, NULL);

    if (room && n > strtoul(room, NULL, 10))
        mig_lint_find(report, "PG070", 0,
                      "it locks %u tables and indexes, and max_locks_per_transaction is %s", n, room);
}

void
mig_pg_lint_left(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT && mig_lint_wants(report, "ST013"))
        check_altered(lint, report, node->alter_table_stmt);
    if (node->node_case == PG_QUERY__NODE__NODE_DROP_STMT)
        check_dropped(lint, report, node->drop_stmt);
    check_locks(lint, report);
}
