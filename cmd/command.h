/* A command's description in one table, from which parsing, --help, man pages and completion are
 * made; and what a command gets when it runs. */
#ifndef MIG_CMD_COMMAND_H
#define MIG_CMD_COMMAND_H

#include <glib.h>

#include "core/error.h"
#include "core/project.h"

typedef enum {
    OPTION_FLAG,
    OPTION_VALUE,          /* --name VALUE or --name=VALUE */
    OPTION_OPTIONAL_VALUE, /* --name or --name=VALUE */
    OPTION_LIST            /* a value, repeatable; values are collected in order */
} OptionKind;

/* How the shell completes a value or an argument. */
typedef enum {
    COMPLETE_NONE,
    COMPLETE_FILE,
    COMPLETE_FOLDER,
    COMPLETE_REVISION, /* asks `migrate history` for ids, labels and symbols */
    COMPLETE_CHOICES,  /* the words in `choices` */
    COMPLETE_SECTION,  /* NAME of [migrate:NAME] */
    COMPLETE_COMMAND,
    COMPLETE_SOURCE    /* live, model, versions … */
} Completion;

typedef struct {
    const char *name;      /* long name without the dashes; NULL ends a table */
    char letter;           /* short name, or 0 */
    OptionKind kind;
    const char *value;     /* "MSG": placeholder in help */
    const char *help;      /* one line, no full stop */
    Completion completion;
    const char *const *choices; /* allowed values (checked), NULL-terminated; or NULL */
} Option;

typedef struct {
    const char *name;      /* "REV"; NULL ends a table */
    gboolean optional;
    gboolean repeatable;   /* last one only */
    const char *help;
    Completion completion;
    const char *const *choices;
} Argument;

typedef struct _Command Command;
typedef struct _Invocation Invocation;

/* Runs a command; the exit status follows from the error, or is the returned status (0, or 1 for
 * "the answer is no"). On failure: -1 with *error set. */
typedef int (*CommandFunc)(Invocation *invocation, GError **error);

struct _Command {
    const char *name;
    const char *summary;     /* one line, no full stop */
    const char *description; /* a paragraph a line, for help and man page; a line that begins with
                                white space is shown as it is */
    const char *examples;    /* "command\texplanation\n…" */
    const Option *options;
    const Argument *arguments;
    CommandFunc run;
};

/* The last three are for findings (cmd/findings.h). */
typedef enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_GITHUB, FORMAT_SARIF, FORMAT_JUNIT } OutputFormat;

struct _Invocation {
    const Command *command;
    GPtrArray *arguments;      /* of char*: the words that are no options */
    GHashTable *options;       /* name → GPtrArray* of const char*: every value given, in order;
                                  "" for a flag, NULL for an OPTION_OPTIONAL_VALUE without one */

    /* Global options. */
    const char *config_file;
    GPtrArray *sections;       /* of char*: -n */
    const char *url;
    GPtrArray *extra;          /* of char*: -x */
    OutputFormat format;
    gboolean color;            /* of stdout; decided from --color, NO_COLOR and the terminal */
    gboolean color_err;        /* of stderr */
    gboolean quiet;
    int verbose;               /* how many -v */
};

/* Options of an invocation: whether given; its (last) value or NULL; its list, NULL when not
 * given. */
gboolean invocation_has(const Invocation *invocation, const char *option);
const char *invocation_value(const Invocation *invocation, const char *option);
GPtrArray *invocation_list(const Invocation *invocation, const char *option);
/* The n-th argument (from 0), or NULL. */
const char *invocation_argument(const Invocation *invocation, guint n);

/* The project for the invocation's settings, telling its events to report_event() (cmd/output.h).
 * Several -n are MIG_E_USAGE: commands that serve several use invocation_projects(). New. */
MigProject *invocation_project(Invocation *invocation, GError **error);

/* One project for each -n (or the only one); array of MigProject*, free function set. Several -n
 * with one URL for all (--url, MIGRATE_URL, DATABASE_URL) are MIG_E_USAGE. */
GPtrArray *invocation_projects(Invocation *invocation, GError **error);

/* Frees what the invocation holds. */
void invocation_clear(Invocation *invocation);

/* All commands, NULL-terminated, in the order of help. */
extern const Command *const commands[];
extern const Option global_options[];

/* The command of that name, or NULL. */
const Command *command_find(const char *name);

/* Each in its cmd_NAME.c. */
extern const Command command_branches, command_check, command_completion, command_current,
    command_diff, command_downgrade, command_edit, command_ensure_version, command_explain,
    command_heads, command_help, command_history, command_import, command_init, command_inspect, command_lint,
    command_list_templates, command_merge, command_rebase, command_repair, command_revision,
    command_show, command_stamp, command_status, command_switch, command_upgrade, command_verify;

#endif
