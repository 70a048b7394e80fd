#include "core/autogenerate.h"

#include <string.h>

#include "core/apply.h"
#include "core/error.h"
#include "core/prove.h"
#include "core/rename_hint.h"
#include "core/settle.h"
#include "core/source.h"
#include "core/steps.h"

void
mig_difference_free(MigDifference *difference)
{
    if (!difference)
        return;
    mig_plan_free(difference->upgrade);
    mig_plan_free(difference->downgrade);
    mig_schema_free(difference->from);
    mig_schema_free(difference->to);
    g_clear_pointer(&difference->likely, g_ptr_array_unref);
    g_ptr_array_unref(difference->renames);
    g_ptr_array_unref(difference->unmanaged);
    g_ptr_array_unref(difference->left_out);
    g_free(difference);
}

static gboolean
database_is_at_heads(MigProject *project, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    g_autoptr(GPtrArray) rows = graph ? mig_project_rows(project, error) : NULL;
    g_autoptr(GPtrArray) steps = rows ? mig_steps_upgrade(graph, rows, "heads", error) : NULL;

    if (!steps)
        return FALSE;
    if (steps->len == 0)
        return TRUE;
    g_autoptr(GPtrArray) heads = mig_graph_real_heads(graph);
    g_autofree char *at = mig_revision_join(rows), *head = mig_revision_join(heads);

    mig_set_error(error, MIG_E_NOT_AT_HEAD,
                  "the database is not at its heads: it stands at %s, heads are %s",
                  *at ? at : "base", head);
    GError *failure = error ? *error : NULL;

    mig_error_set_hint(failure, "Upgrade it first, or compare with the versions instead of the "
                                "database: --against versions.");
    mig_error_set_next(failure, "migrate upgrade heads");
    return FALSE;
}

static gboolean
is_renamed(const MigDifference *difference, const GPtrArray *renames, const MigObject *object)
{
    for (guint i = 0; i < renames->len; i++) {
        const MigRename *rename = renames->pdata[i];

        if (!rename->from[1] &&
            mig_schema_lookup(difference->from, object->kind, NULL, rename->from[0]) == object)
            return TRUE;
    }
    return FALSE;
}

static gboolean
may_drop(const MigAutogenerateOptions *options, const MigObject *object)
{
    if (!options->allow_drop)
        return FALSE;
    return !options->allow_drop_glob ||
           g_pattern_match_simple(options->allow_drop_glob, mig_object_name(object));
}

/* Roots of `from` that a plan would drop although the user did not allow it by name. */
static GPtrArray *
doubtful_roots(const MigDifference *difference, const MigAutogenerateOptions *options)
{
    const GPtrArray *roots = mig_schema_roots(difference->from);
    g_autoptr(GPtrArray) renames =
        mig_rename_hints_join(difference->renames, difference->from, difference->to);
    GPtrArray *doubtful = g_ptr_array_new();

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (!root->unmanaged && !mig_schema_find(difference->to, root->identity) &&
            !may_drop(options, root) && !is_renamed(difference, renames, root))
            g_ptr_array_add(doubtful, (gpointer)root);
    }
    return doubtful;
}

/* What the versions did not create and the model lacks stays as it is: the target has it too. */
static gboolean
keep_strangers(MigProject *project, MigDifference *difference,
               const MigAutogenerateOptions *options, GError **error)
{
    g_autoptr(GPtrArray) doubtful = doubtful_roots(difference, options);

    if (doubtful->len == 0 || options->against_versions)
        return TRUE;
    g_autoptr(MigSchema) versions = mig_source_read(project, "versions", error);

    if (!versions)
        return FALSE;
    for (guint i = 0; i < doubtful->len; i++) {
        const MigObject *root = doubtful->pdata[i];

        if (mig_schema_find(versions, root->identity))
            continue;
        mig_schema_adopt(difference->to, NULL, root);
        g_ptr_array_add(difference->unmanaged,
                        g_strdup_printf("%s: not created by the versions, so left alone "
                                        "(--allow-drop would drop it)",
                                        root->title));
    }
    mig_schema_seal(difference->to);
    return TRUE;
}

static void
name_unmanaged(MigDifference *difference, const MigSchema *schema, const MigSchema *other)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        const MigObject *twin = other ? mig_schema_find(other, object->identity) : NULL;

        if (object->unmanaged && !object->left_out && !(twin && twin->unmanaged))
            g_ptr_array_add(difference->unmanaged,
                            g_strdup_printf("%s: %s", object->title, object->unmanaged));
    }
}

/* The first question that was not declined yet; NULL: none. */
static const MigRenameQuestion *
next_question(const GPtrArray *questions, const GPtrArray *declined)
{
    for (guint i = 0; i < questions->len; i++) {
        const MigRenameQuestion *question = questions->pdata[i];

        if (!g_ptr_array_find((GPtrArray *)declined, question->from, NULL))
            return question;
    }
    return NULL;
}

/* An answer can raise or settle other questions: they are made anew after each. */
static gboolean
ask_renames(MigProject *project, MigDifference *difference, const MigAutogenerateOptions *options,
            GError **error)
{
    g_autoptr(GPtrArray) declined = g_ptr_array_new();

    if (options->no_rename)
        return TRUE;
    for (;;) {
        g_autoptr(GPtrArray) questions =
            mig_renames_likely(difference->from, difference->to, difference->renames, error);
        const MigRenameQuestion *question;
        int choice = -1;

        if (!questions)
            return FALSE;
        if (!options->ask) {
            difference->likely = g_steal_pointer(&questions);
            return TRUE;
        }
        question = next_question(questions, declined);
        if (!question)
            return TRUE;
        if (!options->ask(project, question, &choice, options->ask_data, error))
            return FALSE;
        if (choice >= 0)
            g_ptr_array_add(difference->renames,
                            mig_rename_question_answer(question, (guint)choice));
        else
            g_ptr_array_add(declined, (gpointer)question->from);
    }
}

static GPtrArray *
swapped_renames(const GPtrArray *renames)
{
    GPtrArray *swapped = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);

    for (guint i = 0; renames && i < renames->len; i++)
        g_ptr_array_add(swapped, mig_rename_swap(renames->pdata[i]));
    return swapped;
}

static gboolean
make_plans(MigDifference *difference, MigScratch *scratch, const MigAutogenerateOptions *options,
           const char *server, gboolean online, GError **error)
{
    const MigSchema *from = difference->from, *to = difference->to;
    g_autoptr(GPtrArray) back = swapped_renames(difference->renames);

    difference->upgrade =
        mig_plan_between(scratch, from, to, difference->renames, server, online, error);
    if (!difference->upgrade)
        return FALSE;
    difference->changes = difference->upgrade->changes;
    difference->downgrade = mig_plan_between(scratch, to, from, back, server, online, error);
    if (!difference->downgrade)
        return FALSE;
    return options->no_proof || difference->changes->len == 0 ||
           mig_prove(scratch, from, to, difference->upgrade, difference->downgrade, error);
}

static void
note_left_out(MigDifference *difference, const MigScratch *scratch)
{
    const GPtrArray *texts = mig_scratch_left_out(scratch);

    for (guint i = 0; i < texts->len; i++)
        g_ptr_array_add(difference->left_out, g_strdup(texts->pdata[i]));
}

static gboolean
fill(MigDifference *difference, MigProject *project, const MigAutogenerateOptions *options,
     GError **error)
{
    MigScratch *scratch = mig_project_scratch(project, error);
    gboolean online = mig_config_boolean(mig_project_config(project), "online");
    const char *server = NULL;

    if (!scratch)
        return FALSE;
    if (!options->against_versions) {
        MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);

        if (!connection || !database_is_at_heads(project, error) ||
            !mig_apply_refuse_half_done(project, error))
            return FALSE;
        server = connection->server;
    }
    difference->to = mig_source_read(project, "model", error);
    if (!difference->to)
        return FALSE;
    difference->from =
        mig_source_read(project, options->against_versions ? "versions" : "live", error);
    if (!difference->from)
        return FALSE;
    name_unmanaged(difference, difference->from, NULL);
    name_unmanaged(difference, difference->to, difference->from);
    if (!keep_strangers(project, difference, options, error) ||
        !mig_settle(scratch, difference->from, difference->to, error) ||
        !ask_renames(project, difference, options, error) ||
        !make_plans(difference, scratch, options, server, online, error))
        return FALSE;
    note_left_out(difference, scratch);
    return TRUE;
}

MigDifference *
mig_autogenerate(MigProject *project, const MigAutogenerateOptions *options, GError **error)
{
    g_autoptr(MigDifference) difference = g_new0(MigDifference, 1);

    difference->unmanaged = g_ptr_array_new_with_free_func(g_free);
    difference->left_out = g_ptr_array_new_with_free_func(g_free);
    difference->renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);
    for (guint i = 0; options->renames && i < options->renames->len; i++)
        g_ptr_array_add(difference->renames, mig_rename_copy(options->renames->pdata[i]));
    return fill(difference, project, options, error) ? g_steal_pointer(&difference) : NULL;
}
