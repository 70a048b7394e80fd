#include "cmd/output.h"

#include <string.h>

#include "cmd/plan_json.h"
#include "core/rename_likely.h"
#include "core/settle.h"
#include "core/source.h"

/* What the SQL is to run on: the live database where it takes part, else what scratch is. */
static char *
find_server(MigProject *project, MigScratch *scratch, gboolean live, GError **error)
{
    MigConnection *connection = live ? mig_project_connection(project, MIG_CONNECT_READ, error)
                                     : mig_scratch_open(scratch, error);
    char *server = connection ? g_strdup(connection->server) : NULL;

    if (connection && !live)
        mig_scratch_close(scratch, connection);
    return server;
}

static void
tell_unmanaged(const Invocation *invocation, const char *source, const MigSchema *schema)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (object->unmanaged && !object->left_out)
            talk(invocation, "unmanaged: %s (%s): %s", object->title, source, object->unmanaged);
    }
}

static gboolean
tell_likely_renames(const Invocation *invocation, const MigSchema *from, const MigSchema *to,
                    const GPtrArray *renames, GError **error)
{
    g_autoptr(GPtrArray) questions = mig_renames_likely(from, to, renames, error);

    for (guint i = 0; questions && i < questions->len; i++) {
        g_autofree char *note = mig_rename_question_describe(questions->pdata[i]);

        talk(invocation, "%s", note);
    }
    return questions != NULL;
}

static void
show(const Invocation *invocation, const char *from, const char *to, const MigPlan *plan)
{
    g_autofree char *sql = mig_plan_sql(plan);

    if (invocation->format == FORMAT_JSON) {
        json_t *json = json_object();

        json_object_set_new(json, "from", json_string(from));
        json_object_set_new(json, "to", json_string(to));
        json_object_set_new(json, "equal", json_boolean(plan->changes->len == 0));
        json_object_set_new(json, "changes", changes_json(plan->changes));
        json_object_set_new(json, "actions", actions_json(plan));
        json_object_set_new(json, "sql", json_string(sql));
        out_json(json);
        return;
    }
    if (plan->changes->len == 0)
        talk(invocation, "no difference");
    out_sql(invocation, sql);
}

static int
run(Invocation *invocation, GError **error)
{
    const char *from_name = invocation_argument(invocation, 0);
    const char *to_name = invocation_argument(invocation, 1);
    g_autoptr(GPtrArray) renames = mig_renames_parse(invocation_list(invocation, "rename"), error);
    g_autoptr(MigProject) project = renames ? invocation_project(invocation, error) : NULL;
    MigScratch *scratch = project ? mig_project_scratch(project, error) : NULL;
    g_autoptr(MigSchema) from = scratch ? mig_source_read(project, from_name, error) : NULL;
    g_autoptr(MigSchema) to = from ? mig_source_read(project, to_name, error) : NULL;

    if (!to || !mig_settle(scratch, from, to, error))
        return -1;
    gboolean live = strcmp(from_name, "live") == 0 || strcmp(to_name, "live") == 0;
    g_autofree char *server = find_server(project, scratch, live, error);

    if (!server)
        return -1;
    gboolean online = mig_config_boolean(mig_project_config(project), "online");
    g_autoptr(MigPlan) plan = mig_plan_between(scratch, from, to, renames, server, online, error);

    if (!plan || !tell_likely_renames(invocation, from, to, renames, error))
        return -1;
    tell_unmanaged(invocation, from_name, from);
    tell_unmanaged(invocation, to_name, to);
    show(invocation, from_name, to_name, plan);
    return plan->changes->len > 0 && invocation_has(invocation, "exit-code") ? 1 : 0;
}

static const Option options[] = {
    {.name = "exit-code", .help = "exit with 1 when the two differ"},
    {.name = "rename",
     .kind = OPTION_LIST,
     .value = "OLD=NEW",
     .help = "a table or TABLE.COLUMN that has another name in TO, as in users.name=users.nick"},
    {.name = NULL},
};

#define SOURCES "live, model, versions, versions@REV, file:PATH, empty or a database URL"

static const Argument arguments[] = {
    {.name = "FROM", .help = "the source to start from: " SOURCES, .completion = COMPLETE_SOURCE},
    {.name = "TO", .help = "the source to arrive at", .completion = COMPLETE_SOURCE},
    {.name = NULL},
};

const Command command_diff = {
    .name = "diff",
    .summary = "show the SQL that leads from one schema to another",
    .description =
        "Compares any two sources and prints the statements that turn the first into the second, "
        "with what they can do to a live system in comments. Nothing is run. Unlike revision "
        "--autogenerate it drops what only FROM has, whoever made it.\n\n"
        "With --format json the changes, the actions with their hazards, and the whole SQL.",
    .examples =
        "migrate diff live model\twhat the database lacks to be as the model says\n"
        "migrate diff versions@current live\twhat was changed by hand since the last upgrade\n"
        "migrate diff --exit-code versions model\tin CI: does the model have its revision?\n"
        "migrate diff empty live\tthe whole schema\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
