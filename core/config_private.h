/* What config.c and config_load.c share. */
#ifndef MIG_CONFIG_PRIVATE_H
#define MIG_CONFIG_PRIVATE_H

#include "core/config.h"
#include "core/ini.h"
#include "core/settings.h"

struct _MigConfig {
    gatomicrefcount references;
    char *file;              /* as given; NULL: there is none */
    char *here;              /* absolute */
    char *section;           /* NAME of -n, or NULL */
    MigIni *ini;             /* NULL without a file */
    MigSettingValue *values; /* parallel to mig_setting_specs */
    GPtrArray *extra;        /* of char* "KEY=VALUE" */
    GPtrArray *hooks;        /* of MigHook* */
    gboolean url_from_file;
    MigUrl *url; /* NULL until asked for */
};

/* The value's slot for a row of the table. */
MigSettingValue *mig_config_slot(const MigConfig *config, const MigSettingSpec *spec);

/* NAME of a section [migrate:NAME], else NULL. */
const char *mig_config_section_label(const MigIniSection *section);

#endif
