#include "cmd/output.h"
#include "core/rebase.h"

static json_t *
rebased_json(const GPtrArray *done)
{
    json_t *list = json_array();

    for (guint i = 0; i < done->len; i++) {
        const MigRebased *rebased = done->pdata[i];
        json_t *object = json_object();

        json_object_set_new(object, "revision", json_string(rebased->id));
        json_object_set_new(object, "path", json_string(rebased->path));
        json_object_set_new(object, "old_parents", json_string(rebased->old_parents));
        json_object_set_new(object, "new_parents", json_string(rebased->new_parents));
        json_array_append_new(list, object);
    }
    return list;
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    const MigRebaseOptions options = {.head = invocation_value(invocation, "head"),
                                      .splice = invocation_has(invocation, "splice")};
    const char *onto = invocation_argument(invocation, 0);
    g_autoptr(GPtrArray) done = project ? mig_rebase(project, onto, &options, error) : NULL;

    if (!done)
        return -1;
    if (invocation->format == FORMAT_JSON) {
        out_json(rebased_json(done));
        return 0;
    }
    for (guint i = 0; i < done->len; i++) {
        const MigRebased *rebased = done->pdata[i];

        out("%s: %s stands on %s (was: %s)\n", rebased->path, rebased->id, rebased->new_parents,
            rebased->old_parents);
    }
    if (done->len == 0)
        talk(invocation, "nothing to rebase: no branch stands beside '%s'", onto);
    else
        talk(invocation, "prove them in their new place: migrate verify %s:", onto);
    return 0;
}

static const Option options[] = {
    {.name = "head",
     .kind = OPTION_VALUE,
     .value = "REV",
     .help = "move only what leads to this head",
     .completion = COMPLETE_REVISION},
    {.name = "splice", .help = "REV need not be a head"},
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "REV", .help = "the head to stand on", .completion = COMPLETE_REVISION},
    {.name = NULL},
};

const Command command_rebase = {
    .name = "rebase",
    .summary = "put own revisions behind those of others",
    .description =
        "After a merge in git has brought revisions of others beside your own, puts yours behind "
        "REV: the lowest of those that branched off get it as their down_revision, in their "
        "scripts. Nothing else is changed. Revisions that the database has applied already are "
        "refused (use `migrate merge` for them, or take them back first).",
    .examples = "migrate rebase 4f1c\tyour branch stands on 4f1c now\n"
                "migrate rebase 4f1c --head 9b2f\tonly what leads to 9b2f\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
