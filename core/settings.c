#include "core/settings.h"

#include <string.h>

#include "core/error.h"
#include "core/suggest.h"

const MigSettingSpec mig_setting_specs[] = {
    {"url", MIG_SETTING_URL, NULL, "database to work on"},
    {"model", MIG_SETTING_LIST, NULL,
     "target schema: SQL files, folders of them, exec:COMMAND, or the models of an ORM: "
     "sqlalchemy:MODULE:NAME, flask:MODULE:NAME, django:SETTINGS, peewee:MODULE, "
     "typeorm:FILE, gorm:FOLDER, hibernate:UNIT, hibernate:CLASSES"},
    {"model_args", MIG_SETTING_TEXT, NULL,
     "given to the model's commands as MIGRATE_MODEL_ARGS; options of the models of an ORM"},
    {"model_cache", MIG_SETTING_LIST, NULL,
     "files, folders and globs: while they are the same, the model's commands are not run again"},
    {"model_timeout", MIG_SETTING_DURATION, "60s", "how long a command of the model may take"},
    {"python", MIG_SETTING_TEXT, "python3",
     "command that runs Python, for models of its ORMs and for Alembic"},
    {"node", MIG_SETTING_TEXT, "node", "command that runs Node, for models of its ORM"},
    {"go", MIG_SETTING_TEXT, "go", "command that is Go's own, for models of GORM"},
    {"java", MIG_SETTING_TEXT, "java", "command that runs Java, for models of Hibernate"},
    {"script_location", MIG_SETTING_TEXT, ".", "folder of versions/ and the script template"},
    {"version_locations", MIG_SETTING_LIST, NULL,
     "folders of scripts; a new base goes into the first (default: versions in script_location)"},
    {"recursive_version_locations", MIG_SETTING_BOOLEAN, "false",
     "look for scripts in sub-folders too"},
    {"file_template", MIG_SETTING_TEXT, "%(rev)s_%(slug)s", "file name of a new script"},
    {"timezone", MIG_SETTING_TEXT, NULL, "time zone of dates in new scripts (default: UTC)"},
    {"truncate_slug_length", MIG_SETTING_INTEGER, "40", "longest slug of a message, in characters"},
    {"version_table", MIG_SETTING_TEXT, "migrate_version", "table of the database's revisions"},
    {"version_table_schema", MIG_SETTING_TEXT, NULL, "schema of the tool's own tables"},
    {"log_table", MIG_SETTING_TEXT, "migrate_log", "table of the steps done"},
    {"transaction_per_migration", MIG_SETTING_BOOLEAN, "true",
     "one transaction a revision; false: one for the whole run"},
    {"run_lock_timeout", MIG_SETTING_DURATION, "5min", "how long to wait for another run"},
    {"lock_timeout", MIG_SETTING_DURATION, "3s", "how long a statement waits for a lock"},
    {"lock_retries", MIG_SETTING_INTEGER, "10", "tries after a lock timeout"},
    {"statement_timeout", MIG_SETTING_DURATION, "none", "how long a statement may run"},
    {"online", MIG_SETTING_BOOLEAN, "true", "plan statements for a live database"},
    {"include_schemas", MIG_SETTING_LIST, NULL,
     "schemas to look at: names, globs, or true for all"},
    {"include", MIG_SETTING_LIST, NULL, "globs over object names: only these are compared"},
    {"exclude", MIG_SETTING_LIST, NULL, "globs over object names: these are left alone"},
    {"include_grants", MIG_SETTING_BOOLEAN, "false", "compare privileges too"},
    {"naming", MIG_SETTING_TEXT, NULL, "convention for the names of constraints"},
    {"record_schema", MIG_SETTING_BOOLEAN, "false", "store the schema's hash after each run"},
    {"scratch_url", MIG_SETTING_URL, NULL, "throwaway database for replay and proof"},
    {NULL, MIG_SETTING_TEXT, NULL, NULL},
};

/* Keys of Alembic and SQLAlchemy, and what to do instead. */
static const struct {
    const char *key, *instead;
} python_keys[] = {
    {"sqlalchemy.url", "Write 'url' instead."},
    {"prepend_sys_path",
     "Leave it out: the folder of the settings is on the module path of 'model'."},
    {"version_path_separator",
     "Leave it out: 'version_locations' is separated by commas or new lines."},
    {"path_separator", "Leave it out: lists are separated by commas or new lines."},
    {"output_encoding", "Leave it out: scripts are always UTF-8."},
    {"sourceless", "Leave it out: scripts are plain SQL."},
    {"revision_environment", "Leave it out: there is no env.py to run."},
    {"databases", "Give each database a section [migrate:NAME] with its 'url'."},
    {"target_metadata", "Write 'model' instead."},
    {"compare_type", "Leave it out: types are always compared."},
    {"compare_server_default", "Leave it out: defaults are always compared."},
    {"render_as_batch", "Leave it out: tables are rebuilt where the database needs it."},
    {"include_object", "Write 'include' and 'exclude' instead."},
    {"include_name", "Write 'include' and 'exclude' instead."},
    {"version_table_pk", "Leave it out: the version table always has a primary key."},
    {"literal_binds", "Leave it out: SQL scripts always hold their values."},
};

const MigSettingSpec *
mig_setting_spec(const char *key)
{
    for (const MigSettingSpec *spec = mig_setting_specs; spec->key; spec++) {
        if (strcmp(spec->key, key) == 0)
            return spec;
    }
    return NULL;
}

static const char *
python_advice(const char *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(python_keys); i++) {
        if (g_ascii_strcasecmp(python_keys[i].key, key) == 0)
            return python_keys[i].instead;
    }
    if (g_str_has_prefix(key, "sqlalchemy."))
        return "Leave it out: options of the connection are part of 'url'.";
    return NULL;
}

static const char *
nearest_key(const char *key)
{
    const char *keys[G_N_ELEMENTS(mig_setting_specs)];

    for (gsize i = 0; i < G_N_ELEMENTS(mig_setting_specs); i++)
        keys[i] = mig_setting_specs[i].key;
    return mig_suggest(key, keys);
}

GError *
mig_setting_unknown_key(const char *key, const char *section)
{
    GError *error =
        mig_error_new(MIG_E_CONFIG_KEY, "unknown key '%s' in section [%s]", key, section);
    const char *advice = python_advice(key), *nearest = nearest_key(key);
    gboolean of_migrate = strcmp(section, "migrate") == 0 || g_str_has_prefix(section, "migrate:");

    if (advice)
        mig_error_set_hint(error, "It only made sense in Python. %s", advice);
    else if (!of_migrate && mig_setting_spec(key))
        mig_error_set_hint(error, "It belongs in section [migrate].");
    else if (of_migrate && (strcmp(key, "hooks") == 0 || g_str_has_suffix(key, ".command")))
        mig_error_set_hint(error, "It belongs in section [post_write_hooks].");
    else if (of_migrate && nearest)
        mig_error_set_hint(error, "Did you mean '%s'?", nearest);
    return error;
}

GPtrArray *
mig_setting_split(const char *text)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        gboolean is_command = g_str_has_prefix(g_strstrip(*line), "exec:");
        g_auto(GStrv) items = g_strsplit(*line, is_command ? "\n" : ",", -1);

        for (char **item = items; *item; item++) {
            if (*g_strstrip(*item))
                g_ptr_array_add(list, g_strdup(*item));
        }
    }
    return list;
}

static gboolean
parse_boolean(const char *text, gint64 *ret_number)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_ascii_strcasecmp(text, words[i]) == 0) {
            *ret_number = i % 2;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
parse_integer(const char *text, gint64 *ret_number)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT, &number, NULL))
        return FALSE;
    *ret_number = (gint64)number;
    return TRUE;
}

static gboolean
parse_duration(const char *text, gint64 *ret_ms)
{
    static const struct {
        const char *name;
        gint64 ms;
    } units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};
    gsize digits = strspn(text, "0123456789");
    g_autofree char *number_text = g_strndup(text, digits);
    const char *unit = text + digits + strspn(text + digits, " \t");
    gint64 number;

    if (g_ascii_strcasecmp(text, "none") == 0) {
        *ret_ms = -1;
        return TRUE;
    }
    if (!parse_integer(number_text, &number))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(unit, units[i].name) == 0) {
            *ret_ms = number == 0 ? -1 : number * units[i].ms;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
bad_value(const MigSettingSpec *spec, const char *text, const char *is_no, const char *hint,
          GError **error)
{
    g_autoptr(GError) own =
        mig_error_new(MIG_E_CONFIG_VALUE, "'%s' of key '%s' is no %s", text, spec->key, is_no);

    mig_error_set_hint(own, "%s", hint);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

/* include_schemas = true means all; false, none but the default one. */
static GPtrArray *
list_of_schemas(const char *text)
{
    GPtrArray *list = mig_setting_split(text);
    gint64 all;

    if (list->len == 1 && parse_boolean(list->pdata[0], &all)) {
        g_ptr_array_set_size(list, 0);
        if (all)
            g_ptr_array_add(list, g_strdup("*"));
    }
    return list;
}

static gboolean
check_text(const MigSettingSpec *spec, const char *text, GError **error)
{
    if (strcmp(spec->key, "timezone") != 0)
        return TRUE;
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(text);

    return zone ||
           bad_value(spec, text, "time zone", "Write a name such as UTC or Europe/Berlin.", error);
}

static gboolean
check_url(const MigSettingSpec *spec, const char *text, const char *folder, GError **error)
{
    g_autoptr(MigUrl) url = mig_url_parse(text, folder, error);

    if (!url && error && *error)
        g_prefix_error(error, "key '%s': ", spec->key);
    return url != NULL;
}

static gboolean
parse_typed(const MigSettingSpec *spec, const char *text, const char *folder,
            MigSettingValue *value, GError **error)
{
    switch (spec->type) {
    case MIG_SETTING_TEXT:
        return check_text(spec, text, error);
    case MIG_SETTING_URL:
        return check_url(spec, text, folder, error);
    case MIG_SETTING_LIST:
        value->list = strcmp(spec->key, "include_schemas") == 0 ? list_of_schemas(text)
                                                                : mig_setting_split(text);
        return TRUE;
    case MIG_SETTING_BOOLEAN:
        return parse_boolean(text, &value->number) ||
               bad_value(spec, text, "boolean", "Write true or false.", error);
    case MIG_SETTING_INTEGER:
        return parse_integer(text, &value->number) ||
               bad_value(spec, text, "number", "Write a whole number from 0.", error);
    case MIG_SETTING_DURATION:
        return parse_duration(text, &value->number) ||
               bad_value(spec, text, "duration", "Write 500ms, 30s, 5min, 1h or none.", error);
    }
    g_return_val_if_reached(FALSE);
}

gboolean
mig_setting_parse(const MigSettingSpec *spec, const char *text, const char *origin,
                  const char *folder, MigSettingValue *ret_value, GError **error)
{
    MigSettingValue value = {0};

    if (text && !*text && spec->fallback) {
        mig_set_error(error, MIG_E_CONFIG_VALUE, "key '%s' has no value", spec->key);
        return FALSE;
    }
    if (text && !*text)
        text = NULL;
    if (text && !parse_typed(spec, text, folder, &value, error)) {
        mig_setting_value_clear(&value);
        return FALSE;
    }
    if (!text && spec->type == MIG_SETTING_LIST)
        value.list = g_ptr_array_new_with_free_func(g_free);
    value.text = g_strdup(text);
    value.origin = g_strdup(origin);
    mig_setting_value_clear(ret_value);
    *ret_value = value;
    return TRUE;
}

void
mig_setting_value_clear(MigSettingValue *value)
{
    g_clear_pointer(&value->text, g_free);
    g_clear_pointer(&value->list, g_ptr_array_unref);
    g_clear_pointer(&value->origin, g_free);
}
