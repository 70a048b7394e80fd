/* The order of a plan: a walk down from the newest members of a plan that stays on one branch
 * for as long as it can.
 *
 * The rule "is the candidate an ancestor of another active entry" is answered by counting: an
 * ancestor of an active entry has a member above it that was not emitted yet. Only when that is so
 * the entry itself must be found. Its place can only move towards the end as the walk goes on, so
 * for each candidate the search goes on where it stopped. */
#include "core/graph_priv.h"

/* An entry of the active list. Slots are numbered from 1 in list order: entries are replaced in
 * place, appended, and removed. */
typedef struct {
    MigRevision *node; /* NULL: removed */
    guint prev, next;  /* 0: none */
} Slot;

/* What is known of a candidate that had to wait. */
typedef struct {
    guint slot;            /* no lower slot holds a descendant */
    MigRevisionSet *above; /* descendants not emitted when this was made; NULL until needed */
} Wait;

typedef struct {
    const MigGraph *graph;
    const MigRevisionSet *plan;
    MigRevisionSet *todo;   /* members not emitted yet */
    MigRevisionSet *active; /* members in a slot */
    guint *above;           /* by index: members with this one in norm_down that are in todo */
    Wait **waits;           /* by index */
    GArray *slots;          /* of Slot; number 0 is not used */
    guint first, last;
    GPtrArray *out;
} Sorter;

static Slot *
slot_at(const Sorter *sorter, guint number)
{
    return &g_array_index(sorter->slots, Slot, number);
}

static void
append_slot(Sorter *sorter, MigRevision *node)
{
    Slot slot = {node, sorter->last, 0};
    guint number = sorter->slots->len;

    g_array_append_val(sorter->slots, slot);
    if (sorter->last)
        slot_at(sorter, sorter->last)->next = number;
    else
        sorter->first = number;
    sorter->last = number;
    mig_revision_set_add(sorter->active, node);
}

/* Returns the slot to go on with: the one before, else the first. */
static guint
remove_slot(Sorter *sorter, guint number)
{
    Slot *slot = slot_at(sorter, number);

    if (slot->prev)
        slot_at(sorter, slot->prev)->next = slot->next;
    else
        sorter->first = slot->next;
    if (slot->next)
        slot_at(sorter, slot->next)->prev = slot->prev;
    else
        sorter->last = slot->prev;
    slot->node = NULL;
    return slot->prev ? slot->prev : sorter->first;
}

static void
wait_free(Wait *wait)
{
    if (!wait)
        return;
    mig_revision_set_free(wait->above);
    g_free(wait);
}

static MigRevisionSet *
members_above(const Sorter *sorter, const MigRevision *candidate)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    MigRevisionSet *above = mig_revision_set_new(sorter->graph);

    for (const MigRevision *at = candidate; at;
         at = todo->len ? g_ptr_array_steal_index_fast(todo, todo->len - 1) : NULL) {
        for (guint i = 0; i < at->all_next->len; i++) {
            MigRevision *next = at->all_next->pdata[i];

            if (!mig_revision_set_has(sorter->todo, next) || mig_revision_set_has(above, next))
                continue;
            mig_revision_set_add(above, next);
            g_ptr_array_add(todo, next);
        }
    }
    return above;
}

static gboolean
is_above(const Sorter *sorter, Wait *wait, const MigRevision *candidate, const MigRevision *node)
{
    const MigGraph *graph = sorter->graph;
    guint at = candidate->index, number = graph->tree_first[node->index];

    if (graph->rank[node->index] <= graph->rank[at])
        return FALSE;
    if (number > graph->tree_first[at] && number <= graph->tree_last[at])
        return TRUE;
    if (!wait->above)
        wait->above = members_above(sorter, candidate);
    return mig_revision_set_has(wait->above, node);
}

/* The lowest slot whose entry is a descendant of the candidate, which must have one. known: no
 * lower slot is one. */
static guint
slot_above(Sorter *sorter, const MigRevision *candidate, guint known)
{
    Wait **wait = &sorter->waits[candidate->index];

    if (!*wait)
        *wait = g_new0(Wait, 1);
    for ((*wait)->slot = MAX((*wait)->slot, known);; (*wait)->slot++) {
        const MigRevision *node = slot_at(sorter, (*wait)->slot)->node;

        if (node && is_above(sorter, *wait, candidate, node))
            return (*wait)->slot;
    }
}

/* Emits a slot's entry and puts its parents in its place. Returns the slot to go on with. */
static guint
emit(Sorter *sorter, guint number)
{
    MigRevision *node = slot_at(sorter, number)->node;
    gboolean placed = FALSE;

    g_ptr_array_add(sorter->out, node);
    mig_revision_set_remove(sorter->todo, node);
    g_clear_pointer(&sorter->waits[node->index], wait_free);
    for (guint i = 0; i < node->norm_down->len; i++) {
        MigRevision *parent = node->norm_down->pdata[i];

        if (!mig_revision_set_has(sorter->plan, parent))
            continue;
        sorter->above[parent->index]--;
        if (mig_revision_set_has(sorter->active, parent))
            continue;
        if (placed) {
            append_slot(sorter, parent);
        } else {
            slot_at(sorter, number)->node = parent;
            mig_revision_set_add(sorter->active, parent);
            placed = TRUE;
        }
    }
    return placed ? number : remove_slot(sorter, number);
}

static void
start(Sorter *sorter, const GPtrArray *members)
{
    for (guint i = 0; i < members->len; i++) {
        const MigRevision *node = members->pdata[i];

        mig_revision_set_add(sorter->todo, node);
        for (guint j = 0; j < node->norm_down->len; j++)
            sorter->above[((MigRevision *)node->norm_down->pdata[j])->index]++;
    }
    g_array_set_size(sorter->slots, 1);
    for (guint i = 0; i < members->len; i++) {
        MigRevision *node = members->pdata[i];

        if (sorter->above[node->index] == 0)
            append_slot(sorter, node);
    }
}

GPtrArray *
mig_graph_sort(const MigGraph *graph, const MigRevisionSet *plan)
{
    guint n = graph->revisions->len;
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, plan);
    g_autoptr(MigRevisionSet) todo = mig_revision_set_new(graph);
    g_autoptr(MigRevisionSet) active = mig_revision_set_new(graph);
    g_autofree guint *above = g_new0(guint, n);
    g_autofree Wait **waits = g_new0(Wait *, n);
    g_autoptr(GArray) slots = g_array_new(FALSE, TRUE, sizeof(Slot));
    Sorter sorter = {graph, plan,  todo, active, above,
                     waits, slots, 0,    0,      g_ptr_array_sized_new(members->len)};

    start(&sorter, members);
    for (guint number = sorter.first, known = 0; number;) {
        const MigRevision *candidate = slot_at(&sorter, number)->node;

        if (above[candidate->index] > 0) {
            /* What is above the next candidate is above this one too, so it is no lower. */
            number = known = slot_above(&sorter, candidate, MAX(known, sorter.first));
        } else {
            number = emit(&sorter, number);
            known = 0;
        }
    }
    return sorter.out;
}
