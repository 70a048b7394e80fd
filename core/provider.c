#include "core/provider.h"

#include <string.h>

#include "core/error.h"

/* Java compiles in one step, and quickly: it runs for a second or two. */
static const MigProvider providers[] = {
    {"django", "python", NULL, {"django"}},
    {"flask", "python", NULL, {"sqlalchemy"}},
    {"gorm", "go", "run", {"gorm/main.go", "gorm/models.go"}},
    {"hibernate", "java", "-XX:TieredStopAtLevel=1", {"hibernate/MigrateHibernate.java"}},
    {"peewee", "python", NULL, {"peewee"}},
    {"sqlalchemy", "python", NULL, {"sqlalchemy"}},
    {"typeorm", "node", NULL, {"typeorm/main.js"}},
};

const MigProvider *
mig_provider_for(const char *entry)
{
    gsize length = strcspn(entry, ":");

    for (gsize i = 0; entry[length] && i < G_N_ELEMENTS(providers); i++) {
        if (strlen(providers[i].word) == length && strncmp(providers[i].word, entry, length) == 0)
            return &providers[i];
    }
    return NULL;
}

/* MIGRATE_PROVIDERS is for a program that is not installed. */
static char *
path_of(const char *path)
{
    const char *folder = g_getenv("MIGRATE_PROVIDERS");

    return g_build_filename(folder && *folder ? folder : MIG_PROVIDERS, path, NULL);
}

char **
mig_provider_words(const MigProvider *provider, const MigConfig *config, const char *entry,
                   GError **error)
{
    g_autofree char *path = path_of(provider->path[0]);
    g_autoptr(GError) cause = NULL;
    g_auto(GStrv) runner = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        mig_set_error(error, MIG_E_MODEL, "the provider for '%s:' is not in '%s'", provider->word,
                      path);
        mig_error_set_hint(error ? *error : NULL,
                           "Run `make install`, or let MIGRATE_PROVIDERS name the folder of the "
                           "providers.");
        return NULL;
    }
    if (!g_shell_parse_argv(mig_config_text(config, provider->setting), NULL, &runner, &cause)) {
        mig_set_error(error, MIG_E_MODEL, "'%s' of key '%s' is no command: %s",
                      mig_config_text(config, provider->setting), provider->setting,
                      cause->message);
        return NULL;
    }
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    g_strv_builder_addv(words, (const char **)runner);
    if (provider->first)
        g_strv_builder_add(words, provider->first);
    for (guint i = 0; provider->path[i]; i++) {
        g_autofree char *each = path_of(provider->path[i]);

        g_strv_builder_add(words, each);
    }
    g_strv_builder_add(words, strchr(entry, ':') + 1);
    return g_strv_builder_end(words);
}

/* Where the last line that begins with prefix does; NULL: there is none. */
static const char *
find_line(const char *text, const char *prefix)
{
    const char *found = NULL;

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (g_str_has_prefix(line, prefix))
            found = line;
    }
    return found;
}

static char *
rest_of_line(const char *line, const char *prefix)
{
    const char *from = line + strlen(prefix);
    g_autofree char *rest = g_strndup(from, strcspn(from, "\n"));

    return g_utf8_make_valid(g_strstrip(rest), -1);
}

GError *
mig_provider_complaint(MigErrorCode code, const char *what, const MigChildResult *result)
{
    static const char error_prefix[] = "error: ", hint_prefix[] = "hint: ";
    const char *line = find_line(result->err->str, error_prefix);
    const char *hint_line = line ? find_line(line, hint_prefix) : NULL;

    if (!line)
        return NULL;
    g_autofree char *message = rest_of_line(line, error_prefix);
    GError *error = mig_error_new(code, "%s: %s", what, message);

    if (hint_line) {
        g_autofree char *hint = rest_of_line(hint_line, hint_prefix);

        mig_error_set_hint(error, "%s", hint);
    }
    GString *before = g_string_new_len(result->err->str, line - result->err->str);

    mig_child_set_complaint(error, before);
    g_string_free(before, TRUE);
    return error;
}
