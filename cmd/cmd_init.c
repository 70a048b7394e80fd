#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cmd/output.h"
#include "cmd/template.h"
#include "core/new_file.h"

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
check_free(const char *folder, const Template *template, GError **error)
{
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    for (const TemplateFile *file = template->files; file->path; file++) {
        g_autofree char *path = path_of(folder, file);

        if (is_taken(path, file))
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
make_one(const char *folder, const TemplateFile *file, const char *url, GPtrArray *made,
         GError **error)
{
    g_autofree char *path = path_of(folder, file);

    if (!file->text)
        return make_folder(path, made, error);
    g_autofree char *parent = g_path_get_dirname(path);
    GString *text = g_string_new(file->text);

    g_string_replace(text, "@URL@", url, 0);
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
make_project(const char *folder, const Template *template, const char *url, GPtrArray *made,
             GError **error)
{
    gboolean done = make_folder(folder, made, error);

    for (const TemplateFile *file = template->files; done && file->path; file++)
        done = make_one(folder, file, url, made, error);
    if (done)
        return TRUE;
    roll_back(made);
    mig_error_set_state(error ? *error : NULL, "nothing was written");
    return FALSE;
}

/* The URL for migrate.ini, or NULL with an error. */
static const char *
choose_url(const Invocation *invocation, const Template *template, GError **error)
{
    const char *url = invocation->url ? invocation->url : "sqlite:///app.db";

    if (invocation->url && !template->takes_url) {
        mig_set_error(error, MIG_E_USAGE,
                      "template '%s' takes no --url: it has a section for each "
                      "database",
                      template->name);
        return NULL;
    }
    if (strpbrk(url, "\r\n")) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "option '--url': a URL has one line");
        return NULL;
    }
    g_autoptr(MigUrl) parsed = mig_url_parse(url, "/", error);

    return parsed ? url : NULL;
}

static void
show(const Invocation *invocation, const char *folder, const Template *template,
     const GPtrArray *made)
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
        out_json(json_pack("{s:s, s:o}", "template", template->name, "created", list));
        return;
    }
    g_auto(GStrv) steps = g_strsplit(template->first_steps, "\n", -1);

    talk(invocation, "Next:");
    if (strcmp(folder, ".") != 0) {
        g_autofree char *quoted = g_shell_quote(folder);

        talk(invocation, "  cd %s", quoted);
    }
    for (char **step = steps; *step && **step; step++)
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
    const Template *template = name ? template_find(name) : templates;
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);

    if (invocation->config_file) {
        mig_set_error(error, MIG_E_USAGE, "'init' writes migrate.ini into DIR: -c has no meaning");
        return -1;
    }
    const char *url = choose_url(invocation, template, error);

    if (!url || !check_free(folder, template, error) ||
        !make_project(folder, template, url, made, error))
        return -1;
    show(invocation, folder, template, made);
    return 0;
}

static const Option options[] = {
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
        "empty versions folder. --url puts another URL than sqlite:///app.db into migrate.ini.\n"
        "Nothing is ever overwritten: when one of the files exists, nothing is written at all.",
    .examples = "migrate init\tin the current folder, for the SQLite file app.db\n"
                "migrate init db --url sqlite:///../var/shop.db\tin the folder db\n"
                "migrate init --template multidb\tfor several databases\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
