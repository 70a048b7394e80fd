/* Online plans: what takes strong locks is done in few short transactions, what takes long runs
 * outside of them. */
#include "dialects/postgresql/pg_plan_table.h"

#include <string.h>

gboolean
mig_pg_is_online(const MigPgPlanner *planner, const MigObject *object)
{
    return planner->input->online && object->parent && !mig_object_get(object->parent, "server") &&
           !mig_pg_planner_creates(planner, object->parent) &&
           !mig_pg_planner_drops(planner, object->parent);
}

void
mig_pg_set_pace(const MigPgPlanner *planner, MigAction *action, MigPgPace pace)
{
    g_hash_table_insert(planner->paces, action, GINT_TO_POINTER(pace));
}

/* ---- swaps ---- */

static gboolean
needs(const MigAction *action, const MigAction *first)
{
    for (guint i = 0; i < action->needs->len; i++) {
        if (strcmp(action->needs->pdata[i], first->id) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_needed_by_others(const MigPgPlanner *planner, const MigAction *action, const MigAction *but)
{
    for (guint i = 0; i < planner->actions->len; i++) {
        if (planner->actions->pdata[i] != but && needs(planner->actions->pdata[i], action))
            return TRUE;
    }
    return FALSE;
}

static gboolean
needs_others(const MigPgPlanner *planner, const MigAction *action)
{
    for (guint i = 0; i < action->needs->len; i++) {
        if (g_hash_table_contains(planner->by_id, action->needs->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

static void
forget_need(GPtrArray *needs, const char *id)
{
    for (guint i = needs->len; i-- > 0;) {
        if (strcmp(needs->pdata[i], id) == 0)
            g_ptr_array_remove_index(needs, i);
    }
}

static MigAction *
action_of(const MigPgPlanner *planner, const char *verb, const MigObject *object)
{
    g_autofree char *id = g_strconcat(verb, " ", object->identity, NULL);

    return g_hash_table_lookup(planner->by_id, id);
}

/* Whether an action waits for another, be it through others. seen: set of those looked at. */
static gboolean
waits_for(const MigPgPlanner *planner, const MigAction *action, const MigAction *other,
          GHashTable *seen)
{
    if (action == other)
        return TRUE;
    if (!g_hash_table_add(seen, (gpointer)action))
        return FALSE;
    for (guint i = 0; i < action->needs->len; i++) {
        const MigAction *first = g_hash_table_lookup(planner->by_id, action->needs->pdata[i]);

        if (first && waits_for(planner, first, other, seen))
            return TRUE;
    }
    return FALSE;
}

/* A new foreign key would hold on to the old key, as long as that is there. */
static void
let_references_wait(const MigPgPlanner *planner, const MigObject *key, const MigAction *last)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
        MigAction *create =
            mig_pg_is_foreign_key(object) &&
                    (object->parent == key->parent || mig_pg_depends(object, key->parent->identity))
                ? action_of(planner, "create", object)
                : NULL;

        if (create && !waits_for(planner, last, create, seen))
            mig_action_need(create, "%s", last->id);
    }
}

/* The old index gets out of the way under another name, and goes when the new one stands. */
static void
swap_index(MigPgPlanner *planner, const MigObject *index, MigAction *drop, MigAction *create)
{
    g_autofree char *spare = mig_pg_unused_name(planner, index, mig_object_name(index), "_old");
    g_autofree char *quoted = mig_pg_name(spare);
    g_autofree char *name = mig_pg_name_beside(planner, index, mig_object_name(index));
    g_autofree char *old = mig_pg_name_beside(planner, index, spare);

    g_ptr_array_insert(create->statements, 0,
                       g_strdup_printf("ALTER INDEX %s RENAME TO %s", name, quoted));
    g_ptr_array_set_size(drop->statements, 0);
    mig_action_sql(drop, "DROP INDEX CONCURRENTLY %s", old);
    forget_need(create->needs, drop->id);
    mig_action_need(drop, "%s", create->id);
    let_references_wait(planner, index, drop);
}

/* Lets what waits for one action wait for another instead; FALSE, with nothing done, where that
 * would be a loop. */
static gboolean
move_needs(const MigPgPlanner *planner, const MigAction *from, MigAction *to)
{
    for (int pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < planner->actions->len; i++) {
            MigAction *action = planner->actions->pdata[i];
            g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

            if (action == to || !needs(action, from))
                continue;
            if (pass == 0 && waits_for(planner, to, action, seen))
                return FALSE;
            if (pass == 1)
                mig_action_need(action, "%s", to->id);
        }
    }
    return TRUE;
}

/* The new key's index stands when the old key goes, in the statement that makes the new one. */
static void
swap_key(MigPgPlanner *planner, const MigObject *key, MigAction *drop, MigAction *create)
{
    g_autofree char *spare = mig_pg_unused_name(planner, key, mig_object_name(key), "_new");

    if (!move_needs(planner, drop, create))
        return;
    g_ptr_array_remove_range(create->statements, 0, 2);
    mig_pg_build_key(planner, key, spare, create);
    g_ptr_array_set_size(drop->statements, 0);
    let_references_wait(planner, key, create);
}

static void
swap(MigPgPlanner *planner, const MigObject *object)
{
    MigAction *drop = action_of(planner, "drop", object);
    MigAction *create = drop ? action_of(planner, "create", object) : NULL;

    /* What goes with a parent's has no statement of its own for that. */
    if (!create || !create->transaction_off || drop->statements->len == 0)
        return;
    if (mig_object_is_kind(object, "constraint"))
        swap_key(planner, object, drop, create);
    else if (drop->transaction_off && !needs_others(planner, drop) &&
             !is_needed_by_others(planner, drop, create))
        swap_index(planner, object, drop, create);
}

/* What asks for NOT NULL waits until the column is. */
static void
need_proof(const MigPgPlanner *planner, const MigObject *object)
{
    MigAction *create = action_of(planner, "create", object);

    for (guint i = 0; create && i < object->depends->len; i++) {
        g_autofree char *prove =
            g_strconcat("prove ", (const char *)object->depends->pdata[i], NULL);

        if (g_strcmp0(mig_object_get(object, "type"), "primary key") == 0)
            mig_action_need(create, "%s", prove);
        if (create->transaction_off)
            mig_action_need(create, "fill %s", (const char *)object->depends->pdata[i]);
    }
    MigAction *prove = action_of(planner, "prove", object);
    MigAction *finish = prove ? action_of(planner, "finish", object->parent) : NULL;

    if (finish)
        mig_action_need(finish, "%s", prove->id);
}

void
mig_pg_order_online(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; planner->input->online && i < objects->len; i++) {
        need_proof(planner, objects->pdata[i]);
        swap(planner, objects->pdata[i]);
    }
}

/* ---- blocks ---- */

/* An action on its way into a block. */
typedef struct {
    MigAction *action;
    GPtrArray *first; /* of Step*: those that must be done before */
    gboolean wanted;  /* an action of the common transaction waits for it */
    gboolean early;   /* goes ahead of the common transaction, as far as it can */
    gboolean done;
} Step;

typedef struct {
    const MigPgPlanner *planner;
    GPtrArray *steps;   /* of Step*, sorted */
    GPtrArray *actions; /* of MigAction*, as they are done */
} Gathering;

static void
step_free(gpointer data)
{
    Step *step = data;

    g_ptr_array_unref(step->first);
    g_free(step);
}

static gboolean
is_empty(const Step *step)
{
    return step->action->statements->len == 0;
}

static MigPgPace
pace_of(const Gathering *gathering, const Step *step)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(gathering->planner->paces, step->action));
}

static gboolean
is_whole(const Gathering *gathering, const Step *step)
{
    return !is_empty(step) && !step->action->transaction_off &&
           pace_of(gathering, step) == MIG_PG_PACE_WHOLE;
}

static void
add_first(GHashTable *known, Step *step, const GPtrArray *ids)
{
    for (guint i = 0; i < ids->len; i++) {
        Step *first = g_hash_table_lookup(known, ids->pdata[i]);

        if (first)
            g_ptr_array_add(step->first, first);
    }
}

/* What was preferred and given up comes later in the sorted list. */
static void
make_steps(Gathering *gathering, const GPtrArray *actions)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < actions->len; i++) {
        Step *step = g_new0(Step, 1);

        step->action = actions->pdata[i];
        step->first = g_ptr_array_new();
        add_first(known, step, step->action->needs);
        add_first(known, step, step->action->prefers);
        g_hash_table_insert(known, step->action->id, step);
        g_ptr_array_add(gathering->steps, step);
    }
}

static void
find_wanted(const Gathering *gathering)
{
    for (guint i = gathering->steps->len; i-- > 0;) {
        const Step *step = gathering->steps->pdata[i];

        for (guint j = 0;
             (step->wanted || is_whole(gathering, step)) && j < step->first->len; j++)
            ((Step *)step->first->pdata[j])->wanted = TRUE;
    }
}

/* Whether nothing is missed when the action and all that it waits for are done for good, some time
 * before the rest. */
static gboolean
can_go_ahead(const Step *step)
{
    if (!is_empty(step) && !g_str_has_prefix(step->action->id, "drop index ") &&
        !g_str_has_prefix(step->action->id, "drop constraint "))
        return FALSE;
    for (guint i = 0; i < step->first->len; i++) {
        if (!can_go_ahead(step->first->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

static void
mark_early(Step *step)
{
    if (step->early)
        return;
    step->early = TRUE;
    for (guint i = 0; i < step->first->len; i++)
        mark_early(step->first->pdata[i]);
}

static gboolean
is_ready(const Step *step)
{
    for (guint i = 0; i < step->first->len; i++) {
        if (!((const Step *)step->first->pdata[i])->done)
            return FALSE;
    }
    return !step->done;
}

static void
take(Gathering *gathering, Step *step)
{
    step->done = TRUE;
    g_ptr_array_add(gathering->actions, step->action);
}

static gboolean
is_off_left(const Gathering *gathering, gboolean early)
{
    for (guint i = 0; i < gathering->steps->len; i++) {
        const Step *step = gathering->steps->pdata[i];

        if (step->action->transaction_off && !step->done && (step->early || !early))
            return TRUE;
    }
    return FALSE;
}

/* One transaction: all that can be in it by now. */
static void
take_transaction(Gathering *gathering, gboolean early)
{
    gboolean off_left = is_off_left(gathering, early), begun = gathering->actions->len == 0;

    for (guint i = 0; i < gathering->steps->len; i++) {
        Step *step = gathering->steps->pdata[i];
        MigPgPace pace = pace_of(gathering, step);

        if ((early && !step->early) || !is_ready(step) || step->action->transaction_off)
            continue;
        if (!is_empty(step) &&
            (pace == MIG_PG_PACE_LONG || (pace == MIG_PG_PACE_SHORT && off_left)))
            continue;
        if (!is_empty(step)) {
            step->action->after_commit = !begun;
            begun = TRUE;
        }
        take(gathering, step);
    }
}

static gboolean
is_index_drop(const Step *step)
{
    return g_str_has_prefix(step->action->id, "drop index ");
}

static void
take_some_apart(Gathering *gathering, gboolean early, gboolean off, gboolean drops)
{
    for (guint i = 0; i < gathering->steps->len; i++) {
        Step *step = gathering->steps->pdata[i];

        if ((early && !step->early) || !is_ready(step) || is_whole(gathering, step) ||
            is_index_drop(step) != drops)
            continue;
        if (!off && pace_of(gathering, step) == MIG_PG_PACE_SHORT)
            continue;
        step->action->transaction_off = off;
        step->action->after_commit = !off;
        take(gathering, step);
    }
}

/* What need not, or must not, be in it; outside of transactions when something of it has to be. New
 * indexes come before old ones go, which may do the same service. */
static void
take_apart(Gathering *gathering, gboolean early)
{
    gboolean off = is_off_left(gathering, early);
    guint before;

    do {
        before = gathering->actions->len;
        take_some_apart(gathering, early, off, FALSE);
        take_some_apart(gathering, early, off, TRUE);
    } while (gathering->actions->len > before);
}

void
mig_pg_gather_blocks(MigPgPlanner *planner, GPtrArray *actions)
{
    g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(step_free);
    g_autoptr(GPtrArray) taken = g_ptr_array_new();
    Gathering gathering = {planner, steps, taken};
    gboolean early = FALSE;

    make_steps(&gathering, actions);
    find_wanted(&gathering);
    for (guint i = 0; i < steps->len; i++) {
        Step *step = steps->pdata[i];

        if (step->action->transaction_off && step->wanted && can_go_ahead(step)) {
            mark_early(step);
            early = TRUE;
        }
    }
    while (early && is_off_left(&gathering, TRUE)) {
        take_transaction(&gathering, TRUE);
        take_apart(&gathering, TRUE);
    }
    while (taken->len < steps->len) {
        take_transaction(&gathering, FALSE);
        take_apart(&gathering, FALSE);
    }
    for (guint i = 0; i < taken->len; i++)
        actions->pdata[i] = taken->pdata[i];
}
