/* A plan in the making: what the engine and the rules of tables share. */
#ifndef MIG_PG_PLAN_H
#define MIG_PG_PLAN_H

#include "dialects/postgresql/pg_planner.h"

/* Order of actions that do not need each other: what stands in the way goes first, then comes what
 * is new, then what changes; what holds rows goes last, so that the user can add statements that
 * move data in between. */
enum {
    MIG_PG_RANK_EARLY = 0, /* what must be committed before others can use it */
    MIG_PG_RANK_DROP_CODE = 10,
    MIG_PG_RANK_DROP_VIEW = 12,
    MIG_PG_RANK_DROP_KEY = 14,
    MIG_PG_RANK_CREATE_SCHEMA = 20,
    MIG_PG_RANK_CREATE_TYPE = 22,
    MIG_PG_RANK_CREATE_SEQUENCE = 24,
    MIG_PG_RANK_CREATE_TABLE = 26,
    MIG_PG_RANK_ADD_COLUMN = 30,
    MIG_PG_RANK_ALTER = 32,
    MIG_PG_RANK_CREATE_FUNCTION = 34,
    MIG_PG_RANK_DROP_COLUMN = 40,
    MIG_PG_RANK_DROP_TABLE = 42,
    MIG_PG_RANK_DROP_FUNCTION = 44,
    MIG_PG_RANK_DROP_TYPE = 46,
    MIG_PG_RANK_DROP_SCHEMA = 48,
    MIG_PG_RANK_CREATE_INDEX = 50,
    MIG_PG_RANK_ADD_CONSTRAINT = 52,
    MIG_PG_RANK_ADD_FOREIGN_KEY = 54,
    MIG_PG_RANK_FINISH_TABLE = 56,
    MIG_PG_RANK_CREATE_VIEW = 60,
    MIG_PG_RANK_TEXT_ROUTINE = 61, /* its body is a text that may name anything */
    MIG_PG_RANK_CREATE_CODE = 62,
    MIG_PG_RANK_LAST = 64
};

/* How an action of an online plan shares the database with others. */
typedef enum {
    MIG_PG_PACE_WHOLE, /* takes strong locks for a moment: in one transaction with its like */
    MIG_PG_PACE_SHORT, /* the same, but may come in a transaction of its own */
    MIG_PG_PACE_LONG   /* in a transaction of its own: takes long under a weak lock, or locks what
                          others should not keep locked with it */
} MigPgPace;

struct _MigPgPlanner {
    const MigPlanInput *input;
    int version;
    GHashTable *rules;      /* kind → const MigPgRule* */
    GHashTable *changes;    /* object of either state → its ALTERED change */
    GHashTable *dependents; /* identity → GPtrArray of the objects of `from` that depend on it */
    GHashTable *dropped;    /* set of objects of `from` */
    GHashTable *created;    /* set of objects of `to` */
    GHashTable *disturbed;  /* object of `from` → the one whose alteration disturbs it */
    GHashTable *apart;      /* set of children of both states that get actions of their own although
                               their root is dropped or created */
    GHashTable *defaults;   /* set of columns whose default is dropped first (of `from`), set last
                               (of `to`) */
    GHashTable *released;   /* set of sequences of `from` that must not go with their column */
    GHashTable *detached;   /* set of tables of `from` that leave their parents, of `to` that join
                               them   by actions of their own */
    GHashTable *anew;       /* set of objects of `to` that are made anew although they could be
                               altered, columns whose default is; the caller's */
    GHashTable *targets;    /* object of `from` → GPtrArray of identities: see mig_pg_targets() */
    GHashTable *referenced; /* set of partitions of `from` that foreign keys to parents refer to */
    GHashTable *paces;      /* MigAction* → MigPgPace, where it is not WHOLE */
    GPtrArray *queue;       /* of objects whose dependents are to be looked at */
    GPtrArray *actions;
    GHashTable *by_id; /* id → MigAction* */
};

/* ---- pg_plan.c ---- */

/* The slots of MigDialect. */
GPtrArray *mig_pg_plan(const MigPlanInput *input, GError **error);
char *mig_pg_dump(const MigSchema *schema);

const MigPgRule *mig_pg_rule_of(const MigPgPlanner *planner, const MigObject *object);
/* The object of the same identity in the other state; NULL: none that is managed. */
const MigObject *mig_pg_twin(const MigPgPlanner *planner, const MigObject *object);
/* The object's own ALTERED change, made in place; NULL: none. */
const MigChange *mig_pg_change_of(const MigPgPlanner *planner, const MigObject *object);
gboolean mig_pg_depends(const MigObject *object, const char *identity);
/* Whether an object is a type that columns can have (a table's row type too). */
gboolean mig_pg_is_type(const MigObject *object);
/* Whether a column depends on something as its type; else its default may name it, as the relation
 * that a composite type is, too. */
gboolean mig_pg_is_of_type(const MigObject *column, const MigObject *target);
/* Whether a column depends on something as its type or its collation; else its default does. */
gboolean mig_pg_is_of(const MigObject *column, const MigObject *target);
gboolean mig_pg_is_table_part(const MigObject *object, const char *kind);

/* ---- pg_plan_closure.c ---- */

/* Finds all that is dropped, created and disturbed. */
void mig_pg_close_changes(MigPgPlanner *planner);
void mig_pg_mark_disturbed(MigPgPlanner *planner, const MigObject *object, const MigObject *cause);

/* ---- pg_plan_type_use.c ---- */

/* Whether columns hold values of a type of `from`, as parts of arrays and of other types. directly: or
 * are of that type themselves. */
gboolean mig_pg_type_is_held(const MigPgPlanner *planner, const MigObject *type,
                             gboolean directly);
/* Whether columns of tables, or types, are of a collation of `from`. */
gboolean mig_pg_collation_is_held(const MigPgPlanner *planner, const MigObject *collation);

/* ---- pg_plan_type_anew.c ---- */

/* Whether a type or collation (of either state) is made anew, by itself or along with one that it is
 * made of. */
gboolean mig_pg_is_made_anew(const MigPgPlanner *planner, const MigObject *type);
/* Whether a column changes from a type that is made anew to another one made of it, an array: with the
 * type, for it has no old values then. */
gboolean mig_pg_changes_with_type(const MigPgPlanner *planner, const MigObject *from,
                                  const MigObject *to);
/* Completes the actions that alter types which are made anew. */
void mig_pg_plan_types_anew(MigPgPlanner *planner);

/* ---- pg_plan_reference.c ---- */

/* Finds what foreign keys to partitioned tables hold on to. */
void mig_pg_find_references(MigPgPlanner *planner);
/* Identities of all that an object needs to be there while it is: its depends, and more. */
const GPtrArray *mig_pg_targets(const MigPgPlanner *planner, const MigObject *object);

/* A foreign key of `from` that goes and comes back around a table's becoming logged, or not any more:
 * this one, which would not let it in whatever order, or the parent's that it comes from. NULL: it does
 * not hinder. */
const MigObject *mig_pg_hindering(const MigPgPlanner *planner, const MigObject *key);
/* Lets tables become logged, or not, in an order that foreign keys between them allow. */
void mig_pg_order_persistence(MigPgPlanner *planner);

/* ---- pg_plan_actions.c ---- */

/* A new action of the plan: "VERB IDENTITY". */
MigAction *mig_pg_add_action(MigPgPlanner *planner, const char *verb, const MigObject *object,
                             int rank);
/* Makes the actions and says what they need. */
void mig_pg_make_actions(MigPgPlanner *planner);
/* The action that changes an object of `from` under the feet of its dependents; NULL: none. */
MigAction *mig_pg_disturbing(const MigPgPlanner *planner, const MigObject *object);
/* The object whose action drops (creates) this one: itself or what carries it. */
const MigObject *mig_pg_carrier(const MigPgPlanner *planner, const MigObject *object);

/* ---- pg_plan_loops.c ---- */

/* Takes children out of roots that cannot be dropped, or created, in any order. */
void mig_pg_break_loops(MigPgPlanner *planner);

/* ---- pg_plan_part_names.c ---- */

/* Renames what of tables differs from the new state in its name alone: adds the actions (of
 * MigAction*), in order, and returns the state behind them; NULL: there is no such thing. */
MigSchema *mig_pg_rename_parts(const MigPlanInput *input, GPtrArray *actions);

/* ---- pg_plan_anew.c ---- */

/* An object of `to` whose alteration is in a loop of needs that ends when it, or the default that it
 * is as a column, is made anew; NULL: there is none. */
const MigObject *mig_pg_altered_in_loop(const MigPgPlanner *planner);

/* ---- pg_plan_names.c ---- */

/* Whether an object's name is among those of the relations of its schema. */
gboolean mig_pg_is_relation(const MigObject *object);

/* Lets what is created wait until its name is free. */
/* Lets indexes of tables that go be dropped ahead of them where their names are needed. */
void mig_pg_free_names(MigPgPlanner *planner);
void mig_pg_need_names(MigPgPlanner *planner);

/* A name like this one that no relation beside the object, and no constraint of its table, bears in
 * either state. New string. */
char *mig_pg_unused_name(const MigPgPlanner *planner, const MigObject *object, const char *stem,
                         const char *ending);

/* ---- pg_plan_online.c ---- */

/* Whether the object, a part of a table or of a materialized view, is made beside rows that others
 * read and write meanwhile. */
gboolean mig_pg_is_online(const MigPgPlanner *planner, const MigObject *object);
void mig_pg_set_pace(const MigPgPlanner *planner, MigAction *action, MigPgPace pace);
/* Says what the steps of online plans need, and lets what is made anew be built beside the old one, so
 * that there is no gap between them. To be called when all other needs are known. */
void mig_pg_order_online(MigPgPlanner *planner);
/* Puts sorted actions into an order that needs few blocks, and says where these begin. */
void mig_pg_gather_blocks(MigPgPlanner *planner, GPtrArray *actions);

/* ---- pg_plan_fill.c ---- */

/* Notes which new columns get their values in a step of their own: their defaults are set behind. */
void mig_pg_mark_fills(MigPgPlanner *planner);

/* ---- pg_plan_fit.c ---- */

/* Notes which new columns have defaults that ADD COLUMN would fail to compute: they are set behind. */
void mig_pg_mark_unfit_defaults(MigPgPlanner *planner);

/* ---- pg_plan_sequence.c ---- */

/* A column that was identity gets the default that counts by a sequence of its own behind the making
 * of that, which may bear the name of the identity's and so comes behind the end of it. */
void mig_pg_mark_counters(MigPgPlanner *planner);
void mig_pg_need_counters_gone(MigPgPlanner *planner);

/* ---- pg_plan_bodies.c ---- */

/* Lets routines whose bodies are texts of SQL come behind what these name. */
void mig_pg_order_bodies(MigPgPlanner *planner);
/* Of actions in order: lets the server not look into those bodies that cannot, as they name each
 * other. */
void mig_pg_spare_bodies(const GPtrArray *actions);

/* ---- pg_plan_hazard.c ---- */

/* Of actions in order: tells of partitions that leave while foreign keys to their parents are still
 * there. */
void mig_pg_hazards_of_leaving(const MigPgPlanner *planner, const GPtrArray *actions);

/* ---- pg_plan_rename.c ---- */
GPtrArray *mig_pg_plan_renames(const MigPlanInput *input);

/* ---- pg_plan_table.c and its parts ---- */

/* What makes (drops) a child or an owned sequence along with itself: its table, a column, the same
 * thing of a parent; NULL: it needs a statement of its own. */
const MigObject *mig_pg_carried_by(const MigPgPlanner *planner, const MigObject *object);
/* Whether an object of a table, or a table, stands while what it depends on goes (disturbed: is
 * altered) and comes back; notes what must be done around it. */
gboolean mig_pg_stays(MigPgPlanner *planner, const MigObject *object, const MigObject *cause,
                      gboolean disturbed);
/* The same column, constraint or index of a parent, where the object comes from; NULL: none. */
const MigObject *mig_pg_inherited_from(const MigPgPlanner *planner, const MigObject *object);
/* The parents' one that comes from no other, of a column, constraint or index; else itself. */
const MigObject *mig_pg_first_of_line(const MigPgPlanner *planner, const MigObject *object);
/* Whether it is a table's constraint that is not valid. */
gboolean mig_pg_is_unvalidated(const MigObject *object);
/* Whether an inherited constraint comes with a parent's that is made and not valid, which waits for
 * all tables that are to have it. */
gboolean mig_pg_comes_unvalidated(const MigPgPlanner *planner, const MigObject *object);
/* Notes which partitions leave their parents, or join them, by statements of their own. */
void mig_pg_mark_partitions(MigPgPlanner *planner);
/* Actions around tables that belong to no object alone: defaults, owners of sequences, partitions,
 * settings that name an index. */
void mig_pg_plan_around(MigPgPlanner *planner);

#endif
