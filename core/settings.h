/* The values of settings by their types, and advice on keys that are no settings. */
#ifndef MIG_SETTINGS_H
#define MIG_SETTINGS_H

#include "core/config.h"

/* A setting's value in all the forms that its type has. */
typedef struct {
    char *text;      /* as it stands, expanded; NULL: unset */
    GPtrArray *list; /* of char*; MIG_SETTING_LIST, else NULL */
    gint64 number;   /* BOOLEAN, INTEGER, DURATION (ms, -1: no limit) */
    char *origin;
} MigSettingValue;

/* The row of the table for a key, or NULL. */
const MigSettingSpec *mig_setting_spec(const char *key);

/* Reads text (NULL: unset) by the setting's type into *ret_value, whose old content is freed.
 * folder: what relative paths of URLs start from. MIG_E_CONFIG_VALUE or MIG_E_URL, without location;
 * no password is in the message. */
gboolean mig_setting_parse(const MigSettingSpec *spec, const char *text, const char *origin,
                           const char *folder, MigSettingValue *ret_value, GError **error);
void mig_setting_value_clear(MigSettingValue *value);

/* The error for a key that is no setting: what stands in its place, where it belongs, or the nearest
 * known key. section: the name of the section it was found in. */
GError *mig_setting_unknown_key(const char *key, const char *section);

/* Splits a list: commas or new lines; items are trimmed, empty ones left out. A line that begins
 * with `exec:` is one item with all its commas. Array of char*. */
GPtrArray *mig_setting_split(const char *text);

#endif
