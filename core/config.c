#include "core/config_private.h"

#include <string.h>

#include "core/error.h"
#include "core/redact.h"

static void
hook_free(MigHook *hook)
{
    g_free(hook->name);
    g_free(hook->command);
    g_free(hook->cwd);
    g_free(hook);
}

static GPtrArray *
new_hook_list(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)hook_free);
}

static guint
count_settings(void)
{
    guint count = 0;

    while (mig_setting_specs[count].key)
        count++;
    return count;
}

MigConfig *
mig_config_new(const char *here)
{
    MigConfig *config = g_new0(MigConfig, 1);

    g_atomic_ref_count_init(&config->references);
    config->here = g_canonicalize_filename(here, NULL);
    config->extra = g_ptr_array_new_with_free_func(g_free);
    config->hooks = new_hook_list();
    config->values = g_new0(MigSettingValue, count_settings());
    for (const MigSettingSpec *spec = mig_setting_specs; spec->key; spec++)
        mig_setting_parse(spec, spec->fallback, "default", config->here,
                          mig_config_slot(config, spec), NULL);
    return config;
}

MigConfig *
mig_config_ref(MigConfig *config)
{
    g_atomic_ref_count_inc(&config->references);
    return config;
}

void
mig_config_unref(MigConfig *config)
{
    if (!config || !g_atomic_ref_count_dec(&config->references))
        return;
    for (const MigSettingSpec *spec = mig_setting_specs; spec->key; spec++)
        mig_setting_value_clear(mig_config_slot(config, spec));
    g_free(config->values);
    g_free(config->file);
    g_free(config->here);
    g_free(config->section);
    g_ptr_array_unref(config->extra);
    g_ptr_array_unref(config->hooks);
    mig_ini_free(config->ini);
    mig_url_free(config->url);
    g_free(config);
}

MigSettingValue *
mig_config_slot(const MigConfig *config, const MigSettingSpec *spec)
{
    return &config->values[spec - mig_setting_specs];
}

gboolean
mig_config_set(MigConfig *config, const char *key, const char *value, const char *origin,
               GError **error)
{
    const MigSettingSpec *spec = mig_setting_spec(key);

    if (!spec) {
        g_propagate_error(error, mig_setting_unknown_key(key, "migrate"));
        return FALSE;
    }
    if (!mig_setting_parse(spec, value, origin, config->here, mig_config_slot(config, spec), error))
        return FALSE;
    if (strcmp(key, "url") == 0) {
        config->url_from_file = TRUE;
        g_clear_pointer(&config->url, mig_url_free);
    }
    return TRUE;
}

static const MigSettingValue *
lookup(const MigConfig *config, const char *key)
{
    static const MigSettingValue unset = {.number = -1};
    const MigSettingSpec *spec = mig_setting_spec(key);

    g_return_val_if_fail(spec != NULL, &unset);
    return mig_config_slot(config, spec);
}

const char *
mig_config_text(const MigConfig *config, const char *key)
{
    return lookup(config, key)->text;
}

const GPtrArray *
mig_config_list(const MigConfig *config, const char *key)
{
    return lookup(config, key)->list;
}

gboolean
mig_config_boolean(const MigConfig *config, const char *key)
{
    return lookup(config, key)->number == 1;
}

gint64
mig_config_integer(const MigConfig *config, const char *key)
{
    return lookup(config, key)->number;
}

gint64
mig_config_duration_ms(const MigConfig *config, const char *key)
{
    return lookup(config, key)->number;
}

char *
mig_config_show(const MigConfig *config, const char *key)
{
    const MigSettingSpec *spec = mig_setting_spec(key);
    const MigSettingValue *value = lookup(config, key);

    if (!value->text)
        return NULL;
    if (spec->type == MIG_SETTING_URL) {
        g_autoptr(MigUrl) url = mig_url_parse(value->text, config->here, NULL);

        if (url)
            return g_strdup(url->display);
    }
    g_auto(GStrv) lines = g_strsplit(value->text, "\n", -1);
    g_autofree char *line = g_strjoinv(", ", lines);

    return mig_redact_line(line, NULL);
}

const char *
mig_config_origin(const MigConfig *config, const char *key)
{
    return lookup(config, key)->origin;
}

static const MigUrl *
no_url(const MigConfig *config, GError **error)
{
    g_autoptr(GError) own = mig_error_new(MIG_E_URL, "no database URL is given");

    mig_error_set_hint(own,
                       "Write 'url = sqlite:///app.db' in %s, or give --url, MIGRATE_URL or "
                       "DATABASE_URL.",
                       config->file ? config->file : "migrate.ini");
    g_propagate_error(error, g_steal_pointer(&own));
    return NULL;
}

/* A path typed at the prompt starts from where it was typed; a URL of a server's environment is the
 * same wherever the command is started. */
static gboolean
starts_from_here(const MigConfig *config, const char *text)
{
    const char *colon = strchr(text, ':');

    return config->url_from_file || (colon && g_str_has_prefix(colon, "://"));
}

const MigUrl *
mig_config_url(MigConfig *config, GError **error)
{
    const MigSettingValue *value = lookup(config, "url");
    GError *own = NULL;

    if (config->url)
        return config->url;
    if (!value->text)
        return no_url(config, error);
    config->url = mig_url_parse(value->text,
                                starts_from_here(config, value->text) ? config->here : NULL, &own);
    if (own) {
        mig_error_set_subject(own, "%s", value->origin);
        g_propagate_error(error, own);
    }
    return config->url;
}

const char *
mig_config_here(const MigConfig *config)
{
    return config->here;
}

const char *
mig_config_file(const MigConfig *config)
{
    return config->file;
}

const char *
mig_config_section(const MigConfig *config)
{
    return config->section;
}

char *
mig_config_resolve_path(const MigConfig *config, const char *path)
{
    if (g_path_is_absolute(path))
        return g_strdup(path);
    while (g_str_has_prefix(path, "./"))
        path += 2;
    if (strcmp(path, ".") == 0 || !*path)
        return g_strdup(config->here);
    return g_build_filename(config->here, path, NULL);
}

char *
mig_config_display_path(const MigConfig *config, const char *path)
{
    gsize length = strlen(config->here);

    if (!config->file || strncmp(path, config->here, length) != 0 || path[length] != '/')
        return g_strdup(path);
    g_autofree char *folder = g_path_get_dirname(config->file);

    return strcmp(folder, ".") == 0 ? g_strdup(path + length + 1)
                                    : g_build_filename(folder, path + length + 1, NULL);
}

const GPtrArray *
mig_config_extra(const MigConfig *config)
{
    return config->extra;
}

const GPtrArray *
mig_config_hooks(const MigConfig *config)
{
    return config->hooks;
}

const char *
mig_config_section_label(const MigIniSection *section)
{
    const char *prefix = "migrate:";

    if (!g_str_has_prefix(section->name, prefix))
        return NULL;
    const char *label = section->name + strlen(prefix);

    return label + strspn(label, " \t");
}

GPtrArray *
mig_config_sections(const MigConfig *config)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; config->ini && i < config->ini->sections->len; i++) {
        const char *label = mig_config_section_label(config->ini->sections->pdata[i]);

        if (label)
            g_ptr_array_add(names, g_strdup(label));
    }
    return names;
}
