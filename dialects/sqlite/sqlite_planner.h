/* A plan in the making: what the files of the plan slot share. */
#ifndef MIG_SQLITE_PLANNER_H
#define MIG_SQLITE_PLANNER_H

#include "core/dialect.h"

struct _MigSqlitePlanner {
    const MigPlanInput *input;
    GHashTable
        *changed; /* set of const MigObject*: those of the new state with a change of their own */
    GHashTable *names; /* set of char*: lower-case names of all tables, views and indexes */
    GPtrArray *actions;
    GPtrArray *tables;   /* of MigSqliteTableChange*, in the order of the changes */
    GHashTable *freed;   /* key of a name → id of the action that makes the name free */
    GPtrArray *created;  /* of MigObject*, beside… */
    GPtrArray *creators; /* … the actions that make them */
    gboolean legacy;     /* legacy_alter_table must be on */
    gboolean drops;      /* DROP COLUMN may be used; after planning: it is */
};
typedef struct _MigSqlitePlanner MigSqlitePlanner;

/* Actions for a change of anything but a table's columns, constraints and options. */
void mig_sqlite_plan_object(MigSqlitePlanner *planner, const MigChange *change);

/* Once all objects are planned: what is made needs its name to be free, and tables that are dropped
 * rather go before those they refer to. */
void mig_sqlite_plan_names(MigSqlitePlanner *planner);

#endif
