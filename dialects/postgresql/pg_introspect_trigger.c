/* Triggers, rewrite rules and policies: what a table or view does when it is used. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

/* The last column: of triggers INHERITED, of rules whether it makes a view. */
enum { G_OID, G_TABLE, G_NAME, G_DEFINITION, G_ENABLED, G_INHERITED, G_OF_VIEW = G_INHERITED };

static MigObject *
add_child(MigPgReader *reader, const char *kind, guint catalog, const MigPgRow *row)
{
    MigObject *parent = mig_pg_known(reader, MIG_PG_CLASS, mig_pg_number(row, G_TABLE), 0);

    if (!parent)
        return NULL;
    MigObject *child = mig_schema_add(reader->schema, kind, parent, mig_pg_text(row, G_NAME));

    mig_pg_know(reader, catalog, mig_pg_number(row, G_OID), 0, child);
    return child;
}

static void
take_trigger(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *trigger = add_child(reader, "trigger", MIG_PG_TRIGGER, row);

    if (!trigger)
        return;
    mig_object_set(trigger, "definition", mig_pg_spelled(reader, row, G_DEFINITION));
    mig_pg_set_enabled(trigger, mig_pg_char(row, G_ENABLED));
    mig_pg_set_yes(trigger, "inherited", row, G_INHERITED);
}

/* Those of constraints are their own business, but for CREATE CONSTRAINT TRIGGER ('t'). Copies for
 * partitions are internal before PostgreSQL 15. Only the pretty form leaves out the default schema.
 */
const MigPgCatalog mig_pg_read_triggers = {
    "triggers",
    "SELECT t.oid, t.tgrelid, t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled,"
    " t.tgparentid <> 0"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint"
    " WHERE c.relnamespace @schemas@ AND (NOT t.tgisinternal OR t.tgparentid <> 0)"
    " AND (k.oid IS NULL OR k.contype = 't')"
    " AND t.oid NOT IN (@members@ 'pg_trigger'::regclass)",
    take_trigger,
};

static void
take_rule(MigPgReader *reader, const MigPgRow *row)
{
    guint oid = mig_pg_number(row, G_OID), relation = mig_pg_number(row, G_TABLE);

    if (mig_pg_is(row, G_OF_VIEW)) {
        MigObject *view = mig_pg_known(reader, MIG_PG_CLASS, relation, 0);

        if (view)
            mig_pg_know_alias(reader, MIG_PG_REWRITE, oid, 0, view);
        return;
    }
    MigObject *rule = add_child(reader, "rule", MIG_PG_REWRITE, row);

    if (!rule)
        return;
    mig_pg_set_definition(rule, mig_pg_spelled(reader, row, G_DEFINITION));
    mig_pg_set_enabled(rule, mig_pg_char(row, G_ENABLED));
}

/* The one that makes a view a view is the view. */
const MigPgCatalog mig_pg_read_rules = {
    "rules",
    "SELECT r.oid, r.ev_class, r.rulename,"
    " CASE WHEN r.ev_type <> '1' THEN pg_get_ruledef(r.oid, true) END, r.ev_enabled,"
    " r.ev_type = '1'"
    " FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE r.oid >= 16384 AND c.relnamespace @schemas@",
    take_rule,
};

enum { P_OID, P_TABLE, P_NAME, P_PERMISSIVE, P_COMMAND, P_ROLES, P_USING, P_CHECK };

static const char *
command_of(char polcmd)
{
    return polcmd == 'r'   ? "SELECT"
           : polcmd == 'a' ? "INSERT"
           : polcmd == 'w' ? "UPDATE"
           : polcmd == 'd' ? "DELETE"
                           : NULL;
}

static void
take_policy(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *policy = add_child(reader, "policy", MIG_PG_POLICY, row);

    if (!policy)
        return;
    if (!mig_pg_is(row, P_PERMISSIVE))
        mig_object_set(policy, "permissive", "no");
    mig_object_set(policy, "command", command_of(mig_pg_char(row, P_COMMAND)));
    mig_object_set(policy, "roles", mig_pg_text(row, P_ROLES));
    mig_object_set(policy, "using", mig_pg_text(row, P_USING));
    mig_object_set(policy, "check", mig_pg_text(row, P_CHECK));
}

const MigPgCatalog mig_pg_read_policies = {
    "policies",
    "SELECT p.oid, p.polrelid, p.polname, p.polpermissive, p.polcmd,"
    " (SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname COLLATE \"C\")"
    "  FROM pg_roles r WHERE r.oid = ANY (p.polroles)),"
    " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
    " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace @schemas@",
    take_policy,
};
