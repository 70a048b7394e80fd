/* The planner's engine and its rules. A rule knows how one kind of object is made, dropped and
 * altered; the engine decides which of these is needed for each change, what must go and come back
 * around it (a view over a column whose type changes), and what must come before what. */
#ifndef MIG_PG_PLANNER_H
#define MIG_PG_PLANNER_H

#include "core/dialect.h"
#include "dialects/postgresql/pg_model.h"

typedef struct _MigPgPlanner MigPgPlanner;

/* One kind of object. Actions are named "create IDENTITY", "drop IDENTITY", "alter IDENTITY"; the
 * engine adds what each needs from `depends`: creating needs the creation (and alteration) of what
 * is depended on, dropping needs the drop of what depends. A rule adds only needs that the engine
 * cannot know. */
typedef struct {
    const char *kind;
    /* Statements that make the object whole, with its comment and grants, and its children unless
     * they have rules of their own. */
    void (*create)(MigPgPlanner *planner, const MigObject *object, MigAction *action);
    void (*drop)(MigPgPlanner *planner, const MigObject *object, MigAction *action);
    /* Whether an ALTERED change can be made in place; NULL: always. When not, the object is dropped
     * and made again, with all that depends on it. */
    gboolean (*can_alter)(MigPgPlanner *planner, const MigChange *change);
    void (*alter)(MigPgPlanner *planner, const MigChange *change, MigAction *action);
    /* Whether an alteration in place needs what depends on the object to be dropped before it and
     * made again behind it, all but columns of tables, which it carries along itself (but what
     * depends on those is dropped and made again too): the labels of an enum made anew. NULL:
     * never. */
    gboolean (*disturbs)(MigPgPlanner *planner, const MigChange *change);
} MigPgRule;

/* By kind; NULL-terminated lists of two files: pg_plan_table.c (table, column, constraint, index,
 * sequence), pg_plan_object.c (all others). */
extern const MigPgRule *const mig_pg_table_rules[];
extern const MigPgRule *const mig_pg_object_rules[];

const MigSchema *mig_pg_planner_from(const MigPgPlanner *planner);
const MigSchema *mig_pg_planner_to(const MigPgPlanner *planner);

/* Whether this object of `from` (of `to`) is dropped (created) by the plan, alone or with its root,
 * because it changed or because something it depends on is dropped and made again. */
gboolean mig_pg_planner_drops(const MigPgPlanner *planner, const MigObject *object);
gboolean mig_pg_planner_creates(const MigPgPlanner *planner, const MigObject *object);

/* ---- pg_plan_common.c: statements that several rules share ---- */

/* "COMMENT ON <what> IS …"; comment may be NULL. */
void mig_pg_set_comment(MigAction *action, const char *what, const char *comment);
/* "COMMENT ON <what> IS …", when the object has a comment; the same for a change of it. what: kind
 * and name in SQL, as in "TABLE users". */
void mig_pg_add_comment(MigAction *action, const MigObject *object, const char *what);
void mig_pg_alter_comment(MigAction *action, const MigChange *change, const char *what);

/* GRANT and REVOKE from the built-in default privileges to the object's grants, or between those of
 * a change. what: "TABLE users", "FUNCTION f(integer)"; column: NULL, or a column's quoted name. */
void mig_pg_add_grants(MigAction *action, const MigObject *object, const char *what,
                       const char *column);
void mig_pg_alter_grants(MigAction *action, const MigChange *change, const char *what,
                         const char *column);

/* A hazard by its rule of the lint catalog ("PG001"), which says of which kind it is and is named at
 * the end of the text's first line. */
void mig_pg_hazard(MigAction *action, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* An object's title as generated SQL names it: without the default schema. New string. */
char *mig_pg_title(const MigSchema *schema, const MigObject *object);

/* Whether an ALTERED change has this attribute; whether it has none but these (NULL-ended). */
gboolean mig_pg_changes(const MigChange *change, const char *attribute);
gboolean mig_pg_changes_only(const MigChange *change, const char *first,
                             ...) G_GNUC_NULL_TERMINATED;

#endif
