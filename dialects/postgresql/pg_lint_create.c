/* Rules of lint about new tables and views. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

typedef struct {
    MigPgLint *lint;
    MigLintReport *report;
    const PgQuery__CreateStmt *statement;
    char *table; /* as identifiers */
} Create;

static const char *
type_of(const PgQuery__ColumnDef *column)
{
    return column->type_name
               ? mig_pg_nodes_last(column->type_name->n_names, column->type_name->names)
               : NULL;
}

static gboolean
has_constraint(const PgQuery__ColumnDef *column, PgQuery__ConstrType type)
{
    for (size_t i = 0; i < column->n_constraints; i++) {
        if (column->constraints[i]->constraint->contype == type)
            return TRUE;
    }
    return FALSE;
}

static const PgQuery__Constraint *
table_constraint(const PgQuery__CreateStmt *statement, PgQuery__ConstrType type)
{
    for (size_t i = 0; i < statement->n_table_elts; i++) {
        const PgQuery__Node *node = statement->table_elts[i];

        if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT && node->constraint->contype == type)
            return node->constraint;
    }
    return NULL;
}

/* What the settings may ask of a column's type, in new tables and ADD COLUMN. */
static void
check_type(MigLintReport *report, const char *table, const PgQuery__ColumnDef *column)
{
    static const struct {
        const char *rule, *types[4], *message;
    } rules[] = {
        {"ST003", {"serial", "bigserial", "smallserial"}, "is a serial column"},
        {"ST004", {"varchar", "bpchar"}, "has a length"},
        {"ST005", {"timestamp"}, "is a timestamp without time zone"},
        {"ST006", {"json"}, "is json"},
    };
    const char *type = type_of(column);

    for (gsize i = 0; type && i < G_N_ELEMENTS(rules); i++) {
        const gboolean needs_length = strcmp(rules[i].rule, "ST004") == 0;

        for (gsize j = 0; j < G_N_ELEMENTS(rules[i].types) && rules[i].types[j]; j++) {
            if (strcmp(type, rules[i].types[j]) == 0 &&
                (!needs_length || column->type_name->n_typmods > 0))
                mig_lint_find(report, rules[i].rule, 0, "%s.%s %s", table, column->colname,
                              rules[i].message);
        }
    }
}

static gboolean
is_small_number(const PgQuery__ColumnDef *column)
{
    static const char *const serials[] = {"serial", "smallserial", "serial2", "serial4", NULL};
    static const char *const numbers[] = {"int4", "int2", NULL};
    const char *type = type_of(column);

    return type && (g_strv_contains(serials, type) ||
                    (g_strv_contains(numbers, type) &&
                     has_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY)));
}

static gboolean
is_key(const Create *create, const PgQuery__ColumnDef *column)
{
    const PgQuery__Constraint *key =
        table_constraint(create->statement, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY);

    return has_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) ||
           (key && key->n_keys == 1 &&
            g_strcmp0(mig_pg_node_text(key->keys[0]), column->colname) == 0);
}

static void
check_columns(const Create *create)
{
    gboolean has_key = table_constraint(create->statement,
                                        PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) != NULL;

    for (size_t i = 0; i < create->statement->n_table_elts; i++) {
        const PgQuery__Node *node = create->statement->table_elts[i];

        if (node->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
            continue;
        const PgQuery__ColumnDef *column = node->column_def;

        has_key = has_key || has_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY);
        check_type(create->report, create->table, column);
        if (is_key(create, column) && is_small_number(column))
            mig_lint_find(create->report, "ST002", 0, "%s.%s runs out at 2147483647", create->table,
                          column->colname);
    }
    if (!has_key && !create->statement->partbound && create->statement->n_inh_relations == 0)
        mig_lint_find(create->report, "ST001", 0, "table %s has no primary key", create->table);
}

/* Whether an index that begins with the column is made behind this statement, in it or by it. */
static gboolean
is_indexed(const Create *create, const char *column)
{
    for (size_t i = 0; i < create->statement->n_table_elts; i++) {
        const PgQuery__Node *node = create->statement->table_elts[i];

        if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT && node->constraint->n_keys > 0 &&
            g_strcmp0(mig_pg_node_text(node->constraint->keys[0]), column) == 0)
            return TRUE;
        if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF &&
            strcmp(node->column_def->colname, column) == 0 &&
            (has_constraint(node->column_def, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) ||
             has_constraint(node->column_def, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE)))
            return TRUE;
    }
    for (guint i = create->lint->index + 1; i < create->lint->parsed->len; i++) {
        const PgQuery__Node *node = mig_pg_parsed_node(create->lint->parsed->pdata[i]);

        if (node && node->node_case == PG_QUERY__NODE__NODE_INDEX_STMT &&
            strcmp(node->index_stmt->relation->relname, create->statement->relation->relname) == 0 &&
            node->index_stmt->n_index_params > 0 &&
            strcmp(node->index_stmt->index_params[0]->index_elem->name, column) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
check_key(const Create *create, const PgQuery__Constraint *key, const char *column)
{
    MigPgLint *lint = create->lint;
    g_autoptr(MigPgRelation) other = mig_pg_lint_relation(lint, key->pktable);

    if (column && !is_indexed(create, column))
        mig_lint_safe(mig_lint_find(create->report, "PG016", 0, "no index of %s begins with (%s)",
                                    create->table, column),
                      "CREATE INDEX ON %s (%s);", create->table, column);
    if (!other || !other->is_used)
        return;
    if (g_hash_table_size(lint->referred) > 0 && !g_hash_table_contains(lint->referred, other->oid))
        mig_lint_find(create->report, "PG014", 0,
                      "the transaction locks %s beside other tables that new foreign keys refer to",
                      other->title);
    g_hash_table_add(lint->referred, g_strdup(other->oid));
    if (lint->index + 1 >= lint->block->statements->len)
        return;
    MigLintFinding *finding = mig_lint_find(create->report, "PG061", 0,
                                            "writes to %s wait until the end of the transaction",
                                            other->title);

    mig_pg_lint_weigh(lint, finding, other, "SHARE ROW EXCLUSIVE", MIG_WORK_NONE);
}

static void
check_keys(const Create *create)
{
    for (size_t i = 0; i < create->statement->n_table_elts; i++) {
        const PgQuery__Node *node = create->statement->table_elts[i];

        if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
            node->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)
            check_key(create, node->constraint,
                      node->constraint->n_fk_attrs
                          ? mig_pg_node_text(node->constraint->fk_attrs[0])
                          : NULL);
        if (node->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
            continue;
        for (size_t j = 0; j < node->column_def->n_constraints; j++) {
            const PgQuery__Constraint *constraint = node->column_def->constraints[j]->constraint;

            if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)
                check_key(create, constraint, node->column_def->colname);
        }
    }
}

static void
table_created(MigPgLint *lint, MigLintReport *report, const PgQuery__CreateStmt *statement)
{
    g_autofree char *table = mig_pg_range_title(statement->relation);
    const Create create = {lint, report, statement, table};

    if (strcmp(statement->relation->relpersistence, "t") == 0)
        return;
    check_columns(&create);
    check_keys(&create);
    if (statement->partbound && statement->n_inh_relations > 0)
        mig_pg_lint_partition_made(lint, report, statement);
}

/* A star at the top of a view's query. */
static gboolean
selects_star(const PgQuery__Node *query)
{
    if (!query || query->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
        return FALSE;
    for (size_t i = 0; i < query->select_stmt->n_target_list; i++) {
        const PgQuery__Node *value = query->select_stmt->target_list[i]->res_target->val;

        if (value && value->node_case == PG_QUERY__NODE__NODE_COLUMN_REF &&
            value->column_ref->n_fields > 0 &&
            value->column_ref->fields[value->column_ref->n_fields - 1]->node_case ==
                PG_QUERY__NODE__NODE_A_STAR)
            return TRUE;
    }
    return FALSE;
}

static void
check_view(MigLintReport *report, const PgQuery__RangeVar *view, const PgQuery__Node *query)
{
    if (selects_star(query))
        mig_lint_find(report, "CO019", 0, "%s keeps the columns that there are now", view->relname);
}

static void
columns_added(MigLintReport *report, const PgQuery__AlterTableStmt *statement)
{
    for (size_t i = 0; i < statement->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command = statement->cmds[i]->alter_table_cmd;

        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)
            check_type(report, statement->relation->relname, command->def->column_def);
    }
}

void
mig_pg_lint_create(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        table_created(lint, report, node->create_stmt);
        break;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        columns_added(report, node->alter_table_stmt);
        break;
    case PG_QUERY__NODE__NODE_VIEW_STMT:
        check_view(report, node->view_stmt->view, node->view_stmt->query);
        break;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
        if (node->create_table_as_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW)
            check_view(report, node->create_table_as_stmt->into->rel,
                       node->create_table_as_stmt->query);
        break;
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
        mig_lint_find(report, "ST012", 0, "the labels of an enum can be added to, never removed");
        break;
    default:
        break;
    }
}
