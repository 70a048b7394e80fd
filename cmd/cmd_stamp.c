#include "cmd/databases.h"
#include "cmd/moving.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/offline.h"

static int
stamp(Invocation *invocation, MigProject *project, GError **error)
{
    g_autoptr(GPtrArray) before = NULL;
    g_autoptr(GPtrArray) after = NULL;

    if (!set_timeouts(invocation, project, error) ||
        !mig_apply_stamp(project, invocation->arguments, invocation_has(invocation, "purge"),
                         invocation_value(invocation, "tag"), &before, &after, error))
        return -1;
    if (invocation->format == FORMAT_JSON) {
        json_t *object = database_json(project);

        json_object_set_new(object, "before", strings_json(before));
        json_object_set_new(object, "after", strings_json(after));
        out_json(object);
        return 0;
    }
    g_autofree char *from = rows_text(before);
    g_autofree char *to = rows_text(after);

    out("%s -> ", from);
    out_styled(invocation, STYLE_ID, "%s\n", to);
    return 0;
}

static int
print_sql(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    g_autofree char *sql = NULL;

    if (project)
        sql = mig_offline_stamp(project, invocation->arguments, invocation_has(invocation, "purge"),
                                invocation_value(invocation, "tag"), error);
    return sql ? print_script(invocation, project, sql) : -1;
}

static int
run(Invocation *invocation, GError **error)
{
    if (!invocation_has(invocation, "sql"))
        return databases_run(invocation, stamp, error);
    return check_sql_options(invocation, error) ? print_sql(invocation, error) : -1;
}

static const Option options[] = {
    {.name = "sql",
     .kind = OPTION_FLAG,
     .help = "print the SQL instead of running it (A:B: the rows are A now)"},
    {.name = "tag", .kind = OPTION_VALUE, .value = "TEXT", .help = "a note kept in the log"},
    MOVE_OPTION_RUN_LOCK_TIMEOUT,
    MOVE_OPTION_LOCK_TIMEOUT,
    {.name = "purge", .kind = OPTION_FLAG, .help = "forget all rows first, unknown ones too"},
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "REV",
     .repeatable = TRUE,
     .help = "revision to stand on: an id, a label, head, heads or base",
     .completion = COMPLETE_REVISION},
    {.name = NULL},
};

const Command command_stamp = {
    .name = "stamp",
    .summary = "set the version rows without running anything",
    .description =
        "Writes into the version table that the database stands on REV, and into the log "
        "that it was stamped. Rows of other branches stay. No script runs.",
    .examples = "migrate stamp head\ttake over a database that is up to date\n"
                "migrate stamp --purge head\tdo so whatever the version table says now\n"
                "migrate stamp base\tforget what was applied\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
