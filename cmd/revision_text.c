#include "cmd/revision_text.h"

#include "cmd/output.h"

static void
append_ids(GString *text, const GPtrArray *revisions)
{
    for (guint i = 0; i < revisions->len; i++) {
        const MigRevision *revision = revisions->pdata[i];

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", revision->id);
    }
}

static void
append_styled(GString *text, const Invocation *invocation, Style style, const char *part)
{
    if (invocation->color)
        g_string_append(text, style_begin(style));
    g_string_append(text, part);
    if (invocation->color)
        g_string_append(text, style_end);
}

static void
append_marks(GString *text, const Invocation *invocation, const MigRevision *revision, guint parts)
{
    if (mig_revision_is_real_head(revision))
        append_styled(text, invocation, STYLE_LABEL, " (head)");
    else if (mig_revision_is_head(revision))
        append_styled(text, invocation, STYLE_LABEL, " (effective head)");
    if (parts & REVISION_CURRENT)
        append_styled(text, invocation, STYLE_GOOD, " (current)");
    if ((parts & REVISION_TREE) && mig_revision_is_branch_point(revision))
        append_styled(text, invocation, STYLE_LABEL, " (branchpoint)");
    if ((parts & REVISION_TREE) && mig_revision_is_merge_point(revision))
        append_styled(text, invocation, STYLE_LABEL, " (mergepoint)");
}

static void
append_parents(GString *text, const MigRevision *revision)
{
    const gboolean is_merge = mig_revision_is_merge_point(revision);

    if (is_merge)
        g_string_append_c(text, '(');
    append_ids(text, revision->down);
    if (is_merge)
        g_string_append_c(text, ')');
    if (mig_revision_is_base(revision))
        g_string_append(text, "<base>");
    if (revision->deps->len > 0) {
        g_string_append(text, " (");
        append_ids(text, revision->deps);
        g_string_append_c(text, ')');
    }
    g_string_append(text, " -> ");
}

void
append_revision(GString *text, const Invocation *invocation, const MigRevision *revision,
                guint parts)
{
    if (parts & REVISION_PARENTS)
        append_parents(text, revision);
    append_styled(text, invocation, STYLE_ID, revision->id);
    if ((parts & REVISION_LABELS) && revision->labels->len > 0) {
        g_autoptr(GString) labels = g_string_new(" (");

        for (guint i = 0; i < revision->labels->len; i++)
            g_string_append_printf(labels, "%s%s", i > 0 ? ", " : "",
                                   (char *)revision->labels->pdata[i]);
        g_string_append_c(labels, ')');
        append_styled(text, invocation, STYLE_LABEL, labels->str);
    }
    append_marks(text, invocation, revision, parts);
    if ((parts & REVISION_MESSAGE) && *revision->script->message) {
        g_string_append(text, ", ");
        g_string_append(text, revision->script->message);
    }
}

static void
append_id_field(GString *text, const char *name, const GPtrArray *revisions)
{
    if (revisions->len == 0)
        return;
    g_string_append_printf(text, "%s: ", name);
    append_ids(text, revisions);
    g_string_append_c(text, '\n');
}

static void
append_field(GString *text, const char *name, const char *value)
{
    if (value && *value)
        g_string_append_printf(text, "%s: %s\n", name, value);
}

void
append_revision_details(GString *text, const Invocation *invocation, const MigRevision *revision,
                        const MigVcsOrigin *origin, guint parts)
{
    const MigScript *script = revision->script;
    g_auto(GStrv) lines = g_strsplit(script->doc, "\n", -1);

    g_string_append(text, "Rev: ");
    append_styled(text, invocation, STYLE_ID, revision->id);
    append_marks(text, invocation, revision, (parts & REVISION_CURRENT) | REVISION_TREE);
    g_string_append_c(text, '\n');
    if (mig_revision_is_base(revision))
        append_field(text, "Parent", "<base>");
    append_id_field(text, mig_revision_is_merge_point(revision) ? "Merges" : "Parent",
                    revision->down);
    append_id_field(text, "Also depends on", revision->deps);
    if (mig_revision_is_branch_point(revision))
        append_id_field(text, "Branches into", revision->next);
    for (guint i = 0; i < revision->labels->len; i++)
        g_string_append_printf(text, "%s%s%s",
                               i ? ", " : "Branch names: ", (char *)revision->labels->pdata[i],
                               i + 1 == revision->labels->len ? "\n" : "");
    append_field(text, "Path", script->path);
    append_field(text, "Created", script->created);
    if (origin)
        g_string_append_printf(text, "Commit: %.12s by %s\n", origin->commit, origin->author);
    if (*script->doc)
        g_string_append_c(text, '\n');
    for (char **line = lines; *script->doc && *line; line++)
        g_string_append_printf(text, "%s%s\n", **line ? "    " : "", *line);
}

void
out_revision(const Invocation *invocation, const MigRevision *revision, guint parts)
{
    g_autoptr(GString) text = g_string_new(NULL);

    append_revision(text, invocation, revision, parts);
    out("%s", text->str);
}

void
out_revision_details(const Invocation *invocation, const MigRevision *revision, guint parts)
{
    g_autoptr(GString) text = g_string_new(NULL);

    append_revision_details(text, invocation, revision, NULL, parts);
    out("%s", text->str);
}

void
out_revisions(const Invocation *invocation, const GPtrArray *revisions, guint parts)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (invocation->format == FORMAT_JSON) {
        json_t *list = json_array();

        for (guint i = 0; i < revisions->len; i++)
            json_array_append_new(list, revision_json(revisions->pdata[i]));
        out_json(list);
        return;
    }
    for (guint i = 0; i < revisions->len; i++) {
        if (invocation->verbose > 0 && i > 0)
            g_string_append_c(text, '\n');
        if (invocation->verbose > 0)
            append_revision_details(text, invocation, revisions->pdata[i], NULL, parts);
        else
            append_revision(text, invocation, revisions->pdata[i], parts);
        if (invocation->verbose == 0)
            g_string_append_c(text, '\n');
    }
    out("%s", text->str);
}

json_t *
strings_json(const GPtrArray *strings)
{
    json_t *list = json_array();

    for (guint i = 0; i < strings->len; i++)
        json_array_append_new(list, json_string(strings->pdata[i]));
    return list;
}

json_t *
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

    json_object_set_new(object, "revision", json_string(revision->id));
    json_object_set_new(object, "down_revision", ids_json(revision->down));
    json_object_set_new(object, "depends_on", ids_json(revision->deps));
    json_object_set_new(object, "branch_labels", strings_json(revision->own_labels));
    json_object_set_new(object, "branches", strings_json(revision->labels));
    json_object_set_new(object, "children", ids_json(revision->next));
    json_object_set_new(object, "message", json_string(script->message));
    json_object_set_new(object, "doc", json_string(script->doc));
    json_object_set_new(object, "created",
                        text_json(script->created));
    json_object_set_new(object, "path", text_json(script->path));
    json_object_set_new(object, "is_base", json_boolean(mig_revision_is_base(revision)));
    json_object_set_new(object, "is_head", json_boolean(mig_revision_is_head(revision)));
    json_object_set_new(
        object, "is_effective_head",
        json_boolean(mig_revision_is_head(revision) && !mig_revision_is_real_head(revision)));
    json_object_set_new(object, "is_branch_point",
                        json_boolean(mig_revision_is_branch_point(revision)));
    json_object_set_new(object, "is_merge_point",
                        json_boolean(mig_revision_is_merge_point(revision)));
    json_object_set_new(object, "is_current", json_null());
    return object;
}

json_t *
new_revision_json(const char *id, const char *path)
{
    return json_pack("{s:s?, s:s?}", "revision", id, "path", path);
}
