/* What the files with the rules of tables and their parts share. */
#ifndef MIG_PG_PLAN_TABLE_H
#define MIG_PG_PLAN_TABLE_H

#include "dialects/postgresql/pg_plan.h"

extern const MigPgRule mig_pg_rule_column, mig_pg_rule_constraint, mig_pg_rule_index,
    mig_pg_rule_sequence;

/* ---- pg_plan_table.c ---- */

/* "ALTER TABLE users" of an object or its root, as it is named in `to`. New string. */
char *mig_pg_alter_table(const MigPgPlanner *planner, const MigObject *object);
/* The name of an index, or of anything else beside the object's root, for SQL. New string. */
char *mig_pg_name_beside(const MigPgPlanner *planner, const MigObject *object, const char *name);
/* An identity of a relation of a state ("table public.parent") as a name for SQL. New string. */
char *mig_pg_relation_name(const MigSchema *schema, const char *identity);
/* The lines of an attribute that is a list; never NULL. */
char **mig_pg_lines(const MigObject *object, const char *attribute);

/* ---- pg_plan_around.c ---- */

/* Whether storage parameters are set, behind the columns, for where long values are stored. */
gboolean mig_pg_sets_toast(const MigChange *change);

/* ---- pg_plan_typed.c ---- */

/* Lets typed tables go of their types while those, or their columns, change. */
void mig_pg_plan_typed_tables(MigPgPlanner *planner);

/* ---- pg_plan_column_text.c ---- */

/* " GENERATED … AS IDENTITY (…)" of a column that is one. */
void mig_pg_append_identity(GString *out, const MigObject *column);
/* The column as CREATE TABLE and ADD COLUMN take it. */
void mig_pg_append_column(const MigPgPlanner *planner, GString *out, const MigObject *column);
/* Whether the column's sequence comes with the type "serial"; NULL: it has no such. */
const MigObject *mig_pg_serial_of(const MigPgPlanner *planner, const MigObject *column);

/* ---- pg_plan_column.c ---- */

/* What stands in statements of its own: storage, statistics, comment, grants. */
void mig_pg_finish_column(const MigPgPlanner *planner, const MigObject *column, MigAction *action);

/* Sets what a column that does not change keeps while a parent's changes. */
void mig_pg_keep_column(MigPgPlanner *planner, const MigObject *column, MigAction *action);
/* Whether the default must be taken away while a column changes. */
gboolean mig_pg_moves_default(const MigChange *change);

/* ---- pg_plan_heirs.c ---- */

/* Whether a table is a partition of the one of this identity, or inherits from it. */
gboolean mig_pg_has_parent(const MigObject *table, const char *identity);
/* Whether tables are partitions of this one, or inherit from it. */
gboolean mig_pg_has_heirs(const MigSchema *schema, const MigObject *table);
/* Whether a new table's inherited column is identity, or generated as the parent's is not, which only
 * a definition of its own brings about. */
gboolean mig_pg_is_spelled_out(const MigPgPlanner *planner, const MigObject *column);
/* The parents' columns (of `to`) whose statements reach this one, in place, as they reached it
 * before; new. */
GPtrArray *mig_pg_followed(const MigPgPlanner *planner, const MigObject *column);
/* Whether a column that stays needs a statement of its own for its default, not-null, statistics or
 * storage to be as in `to`, behind those for the columns that it follows. */
gboolean mig_pg_sets(const MigPgPlanner *planner, const MigObject *column, const char *attribute);
/* Whether that statement must be for this table ONLY. */
gboolean mig_pg_changes_alone(const MigPgPlanner *planner, const MigObject *column,
                              const char *attribute);
/* Lets an action come behind those that alter the columns that this one follows. */
void mig_pg_need_followed(const MigPgPlanner *planner, const MigObject *column, MigAction *action);
/* Lets the action that alters a column (of `from`) come behind those by which tables that inherit it
 * leave or are dropped: they do not follow it any more, and what they have may not go with what it
 * becomes. */
void mig_pg_need_heirs_gone(const MigPgPlanner *planner, const MigObject *column, MigAction *action);
/* The same for a column that was inherited, and that by which its parent lets go of it. */
void mig_pg_need_parent_gone(const MigPgPlanner *planner, const MigObject *column,
                             MigAction *action);
/* Whether columns that inherit this one (of `from`) have defaults, which stand in the way of another
 * type. */
gboolean mig_pg_has_default_below(const MigPgPlanner *planner, const MigObject *column);
/* Gives back to columns that stay what the alteration of a parent's takes from them. */
void mig_pg_plan_heirs(MigPgPlanner *planner);

/* ---- pg_plan_type_change.c ---- */

/* " USING …" where no assignment cast leads from one type to the other; else "". New string. */
char *mig_pg_using(const char *column, const char *from, const char *to);
/* Whether values of one type are stored as they are in the other. */
gboolean mig_pg_is_binary_change(const char *from, const char *to);
/* The type's name without what is in its parentheses. New string. */
char *mig_pg_base_type(const char *type);

/* ---- pg_plan_constraint.c ---- */

gboolean mig_pg_is_foreign_key(const MigObject *object);
/* Whether an inherited foreign key goes with that of the parent, before its table leaves it. */
gboolean mig_pg_is_gone_with_parent(const MigPgPlanner *planner, const MigObject *constraint);
/* Whether the constraint can stand in CREATE TABLE. */
gboolean mig_pg_is_inline(const MigPgPlanner *planner, const MigObject *constraint);
void mig_pg_append_constraint(GString *out, const MigObject *constraint);
void mig_pg_finish_constraint(const MigPgPlanner *planner, const MigObject *constraint,
                              MigAction *action);

/* ---- pg_plan_index.c ---- */

/* Gives back to indexes what they lose when a column of theirs changes its type. */
void mig_pg_plan_rebuilt_indexes(MigPgPlanner *planner);

/* ---- pg_plan_sequence.c ---- */

/* What a sequence that came with a serial column lacks. */
void mig_pg_finish_sequence(const MigPgPlanner *planner, const MigObject *sequence,
                            MigAction *action);

/* "ALTER TABLE t ALTER COLUMN c" with all options that an identity column has behind its change. */
void mig_pg_change_identity_options(const MigPgPlanner *planner, const MigObject *from,
                                    const MigObject *to, const char *alter, MigAction *action);

/* Lets sequences that a table's columns own be logged, or not, as they are to be: they follow the table. */
void mig_pg_keep_sequences(const MigPgPlanner *planner, const MigObject *table, MigAction *action);

/* ---- pg_plan_partition.c ---- */

/* Whether NO INHERIT leaves a column or constraint (of `from`) to its table. */
gboolean mig_pg_is_left_behind(const MigPgPlanner *planner, const MigObject *object);
/* The identity of the parent that a table is a partition of; NULL: it is none. */
const char *mig_pg_partitioned_by(const MigObject *table);
/* Whether the table is made by CREATE TABLE … PARTITION OF; else it is attached behind. */
gboolean mig_pg_is_made_as_partition(const MigPgPlanner *planner, const MigObject *table);
/* Whether the table of what changes has the same parents in both states. */
gboolean mig_pg_keeps_parents(const MigChange *change);
/* Whether a column or constraint comes, changes and goes with that of a parent. */
gboolean mig_pg_follows_parent(const MigPgPlanner *planner, const MigObject *object);
/* Whether an index or constraint of a partition bears the name that PostgreSQL gives it. */
gboolean mig_pg_has_own_name(const MigObject *object);
/* Whether those of partitions, which follow one (of `from`) of a partitioned table, may get other names
 * when that is built anew with a column. */
gboolean mig_pg_loses_names(const MigPgPlanner *planner, const MigObject *object);
/* Whether an index or constraint comes with its parent's, or with the partition. */
gboolean mig_pg_comes_with_parent(const MigPgPlanner *planner, const MigObject *object);
/* Whether an index or key of a partitioned table is made without those of its partitions, which
 * have names of their own. */
gboolean mig_pg_index_stands_alone(const MigPgPlanner *planner, const MigObject *index);
/* The indexes and constraints of partitions that follow one of a partitioned table; new. */
GPtrArray *mig_pg_followers(const MigPgPlanner *planner, const MigObject *object);

/* ---- pg_plan_like.c ---- */

/* Whether a table that is attached later is made like its parent: with its checks, word for word. */
gboolean mig_pg_is_made_like_parent(const MigPgPlanner *planner, const MigObject *table);
/* Whether a table's column or constraint comes with that. */
gboolean mig_pg_comes_by_like(const MigPgPlanner *planner, const MigObject *child);
/* Whether the server spells an expression in another way once it has read its own spelling of it: it takes
 * "(a AND b) AND c" for one list of three, and casts the parts of an array in place of all of it. */
gboolean mig_pg_is_read_otherwise(const char *text);
/* "LIKE parent INCLUDING CONSTRAINTS" of such a table. New string. */
char *mig_pg_like_clause(const MigPgPlanner *planner, const MigObject *table);

/* ---- pg_plan_attach.c ---- */

void mig_pg_plan_partitions(MigPgPlanner *planner);

/* ---- pg_plan_steps.c ---- */

/* Whether the key's index is built concurrently before the constraint takes it over. */
gboolean mig_pg_is_built_apart(const MigPgPlanner *planner, const MigObject *constraint);
/* Puts the statements for that in front; spare: the name under which it is built, to take the old
 * key's place; NULL: there is none. */
void mig_pg_build_key(const MigPgPlanner *planner, const MigObject *constraint, const char *spare,
                      MigAction *action);
/* Adds a constraint so that nothing long runs under a strong lock; FALSE, with nothing done, where
 * there is no such way or no need. */
gboolean mig_pg_add_constraint_in_steps(MigPgPlanner *planner, const MigObject *constraint,
                                        MigAction *action);
/* Whether a valid CHECK, which stays, says that the column holds no NULL. */
gboolean mig_pg_is_proven(const MigPgPlanner *planner, const MigObject *column);
/* Whether a column becomes NOT NULL only after a CHECK has shown that it holds no NULL. */
gboolean mig_pg_is_proven_first(const MigPgPlanner *planner, const MigChange *change);
/* The actions for that: what adds the CHECK goes into `first`; returned is what validates it. */
MigAction *mig_pg_prove_not_null(MigPgPlanner *planner, const MigObject *column, MigAction *first);

/* ---- pg_plan_fill.c ---- */

/* Whether a new column is added without its values, which come in a step of their own. */
gboolean mig_pg_is_filled_later(const MigPgPlanner *planner, const MigObject *column);
void mig_pg_add_column_in_steps(MigPgPlanner *planner, const MigObject *column, MigAction *action);

/* Whether columns have the table's row type, so that PostgreSQL refuses to write its rows anew. */
gboolean mig_pg_row_type_is_held(const MigPgPlanner *planner, const MigObject *table);
/* Adds a column with a default to such a table, whose rows get it by UPDATE; FALSE, with nothing done,
 * where there is no need. */
gboolean mig_pg_add_column_beside_rows(const MigPgPlanner *planner, const MigObject *column,
                                       MigAction *action);

/* ---- pg_plan_fit.c ---- */

/* Whether a default is plainly too long for its column. */
gboolean mig_pg_default_never_fits(const MigObject *column);

/* ---- pg_plan_hazard.c ---- */

/* The rule by which a new column makes its table be written anew; NULL: it does not. */
const char *mig_pg_rule_of_rewrite(const MigPgPlanner *planner, const MigObject *column);

/* NOT NULL cannot go from a column (of `from`) while an index over it tells rows apart for replication:
 * what alters it comes behind. */
void mig_pg_need_identity_gone(const MigPgPlanner *planner, const MigObject *column,
                               MigAction *action);

void mig_pg_hazards_of_column(const MigPgPlanner *planner, const MigObject *column,
                              MigAction *action);
void mig_pg_hazards_of_change(const MigPgPlanner *planner, const MigChange *change,
                              MigAction *action);
/* A new column is NOT NULL in a table that inherits it, not in the parent. */
void mig_pg_hazards_of_own_null(const MigPgPlanner *planner, const MigObject *column,
                                MigAction *action);
/* Code that does not know yet that a column must not be NULL. */
void mig_pg_hazard_of_null_rule(const MigPgPlanner *planner, const MigObject *column,
                                MigAction *action);
/* A column becomes NOT NULL, as a CHECK has shown that it can. */
void mig_pg_hazards_of_null(const MigPgPlanner *planner, const MigObject *column,
                            MigAction *action);
/* What stops a constraint that is added or validated. */
void mig_pg_hazards_of_constraint(const MigPgPlanner *planner, const MigObject *constraint,
                                  MigAction *action);
/* What it locks while it is added and validated at once. */
void mig_pg_locks_of_constraint(const MigPgPlanner *planner, const MigObject *constraint,
                                MigAction *action);
/* Code that writes what a new constraint forbids. */
void mig_pg_hazard_of_rule(const MigPgPlanner *planner, const MigObject *constraint,
                           MigAction *action);
/* A foreign key that goes, alone or with its table, locks the table it refers to, too. */
void mig_pg_hazard_of_reference(const MigPgPlanner *planner, const MigObject *key,
                                MigAction *action);
void mig_pg_hazards_of_references(const MigPgPlanner *planner, const MigObject *table,
                                  MigAction *action);
void mig_pg_hazards_of_index(const MigPgPlanner *planner, const MigObject *index,
                             MigAction *action);

#endif
