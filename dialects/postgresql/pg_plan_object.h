/* What the files with the rules for all kinds but tables and their parts share. */
#ifndef MIG_PG_PLAN_OBJECT_H
#define MIG_PG_PLAN_OBJECT_H

#include "dialects/postgresql/pg_planner.h"

/* ---- pg_plan_view.c ---- */
extern const MigPgRule mig_pg_rule_view, mig_pg_rule_materialized_view, mig_pg_rule_rule;

/* Whether CREATE OR REPLACE VIEW leads from one to the other. */
gboolean mig_pg_view_is_replaceable(const MigObject *from, const MigObject *to);
/* Defaults, comments and the like of a column of a view or materialized view. */
void mig_pg_alter_view_column(MigPgPlanner *planner, const MigChange *change, MigAction *action);

/* ---- pg_plan_type.c ---- */
extern const MigPgRule mig_pg_rule_wrapper, mig_pg_rule_server;
extern const MigPgRule mig_pg_rule_enum, mig_pg_rule_domain, mig_pg_rule_composite,
    mig_pg_rule_range, mig_pg_rule_attribute;

/* The constraint of a domain as a statement. */
void mig_pg_add_domain_constraint(MigPgPlanner *planner, const MigObject *constraint,
                                  MigAction *action);
void mig_pg_drop_domain_constraint(MigPgPlanner *planner, const MigObject *constraint,
                                   MigAction *action);

/* "TYPE", "DOMAIN" or "COLLATION"; NULL: nothing that is made anew beside the old one while columns
 * hold on to that. */
const char *mig_pg_type_word(const MigObject *object);
void mig_pg_create_type(MigPgPlanner *planner, const MigObject *type, MigAction *action);

/* ---- pg_plan_code.c ---- */
extern const MigPgRule mig_pg_rule_function, mig_pg_rule_procedure, mig_pg_rule_aggregate,
    mig_pg_rule_trigger, mig_pg_rule_event_trigger, mig_pg_rule_policy;

/* ---- pg_plan_object.c ---- */

/* The object's definition as a statement, without what may end it. */
void mig_pg_add_definition(MigAction *action, const MigObject *object);
/* "ENABLE", "DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS" for an attribute `enabled` (may be NULL). */
const char *mig_pg_enable_words(const char *enabled);
/* "name ON relation" of a child that is named so: a trigger, rule or policy. New string. */
char *mig_pg_on_relation(const MigSchema *schema, const MigObject *child);
/* Makes a trigger or rule (word: "TRIGGER", "RULE") fire when its attribute `enabled` says. */
void mig_pg_enable(MigPgPlanner *planner, const MigObject *child, const char *word,
                   MigAction *action);
/* ALTER what SET (…) and RESET (…) for a change of options ("a='1', b='2'"). */
void mig_pg_alter_options(MigAction *action, const MigChange *change, const char *what);

/* ---- pg_plan_foreign.c ---- */

/* The same for the options of what is foreign; `what` as ALTER calls it. */
void mig_pg_alter_foreign_options(MigAction *action, const MigChange *change, const char *what);

#endif
