#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/import.h"

static json_t *
imported_json(const MigImported *imported)
{
    json_t *object = json_object();
    const gboolean rendered =
        !imported->problems[MIG_UPGRADE] && !imported->problems[MIG_DOWNGRADE];

    json_object_set_new(object, "revision", json_string(imported->id));
    json_object_set_new(object, "path", json_string(imported->path));
    json_object_set_new(object, "from", json_string(imported->from));
    json_object_set_new(object, "message", json_string(imported->message));
    json_object_set_new(object, "rendered", json_boolean(rendered));
    json_object_set_new(object, "recorded", json_boolean(imported->recorded));
    json_object_set_new(object, "upgrade_problem", text_json(imported->problems[MIG_UPGRADE]));
    json_object_set_new(object, "downgrade_problem", text_json(imported->problems[MIG_DOWNGRADE]));
    json_object_set_new(object, "irreversible", text_json(imported->irreversible));
    return object;
}

static json_t *
import_json(const MigImport *import, gboolean plan)
{
    json_t *object = json_object(), *list = json_array();

    for (guint i = 0; i < import->revisions->len; i++)
        json_array_append_new(list, imported_json(import->revisions->pdata[i]));
    json_object_set_new(object, "written", json_boolean(!plan));
    json_object_set_new(object, "revisions", list);
    json_object_set_new(object, "rendered", json_integer(import->n_rendered));
    json_object_set_new(object, "total", json_integer(import->revisions->len));
    json_object_set_new(object, "settings", strings_json(import->settings));
    return object;
}

static void
show_problems(const Invocation *invocation, const MigImported *imported)
{
    for (int direction = MIG_UPGRADE; direction <= MIG_DOWNGRADE; direction++) {
        if (!imported->problems[direction])
            continue;
        g_autofree char *why = printable(imported->problems[direction]);

        out_styled(invocation, STYLE_WARNING, "not rendered");
        out(": %s of ", mig_direction_name(direction));
        out_styled(invocation, STYLE_ID, "%s", imported->id);
        out(" (%s): %s\n", imported->from, why);
    }
}

static void
show(const Invocation *invocation, const MigImport *import, gboolean plan)
{
    const guint total = import->revisions->len;

    for (guint i = 0; i < total; i++) {
        const MigImported *imported = import->revisions->pdata[i];

        out("%s %s\n", plan ? "would create" : "created", imported->path);
    }
    for (guint i = 0; i < import->settings->len; i++)
        out("%s %s\n", plan ? "would set" : "set", (const char *)import->settings->pdata[i]);
    for (guint i = 0; i < total; i++)
        show_problems(invocation, import->revisions->pdata[i]);
    if (total == 0)
        talk(invocation, "the environment has no revisions");
    else
        out("rendered %u of %u revisions (%.1f %%)\n", import->n_rendered, total,
            100.0 * import->n_rendered / total);
    if (import->n_rendered < total)
        talk(invocation, "An upgrade that is not rendered refuses to run until its SQL is written "
                         "in its script; `migrate stamp` goes past it.");
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    const MigImportOptions options = {
        .no_env = invocation_has(invocation, "no-env"),
        .plan = invocation_has(invocation, "plan"),
        .version_path = invocation_value(invocation, "version-path"),
    };
    g_autoptr(MigImport) import = NULL;

    if (project)
        import = mig_import_alembic(project, invocation_argument(invocation, 1), &options, error);
    if (!import)
        return -1;
    if (invocation->format == FORMAT_JSON)
        out_json(import_json(import, options.plan));
    else
        show(invocation, import, options.plan);
    return 0;
}

static const Option options[] = {
    {.name = "plan", .help = "show what would be written and stop"},
    {.name = "no-env",
     .help = "do not run env.py: only the scripts; the version table is alembic_version"},
    {.name = "version-path",
     .kind = OPTION_VALUE,
     .value = "DIR",
     .help = "the version location to write into; default: the first",
     .completion = COMPLETE_FOLDER},
    {.name = NULL},
};

static const char *const tools[] = {"alembic", NULL};

static const Argument arguments[] = {
    {.name = "TOOL",
     .help = "the tool to move over from",
     .completion = COMPLETE_CHOICES,
     .choices = tools},
    {.name = "PATH", .help = "its alembic.ini, or the folder of that", .completion = COMPLETE_FILE},
    {.name = NULL},
};

const Command command_import = {
    .name = "import",
    .summary = "move over from Alembic: its revisions as scripts",
    .description =
        "Writes a script for each revision of an Alembic environment, with the same id, parents, "
        "labels, dependencies and message, and with the SQL that Alembic renders for the database "
        "of 'url'. `version_table` in migrate.ini is set to Alembic's, so that a database stands "
        "where it stood. Nothing is written unless all can be, and no database is connected to.\n"
        "Alembic runs in the Python of 'python' in migrate.ini, offline. Its batch mode, which "
        "looks "
        "at the tables, runs on a scratch database of SQLite, and what it executes is recorded.\n"
        "A revision whose SQL depends on rows or on a live database is listed with the reason. Its "
        "upgrade refuses to run until you write it (`migrate stamp` goes past it); a downgrade "
        "that cannot be told is left out.",
    .examples = "migrate import alembic .\tthe environment of ./alembic.ini\n"
                "migrate import alembic migrations --no-env\tof a Flask application\n"
                "migrate import alembic . --plan\tonly say what can be rendered\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
