/* migrate.ini: reading, checking and variables. Every byte of a value must have its place in the
 * text, every error a location. */
#include "tests/fuzz/fuzz.h"

#include "core/config_check.h"
#include "core/error.h"
#include "core/expand.h"
#include "core/ini.h"

static void
check_entry(const MigIni *ini, const MigIniEntry *entry)
{
    const MigExpandScope scope = {"/here", NULL};
    gsize offset = 0;
    g_autofree char *value = mig_expand(entry->value, &scope, &offset, NULL);

    g_assert(value || entry->value[offset] == '$');
    for (gsize i = 0; entry->value[i]; i++) {
        gsize at = mig_ini_value_offset(entry, i);

        g_assert(at < ini->length || entry->value[i] == '\n');
        g_assert(entry->value[i] == '\n' || ini->text[at] == entry->value[i]);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    g_autoptr(MigIni) ini = mig_ini_parse(size ? (const char *)data : "", size, "fuzz.ini", errors);

    mig_config_check_sections(ini, errors);
    for (guint i = 0; i < errors->len; i++) {
        const MigErrorDetails *details = mig_error_details(errors->pdata[i]);
        g_autofree char *shown = mig_error_format(errors->pdata[i]);

        g_assert(details->file && details->line > 0 && details->column > 0);
        g_assert(g_utf8_validate(shown, -1, NULL));
    }
    for (guint i = 0; i < ini->sections->len; i++) {
        const MigIniSection *section = ini->sections->pdata[i];

        for (guint j = 0; j < section->entries->len; j++)
            check_entry(ini, section->entries->pdata[j]);
    }
    return 0;
}
