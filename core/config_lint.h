/* Section [lint] of migrate.ini: `ID = error|warning|info|off` for a rule, and the rest of its keys. */
#ifndef MIG_CONFIG_LINT_H
#define MIG_CONFIG_LINT_H

#include "core/config.h"
#include "core/ini.h"
#include "core/lint_rules.h"

/* A key that is no rule, for the manual page. */
typedef struct {
    const char *key, *fallback, *help;
} MigLintSetting;
extern const MigLintSetting mig_lint_settings[]; /* ended by a NULL key */

/* What names are given to. */
typedef enum {
    MIG_LINT_TABLE_NAME,
    MIG_LINT_COLUMN_NAME,
    MIG_LINT_INDEX_NAME,
    MIG_LINT_CONSTRAINT_NAME,
    MIG_LINT_VIEW_NAME,
    MIG_LINT_SEQUENCE_NAME,
    MIG_LINT_FUNCTION_NAME,
    MIG_LINT_TYPE_NAME,
    MIG_LINT_TRIGGER_NAME,
    MIG_LINT_SCHEMA_NAME,
    MIG_LINT_N_NAMES
} MigLintName;

/* "table" */
const char *mig_lint_name_kind(MigLintName kind);

/* What the whole name of a new object of the kind is to match; NULL: anything. */
GRegex *mig_config_lint_names(const MigConfig *config, MigLintName kind);

/* Appends an error (of GError*, with location) for each key that is none and each value of the wrong
 * form. */
void mig_config_check_lint(const MigIni *ini, const MigIniSection *section, GPtrArray *errors);

/* A rule's severity by the settings, else its own. */
MigLintSeverity mig_config_lint_severity(const MigConfig *config, const MigLintRule *rule);

/* Tables up to this size (bytes) are small. */
gint64 mig_config_lint_small_table(const MigConfig *config);

/* The oldest SQLite that scripts are to run on, as 3035000; 0: that at hand. */
int mig_config_lint_oldest_version(const MigConfig *config);

#endif
