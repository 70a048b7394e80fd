/* Rules of lint about functions whose text names what a statement takes away. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

/* Whether a later statement of the block replaces or drops the function. */
static gboolean
is_mended(const MigPgLint *lint, const char *function)
{
    for (guint i = lint->index + 1; i < lint->parsed->len; i++) {
        const PgQuery__Node *node = mig_pg_parsed_node(lint->parsed->pdata[i]);
        const char *name = NULL;

        if (node && node->node_case == PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT)
            name = mig_pg_nodes_last(node->create_function_stmt->n_funcname,
                                     node->create_function_stmt->funcname);
        if (node && node->node_case == PG_QUERY__NODE__NODE_DROP_STMT &&
            node->drop_stmt->objects[0]->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS)
            name = mig_pg_nodes_last(
                node->drop_stmt->objects[0]->object_with_args->n_objname,
                node->drop_stmt->objects[0]->object_with_args->objname);
        if (name && strcmp(name, function) == 0)
            return TRUE;
    }
    return FALSE;
}

/* column: NULL: it is about the whole table. what: what becomes of it. */
static void
check_bodies(MigPgLint *lint, MigLintReport *report, const char *table, const char *column,
             const char *what)
{
    g_autoptr(GPtrArray) functions = mig_pg_lint_ask_all(
        lint,
        "SELECT p.proname || pg_catalog.chr(10) || p.oid::pg_catalog.regprocedure FROM"
        " pg_catalog.pg_proc AS p JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang WHERE"
        " p.oid > 16383 AND l.lanname NOT IN ('internal', 'c')"
        " AND pg_catalog.to_jsonb(p) ->> 'prosqlbody' IS NULL AND NOT EXISTS (SELECT FROM"
        " pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND"
        " d.objid = p.oid AND d.deptype = 'e') AND (SELECT pg_catalog.bool_and(p.prosrc ~* ('\\m' ||"
        " pg_catalog.regexp_replace(w, '(\\W)', '\\\\\\1', 'g') || '\\M')) FROM"
        " pg_catalog.unnest(ARRAY[?1::text, NULLIF(?2::text, '')]) AS w WHERE w IS NOT NULL) ORDER BY 1",
        table, column ? column : "", NULL);

    for (guint i = 0; i < functions->len; i++) {
        const char *title = strchr(functions->pdata[i], '\n') + 1;
        g_autofree char *name =
            g_strndup(functions->pdata[i], (gsize)(title - 1 - (char *)functions->pdata[i]));

        if (!is_mended(lint, name))
            mig_lint_safe(mig_lint_find(report, "CO018", 0, "the text of %s names %s%s%s, which is %s",
                                        title, table, column ? "." : "", column ? column : "", what),
                          "CREATE OR REPLACE FUNCTION %s ...;", title);
    }
}

static void
table_altered(MigPgLint *lint, MigLintReport *report, const PgQuery__AlterTableStmt *alter)
{
    for (size_t i = 0; i < alter->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;

        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn)
            check_bodies(lint, report, alter->relation->relname, command->name, "dropped");
    }
}

static void
dropped(MigPgLint *lint, MigLintReport *report, const PgQuery__DropStmt *drop)
{
    if (drop->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE &&
        drop->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_VIEW)
        return;
    for (size_t i = 0; i < drop->n_objects; i++)
        check_bodies(lint, report,
                     mig_pg_nodes_last(drop->objects[i]->list->n_items,
                                       drop->objects[i]->list->items),
                     NULL, "dropped");
}

static void
renamed(MigPgLint *lint, MigLintReport *report, const PgQuery__RenameStmt *rename)
{
    if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
        check_bodies(lint, report, rename->relation->relname, NULL, "renamed");
    else if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN && rename->relation)
        check_bodies(lint, report, rename->relation->relname, rename->subname, "renamed");
}

void
mig_pg_lint_bodies(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    if (!mig_lint_wants(report, "CO018"))
        return;
    if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        table_altered(lint, report, node->alter_table_stmt);
    else if (node->node_case == PG_QUERY__NODE__NODE_DROP_STMT)
        dropped(lint, report, node->drop_stmt);
    else if (node->node_case == PG_QUERY__NODE__NODE_RENAME_STMT)
        renamed(lint, report, node->rename_stmt);
}
