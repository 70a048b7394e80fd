/* Partitions that are made apart and have the checks of a parent which stands. ATTACH PARTITION
 * wants them spelled as the parent's are, and the server may spell what it reads of them in another
 * way than what was written once: a BETWEEN within an AND, IN over varchar. LIKE copies them as
 * they are. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

/* A pair of parentheses: what joins what is in it ('A': AND, 'O': OR, 0: neither), and what joined
 * that in those that it began with. */
typedef struct {
    char joined_by, first_joined_by;
    gboolean empty, begins;
} Group;

static char
joint_of(const char *text, const MigToken *token)
{
    if (token->length == 3 && strncmp(text + token->offset, "AND", 3) == 0)
        return 'A';
    return token->length == 2 && strncmp(text + token->offset, "OR", 2) == 0 ? 'O' : 0;
}

/* Reads one token; whether it is a joint behind parentheses of its own kind, which a reader takes
 * for one list with what follows. */
static gboolean
flattens(GArray *groups, const char *text, const MigToken *token)
{
    Group *group = &g_array_index(groups, Group, groups->len - 1);
    const Group fresh = {.empty = TRUE};
    char joint = joint_of(text, token), closed;

    if (token->length == 1 && text[token->offset] == '(') {
        group->begins = group->empty;
        group->empty = FALSE;
        g_array_append_val(groups, fresh);
        return FALSE;
    }
    if (token->length == 1 && text[token->offset] == ')' && groups->len > 1) {
        closed = group->joined_by;
        g_array_set_size(groups, groups->len - 1);
        group = &g_array_index(groups, Group, groups->len - 1);
        group->first_joined_by = group->begins ? closed : 0;
        group->begins = FALSE;
        return FALSE;
    }
    gboolean found = joint && group->first_joined_by == joint;

    if (joint)
        group->joined_by = joint;
    group->first_joined_by = 0;
    group->empty = FALSE;
    return found;
}

gboolean
mig_pg_is_read_otherwise(const char *text)
{
    const Group outermost = {.empty = TRUE};
    g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(Group));
    MigToken token;
    MigLexer lexer;

    if (strstr(text, "((ARRAY["))
        return TRUE;
    g_array_append_val(groups, outermost);
    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, strlen(text));
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        if (flattens(groups, text, &token))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_inherited_check(const MigPgPlanner *planner, const MigObject *object)
{
    return mig_pg_is_table_part(object, "constraint") && mig_object_get(object, "inherited") &&
           g_strcmp0(mig_object_get(object, "type"), "check") == 0 &&
           !mig_pg_comes_unvalidated(planner, object);
}

/* Whether the column can be had by LIKE, which copies how it is generated. */
static gboolean
is_like(const MigPgPlanner *planner, const MigObject *column)
{
    const MigObject *source = mig_pg_inherited_from(planner, column);

    return source &&
           g_strcmp0(mig_object_get(source, "generated"), mig_object_get(column, "generated")) == 0;
}

gboolean
mig_pg_is_made_like_parent(const MigPgPlanner *planner, const MigObject *table)
{
    gboolean found = FALSE;

    if (!mig_pg_partitioned_by(table) || mig_pg_is_made_as_partition(planner, table) ||
        mig_object_get(table, "server") || !mig_pg_planner_creates(planner, table))
        return FALSE;
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (mig_object_is_kind(child, "column") && !is_like(planner, child))
            return FALSE;
        found |= is_inherited_check(planner, child) &&
                 !mig_pg_planner_creates(planner, mig_pg_first_of_line(planner, child));
    }
    return found;
}

gboolean
mig_pg_comes_by_like(const MigPgPlanner *planner, const MigObject *child)
{
    return (mig_object_is_kind(child, "column") || is_inherited_check(planner, child)) &&
           mig_pg_is_made_like_parent(planner, child->parent);
}

char *
mig_pg_like_clause(const MigPgPlanner *planner, const MigObject *table)
{
    const MigObject *parent = mig_schema_find(planner->input->to, mig_pg_partitioned_by(table));
    g_autofree char *name = mig_pg_qualified(planner->input->to, parent);
    gboolean generated = FALSE;

    for (guint i = 0; i < table->children->len; i++)
        generated |= mig_object_get(table->children->pdata[i], "generated") != NULL;
    return g_strdup_printf("LIKE %s INCLUDING CONSTRAINTS%s", name,
                           generated ? " INCLUDING GENERATED" : "");
}
