#include "cmd/revision_text.h"

#include <string.h>

#include "cmd/output.h"

/* "a, b"; "<base>" (or what else stands for none) when there are none. New string. */
static char *
join_ids(const GPtrArray *revisions, const char *none)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < revisions->len; i++) {
        const MigRevision *revision = revisions->pdata[i];

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", revision->id);
    }
    if (revisions->len == 0)
        g_string_append(text, none);
    return g_string_free(text, FALSE);
}

static char *
join_strings(const GPtrArray *strings)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < strings->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (char *)strings->pdata[i]);
    return g_string_free(text, FALSE);
}

static void
out_marks(const Invocation *invocation, const MigRevision *revision, guint parts)
{
    const gboolean is_real_head = mig_revision_is_real_head(revision);

    if (is_real_head)
        out_styled(invocation, STYLE_LABEL, " (head)");
    else if (mig_revision_is_head(revision))
        out_styled(invocation, STYLE_LABEL, " (effective head)");
    if (parts & REVISION_CURRENT)
        out_styled(invocation, STYLE_GOOD, " (current)");
    if ((parts & REVISION_TREE) && mig_revision_is_branch_point(revision))
        out_styled(invocation, STYLE_LABEL, " (branchpoint)");
    if ((parts & REVISION_TREE) && mig_revision_is_merge_point(revision))
        out_styled(invocation, STYLE_LABEL, " (mergepoint)");
}

void
out_revision(const Invocation *invocation, const MigRevision *revision, guint parts)
{
    if (parts & REVISION_PARENTS) {
        g_autofree char *down = join_ids(revision->down, "<base>");
        g_autofree char *deps = join_ids(revision->deps, "");

        out("%s", down);
        if (*deps)
            out(" (%s)", deps);
        out(" -> ");
    }
    out_styled(invocation, STYLE_ID, "%s", revision->id);
    if ((parts & REVISION_LABELS) && revision->labels->len > 0) {
        g_autofree char *labels = join_strings(revision->labels);

        out_styled(invocation, STYLE_LABEL, " (%s)", labels);
    }
    out_marks(invocation, revision, parts);
    if ((parts & REVISION_MESSAGE) && *revision->script->message)
        out(", %s", revision->script->message);
}

static void
out_field(const char *name, char *value)
{
    if (*value)
        out("%s: %s\n", name, value);
    g_free(value);
}

void
out_revision_details(const Invocation *invocation, const MigRevision *revision, guint parts)
{
    const MigScript *script = revision->script;
    const gboolean is_merge = mig_revision_is_merge_point(revision);

    out("Rev: ");
    out_styled(invocation, STYLE_ID, "%s", revision->id);
    out_marks(invocation, revision, (parts & REVISION_CURRENT) | REVISION_TREE);
    out("\n");
    out_field(is_merge ? "Merges" : "Parent", join_ids(revision->down, "<base>"));
    out_field("Also depends on", join_ids(revision->deps, ""));
    if (mig_revision_is_branch_point(revision))
        out_field("Branches into", join_ids(revision->next, ""));
    out_field("Branch names", join_strings(revision->labels));
    if (script->path)
        out("Path: %s\n", script->path);
    out("\n");
    g_auto(GStrv) lines = g_strsplit(script->doc, "\n", -1);

    for (char **line = lines; *line; line++)
        out("%s%s\n", **line ? "    " : "", *line);
}

json_t *
strings_json(const GPtrArray *strings)
{
    json_t *list = json_array();

    for (guint i = 0; i < strings->len; i++)
        json_array_append_new(list, json_string(strings->pdata[i]));
    return list;
}

static json_t *
ids_json(const GPtrArray *revisions)
{
    json_t *list = json_array();

    for (guint i = 0; i < revisions->len; i++)
        json_array_append_new(list, json_string(((MigRevision *)revisions->pdata[i])->id));
    return list;
}

json_t *
revision_json(const MigRevision *revision)
{
    const MigScript *script = revision->script;
    json_t *object = json_object();
    const gboolean is_head = mig_revision_is_head(revision);
    const gboolean is_real_head = mig_revision_is_real_head(revision);

    json_object_set_new(object, "revision", json_string(revision->id));
    json_object_set_new(object, "message", json_string(script->message));
    json_object_set_new(object, "down_revision", ids_json(revision->down));
    json_object_set_new(object, "depends_on", ids_json(revision->deps));
    json_object_set_new(object, "branch_labels", strings_json(revision->own_labels));
    json_object_set_new(object, "labels", strings_json(revision->labels));
    json_object_set_new(object, "children", ids_json(revision->next));
    json_object_set_new(object, "head", json_boolean(is_real_head));
    json_object_set_new(object, "effective_head", json_boolean(is_head && !is_real_head));
    json_object_set_new(object, "branch_point",
                        json_boolean(mig_revision_is_branch_point(revision)));
    json_object_set_new(object, "merge_point", json_boolean(mig_revision_is_merge_point(revision)));
    json_object_set_new(object, "created",
                        script->created ? json_string(script->created) : json_null());
    json_object_set_new(object, "path", script->path ? json_string(script->path) : json_null());
    json_object_set_new(object, "doc", json_string(script->doc));
    return object;
}
