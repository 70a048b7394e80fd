/* Rules of lint about everything that is no table or index. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

static void
enum_changed(MigPgLint *lint, MigLintReport *report, const PgQuery__AlterEnumStmt *alter)
{
    g_autofree char *type = mig_pg_nodes_dotted(alter->n_type_name, alter->type_name);

    if (*alter->old_val) {
        mig_lint_find(report, "CO004", 0, "code that says '%s' for a %s fails from here on",
                      alter->old_val, type);
        return;
    }
    if (!*alter->new_val_neighbor)
        mig_lint_find(report, "CO003", 0, "'%s' sorts behind all other labels of %s", alter->new_val,
                      type);
    g_hash_table_add(lint->made, g_strdup(alter->new_val));
}

/* A label that this transaction added: the server says so itself. */
static void
check_new_labels(const MigPgLint *lint, MigLintReport *report)
{
    if (!lint->seen || lint->seen->ok || g_strcmp0(lint->seen->sqlstate, "55P04") != 0)
        return;
    MigLintFinding *finding =
        mig_lint_find(report, "CO001", 0, "the server refuses it: %s", lint->seen->problem);

    finding->fails = TRUE;
    mig_lint_safe(finding, "Put ALTER TYPE … ADD VALUE into a block of its own before this one:");
    mig_lint_safe(finding, "-- migrate: upgrade");
    mig_lint_safe(finding, "ALTER TYPE ... ADD VALUE ...;");
    mig_lint_safe(finding, "-- migrate: upgrade");
}

/* Tables in use with columns of a domain, as a list; NULL: none. New string. */
static char *
users_of(MigPgLint *lint, const char *domain)
{
    g_autoptr(GPtrArray) tables = mig_pg_lint_ask_all(
        lint,
        "SELECT DISTINCT a.attrelid::pg_catalog.regclass::text FROM pg_catalog.pg_attribute AS a"
        " JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm')"
        " WHERE a.atttypid = pg_catalog.to_regtype(?1) ORDER BY 1",
        domain, NULL);

    if (tables->len == 0)
        return NULL;
    g_ptr_array_add(tables, NULL);
    return g_strjoinv(", ", (char **)tables->pdata);
}

static void
domain_changed(MigPgLint *lint, MigLintReport *report, const PgQuery__AlterDomainStmt *alter)
{
    const gboolean adds = strcmp(alter->subtype, "C") == 0;
    g_autofree char *domain = mig_pg_nodes_dotted(alter->n_type_name, alter->type_name);
    g_autofree char *tables = users_of(lint, domain);

    if (!tables || (!adds && strcmp(alter->subtype, "O") != 0) ||
        (adds && alter->def && alter->def->constraint->skip_validation))
        return;
    MigLintFinding *finding = mig_lint_find(
        report, "PG069", 0, "every row of %s is checked, for its columns of %s", tables, domain);

    mig_lint_blocks(finding, "%s: SHARE: writes wait while all of it is read", tables);
    if (adds) {
        mig_lint_safe(finding, "ALTER DOMAIN %s ADD CONSTRAINT ... NOT VALID;", domain);
        mig_lint_safe(finding, "-- and in a later transaction:");
        mig_lint_safe(finding, "ALTER DOMAIN %s VALIDATE CONSTRAINT ...;", domain);
    }
}

static void
function_made(MigLintReport *report, const PgQuery__CreateFunctionStmt *create)
{
    gboolean fixed = FALSE, definer = FALSE;
    const char *name = mig_pg_nodes_last(create->n_funcname, create->funcname);

    for (size_t i = 0; i < create->n_options; i++) {
        const PgQuery__DefElem *option = create->options[i]->def_elem;
        const PgQuery__Node *value = option->arg;

        if (strcmp(option->defname, "security") == 0)
            definer = value && value->node_case == PG_QUERY__NODE__NODE_BOOLEAN
                          ? value->boolean->boolval
                          : value && value->node_case == PG_QUERY__NODE__NODE_INTEGER &&
                                value->integer->ival;
        if (strcmp(option->defname, "set") == 0 && value &&
            value->node_case == PG_QUERY__NODE__NODE_VARIABLE_SET_STMT)
            fixed = fixed || strcmp(value->variable_set_stmt->name, "search_path") == 0;
    }
    if (definer && !fixed)
        mig_lint_safe(mig_lint_find(report, "CO022", 0,
                                    "%s runs with its owner's rights and the caller's search_path",
                                    name),
                      "SET search_path = pg_catalog, ... -- behind SECURITY DEFINER");
}

static gboolean
is_harmless(const char *setting)
{
    static const char *const names[] = {"client_min_messages", "client_encoding",
                                        "application_name", "xmloption", NULL};

    return g_str_has_suffix(setting, "_timeout") || g_strv_contains(names, setting);
}

static void
setting_changed(MigPgLint *lint, MigLintReport *report, const PgQuery__VariableSetStmt *set)
{
    const MigLintStatement *statement = lint->block->statements->pdata[lint->index];

    if (set->is_local || set->kind != PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE ||
        is_harmless(set->name))
        return;
    MigLintFinding *finding = mig_lint_find(
        report, "CO020", 0, "%s stays so for the rest of the revision", set->name);

    mig_lint_safe(finding, "SET LOCAL%s;", statement->text + strcspn(statement->text, " \t\r\n"));
}

static gboolean
is_public(const PgQuery__Node *node)
{
    return node->node_case == PG_QUERY__NODE__NODE_ROLE_SPEC &&
           node->role_spec->roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_PUBLIC;
}

static void
granted(MigLintReport *report, const PgQuery__GrantStmt *grant)
{
    if (!grant->is_grant)
        return;
    for (size_t i = 0; i < grant->n_grantees; i++) {
        if (is_public(grant->grantees[i]))
            mig_lint_find(report, "CO024", 0, "everybody who may connect gets the right");
    }
    if (grant->grant_option)
        mig_lint_find(report, "CO024", 0, "who gets the right may hand it on");
}

static gboolean
is_full_vacuum(const PgQuery__VacuumStmt *vacuum)
{
    return vacuum->is_vacuumcmd && mig_pg_has_option(vacuum->n_options, vacuum->options, "full");
}

static void
written_anew(MigPgLint *lint, MigLintReport *report, const PgQuery__RangeVar *name,
             const char *what)
{
    g_autoptr(MigPgRelation) table = name ? mig_pg_lint_relation(lint, name) : NULL;
    MigLintFinding *finding;

    if (table && !table->is_used)
        return;
    finding = mig_lint_find(report, "PG067", 0, "%s writes %s anew", what,
                            table ? table->title : "every table");
    if (table)
        mig_pg_lint_weigh(lint, finding, table, "ACCESS EXCLUSIVE", MIG_WORK_REWRITE);
}

static void
refreshed(MigPgLint *lint, MigLintReport *report, const PgQuery__RefreshMatViewStmt *refresh)
{
    g_autoptr(MigPgRelation) view = mig_pg_lint_relation(lint, refresh->relation);

    if (refresh->concurrent || !view || !view->is_used)
        return;
    MigLintFinding *finding =
        mig_lint_find(report, "PG068", 0, "reads of %s wait while its query runs", view->title);

    mig_pg_lint_weigh(lint, finding, view, "ACCESS EXCLUSIVE", MIG_WORK_REWRITE);
    mig_lint_safe(finding, "REFRESH MATERIALIZED VIEW CONCURRENTLY %s;", view->title);
}

static void
trigger_made(MigPgLint *lint, MigLintReport *report, const PgQuery__CreateTrigStmt *create)
{
    g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, create->relation);

    if (table && table->is_used && table->kind != 'v')
        mig_pg_lint_weigh(lint,
                          mig_lint_find(report, "PG071", 0,
                                        "writes to %s wait until the end of the transaction",
                                        table->title),
                          table, "SHARE ROW EXCLUSIVE", MIG_WORK_NONE);
}

static void
vacuumed(MigPgLint *lint, MigLintReport *report, const PgQuery__VacuumStmt *vacuum)
{
    if (!is_full_vacuum(vacuum))
        return;
    if (vacuum->n_rels == 0)
        written_anew(lint, report, NULL, "VACUUM FULL");
    for (size_t i = 0; i < vacuum->n_rels; i++)
        written_anew(lint, report, vacuum->rels[i]->vacuum_relation->relation, "VACUUM FULL");
}

void
mig_pg_lint_object(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    check_new_labels(lint, report);
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
        enum_changed(lint, report, node->alter_enum_stmt);
        break;
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT:
        domain_changed(lint, report, node->alter_domain_stmt);
        break;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
        function_made(report, node->create_function_stmt);
        break;
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
        setting_changed(lint, report, node->variable_set_stmt);
        break;
    case PG_QUERY__NODE__NODE_GRANT_STMT:
        granted(report, node->grant_stmt);
        break;
    case PG_QUERY__NODE__NODE_GRANT_ROLE_STMT:
        if (node->grant_role_stmt->is_grant)
            mig_lint_find(report, "CO024", 0, "changes who is a member of which role");
        break;
    case PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT:
        mig_lint_find(report, "CO025", 0, "what is made with %s changes with it",
                      node->alter_extension_stmt->extname);
        break;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
        refreshed(lint, report, node->refresh_mat_view_stmt);
        break;
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
        written_anew(lint, report, node->cluster_stmt->relation, "CLUSTER");
        break;
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
        vacuumed(lint, report, node->vacuum_stmt);
        break;
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
        trigger_made(lint, report, node->create_trig_stmt);
        break;
    default:
        break;
    }
}
