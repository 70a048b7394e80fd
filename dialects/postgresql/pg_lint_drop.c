/* Rules of lint about what is dropped. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

/* Whether a later statement of the block makes a table of this name. */
static gboolean
is_made_again(const MigPgLint *lint, const char *name)
{
    for (guint i = lint->index + 1; i < lint->parsed->len; i++) {
        const PgQuery__Node *node = mig_pg_parsed_node(lint->parsed->pdata[i]);

        if (node && node->node_case == PG_QUERY__NODE__NODE_CREATE_STMT &&
            strcmp(node->create_stmt->relation->relname, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Tables in use that its foreign keys refer to, as a list; NULL: none. New string. */
static char *
referred_by(MigPgLint *lint, const MigPgRelation *table)
{
    g_autoptr(GPtrArray) others = mig_pg_lint_ask_all(
        lint,
        "SELECT DISTINCT confrelid::pg_catalog.regclass::text FROM pg_catalog.pg_constraint"
        " WHERE conrelid = ?1::oid AND contype = 'f' AND confrelid <> conrelid ORDER BY 1",
        table->oid, NULL);

    if (others->len == 0)
        return NULL;
    g_ptr_array_add(others, NULL);
    return g_strjoinv(", ", (char **)others->pdata);
}

static void
partition_dropped(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table)
{
    g_autofree char *parent = mig_pg_lint_ask(
        lint, "SELECT inhparent::pg_catalog.regclass FROM pg_catalog.pg_inherits"
              " WHERE inhrelid = ?1::oid",
        table->oid, NULL);
    MigLintFinding *finding;

    if (!table->is_partition || !parent)
        return;
    finding = mig_lint_find(report, "PG053", 0, "all queries on %s and its partitions wait", parent);
    mig_lint_blocks(finding, "%s: ACCESS EXCLUSIVE: reads and writes wait for a moment", parent);
    mig_lint_safe(finding, "-- migrate: upgrade transaction=off");
    mig_lint_safe(finding, "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY;", parent, table->title);
    mig_lint_safe(finding, "DROP TABLE %s;", table->title);
}

static void
table_dropped(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table)
{
    g_autofree char *others = referred_by(lint, table);
    MigLintFinding *finding =
        mig_lint_find(report, "DS001", 0, "all rows of %s are lost for good", table->title);

    g_autofree char *aside = mig_pg_lint_name("dropped_%s", table->name);

    mig_lint_safe(finding, "ALTER TABLE %s RENAME TO %s;", table->title, aside);
    mig_lint_safe(finding, "-- and in a later revision, when nobody missed it:");
    mig_lint_safe(finding, "DROP TABLE %s;", aside);
    if (is_made_again(lint, table->name))
        mig_lint_find(report, "CO017", 0, "%s is dropped and made again without its rows",
                      table->title);
    partition_dropped(lint, report, table);
    if (!others)
        return;
    finding = mig_lint_find(report, "PG060", 0,
                            "dropping %s locks %s against reads and writes, too", table->title,
                            others);
    mig_lint_blocks(finding, "%s: ACCESS EXCLUSIVE: reads and writes wait for a moment", others);
}

/* What the server said that goes along; NULL: nothing. New string. */
static char *
cascaded(const MigPgLint *lint)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; lint->seen && i < lint->seen->messages->len; i++) {
        g_auto(GStrv) lines = g_strsplit(lint->seen->messages->pdata[i], "\n", -1);

        for (char **line = lines; *line; line++) {
            const char *what = g_str_has_prefix(*line, "drop cascades to ")
                                   ? *line + strlen("drop cascades to ")
                                   : NULL;

            if (what && !g_ascii_isdigit(*what))
                g_string_append_printf(list, "%s%s", list->len ? ", " : "", what);
        }
    }
    if (list->len)
        return g_string_free(list, FALSE);
    g_string_free(list, TRUE);
    return NULL;
}

static void
check_cascade(MigPgLint *lint, MigLintReport *report, const PgQuery__DropStmt *drop)
{
    g_autofree char *gone = cascaded(lint);

    if (drop->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE)
        mig_lint_find(report, "DS006", 0, "goes along here: %s", gone ? gone : "nothing, but perhaps elsewhere");
}

static void
object_dropped(MigPgLint *lint, MigLintReport *report, const PgQuery__DropStmt *drop,
               const PgQuery__Node *object)
{
    g_autoptr(MigPgRelation) relation = NULL;

    switch (drop->remove_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE: {
        g_autofree char *name = mig_pg_nodes_dotted(object->list->n_items, object->list->items);

        relation = mig_pg_lint_relation_named(lint, name);
        if (relation && relation->is_used)
            table_dropped(lint, report, relation);
        break;
    }
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
        if (mig_pg_lint_holds(lint, "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?1",
                              mig_pg_node_text(object), NULL))
            mig_lint_find(report, "DS003", 0, "all that schema %s holds is lost for good",
                          mig_pg_node_text(object));
        break;
    case PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION:
        mig_lint_find(report, "CO025", 0, "what is made with the types and functions of %s fails "
                                          "or goes along",
                      mig_pg_node_text(object));
        break;
    default:
        break;
    }
}

void
mig_pg_lint_drop(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    if (node->node_case == PG_QUERY__NODE__NODE_DROPDB_STMT)
        mig_lint_find(report, "DS003", 0, "all that database %s holds is lost for good",
                      node->dropdb_stmt->dbname);
    if (node->node_case != PG_QUERY__NODE__NODE_DROP_STMT)
        return;
    for (size_t i = 0; i < node->drop_stmt->n_objects; i++)
        object_dropped(lint, report, node->drop_stmt, node->drop_stmt->objects[i]);
    check_cascade(lint, report, node->drop_stmt);
}
