#include "core/config_lint.h"

#include <string.h>

#include "core/config_private.h"
#include "core/error.h"
#include "core/suggest.h"

const MigLintSetting mig_lint_settings[] = {
    {"ID", NULL, "Severity of a rule: error, warning, info or off."},
    {"small_table", "16MB",
     "Up to this size a live table is small: what is told of it is only information."},
    {"sqlite_min", NULL,
     "The oldest SQLite that scripts are to run on, as 3.35; default the one at hand."},
    {"KIND_names", NULL,
     "A regular expression that the whole name of each new object of the kind is to match (ST010). "
     "KIND is table, column, index, constraint, view, sequence, function, type, trigger or schema."},
    {NULL, NULL, NULL},
};

static const char *const kinds[MIG_LINT_N_NAMES] = {
    [MIG_LINT_TABLE_NAME] = "table",           [MIG_LINT_COLUMN_NAME] = "column",
    [MIG_LINT_INDEX_NAME] = "index",           [MIG_LINT_CONSTRAINT_NAME] = "constraint",
    [MIG_LINT_VIEW_NAME] = "view",             [MIG_LINT_SEQUENCE_NAME] = "sequence",
    [MIG_LINT_FUNCTION_NAME] = "function",     [MIG_LINT_TYPE_NAME] = "type",
    [MIG_LINT_TRIGGER_NAME] = "trigger",       [MIG_LINT_SCHEMA_NAME] = "schema",
};

const char *
mig_lint_name_kind(MigLintName kind)
{
    return kinds[kind];
}

static gboolean
is_names_key(const char *key)
{
    for (guint i = 0; i < MIG_LINT_N_NAMES; i++) {
        g_autofree char *own = g_strconcat(kinds[i], "_names", NULL);

        if (g_ascii_strcasecmp(key, own) == 0)
            return TRUE;
    }
    return FALSE;
}

/* NULL and error: it is none. */
static GRegex *
compile(const char *pattern, GError **error)
{
    g_autofree char *whole = g_strdup_printf("^(?:%s)$", pattern);

    return g_regex_new(whole, G_REGEX_DOLLAR_ENDONLY, 0, error);
}

/* "16MB" in bytes. */
static gboolean
parse_size(const char *text, gint64 *ret_bytes)
{
    static const struct {
        const char *name;
        int shift;
    } units[] = {{"", 0}, {"B", 0}, {"kB", 10}, {"MB", 20}, {"GB", 30}, {"TB", 40}};
    gsize digits = strspn(text, "0123456789");
    const char *unit = text + digits + strspn(text + digits, " \t");

    if (digits == 0 || digits > 6)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_ascii_strcasecmp(unit, units[i].name) == 0) {
            *ret_bytes = g_ascii_strtoll(text, NULL, 10) << units[i].shift;
            return TRUE;
        }
    }
    return FALSE;
}

/* "3.35" or "3.35.2" as SQLite counts: 3035002. */
static gboolean
parse_version(const char *text, gint64 *ret)
{
    g_auto(GStrv) parts = g_strsplit(text, ".", -1);
    guint n = g_strv_length(parts);
    guint64 numbers[3] = {0};

    if (n < 2 || n > 3)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        if (!g_ascii_string_to_unsigned(parts[i], 10, 0, 999, &numbers[i], NULL))
            return FALSE;
    }
    *ret = (gint64)(numbers[0] * 1000000 + numbers[1] * 1000 + numbers[2]);
    return TRUE;
}

static GError *
bad_value(const MigIniEntry *entry, const char *is_no, const char *hint)
{
    GError *error = mig_error_new(MIG_E_CONFIG_VALUE, "'%s' of key '%s' is no %s", entry->value,
                                  entry->key, is_no);

    mig_error_set_hint(error, "%s", hint);
    return error;
}

static GError *
check_pattern(const MigIniEntry *entry)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GRegex) regex = compile(entry->value, &problem);

    return regex ? NULL : bad_value(entry, "regular expression", problem->message);
}

static GError *
unknown_key(const MigIniEntry *entry, const char *section)
{
    static const char *const keys[] = {"small_table", "sqlite_min", NULL};
    GError *error =
        mig_error_new(MIG_E_CONFIG_KEY, "unknown key '%s' in section [%s]", entry->key, section);
    const MigLintElsewhere *elsewhere = mig_lint_elsewhere_find(entry->key);
    const char *near = mig_lint_rule_near(entry->key);

    if (elsewhere) {
        mig_error_set_hint(error, "%s is no rule of lint: %s finds it.", elsewhere->id,
                           elsewhere->found_by);
        return error;
    }
    if (!near)
        near = mig_suggest(entry->key, keys);
    if (near)
        mig_error_set_hint(error, "Did you mean '%s'?", near);
    else
        mig_error_set_hint(error, "`migrate explain` lists the rules; write 'PG001 = warning'.");
    return error;
}

void
mig_config_check_lint(const MigIni *ini, const MigIniSection *section, GPtrArray *errors)
{
    for (guint i = 0; i < section->entries->len; i++) {
        const MigIniEntry *entry = section->entries->pdata[i];
        MigLintSeverity severity;
        GError *error = NULL;
        gint64 number;

        if (strcmp(entry->key, "small_table") == 0) {
            if (!parse_size(entry->value, &number))
                error = bad_value(entry, "size", "Write 16MB, 500kB or 1GB.");
        } else if (strcmp(entry->key, "sqlite_min") == 0) {
            if (!parse_version(entry->value, &number))
                error = bad_value(entry, "version", "Write 3.35 or 3.35.5.");
        } else if (is_names_key(entry->key)) {
            error = check_pattern(entry);
        } else if (!mig_lint_rule(entry->key)) {
            error = unknown_key(entry, section->name);
        } else if (!mig_lint_severity_parse(entry->value, &severity)) {
            error = bad_value(entry, "severity", "Write error, warning, info or off.");
        }
        if (!error)
            continue;
        mig_ini_locate(ini, error, entry->offset);
        g_ptr_array_add(errors, error);
    }
}

/* The value of a key, in any case; NULL when it is not there. */
static const char *
find(const MigConfig *config, const char *key)
{
    const MigIniSection *section = config->ini ? mig_ini_section(config->ini, "lint") : NULL;

    for (guint i = 0; section && i < section->entries->len; i++) {
        const MigIniEntry *entry = section->entries->pdata[i];

        if (g_ascii_strcasecmp(entry->key, key) == 0)
            return entry->value;
    }
    return NULL;
}

MigLintSeverity
mig_config_lint_severity(const MigConfig *config, const MigLintRule *rule)
{
    const char *value = find(config, rule->id);
    MigLintSeverity severity = rule->severity;

    if (value)
        mig_lint_severity_parse(value, &severity);
    return severity;
}

gint64
mig_config_lint_small_table(const MigConfig *config)
{
    const char *value = find(config, "small_table");
    gint64 bytes = 0;

    parse_size(value ? value : "16MB", &bytes);
    return bytes;
}

int
mig_config_lint_oldest_version(const MigConfig *config)
{
    const char *value = find(config, "sqlite_min");
    gint64 version = 0;

    if (value)
        parse_version(value, &version);
    return (int)version;
}

GRegex *
mig_config_lint_names(const MigConfig *config, MigLintName kind)
{
    g_autofree char *key = g_strconcat(kinds[kind], "_names", NULL);
    const char *value = find(config, key);

    return value ? compile(value, NULL) : NULL;
}
