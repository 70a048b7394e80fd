#include "core/config_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/config_check.h"
#include "core/error.h"
#include "core/expand.h"
#include "core/read_file.h"
#include "core/suggest.h"

/* The state of loading. */
typedef struct {
    MigConfig *config;
    GPtrArray *errors;            /* of GError* */
    const MigIniSection *base;    /* [migrate]; NULL: there is none */
    const MigIniSection *section; /* [migrate:NAME]; NULL: not chosen */
    MigExpandScope scope;
} Loader;

static const char *
environment(const char *name)
{
    const char *value = g_getenv(name);

    return value && *value ? value : NULL;
}

static gboolean
fail_missing(const char *file, GError **error)
{
    g_autoptr(GError) own = mig_error_new(MIG_E_CONFIG_MISSING, "there is no file '%s'", file);

    mig_error_set_hint(own, "Run `migrate init` to make one, or name another with -c.");
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

static gboolean
read_file(const char *file, char **ret_text, gsize *ret_length, GError **error)
{
    if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
        mig_set_error(error, MIG_E_FILE, "'%s' is a folder, not a file", file);
        return FALSE;
    }
    int reason = mig_read_file(file, ret_text, ret_length);

    if (reason == 0)
        return TRUE;
    if (reason == ENOENT)
        return fail_missing(file, error);
    mig_set_error(error, MIG_E_FILE, "cannot read '%s': %s", file, g_strerror(reason));
    return FALSE;
}

/* The file's folder as the kernel sees it: a `..` behind a symbolic link is not undone as text. */
static char *
folder_of(const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);
    char *resolved = realpath(folder, NULL);
    char *here = resolved ? g_strdup(resolved) : g_canonicalize_filename(folder, NULL);

    free(resolved);
    return here;
}

static char *
origin_of(const Loader *loader, const MigIniEntry *entry)
{
    return g_strdup_printf("%s:%d", loader->config->file, entry->line);
}

static void
add_error(Loader *loader, GError *error, gsize offset)
{
    mig_ini_locate(loader->config->ini, error, offset);
    g_ptr_array_add(loader->errors, error);
}

static char *
expand_entry(Loader *loader, const MigIniEntry *entry)
{
    GError *error = NULL;
    gsize offset = 0;
    char *value = mig_expand(entry->value, &loader->scope, &offset, &error);

    if (!value)
        add_error(loader, error, mig_ini_value_offset(entry, offset));
    return value;
}

/* Values that are in force are expanded; of the others those are checked that can be without. */
static void
load_entry(Loader *loader, const MigSettingSpec *spec, const MigIniEntry *entry, gboolean in_force)
{
    g_autofree char *origin = origin_of(loader, entry);
    g_autofree char *value = NULL;
    MigSettingValue unused = {0};
    GError *error = NULL;

    if (in_force)
        value = expand_entry(loader, entry);
    else if (!strstr(entry->value, "${"))
        value = g_strdup(entry->value);
    if (!value)
        return;
    MigSettingValue *slot = in_force ? mig_config_slot(loader->config, spec) : &unused;

    if (!mig_setting_parse(spec, value, origin, loader->config->here, slot, &error))
        add_error(loader, error, mig_ini_value_offset(entry, 0));
    mig_setting_value_clear(&unused);
}

/* The section whose entry for this key is in force. */
static const MigIniSection *
section_in_force(const Loader *loader, const char *key)
{
    if (loader->section && mig_ini_entry(loader->section, key))
        return loader->section;
    return loader->base;
}

static void
load_settings(Loader *loader, gboolean url_is_overridden)
{
    const GPtrArray *sections = loader->config->ini->sections;

    for (guint i = 0; i < sections->len; i++) {
        const MigIniSection *section = sections->pdata[i];

        if (strcmp(section->name, "migrate") != 0 && !mig_config_section_label(section))
            continue;
        for (guint j = 0; j < section->entries->len; j++) {
            const MigIniEntry *entry = section->entries->pdata[j];
            const MigSettingSpec *spec = mig_setting_spec(entry->key);
            gboolean in_force = section == section_in_force(loader, entry->key) &&
                                mig_ini_entry(section, entry->key) == entry;

            if (strcmp(entry->key, "url") == 0 && url_is_overridden)
                in_force = FALSE;
            if (spec)
                load_entry(loader, spec, entry, in_force);
        }
    }
}

static void
add_hook(Loader *loader, const MigIniSection *section, const MigIniEntry *list, const char *name)
{
    g_autofree char *command_key = g_strconcat(name, ".command", NULL);
    g_autofree char *cwd_key = g_strconcat(name, ".cwd", NULL);
    const MigIniEntry *command = mig_ini_entry(section, command_key);
    const MigIniEntry *cwd = mig_ini_entry(section, cwd_key);
    g_autofree char *command_text = command ? expand_entry(loader, command) : NULL;
    g_autofree char *cwd_text = cwd ? expand_entry(loader, cwd) : NULL;

    if (!command || (command_text && !*command_text)) {
        GError *error = mig_error_new(MIG_E_CONFIG_VALUE, "hook '%s' has no command", name);

        mig_error_set_hint(error, "Write '%s = COMMAND REVISION_SCRIPT_FILENAME'.", command_key);
        add_error(loader, error, command ? command->offset : mig_ini_value_offset(list, 0));
    }
    if (!command_text)
        return;
    MigHook *hook = g_new0(MigHook, 1);

    hook->name = g_strdup(name);
    hook->command = g_steal_pointer(&command_text);
    hook->cwd = cwd_text && *cwd_text ? mig_config_resolve_path(loader->config, cwd_text) : NULL;
    hook->line = command->line;
    g_ptr_array_add(loader->config->hooks, hook);
}

static void
load_hooks(Loader *loader)
{
    const MigIniSection *section = mig_ini_section(loader->config->ini, "post_write_hooks");
    const MigIniEntry *list = section ? mig_ini_entry(section, "hooks") : NULL;
    g_autofree char *value = list ? expand_entry(loader, list) : NULL;

    if (!value)
        return;
    g_autoptr(GPtrArray) names = mig_setting_split(value);

    for (guint i = 0; i < names->len; i++)
        add_hook(loader, section, list, names->pdata[i]);
}

static void
set_url(MigConfig *config, const char *url, const char *origin)
{
    MigSettingValue *value = mig_config_slot(config, mig_setting_spec("url"));

    mig_setting_value_clear(value);
    value->text = g_strdup(url);
    value->origin = g_strdup(origin);
    config->url_from_file = FALSE;
}

/* --url, then MIGRATE_URL, then the file, then DATABASE_URL. */
static void
load_url(Loader *loader, const char *option)
{
    MigConfig *config = loader->config;

    config->url_from_file = mig_config_text(config, "url") != NULL;
    if (option)
        set_url(config, option, "--url");
    else if (environment("MIGRATE_URL"))
        set_url(config, environment("MIGRATE_URL"), "MIGRATE_URL");
    else if (!config->url_from_file && environment("DATABASE_URL"))
        set_url(config, environment("DATABASE_URL"), "DATABASE_URL");
}

static void
unknown_section(Loader *loader, const char *name)
{
    MigConfig *config = loader->config;
    g_autoptr(GPtrArray) names = mig_config_sections(config);
    GError *error = mig_error_new(MIG_E_CONFIG_MISSING, "there is no section [migrate:%s] in '%s'",
                                  name, config->file);

    g_ptr_array_add(names, NULL);
    const char *nearest = mig_suggest(name, (const char *const *)names->pdata);
    g_autofree char *list = g_strjoinv("', '", (char **)names->pdata);

    if (names->len == 1)
        mig_error_set_hint(error, "The file has no such sections: leave out -n.");
    else if (nearest)
        mig_error_set_hint(error, "Did you mean '%s'? The names are '%s'.", nearest, list);
    else
        mig_error_set_hint(error, "The names are '%s'.", list);
    g_ptr_array_add(loader->errors, error);
}

static void
no_section(Loader *loader)
{
    MigConfig *config = loader->config;
    g_autoptr(GPtrArray) names = mig_config_sections(config);
    GError *error =
        mig_error_new(MIG_E_CONFIG_MISSING, "there is no section [migrate] in '%s'", config->file);

    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv("', '", (char **)names->pdata);

    if (names->len > 1)
        mig_error_set_hint(error, "Choose a section with -n: the names are '%s'.", list);
    else
        mig_error_set_hint(error, "Begin the file with a line '[migrate]'.");
    g_ptr_array_add(loader->errors, error);
}

static void
choose_sections(Loader *loader)
{
    MigConfig *config = loader->config;

    loader->base = mig_ini_section(config->ini, "migrate");
    for (guint i = 0; config->section && !loader->section && i < config->ini->sections->len; i++) {
        const MigIniSection *section = config->ini->sections->pdata[i];

        if (g_strcmp0(mig_config_section_label(section), config->section) == 0)
            loader->section = section;
    }
    if (config->section && !loader->section)
        unknown_section(loader, config->section);
    /* An error that has been found already may be the very reason that there is none. */
    if (!config->section && !loader->base && loader->errors->len == 0)
        no_section(loader);
}

static gboolean
copy_extra(MigConfig *config, const GPtrArray *extra, GError **error)
{
    for (guint i = 0; extra && i < extra->len; i++) {
        const char *pair = extra->pdata[i];

        if (!*pair || *pair == '=') {
            mig_set_error(error, MIG_E_BAD_ARGUMENT, "'-x %s' has no key", pair);
            return FALSE;
        }
        g_ptr_array_add(config->extra,
                        strchr(pair, '=') ? g_strdup(pair) : g_strconcat(pair, "=", NULL));
    }
    return TRUE;
}

static int
by_line(gconstpointer a, gconstpointer b)
{
    return mig_error_details(*(GError *const *)a)->line -
           mig_error_details(*(GError *const *)b)->line;
}

static MigConfig *
config_for_file(const MigConfigOptions *options, GError **error)
{
    const char *file = options->file ? options->file : environment("MIGRATE_CONFIG");

    file = file ? file : "migrate.ini";
    g_autofree char *here = folder_of(file);
    g_autoptr(MigConfig) config = mig_config_new(here);

    if (!copy_extra(config, options->extra, error))
        return NULL;
    config->file = g_strdup(file);
    config->section = g_strdup(options->section);
    return g_steal_pointer(&config);
}

MigConfig *
mig_config_load(const MigConfigOptions *options, GError **error)
{
    g_autoptr(MigConfig) config = config_for_file(options, error);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    g_autofree char *text = NULL;
    gsize length;

    if (!config || !read_file(config->file, &text, &length, error))
        return NULL;
    Loader loader = {.config = config, .errors = errors, .scope = {config->here, config->extra}};

    config->ini = mig_ini_parse(text, length, config->file, errors);
    mig_config_check_sections(config->ini, errors);
    choose_sections(&loader);
    load_settings(&loader, options->url || environment("MIGRATE_URL"));
    load_hooks(&loader);
    load_url(&loader, options->url);
    g_ptr_array_sort(errors, by_line);
    GError *all = mig_error_from_list(errors);

    if (all) {
        g_propagate_error(error, all);
        return NULL;
    }
    return g_steal_pointer(&config);
}
