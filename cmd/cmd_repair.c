#include "cmd/databases.h"
#include "cmd/moving.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/repair.h"

static void
accepted_json(MigProject *project, const MigAccepted *accepted)
{
    json_t *object = database_json(project);
    const MigChangedScript *change = accepted->change;

    json_object_set_new(object, "accepted", json_string(accepted->revision->id));
    json_object_set_new(object, "new", json_boolean(accepted->is_new));
    json_object_set_new(object, "upgrade", json_boolean(change && change->upgrade));
    json_object_set_new(object, "downgrade", json_boolean(change && change->downgrade));
    json_object_set_new(object, "down_revision", json_boolean(change && change->parents));
    json_object_set_new(object, "diff", text_json(change ? change->diff : NULL));
    out_json(object);
}

static int
accept(Invocation *invocation, MigProject *project, GError **error)
{
    g_autoptr(MigAccepted) accepted = NULL;

    if (set_timeouts(invocation, project, error))
        accepted = mig_repair_accept(project, invocation_value(invocation, "accept"),
                                     invocation_value(invocation, "tag"), error);
    if (!accepted)
        return -1;
    if (invocation->format == FORMAT_JSON) {
        accepted_json(project, accepted);
        return 0;
    }
    const char *id = accepted->revision->id;

    if (accepted->change && accepted->change->diff) {
        g_autofree char *diff = printable(accepted->change->diff);

        out("%s", diff);
    }
    if (accepted->change)
        talk(invocation, "the script of '%s' is accepted as it is now", id);
    else if (accepted->is_new)
        talk(invocation, "the log knew nothing of '%s'; its script is kept there from now on", id);
    else
        talk(invocation, "nothing to accept: the script of '%s' is what was applied", id);
    return 0;
}

static void
abandoned_json(MigProject *project, const MigAbandoned *abandoned)
{
    json_t *object = database_json(project);
    const MigLogRow *row = abandoned->row;

    json_object_set_new(object, "abandoned", json_string(row->revision));
    json_object_set_new(object, "direction", json_string(row->direction));
    json_object_set_new(object, "blocks_done", json_integer(row->blocks_done));
    json_object_set_new(object, "blocks_total", json_integer(row->blocks_total));
    json_object_set_new(object, "kept",
                        abandoned->kept ? strings_json(abandoned->kept) : json_null());
    json_object_set_new(object, "uncertain", text_json(row->intent));
    json_object_set_new(object, "rows", strings_json(abandoned->row_ids));
    out_json(object);
}

static void
print_statements(const Invocation *invocation, const char *heading, const GPtrArray *statements)
{
    talk(invocation, "%s", heading);
    for (guint i = 0; i < statements->len; i++) {
        g_autofree char *sql = g_strdup_printf("%s;\n", (char *)statements->pdata[i]);

        out_sql(invocation, sql);
    }
}

static void
print_abandoned(const Invocation *invocation, const MigAbandoned *abandoned)
{
    const MigLogRow *row = abandoned->row;
    g_autofree char *at = rows_text(abandoned->row_ids);

    talk(invocation, "the %s of '%s' is given up; the database stays at %s", row->direction,
         row->revision, at);
    if (abandoned->kept && abandoned->kept->len > 0)
        print_statements(invocation, "these statements were run, and what they did is kept:",
                         abandoned->kept);
    else if (!abandoned->kept)
        talk(invocation, "%d of %d blocks were run, and what they did is kept",
             (int)row->blocks_done, (int)row->blocks_total);
    if (!row->intent)
        return;
    g_autoptr(GPtrArray) intent = g_ptr_array_new();

    g_ptr_array_add(intent, row->intent);
    print_statements(invocation, "this statement was begun, and its end is unknown:", intent);
}

static int
abandon(Invocation *invocation, MigProject *project, GError **error)
{
    g_autoptr(MigAbandoned) abandoned = NULL;

    if (set_timeouts(invocation, project, error))
        abandoned = mig_repair_abandon(project, invocation_value(invocation, "abandon"), error);
    if (!abandoned)
        return -1;
    if (invocation->format == FORMAT_JSON)
        abandoned_json(project, abandoned);
    else
        print_abandoned(invocation, abandoned);
    return 0;
}

static int
run(Invocation *invocation, GError **error)
{
    const gboolean accepts = invocation_has(invocation, "accept");

    if (accepts == invocation_has(invocation, "abandon")) {
        mig_set_error(error, MIG_E_USAGE, "say what to repair: '--accept REV' or '--abandon REV'");
        return -1;
    }
    return databases_run(invocation, accepts ? accept : abandon, error);
}

static const Option options[] = {
    {.name = "accept",
     .kind = OPTION_VALUE,
     .value = "REV",
     .help = "take the changed script of an applied revision as it is now",
     .completion = COMPLETE_REVISION},
    {.name = "abandon",
     .kind = OPTION_VALUE,
     .value = "REV",
     .help = "give up the half-done step of a revision; nothing is undone",
     .completion = COMPLETE_REVISION},
    {.name = "tag", .kind = OPTION_VALUE, .value = "TEXT", .help = "a note kept in the log"},
    MOVE_OPTION_RUN_LOCK_TIMEOUT,
    MOVE_OPTION_LOCK_TIMEOUT,
    {.name = NULL},
};

const Command command_repair = {
    .name = "repair",
    .summary = "accept a changed script, or give up a half-done step",
    .description =
        "With --accept: 'upgrade' stops when a script was edited after it ran. Where the edit "
        "leads to the same schema, this takes the script as it is now: its text, checksums and "
        "parents go into the log, what changed is shown, and the old text stays in the log's "
        "earlier row. No script runs.\n"
        "With --abandon: a block with transaction=off that was cut short is resumed by the next run. "
        "Where that is not wanted, this gives the step up. What was done stays done, and is "
        "shown; the version rows stay where they are.",
    .examples = "migrate repair --accept 9b2f\tthe edit was harmless\n"
                "migrate repair --abandon 9b2f\tfinish by hand, or begin again\n",
    .options = options,
    .run = run,
};
