/* Rules of lint about how new tables are laid out and described. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

/* So many bytes a row are worth a word. */
#define WORTH_BYTES 8

/* A column of fixed length. */
typedef struct {
    const char *name;
    guint length, alignment;
} Fixed;

static guint
alignment_of(char letter)
{
    return letter == 'd' ? 8 : letter == 'i' ? 4 : letter == 's' ? 2 : 1;
}

/* FALSE: it has no fixed length, or is not known. */
static gboolean
measure(MigPgLint *lint, const PgQuery__ColumnDef *column, Fixed *ret)
{
    static const struct {
        const char *serial, *type;
    } serials[] = {{"serial", "int4"},      {"serial4", "int4"},     {"bigserial", "int8"},
                   {"serial8", "int8"},     {"smallserial", "int2"}, {"serial2", "int2"}};
    const PgQuery__TypeName *type = column->type_name;
    const char *last = type ? mig_pg_nodes_last(type->n_names, type->names) : NULL;
    g_autofree char *name = type ? mig_pg_nodes_dotted(type->n_names, type->names) : NULL;
    const char *spelled = name;

    if (!last || type->n_array_bounds > 0)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(serials); i++) {
        if (strcmp(last, serials[i].serial) == 0)
            spelled = serials[i].type;
    }
    g_autofree char *found = mig_pg_lint_ask(
        lint,
        "SELECT typlen::text || typalign::text FROM pg_catalog.pg_type WHERE oid ="
        " pg_catalog.to_regtype(?1) AND typlen > 0",
        spelled, NULL);

    if (!found)
        return FALSE;
    ret->name = column->colname;
    ret->length = (guint)g_ascii_strtoull(found, NULL, 10);
    ret->alignment = alignment_of(found[strlen(found) - 1]);
    return TRUE;
}

static guint
total(const GArray *columns)
{
    guint at = 0;

    for (guint i = 0; i < columns->len; i++) {
        const Fixed *column = &g_array_index(columns, Fixed, i);

        at = (at + column->alignment - 1) / column->alignment * column->alignment + column->length;
    }
    return (at + WORTH_BYTES - 1) / WORTH_BYTES * WORTH_BYTES;
}

static int
widest_first(gconstpointer a, gconstpointer b, gpointer user_data)
{
    const Fixed *one = a, *other = b;

    return (int)other->alignment - (int)one->alignment;
}

static void
check_padding(MigPgLint *lint, MigLintReport *report, const PgQuery__CreateStmt *create,
              const char *table)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(Fixed));

    for (size_t i = 0; i < create->n_table_elts; i++) {
        Fixed column;

        if (create->table_elts[i]->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF &&
            measure(lint, create->table_elts[i]->column_def, &column))
            g_array_append_val(columns, column);
    }
    const guint as_written = total(columns);

    g_array_sort_with_data(columns, widest_first, NULL);
    const guint sorted = total(columns);

    if (as_written < sorted + WORTH_BYTES)
        return;
    g_autoptr(GString) order = g_string_new(NULL);

    for (guint i = 0; i < columns->len; i++) {
        g_autofree char *name = mig_pg_name(g_array_index(columns, Fixed, i).name);

        g_string_append_printf(order, "%s%s", i ? ", " : "", name);
    }
    mig_lint_safe(mig_lint_find(report, "ST011", 0,
                                "each row of %s is %u bytes longer than it has to be", table,
                                as_written - sorted),
                  "-- in this order, with the columns of variable length behind:\n%s", order->str);
}

/* Whether a later statement of the block comments on it. column: NULL: on the table. */
static gboolean
is_commented(const MigPgLint *lint, const char *table, const char *column)
{
    for (guint i = lint->index + 1; i < lint->parsed->len; i++) {
        const PgQuery__Node *node = mig_pg_parsed_node(lint->parsed->pdata[i]);
        const PgQuery__List *name;
        const size_t behind = column != NULL;

        if (!node || node->node_case != PG_QUERY__NODE__NODE_COMMENT_STMT ||
            node->comment_stmt->objtype != (column ? PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN
                                                   : PG_QUERY__OBJECT_TYPE__OBJECT_TABLE))
            continue;
        name = node->comment_stmt->object->list;
        if (name->n_items <= behind ||
            g_strcmp0(mig_pg_node_text(name->items[name->n_items - 1 - behind]), table) != 0)
            continue;
        if (!column || g_strcmp0(mig_pg_node_text(name->items[name->n_items - 1]), column) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
lacks_comment(const MigPgLint *lint, MigLintFinding **finding, MigLintReport *report,
              const char *table, const char *title, const char *column)
{
    g_autofree char *name = column ? mig_pg_name(column) : NULL;

    if (is_commented(lint, table, column))
        return;
    if (!*finding)
        *finding = mig_lint_find(report, "ST014", 0, "%s%s%s has no comment", title,
                                 column ? "." : "", column ? name : "");
    mig_lint_safe(*finding, "COMMENT ON %s %s%s%s IS '...';", column ? "COLUMN" : "TABLE", title,
                  column ? "." : "", column ? name : "");
}

static void
check_comments(const MigPgLint *lint, MigLintReport *report, const PgQuery__CreateStmt *create,
               const char *title)
{
    const char *table = create->relation->relname;
    MigLintFinding *finding = NULL;

    lacks_comment(lint, &finding, report, table, title, NULL);
    for (size_t i = 0; i < create->n_table_elts; i++) {
        if (create->table_elts[i]->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            lacks_comment(lint, &finding, report, table, title,
                          create->table_elts[i]->column_def->colname);
    }
}

static void
columns_added(const MigPgLint *lint, MigLintReport *report, const PgQuery__AlterTableStmt *alter)
{
    g_autofree char *title = mig_pg_range_title(alter->relation);
    MigLintFinding *finding = NULL;

    for (size_t i = 0; i < alter->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;

        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)
            lacks_comment(lint, &finding, report, alter->relation->relname, title,
                          command->def->column_def->colname);
    }
}

void
mig_pg_lint_table(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;
    const gboolean comments = mig_lint_wants(report, "ST014");

    if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT && comments)
        columns_added(lint, report, node->alter_table_stmt);
    if (node->node_case != PG_QUERY__NODE__NODE_CREATE_STMT || node->create_stmt->partbound ||
        strcmp(node->create_stmt->relation->relpersistence, "t") == 0)
        return;
    g_autofree char *title = mig_pg_range_title(node->create_stmt->relation);

    if (comments)
        check_comments(lint, report, node->create_stmt, title);
    if (mig_lint_wants(report, "ST011"))
        check_padding(lint, report, node->create_stmt, title);
}
