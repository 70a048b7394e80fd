#include "core/config_check.h"

#include <string.h>

#include "core/config_lint.h"
#include "core/config_private.h"
#include "core/error.h"
#include "core/suggest.h"

typedef void (*CheckFunc)(const MigIni *ini, const MigIniSection *section, GPtrArray *errors);

static void
add_error(const MigIni *ini, GPtrArray *errors, GError *error, gsize offset)
{
    mig_ini_locate(ini, error, offset);
    g_ptr_array_add(errors, error);
}

static void
check_settings(const MigIni *ini, const MigIniSection *section, GPtrArray *errors)
{
    for (guint i = 0; i < section->entries->len; i++) {
        const MigIniEntry *entry = section->entries->pdata[i];

        if (!mig_setting_spec(entry->key))
            add_error(ini, errors, mig_setting_unknown_key(entry->key, section->name),
                      entry->offset);
    }
}

static GError *
unknown_hook_key(const MigIniEntry *entry, const char *dot, const char *section)
{
    static const char *const known[] = {"command", "cwd", NULL};
    static const char *const of_alembic[] = {"type", "entrypoint", "executable", "options",
                                             "module"};
    g_autofree char *name = g_strndup(entry->key, dot - entry->key);
    GError *error =
        mig_error_new(MIG_E_CONFIG_KEY, "unknown key '%s' in section [%s]", entry->key, section);
    const char *nearest = mig_suggest(dot + 1, known);

    for (gsize i = 0; i < G_N_ELEMENTS(of_alembic); i++) {
        if (strcmp(dot + 1, of_alembic[i]) == 0) {
            mig_error_set_hint(error,
                               "Write the whole command line as '%s.command'; "
                               "REVISION_SCRIPT_FILENAME in it stands for the file.",
                               name);
            return error;
        }
    }
    if (nearest)
        mig_error_set_hint(error, "Did you mean '%s.%s'?", name, nearest);
    else
        mig_error_set_hint(error, "A hook has '%s.command' and '%s.cwd'.", name, name);
    return error;
}

static void
check_hooks(const MigIni *ini, const MigIniSection *section, GPtrArray *errors)
{
    static const char *const keys[] = {"hooks", NULL};

    for (guint i = 0; i < section->entries->len; i++) {
        const MigIniEntry *entry = section->entries->pdata[i];
        const char *dot = strrchr(entry->key, '.');
        GError *error = NULL;

        if (strcmp(entry->key, "hooks") == 0)
            continue;
        if (dot && dot != entry->key && !mig_setting_spec(entry->key)) {
            if (strcmp(dot, ".command") == 0 || strcmp(dot, ".cwd") == 0)
                continue;
            error = unknown_hook_key(entry, dot, section->name);
        } else {
            error = mig_setting_unknown_key(entry->key, section->name);
            if (mig_suggest(entry->key, keys))
                mig_error_set_hint(error, "Did you mean 'hooks'?");
        }
        add_error(ini, errors, error, entry->offset);
    }
}

static void
check_nothing(const MigIni *ini, const MigIniSection *section, GPtrArray *errors)
{
}

static void
check_alembic(const MigIni *ini, const MigIniSection *section, GPtrArray *errors)
{
    GError *error = mig_error_new(MIG_E_CONFIG_KEY, "section [%s] is Alembic's", section->name);

    mig_error_set_hint(error, "Write [migrate] instead.");
    add_error(ini, errors, error, section->offset);
    check_settings(ini, section, errors);
}

static gboolean
is_logging(const char *name)
{
    static const char *const prefixes[] = {"logger", "handler", "formatter"};

    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        const char *rest = g_str_has_prefix(name, prefixes[i]) ? name + strlen(prefixes[i]) : NULL;

        if (rest && (strcmp(rest, "s") == 0 || *rest == '_'))
            return TRUE;
    }
    return FALSE;
}

/* One error for all of them: they come together. */
static void
check_logging(const MigIni *ini, const MigIniSection *section, GPtrArray *errors)
{
    for (guint i = 0; i < ini->sections->len; i++) {
        const MigIniSection *first = ini->sections->pdata[i];

        if (first == section)
            break;
        if (is_logging(first->name))
            return;
    }
    GError *error =
        mig_error_new(MIG_E_CONFIG_KEY, "section [%s] configures Python's logging", section->name);

    mig_error_set_hint(error, "Remove the sections for loggers, handlers and formatters; -v and -q "
                              "say how much is told.");
    add_error(ini, errors, error, section->offset);
}

static void
check_unknown(const MigIni *ini, const MigIniSection *section, GPtrArray *errors)
{
    static const char *const known[] = {"migrate", "post_write_hooks", "lint", NULL};
    GError *error = mig_error_new(MIG_E_CONFIG_KEY, "unknown section [%s]", section->name);
    const char *nearest = mig_suggest(section->name, known);

    if (strcmp(section->name, "DEFAULT") == 0)
        mig_error_set_hint(error, "What all sections share is written in [migrate].");
    else if (nearest)
        mig_error_set_hint(error, "Did you mean [%s]?", nearest);
    else
        mig_error_set_hint(error, "The section for `-n NAME` is written [migrate:NAME].");
    add_error(ini, errors, error, section->offset);
}

static CheckFunc
check_for(const MigIniSection *section)
{
    static const struct {
        const char *name;
        CheckFunc check;
    } sections[] = {
        {"", check_nothing}, /* a broken header, reported when it was read */
        {"migrate", check_settings}, {"post_write_hooks", check_hooks},
        {"lint", mig_config_check_lint}, {"alembic", check_alembic},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        if (strcmp(section->name, sections[i].name) == 0)
            return sections[i].check;
    }
    const char *label = mig_config_section_label(section);

    if (label && *label)
        return check_settings;
    return is_logging(section->name) ? check_logging : check_unknown;
}

void
mig_config_check_sections(const MigIni *ini, GPtrArray *errors)
{
    for (guint i = 0; i < ini->sections->len; i++) {
        const MigIniSection *section = ini->sections->pdata[i];

        check_for(section)(ini, section, errors);
    }
}
