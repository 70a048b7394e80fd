/* What check, verify and lint found, in the forms that people and machines read: text, JSON, GitHub's
 * annotations, SARIF 2.1.0, JUnit. */
#ifndef MIG_CMD_FINDINGS_H
#define MIG_CMD_FINDINGS_H

#include <jansson.h>

#include "cmd/command.h"

typedef enum { FINDING_INFO, FINDING_WARNING, FINDING_ERROR } FindingLevel;

/* What all findings of a kind share. Texts may be NULL but id. */
typedef struct {
    const char *id;    /* "PG001", "not-at-head" */
    const char *name;  /* "index-not-concurrent" */
    const char *title; /* one line */
    const char *why, *cure;
    FindingLevel level; /* by default */
} FindingRule;

/* One of them. Texts may be NULL but message. */
typedef struct {
    FindingRule rule;
    FindingLevel level;
    const char *revision;
    const char *file;           /* as the user would type it */
    int line, column, end_line; /* from 1; 0: not known */
    const char *message;        /* one line */
    const char *blocks;         /* who waits and how long */
    const char *safe;           /* the way out, lines */
    const char *allowed;        /* why it is not counted */
} Finding;

/* What was looked at, for reports that count what passed. */
typedef struct {
    const char *revision, *title, *file;
} Examined;

typedef struct {
    const char *command;    /* "lint" */
    const GArray *findings; /* of Finding */
    const GArray *examined; /* of Examined */
    const GError *stopped;  /* what kept the rest from being looked at; or NULL */
} Report;

/* The option for a command's own table. */
#define FINDING_FORMAT_OPTION                                                                      \
    {                                                                                              \
        .name = "format", .kind = OPTION_VALUE, .value = "FORMAT",                                 \
        .help = "how to show findings", .completion = COMPLETE_CHOICES,                            \
        .choices = finding_formats                                                                 \
    }
extern const char *const finding_formats[];

/* Prints a report in the invocation's format; findings that are allowed are shown where the format
 * knows of such, in text with -v only. */
void report_print(const Invocation *invocation, const Report *report);

/* How many findings of at least this level are not allowed. */
guint report_count(const Report *report, FindingLevel level);

/* "error", "warning", "info". */
const char *finding_level_name(FindingLevel level);

/* ---- the forms ---- */
void report_print_text(const Invocation *invocation, const Report *report);
json_t *report_json(const Report *report);
void report_print_github(const Report *report);
json_t *report_sarif(const Report *report);
void report_print_junit(const Report *report);

/* A path as services want it: from the root of the checkout (GITHUB_WORKSPACE, CI_PROJECT_DIR) where
 * it is below, with slashes. New string. */
char *report_path(const char *file);

#endif
