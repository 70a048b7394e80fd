/* Settings from migrate.ini, environment and command line, each knowing where it came from. */
#ifndef MIG_CONFIG_H
#define MIG_CONFIG_H

#include <glib.h>

#include "core/url.h"

typedef enum {
    MIG_SETTING_TEXT,
    MIG_SETTING_LIST,     /* commas or new lines */
    MIG_SETTING_BOOLEAN,
    MIG_SETTING_INTEGER,
    MIG_SETTING_DURATION, /* 500ms, 30s, 5min, 1h; a bare number is seconds; 0 and none: no limit */
    MIG_SETTING_URL
} MigSettingType;

/* One row of the table of known settings; the table makes docs, completion and checks. */
typedef struct {
    const char *key;
    MigSettingType type;
    const char *fallback; /* default as text; NULL: unset */
    const char *help;     /* one line */
} MigSettingSpec;

/* The table, ended by a NULL key. Sections [post_write_hooks] and [lint] are not in it. */
extern const MigSettingSpec mig_setting_specs[];

typedef struct {
    const char *file;       /* -c; NULL: MIGRATE_CONFIG, else migrate.ini in the current folder */
    const char *section;    /* -n NAME; NULL: [migrate] alone */
    const char *url;        /* --url; NULL: not given */
    const GPtrArray *extra; /* -x: of char* "KEY=VALUE"; may be NULL */
} MigConfigOptions;

typedef struct _MigConfig MigConfig;

/* Reads and checks everything: unknown and doubled keys and sections, values of the wrong type, unset
 * variables. All errors found in the file are reported together, each with file:line:column.
 * Variables of values that are not used (of another section, or a url that --url overrides) may be
 * unset. */
MigConfig *mig_config_load(const MigConfigOptions *options, GError **error);

/* Settings without a file, for programs that embed the library: all defaults; here = folder. The
 * environment is not asked. */
MigConfig *mig_config_new(const char *here);

/* Sets a value as if the file held it, checked the same way, but without variables; origin: for
 * messages. */
gboolean mig_config_set(MigConfig *config, const char *key, const char *value, const char *origin,
                        GError **error);

MigConfig *mig_config_ref(MigConfig *config);
void mig_config_unref(MigConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigConfig, mig_config_unref)

/* Values by key of the table (a key that is not in it is a programming error). Texts and lists
 * belong to the config. Unset text: NULL; unset list: an empty one. The text of a URL may hold a
 * password: show MigUrl.display instead. `include_schemas = true` is the list of "*". */
const char *mig_config_text(const MigConfig *config, const char *key);
const GPtrArray *mig_config_list(const MigConfig *config, const char *key); /* of char* */
gboolean mig_config_boolean(const MigConfig *config, const char *key);
gint64 mig_config_integer(const MigConfig *config, const char *key);
gint64 mig_config_duration_ms(const MigConfig *config, const char *key); /* -1: no limit */

/* The value as it may be shown: without passwords, a list with commas. NULL when unset. New string. */
char *mig_config_show(const MigConfig *config, const char *key);

/* Where the value came from: "migrate.ini:12", "--url", "MIGRATE_URL", "DATABASE_URL", "default". */
const char *mig_config_origin(const MigConfig *config, const char *key);

/* The database URL by precedence (--url, MIGRATE_URL, url, DATABASE_URL); MIG_E_URL with a hint
 * that names all four when there is none. Relative SQLite paths start from the folder of
 * migrate.ini; sqlite:PATH that is not from the file, from the current folder. Owned by the config. */
const MigUrl *mig_config_url(MigConfig *config, GError **error);

/* Folder of migrate.ini, absolute; and the file's path as the user would type it. */
const char *mig_config_here(const MigConfig *config);
const char *mig_config_file(const MigConfig *config); /* NULL when there is no file */
const char *mig_config_section(const MigConfig *config); /* NAME of -n, or NULL */

/* A path of the settings made absolute against here. New string. */
char *mig_config_resolve_path(const MigConfig *config, const char *path);

/* An absolute path as the user would type it: below here, by way of the folder of -c; else as it is.
 * Opens the same file as long as the current folder stays the same. New string. */
char *mig_config_display_path(const MigConfig *config, const char *path);

/* -x values, in order, as "KEY=VALUE" (char*). */
const GPtrArray *mig_config_extra(const MigConfig *config);

/* [post_write_hooks], in order. */
typedef struct {
    char *name;
    char *command; /* as written, `REVISION_SCRIPT_FILENAME` stands for the file (as in Alembic) */
    char *cwd;     /* NULL: here */
    int line;      /* in the file */
} MigHook;
const GPtrArray *mig_config_hooks(const MigConfig *config); /* of MigHook* */

/* Names NAME of all [migrate:NAME] sections in file order (char*); new array. */
GPtrArray *mig_config_sections(const MigConfig *config);

#endif
