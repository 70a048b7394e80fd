#include <string.h>

#include "core/error.h"
#include "core/revision.h"

/* What a new revision is made of, database by database. */
typedef struct {
    GPtrArray *texts;    /* of char*: SQL of the sections */
    GPtrArray *lists;    /* of GPtrArray*: their further blocks */
    GPtrArray *sections; /* of MigDraftSection* */
    GString *notes;      /* header lines: what was not tried */
    gboolean empty;      /* no database differs from its model */
} Content;

static void
content_clear(Content *content)
{
    g_clear_pointer(&content->sections, g_ptr_array_unref);
    g_clear_pointer(&content->texts, g_ptr_array_unref);
    g_clear_pointer(&content->lists, g_ptr_array_unref);
    if (content->notes)
        g_string_free(content->notes, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Content, content_clear)

/* Several databases can share a revision only if they share the folders of scripts. */
static gboolean
check_one_history(const GPtrArray *projects, GError **error)
{
    g_autoptr(GPtrArray) first = mig_project_version_locations(projects->pdata[0]);

    for (guint i = 1; i < projects->len; i++) {
        g_autoptr(GPtrArray) other = mig_project_version_locations(projects->pdata[i]);
        gboolean same = first->len == other->len;

        for (guint j = 0; same && j < first->len; j++)
            same = strcmp(first->pdata[j], other->pdata[j]) == 0;
        if (same)
            continue;
        mig_set_error(error, MIG_E_USAGE, "sections '%s' and '%s' have different version locations",
                      mig_config_section(mig_project_config(projects->pdata[0])),
                      mig_config_section(mig_project_config(projects->pdata[i])));
        mig_error_set_hint(error ? *error : NULL,
                           "One revision can serve several databases only when they share one "
                           "history; make a revision for each.");
        return FALSE;
    }
    return TRUE;
}

/* A line of the header: it must stay one. */
static void
add_note(GString *notes, const char *text)
{
    g_string_append_printf(notes, "%sleft out on scratch: ", notes->len > 0 ? "\n" : "");
    for (; *text; text++)
        g_string_append_c(notes, g_ascii_iscntrl(*text) ? ' ' : *text);
}

static gboolean
compare(MigProject *project, const MigAutogenerateOptions *autogenerate, Content *content,
        MigDraftSection *section, GError **error)
{
    g_autoptr(MigDifference) difference = mig_autogenerate(project, autogenerate, error);

    if (!difference)
        return FALSE;
    for (guint i = 0; i < difference->unmanaged->len; i++)
        mig_project_tell(project, MIG_EVENT_NOTICE, "unmanaged: %s",
                         (char *)difference->unmanaged->pdata[i]);
    for (guint i = 0; i < difference->left_out->len; i++)
        add_note(content->notes, difference->left_out->pdata[i]);
    for (guint i = 0; difference->likely && i < difference->likely->len; i++) {
        g_autofree char *note = mig_rename_question_describe(difference->likely->pdata[i]);

        mig_project_tell(project, MIG_EVENT_NOTICE, "%s", note);
    }
    content->empty = content->empty && difference->changes->len == 0;
    GPtrArray *upgrade_rest, *downgrade_rest;
    char *upgrade = mig_plan_blocks(difference->upgrade, &upgrade_rest);
    char *downgrade = mig_plan_blocks(difference->downgrade, &downgrade_rest);

    g_ptr_array_add(content->texts, upgrade);
    g_ptr_array_add(content->texts, downgrade);
    g_ptr_array_add(content->lists, upgrade_rest);
    g_ptr_array_add(content->lists, downgrade_rest);
    section->upgrade_rest = upgrade_rest;
    section->downgrade_rest = downgrade_rest;
    section->upgrade = upgrade;
    section->downgrade = downgrade;
    return TRUE;
}

static gboolean
fill(Content *content, const GPtrArray *projects, const MigAutogenerateOptions *autogenerate,
     GError **error)
{
    content->texts = g_ptr_array_new_with_free_func(g_free);
    content->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    content->sections = g_ptr_array_new_with_free_func(g_free);
    content->empty = TRUE;
    content->notes = g_string_new(NULL);
    for (guint i = 0; i < projects->len; i++) {
        MigProject *project = projects->pdata[i];
        MigDraftSection *section = g_new0(MigDraftSection, 1);

        g_ptr_array_add(content->sections, section);
        section->name = mig_config_section(mig_project_config(project));
        if (autogenerate && !compare(project, autogenerate, content, section, error))
            return FALSE;
    }
    return TRUE;
}

/* Databases of different kinds are told apart by their kind, so that what is written serves others of
 * the same kinds too. */
static void
tell_by_dialect(const Content *content, const GPtrArray *projects)
{
    g_autoptr(GPtrArray) dialects = g_ptr_array_new();

    for (guint i = 0; i < projects->len; i++) {
        const MigDialect *dialect = mig_project_dialect(projects->pdata[i], NULL);

        if (!dialect || g_ptr_array_find(dialects, dialect, NULL))
            return;
        g_ptr_array_add(dialects, (gpointer)dialect);
    }
    for (guint i = 0; i < projects->len; i++) {
        MigDraftSection *section = content->sections->pdata[i];

        section->dialect = ((const MigDialect *)dialects->pdata[i])->name;
    }
}

char *
mig_revision_make(const GPtrArray *projects, const MigRevisionOptions *options,
                  const MigAutogenerateOptions *autogenerate, gboolean allow_empty, char **ret_id,
                  GError **error)
{
    MigRevisionOptions filled = *options;
    g_auto(Content) content = {0};

    if (!check_one_history(projects, error) || !fill(&content, projects, autogenerate, error) ||
        (autogenerate && content.empty && !allow_empty))
        return NULL;
    if (content.notes->len > 0)
        filled.notes = content.notes->str;
    if (projects->len > 1) {
        tell_by_dialect(&content, projects);
        filled.sections = content.sections;
    } else {
        const MigDraftSection *only = content.sections->pdata[0];

        filled.upgrade = only->upgrade;
        filled.downgrade = only->downgrade;
        filled.upgrade_rest = only->upgrade_rest;
        filled.downgrade_rest = only->downgrade_rest;
    }
    return mig_revision_write(projects->pdata[0], &filled, ret_id, error);
}
