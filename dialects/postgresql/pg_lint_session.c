/* Rules of lint about dates, whose meaning the session's settings decide. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

/* The setting that decides what a literal of a type says; NULL: none does. */
static const char *
setting_for(const char *type, const char *literal)
{
    static const char *const dates[] = {"timestamptz", "timestamp", "date",
                                        "timestamp with time zone", "timestamp without time zone",
                                        NULL};

    if (!type || !g_strv_contains(dates, type))
        return NULL;
    if (g_regex_match_simple("^\\s*\\d{1,2}[/.-]\\d{1,2}[/.-]\\d{2,4}\\b", literal, 0, 0))
        return "DateStyle";
    if (strcmp(type, "timestamptz") != 0 && strcmp(type, "timestamp with time zone") != 0)
        return NULL;
    return g_regex_match_simple("^\\s*\\d{4,}-\\d{1,2}-\\d{1,2}"
                                "([ T]+\\d{1,2}(:\\d{2}){0,2}(\\.\\d+)?)?\\s*$",
                                literal, 0, 0)
               ? "TimeZone"
               : NULL;
}

static const char *
literal_of(const PgQuery__Node *node)
{
    if (!node || node->node_case != PG_QUERY__NODE__NODE_A_CONST ||
        node->a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL)
        return NULL;
    return node->a_const->sval->sval;
}

/* Adds a finding for a literal that is to be of a type; NULL: there is none. */
static void
check_literal(MigLintReport *report, const char *type, const char *literal)
{
    const char *setting = literal ? setting_for(type, literal) : NULL;

    if (!setting)
        return;
    g_autofree char *quoted = mig_pg_quote_literal(literal);
    MigLintFinding *finding = mig_lint_find(
        report, "CO021", 0, "what %s means depends on %s", quoted, setting);

    if (strcmp(setting, "TimeZone") == 0)
        mig_lint_safe(finding, "'%s%s+00'", literal, strchr(literal, ':') ? "" : " 00:00");
    else
        mig_lint_safe(finding, "Write the date as 'YYYY-MM-DD'.");
}

static gboolean
take_cast(const ProtobufCMessage *found, gpointer user_data)
{
    const PgQuery__TypeCast *cast = (const PgQuery__TypeCast *)found;

    if (cast->type_name && cast->type_name->n_array_bounds == 0)
        check_literal(user_data,
                      mig_pg_nodes_last(cast->type_name->n_names, cast->type_name->names),
                      literal_of(cast->arg));
    return FALSE;
}

/* DEFAULT of a new column. */
static gboolean
take_column(const ProtobufCMessage *found, gpointer user_data)
{
    const PgQuery__ColumnDef *column = (const PgQuery__ColumnDef *)found;

    for (size_t i = 0; column->type_name && i < column->n_constraints; i++) {
        const PgQuery__Constraint *constraint = column->constraints[i]->constraint;

        if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT)
            check_literal(user_data,
                          mig_pg_nodes_last(column->type_name->n_names, column->type_name->names),
                          literal_of(constraint->raw_expr));
    }
    return FALSE;
}

/* Whether it would depend on a setting as a timestamptz: only then is it worth a query. */
static gboolean
is_suspect(const PgQuery__Node *node)
{
    const char *literal = literal_of(node);

    return literal && setting_for("timestamptz", literal);
}

/* SET DEFAULT */
static void
check_defaults(MigPgLint *lint, MigLintReport *report, const PgQuery__AlterTableStmt *alter)
{
    for (size_t i = 0; i < alter->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;

        if (command->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault ||
            !is_suspect(command->def))
            continue;
        g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, alter->relation);
        g_autofree char *type =
            table ? mig_pg_lint_column_type(lint, table, command->name) : NULL;

        check_literal(report, type, literal_of(command->def));
    }
}

static void
check_bounds(MigPgLint *lint, MigLintReport *report, const PgQuery__RangeVar *parent,
             const PgQuery__PartitionBoundSpec *bound)
{
    const struct {
        size_t n;
        PgQuery__Node **values;
    } lists[] = {{bound->n_lowerdatums, bound->lowerdatums},
                 {bound->n_upperdatums, bound->upperdatums},
                 {bound->n_listdatums, bound->listdatums}};

    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (lists[i].n == 0 || !is_suspect(lists[i].values[0]))
            continue;
        g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, parent);
        g_autofree char *type =
            table ? mig_pg_lint_ask(lint,
                                    "SELECT pg_catalog.format_type(a.atttypid, NULL) FROM"
                                    " pg_catalog.pg_partitioned_table AS p JOIN"
                                    " pg_catalog.pg_attribute AS a ON a.attrelid = p.partrelid AND"
                                    " a.attnum = p.partattrs[0] WHERE p.partrelid = ?1::oid",
                                    table->oid, NULL)
                  : NULL;

        check_literal(report, type, literal_of(lists[i].values[0]));
    }
}

/* The types of the columns that an INSERT fills, in order. New array of char*; NULL: not known. */
static GPtrArray *
filled_types(MigPgLint *lint, const PgQuery__InsertStmt *insert)
{
    g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, insert->relation);

    if (!table)
        return NULL;
    if (insert->n_cols == 0)
        return mig_pg_lint_ask_all(lint,
                                   "SELECT pg_catalog.format_type(atttypid, NULL) FROM"
                                   " pg_catalog.pg_attribute WHERE attrelid = ?1::oid AND attnum > 0"
                                   " AND NOT attisdropped ORDER BY attnum",
                                   table->oid, NULL);
    GPtrArray *types = g_ptr_array_new_with_free_func(g_free);

    for (size_t i = 0; i < insert->n_cols; i++)
        g_ptr_array_add(types,
                        mig_pg_lint_column_type(lint, table, insert->cols[i]->res_target->name));
    return types;
}

static void
check_rows(MigPgLint *lint, MigLintReport *report, const PgQuery__InsertStmt *insert)
{
    const PgQuery__SelectStmt *values =
        insert->select_stmt && insert->select_stmt->node_case == PG_QUERY__NODE__NODE_SELECT_STMT
            ? insert->select_stmt->select_stmt
            : NULL;
    g_autoptr(GPtrArray) types = NULL;

    for (size_t i = 0; values && i < values->n_values_lists; i++) {
        const PgQuery__List *row = values->values_lists[i]->list;

        for (size_t j = 0; j < row->n_items; j++) {
            if (!is_suspect(row->items[j]))
                continue;
            if (!types)
                types = filled_types(lint, insert);
            if (types && j < types->len)
                check_literal(report, types->pdata[j], literal_of(row->items[j]));
        }
    }
}

void
mig_pg_lint_session(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    if (!mig_lint_wants(report, "CO021"))
        return;
    mig_pg_find(mig_pg_node_message(node), &pg_query__type_cast__descriptor, take_cast, report);
    mig_pg_find(mig_pg_node_message(node), &pg_query__column_def__descriptor, take_column, report);
    if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        check_defaults(lint, report, node->alter_table_stmt);
    if (node->node_case == PG_QUERY__NODE__NODE_INSERT_STMT)
        check_rows(lint, report, node->insert_stmt);
    if (node->node_case == PG_QUERY__NODE__NODE_CREATE_STMT && node->create_stmt->partbound &&
        node->create_stmt->n_inh_relations > 0)
        check_bounds(lint, report, node->create_stmt->inh_relations[0]->range_var,
                     node->create_stmt->partbound);
    for (size_t i = 0; node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
                       i < node->alter_table_stmt->n_cmds;
         i++) {
        const PgQuery__AlterTableCmd *command =
            node->alter_table_stmt->cmds[i]->alter_table_cmd;

        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition &&
            command->def->partition_cmd->bound)
            check_bounds(lint, report, node->alter_table_stmt->relation,
                         command->def->partition_cmd->bound);
    }
}
