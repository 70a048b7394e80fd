#include "cmd/databases.h"
#include "cmd/output.h"
#include "cmd/plan_json.h"
#include "cmd/revision_text.h"
#include "core/status.h"
#include "core/step_plan.h"

/* How many pending revisions are listed one by one. */
#define MAX_LISTED 10

static void
label(const Invocation *invocation, const char *name)
{
    out_styled(invocation, STYLE_DIM, "%-10s", name);
}

static void
print_database(const Invocation *invocation, MigProject *project, const MigStatus *status)
{
    MigConfig *config = mig_project_config(project);
    const MigUrl *url = mig_config_url(config, NULL);

    label(invocation, "database");
    if (!url)
        out("none\n");
    else if (!status->server)
        out("%s (%s)\n", url->display, mig_config_origin(config, "url"));
    else
        out("%s (%s), %s%s\n", url->display, mig_config_origin(config, "url"), status->server,
            status->exists ? "" : ", not there yet");
}

static void
print_scripts(const Invocation *invocation, const MigStatus *status)
{
    if (!status->graph)
        return;
    guint n = mig_graph_revisions(status->graph)->len;

    label(invocation, "scripts");
    out("%u revision%s", n, n == 1 ? "" : "s");
    for (guint i = 0; i < status->heads->len; i++) {
        out(i ? ", " : ", head%s ", status->heads->len == 1 ? "" : "s");
        out_styled(invocation, STYLE_ID, "%s", ((MigRevision *)status->heads->pdata[i])->id);
    }
    out("\n");
}

static void
print_rows(const Invocation *invocation, const MigStatus *status)
{
    if (!status->row_ids)
        return;
    for (guint i = 0; status->rows && i < status->rows->len; i++) {
        label(invocation, "current");
        out_revision(invocation, status->rows->pdata[i], REVISION_LABELS | REVISION_MESSAGE);
        out("\n");
    }
    for (guint i = 0; i < status->row_ids->len; i++) {
        const char *id = status->row_ids->pdata[i];

        if (status->rows && !g_ptr_array_find(status->unknown, id, NULL))
            continue;
        label(invocation, "current");
        out_styled(invocation, STYLE_ID, "%s", id);
        out_styled(invocation, STYLE_BAD, " (unknown%s)\n",
                   is_logged(status->unknown_logged, id) ? "; the log keeps its script" : "");
    }
    if (status->row_ids->len > 0)
        return;
    label(invocation, "current");
    out("%s\n", status->has_version_table ? "base" : "base, no version table yet");
}

/* What the comments of a pending script say that its statements can do. */
static void
print_hazards(const Invocation *invocation, MigProject *project, const MigStep *step)
{
    g_autoptr(GPtrArray) statements = mig_step_statements(project, step, NULL);

    for (guint i = 0; statements && i < statements->len; i++) {
        const GPtrArray *hazards = ((const MigStepStatement *)statements->pdata[i])->hazards;

        for (guint k = 0; k < hazards->len; k++) {
            const MigHazard *hazard = hazards->pdata[k];

            label(invocation, "");
            out_styled(invocation, STYLE_WARNING, "  hazard: %s: %s\n", hazard->kind, hazard->text);
        }
    }
}

static void
print_pending(const Invocation *invocation, MigProject *project, const MigStatus *status)
{
    if (!status->pending)
        return;
    label(invocation, "pending");
    if (status->pending->len == 0)
        out_styled(invocation, STYLE_GOOD, "nothing\n");
    else
        out_styled(invocation, STYLE_WARNING, "%u revision%s\n", status->pending->len,
                   status->pending->len == 1 ? "" : "s");
    for (guint i = 0; i < status->pending->len && i < MAX_LISTED; i++) {
        const MigStep *step = status->pending->pdata[i];

        label(invocation, "");
        out_revision(invocation, step->revision, REVISION_LABELS | REVISION_MESSAGE);
        out("\n");
        print_hazards(invocation, project, step);
    }
    if (status->pending->len > MAX_LISTED) {
        label(invocation, "");
        out("and %u more\n", status->pending->len - MAX_LISTED);
    }
}

static void
print_drift(const Invocation *invocation, const MigStatus *status)
{
    if (!status->drift)
        return;
    const GPtrArray *changes = status->drift->plan->changes;

    label(invocation, "drift");
    if (changes->len == 0) {
        out_styled(invocation, STYLE_GOOD, "none\n");
        return;
    }
    out_styled(invocation, STYLE_BAD, "%u difference%s from what the applied revisions make\n",
               changes->len, changes->len == 1 ? "" : "s");
    for (guint i = 0; i < changes->len && i < MAX_LISTED; i++) {
        g_autofree char *text = mig_change_describe(changes->pdata[i]);

        label(invocation, "");
        out("%s\n", text);
    }
    if (changes->len > MAX_LISTED) {
        label(invocation, "");
        out("and %u more\n", changes->len - MAX_LISTED);
    }
    talk(invocation, "hint: As SQL: migrate diff versions@current live");
}

static void
print_last(const Invocation *invocation, const MigStatus *status)
{
    const MigLogRow *row = status->last;

    if (!row)
        return;
    label(invocation, "last run");
    out("%s %s %s", row->started_at, row->direction, row->revision);
    if (row->who)
        out(" by %s", row->who);
    if (row->tag)
        out(", tag %s", row->tag);
    out("\n");
}

static void
print_problem(const Invocation *invocation, const GError *problem)
{
    const MigErrorDetails *details = mig_error_details(problem);

    label(invocation, "problem");
    out_styled(invocation, STYLE_BAD, "%s", problem->message);
    if (details && details->file && details->line > 0)
        out(" (%s:%d)", details->file, details->line);
    else if (details && details->file)
        out(" (%s)", details->file);
    out("\n");
    if (details && details->hint)
        talk(invocation, "hint: %s", details->hint);
}

static void
print_changed(const Invocation *invocation, const MigChangedScript *script)
{
    g_autofree char *text = mig_changed_describe(script);
    g_autofree char *parents = script->parents ? mig_changed_describe_parents(script) : NULL;

    if (script->upgrade || script->downgrade) {
        label(invocation, "problem");
        out_styled(invocation, STYLE_BAD, "changed since it was applied: %s\n", text);
    }
    if (parents) {
        label(invocation, "problem");
        out_styled(invocation, STYLE_BAD, "%s\n", parents);
    }
    talk(invocation,
         "hint: Put it back as it was, or take it as it is now: migrate repair --accept %s",
         script->revision->id);
}

static void
print_half_done(const Invocation *invocation, const MigLogRow *row)
{
    label(invocation, "problem");
    out_styled(invocation, STYLE_BAD,
               "half-done: %s %s, block %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT "\n",
               row->direction, row->revision, row->blocks_done + 1, row->blocks_total);
    talk(invocation,
         "hint: The next %s goes on with it; to give it up: migrate repair --abandon %s",
         row->direction, row->revision);
}

static void
print_problems(const Invocation *invocation, const MigStatus *status)
{
    for (guint i = 0; i < status->problems->len; i++)
        print_problem(invocation, status->problems->pdata[i]);
    if (status->heads && status->heads->len > 1) {
        label(invocation, "problem");
        out_styled(invocation, STYLE_BAD, "%u heads\n", status->heads->len);
        talk(invocation, "hint: Join them: migrate merge heads -m MESSAGE");
    }
    for (guint i = 0; status->changed && i < status->changed->len; i++)
        print_changed(invocation, status->changed->pdata[i]);
    for (guint i = 0; status->half_done && i < status->half_done->len; i++)
        print_half_done(invocation, status->half_done->pdata[i]);
}

static json_t *
step_hazards_json(MigProject *project, const MigStep *step)
{
    g_autoptr(GPtrArray) statements = mig_step_statements(project, step, NULL);
    json_t *list = json_array();

    for (guint i = 0; statements && i < statements->len; i++) {
        json_t *hazards = hazards_json(((const MigStepStatement *)statements->pdata[i])->hazards);

        json_array_extend(list, hazards);
        json_decref(hazards);
    }
    return list;
}

static json_t *
pending_json(MigProject *project, const MigStatus *status)
{
    if (!status->pending)
        return json_null();
    json_t *list = json_array();

    for (guint i = 0; i < status->pending->len; i++) {
        const MigStep *step = status->pending->pdata[i];
        json_t *object = revision_json(step->revision);

        json_object_set_new(object, "hazards", step_hazards_json(project, step));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *
drift_json(const MigStatus *status)
{
    if (!status->drift)
        return json_null();
    const MigPlan *plan = status->drift->plan;
    g_autofree char *sql = mig_plan_sql(plan);
    json_t *object = json_object();

    json_object_set_new(object, "equal", json_boolean(plan->changes->len == 0));
    json_object_set_new(object, "changes", changes_json(plan->changes));
    json_object_set_new(object, "sql", json_string(sql));
    return object;
}

static json_t *
changed_json(const MigStatus *status)
{
    if (!status->changed)
        return json_null();
    json_t *list = json_array();

    for (guint i = 0; i < status->changed->len; i++) {
        const MigChangedScript *script = status->changed->pdata[i];

        json_array_append_new(list, json_pack("{s:s, s:b, s:b, s:b, s:s?}", "revision",
                                              script->revision->id, "upgrade", script->upgrade,
                                              "downgrade", script->downgrade, "down_revision",
                                              script->parents, "diff", script->diff));
    }
    return list;
}

static json_t *
last_json(const MigStatus *status)
{
    const MigLogRow *row = status->last;

    if (!row)
        return json_null();
    return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?}", "revision", row->revision,
                     "direction", row->direction, "started_at", row->started_at, "finished_at",
                     row->finished_at, "who", row->who, "tool_version", row->tool_version, "tag",
                     row->tag);
}

static json_t *
half_done_json(const MigStatus *status)
{
    json_t *list = json_array();

    for (guint i = 0; status->half_done && i < status->half_done->len; i++) {
        const MigLogRow *row = status->half_done->pdata[i];

        json_array_append_new(
            list, json_pack("{s:s, s:s}", "revision", row->revision, "direction", row->direction));
    }
    return list;
}

static json_t *
problems_json(const MigStatus *status)
{
    json_t *list = json_array();

    for (guint i = 0; i < status->problems->len; i++) {
        const GError *problem = status->problems->pdata[i];
        const MigErrorDetails *details = mig_error_details(problem);

        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s?, s:i, s:s?}", "code", mig_error_code_name(problem->code),
                      "message", problem->message, "file", details ? details->file : NULL, "line",
                      details ? details->line : 0, "hint", details ? details->hint : NULL));
    }
    return list;
}

static json_t *
settings_json(const MigConfig *config)
{
    json_t *object = json_object();

    for (const MigSettingSpec *spec = mig_setting_specs; spec->key; spec++) {
        g_autofree char *value = mig_config_show(config, spec->key);

        json_object_set_new(object, spec->key,
                            json_pack("{s:s?, s:s}", "value", value, "origin",
                                      mig_config_origin(config, spec->key)));
    }
    return object;
}

static void
print_json(MigProject *project, const MigStatus *status)
{
    json_t *object = database_json(project);

    json_object_set_new(object, "good", json_boolean(mig_status_is_good(status)));
    json_object_set_new(object, "exists", json_boolean(status->exists));
    json_object_set_new(object, "server",
                        text_json(status->server));
    json_object_set_new(object, "version_table", json_boolean(status->has_version_table));
    json_object_set_new(object, "rows",
                        status->row_ids ? strings_json(status->row_ids) : json_null());
    json_object_set_new(object, "unknown",
                        status->unknown ? strings_json(status->unknown) : json_null());
    json_object_set_new(object, "unknown_in_log", logged_json(status->unknown_logged));
    json_object_set_new(object, "heads", status->heads ? ids_json(status->heads) : json_null());
    json_object_set_new(object, "pending", pending_json(project, status));
    json_object_set_new(object, "changed", changed_json(status));
    json_object_set_new(object, "half_done", half_done_json(status));
    json_object_set_new(object, "drift", drift_json(status));
    json_object_set_new(object, "last", last_json(status));
    json_object_set_new(object, "problems", problems_json(status));
    json_object_set_new(object, "settings", settings_json(mig_project_config(project)));
    out_json(object);
}

static void
print_text(const Invocation *invocation, MigProject *project, const MigStatus *status)
{
    print_database(invocation, project, status);
    print_scripts(invocation, status);
    print_rows(invocation, status);
    print_pending(invocation, project, status);
    print_drift(invocation, status);
    print_last(invocation, status);
    print_problems(invocation, status);
}

static int
show(Invocation *invocation, MigProject *project, GError **error)
{
    g_autoptr(MigStatus) status = mig_status(project, invocation_has(invocation, "drift"));

    if (invocation->format == FORMAT_JSON)
        print_json(project, status);
    else
        print_text(invocation, project, status);
    return invocation_has(invocation, "exit-code") && !mig_status_is_good(status) ? 1 : 0;
}

static int
run(Invocation *invocation, GError **error)
{
    return databases_run(invocation, show, error);
}

static const Option options[] = {
    {.name = "drift",
     .kind = OPTION_FLAG,
     .help = "replay the applied revisions on scratch: was the database changed by hand?"},
    {.name = "exit-code",
     .kind = OPTION_FLAG,
     .help = "exit with 1 when something is pending or wrong"},
    {.name = NULL},
};

const Command command_status = {
    .name = "status",
    .summary = "show where the database is, what is pending and what is wrong",
    .description =
        "One screen: the database and where its URL comes from, the scripts and their heads, the "
        "rows of the version table, the revisions still to be applied with their hazards, the last "
        "run, and every "
        "problem: a broken graph, an unknown row, a script that was edited after it ran, a step "
        "that is half done. With -v also where each setting comes from. Works in any state, and "
        "writes nothing.",
    .examples = "migrate status\twhat is going on here?\n"
                "migrate status --drift\tand is the database still what the revisions made?\n"
                "migrate status --exit-code\tfor a script: is anything to be done?\n",
    .options = options,
    .run = run,
};
