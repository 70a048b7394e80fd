#include <string.h>

#include "cmd/ask.h"
#include "cmd/editor.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/rename.h"
#include "core/revision.h"

static gboolean
check_options(const Invocation *invocation, GError **error)
{
    static const char *const of_autogenerate[] = {
        "against", "rename", "no-rename", "allow-drop", "no-proof", "allow-empty", NULL};

    for (gsize i = 0; of_autogenerate[i]; i++) {
        if (!invocation_has(invocation, of_autogenerate[i]) ||
            invocation_has(invocation, "autogenerate"))
            continue;
        mig_set_error(error, MIG_E_USAGE, "option '--%s' has a meaning only with --autogenerate",
                      of_autogenerate[i]);
        return FALSE;
    }
    return !invocation_has(invocation, "edit") || editor_check(error);
}

static char *
make(const Invocation *invocation, const GPtrArray *projects, char **ret_id, GError **error)
{
    g_autoptr(GPtrArray) renames = mig_renames_parse(invocation_list(invocation, "rename"), error);
    const char *against = invocation_value(invocation, "against");
    const char *glob = invocation_value(invocation, "allow-drop");

    if (!renames)
        return NULL;
    const MigRevisionOptions options = {
        .message = invocation_value(invocation, "message"),
        .heads = invocation_list(invocation, "head"),
        .splice = invocation_has(invocation, "splice"),
        .branch_labels = invocation_list(invocation, "branch-label"),
        .depends_on = invocation_list(invocation, "depends-on"),
        .version_path = invocation_value(invocation, "version-path"),
        .rev_id = invocation_value(invocation, "rev-id"),
    };
    const MigAutogenerateOptions autogenerate = {
        .against_versions = against && strcmp(against, "versions") == 0,
        .renames = renames,
        .no_rename = invocation_has(invocation, "no-rename"),
        .ask = ask_possible() ? ask_rename : NULL,
        .allow_drop = invocation_has(invocation, "allow-drop"),
        .allow_drop_glob = glob && *glob ? glob : NULL,
        .no_proof = invocation_has(invocation, "no-proof"),
    };

    return mig_revision_make(projects, &options,
                             invocation_has(invocation, "autogenerate") ? &autogenerate : NULL,
                             invocation_has(invocation, "allow-empty"), ret_id, error);
}

static gboolean
edit(const char *path, MigProject *project, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();

    g_ptr_array_add(paths, (gpointer)path);
    if (!editor_open(paths, error))
        return FALSE;
    mig_project_reload(project);
    return mig_project_graph(project, error) != NULL;
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(GPtrArray) projects =
        check_options(invocation, error) ? invocation_projects(invocation, error) : NULL;
    g_autofree char *id = NULL;
    GError *problem = NULL;

    if (!projects)
        return -1;
    g_autofree char *path = make(invocation, projects, &id, &problem);

    if (problem) {
        g_propagate_error(error, problem);
        return -1;
    }
    if (!path)
        talk(invocation, "no changes: the model is what the database has already; nothing was "
                         "written");
    if (invocation->format == FORMAT_JSON)
        out_json(new_revision_json(id, path));
    else if (path)
        out("created %s\n", path);
    if (path && invocation_has(invocation, "edit") && !edit(path, projects->pdata[0], error))
        return -1;
    return 0;
}

static const char *const against_choices[] = {"live", "versions", NULL};

static const Option options_table[] = {
    {.name = "message",
     .letter = 'm',
     .kind = OPTION_VALUE,
     .value = "MSG",
     .help = "what the revision does; its first line names the script"},
    {.name = "autogenerate",
     .kind = OPTION_FLAG,
     .help = "compare the database with the model and write the SQL"},
    {.name = "head",
     .kind = OPTION_LIST,
     .value = "REV",
     .help = "the parent: a head, LABEL@head, or base; may be repeated",
     .completion = COMPLETE_REVISION},
    {.name = "splice", .kind = OPTION_FLAG, .help = "let --head name a revision that is no head"},
    {.name = "branch-label",
     .kind = OPTION_LIST,
     .value = "LABEL",
     .help = "label for the branch that begins here; may be repeated"},
    {.name = "depends-on",
     .kind = OPTION_LIST,
     .value = "REV",
     .help = "a revision that must be applied first; may be repeated",
     .completion = COMPLETE_REVISION},
    {.name = "version-path",
     .kind = OPTION_VALUE,
     .value = "DIR",
     .help = "the version location to write into",
     .completion = COMPLETE_FOLDER},
    {.name = "rev-id",
     .kind = OPTION_VALUE,
     .value = "ID",
     .help = "id of the new revision instead of a random one"},
    {.name = "against",
     .kind = OPTION_VALUE,
     .value = "SOURCE",
     .help = "what to compare the model with: live (the default), or the versions replayed on "
             "scratch",
     .completion = COMPLETE_CHOICES,
     .choices = against_choices},
    {.name = "rename",
     .kind = OPTION_LIST,
     .value = "A=B",
     .help = "table A became B, or column T.A became T.B; may be repeated"},
    {.name = "no-rename",
     .kind = OPTION_FLAG,
     .help = "there are no renames but those of --rename and of the model: ask nothing"},
    {.name = "allow-drop",
     .kind = OPTION_OPTIONAL_VALUE,
     .value = "GLOB",
     .help = "drop tables too that the versions did not create (only those that match)"},
    {.name = "allow-empty",
     .kind = OPTION_FLAG,
     .help = "write the script even when nothing differs"},
    {.name = "no-proof",
     .kind = OPTION_FLAG,
     .help = "do not try the SQL, with sample rows, on scratch before it is written"},
    {.name = "edit", .kind = OPTION_FLAG, .help = "open the new script in the editor"},
    {.name = NULL},
};

const Command command_revision = {
    .name = "revision",
    .summary = "write a new revision script",
    .description =
        "Writes a script into the versions folder: empty blocks to fill in, or with --autogenerate "
        "the SQL that brings the database to the model, tried on a scratch database before. When "
        "nothing differs no file is written.\n"
        "A rename is never guessed. When a table or column that is gone looks like a new one, "
        "--autogenerate asks on a terminal, and says so without one: answer with --rename, with a "
        "line `-- migrate: renamed from NAME` on or above it in the model, or with --no-rename.\n"
        "With several -n of one history each database gets blocks of its own in the one script.",
    .examples = "migrate revision -m \"fill in slugs\"\tan empty script\n"
                "migrate revision --autogenerate -m \"add age\"\twhat the model has more\n"
                "migrate revision --autogenerate --rename users=accounts\ta rename, not a drop\n"
                "migrate revision --head base --branch-label billing -m start\ta new branch\n",
    .options = options_table,
    .run = run,
};
