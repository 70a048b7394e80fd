#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cmd/output.h"
#include "cmd/template.h"
#include "core/new_file.h"

/* What to make. */
typedef struct {
    const char *folder;
    const Template *template;
    const char *url, *model; /* model NULL: the template's own */
} Plan;

/* The file or folder, unless the plan leaves it out. */
static gboolean
is_made(const Plan *plan, const TemplateFile *file)
{
    return !(plan->model && file->is_model);
}

/* Where a file or folder of the template goes, without the slash that marks a folder. */
static char *
path_of(const char *folder, const TemplateFile *file)
{
    char *path = strcmp(folder, ".") == 0 ? g_strdup(file->path)
                                          : g_build_filename(folder, file->path, NULL);

    if (!file->text)
        path[strlen(path) - 1] = '\0';
    return path;
}

/* Whether something stands where the template puts a file; a folder may be there already. */
static gboolean
is_taken(const char *path, const TemplateFile *file)
{
    GStatBuf info;

    if (g_lstat(path, &info) != 0)
        return FALSE;
    return file->text || !g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* Every file that would be overwritten is named. */
static gboolean
check_free(const Plan *plan, GError **error)
{
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    for (const TemplateFile *file = plan->template->files; file->path; file++) {
        g_autofree char *path = path_of(plan->folder, file);

        if (is_made(plan, file) && is_taken(path, file))
            g_ptr_array_add(errors, mig_error_new(MIG_E_EXISTS, "'%s' exists already", path));
    }
    GError *first = mig_error_from_list(errors);

    if (!first)
        return TRUE;
    mig_error_set_state(first, "nothing was written");
    mig_error_set_hint(first, "Name another folder, or move away what is there.");
    g_propagate_error(error, first);
    return FALSE;
}

/* Makes a folder and those above it that are missing; each one made is added to made. */
static gboolean
make_folder(const char *path, GPtrArray *made, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_autofree char *parent = g_path_get_dirname(path);

    if (strcmp(parent, ".") != 0 && strcmp(parent, path) != 0 && !make_folder(parent, made, error))
        return FALSE;
    if (g_mkdir(path, 0777) != 0) {
        mig_set_error(error, MIG_E_FILE, "cannot make the folder '%s': %s", path,
                      g_strerror(errno));
        return FALSE;
    }
    g_ptr_array_add(made, g_strdup(path));
    return TRUE;
}

static gboolean
make_one(const Plan *plan, const TemplateFile *file, GPtrArray *made, GError **error)
{
    g_autofree char *path = path_of(plan->folder, file);

    if (!file->text)
        return make_folder(path, made, error);
    g_autofree char *parent = g_path_get_dirname(path);
    GString *text = g_string_new(file->text);

    g_string_replace(text, "@URL@", plan->url, 0);
    g_string_replace(text, "@MODEL@", plan->model ? plan->model : "model.sql", 0);
    const gboolean done = mig_new_file_write(parent, path, path, text->str, error);

    g_string_free(text, TRUE);
    if (done)
        g_ptr_array_add(made, g_steal_pointer(&path));
    return done;
}

static void
roll_back(const GPtrArray *made)
{
    for (guint i = made->len; i > 0; i--)
        g_remove(made->pdata[i - 1]);
}

/* Makes everything or nothing; adds the paths made, in order. */
static gboolean
make_project(const Plan *plan, GPtrArray *made, GError **error)
{
    gboolean done = make_folder(plan->folder, made, error);

    for (const TemplateFile *file = plan->template->files; done && file->path; file++) {
        if (is_made(plan, file))
            done = make_one(plan, file, made, error);
    }
    if (done)
        return TRUE;
    roll_back(made);
    mig_error_set_state(error ? *error : NULL, "nothing was written");
    return FALSE;
}

/* Whether the option may be given, and its value stand in migrate.ini. */
static gboolean
check_value(const Template *template, const char *option, const char *value, GError **error)
{
    if (value && !template->is_single) {
        mig_set_error(error, MIG_E_USAGE,
                      "template '%s' takes no --%s: it has a section for each database",
                      template->name, option);
        return FALSE;
    }
    if (value && (!*value || strpbrk(value, "\r\n"))) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "option '--%s': it has one line", option);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_plan(const Invocation *invocation, const Plan *plan, GError **error)
{
    if (!check_value(plan->template, "url", invocation->url, error) ||
        !check_value(plan->template, "model", plan->model, error))
        return FALSE;
    g_autoptr(MigUrl) parsed = mig_url_parse(plan->url, "/", error);

    return parsed != NULL;
}

static void
show(const Invocation *invocation, const Plan *plan, const GPtrArray *made)
{
    json_t *list = invocation->format == FORMAT_JSON ? json_array() : NULL;

    for (guint i = 0; i < made->len; i++) {
        const char *path = made->pdata[i];
        const char *end = g_file_test(path, G_FILE_TEST_IS_DIR) ? "/" : "";

        if (list)
            json_array_append_new(list, json_sprintf("%s%s", path, end));
        else
            out("created %s%s\n", path, end);
    }
    if (list) {
        out_json(json_pack("{s:s, s:o}", "template", plan->template->name, "created", list));
        return;
    }
    g_auto(GStrv) steps = g_strsplit(plan->template->first_steps, "\n", -1);

    talk(invocation, "Next:");
    if (strcmp(plan->folder, ".") != 0) {
        g_autofree char *quoted = g_shell_quote(plan->folder);

        talk(invocation, "  cd %s", quoted);
    }
    for (char **step = plan->model ? steps + 1 : steps; *step && **step; step++)
        talk(invocation, "  %s", *step);
}

/* DIR without slashes at its end; "." when there is none. New string. */
static char *
folder_of(const Invocation *invocation)
{
    const char *given = invocation_argument(invocation, 0);
    char *folder = g_strdup(given && *given ? given : ".");

    for (gsize length = strlen(folder); length > 1 && folder[length - 1] == '/'; length--)
        folder[length - 1] = '\0';
    return folder;
}

static int
run(Invocation *invocation, GError **error)
{
    const char *name = invocation_value(invocation, "template");
    g_autofree char *folder = folder_of(invocation);
    const Plan plan = {
        .folder = folder,
        .template = name ? template_find(name) : templates,
        .url = invocation->url ? invocation->url : "sqlite:///app.db",
        .model = invocation_value(invocation, "model"),
    };
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);

    if (invocation->config_file) {
        mig_set_error(error, MIG_E_USAGE, "'init' writes migrate.ini into DIR: -c has no meaning");
        return -1;
    }
    if (!check_plan(invocation, &plan, error) || !check_free(&plan, error) ||
        !make_project(&plan, made, error))
        return -1;
    show(invocation, &plan, made);
    return 0;
}

static const Option options[] = {
    {.name = "model",
     .kind = OPTION_VALUE,
     .value = "MODEL",
     .help = "the model, such as flask:app:db; default: a new model.sql"},
    {.name = "template",
     .letter = 't',
     .kind = OPTION_VALUE,
     .value = "NAME",
     .help = "what to start from (see 'migrate list-templates')",
     .completion = COMPLETE_CHOICES,
     .choices = template_names},
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "DIR",
     .optional = TRUE,
     .help = "folder of the project, made if missing; default: the current one",
     .completion = COMPLETE_FOLDER},
    {.name = NULL},
};

const Command command_init = {
    .name = "init",
    .summary = "start a project: migrate.ini, a model and a folder of versions",
    .description =
        "Writes a commented migrate.ini, a first model file, the template of new scripts and an "
        "empty versions folder. --url puts another URL than sqlite:///app.db into migrate.ini, and "
        "--model another model than model.sql, which is not written then.\n"
        "Nothing is ever overwritten: when one of the files exists, nothing is written at all.",
    .examples = "migrate init\tin the current folder, for the SQLite file app.db\n"
                "migrate init db --url sqlite:///../var/shop.db\tin the folder db\n"
                "migrate init --model flask:app:db\tfor the models of a Flask application\n"
                "migrate init --template multidb\tfor several databases\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
