/* Cases of lint: a file for each rule under tests/lint/DIALECT/ or tests/lint/both/, ID.sql, found by
 * scan.
 *
 *     -- case: what it shows
 *     SQL of a first revision
 *     -- then transaction=off
 *     SQL of the second, which is examined; a line where the rule is to be found ends in  --> ID
 *     -- then
 *     a further block of it
 *
 * "ID!" says that the statement fails there, so that nothing behind it is looked at; a line "-- alone" ahead
 * of the SQL that nothing may run behind it.
 *
 * A case without such a line is one where the rule must not be found. Each caught case is run a second
 * time with a suppression above the line. Rules that are off are on. */
#ifndef MIG_TESTS_LINT_CASES_H
#define MIG_TESTS_LINT_CASES_H

#include "core/lint.h"

typedef struct {
    char *rule;  /* by the file's name */
    char *title; /* "LT001: a column that …" */
    char *base, *subject; /* whole scripts, ids before and subject; text of the two */
    GArray *lines; /* of int: lines of subject where the rule is to be found */
    gboolean stops, alone;
} LintCase;

/* A script with another id and parent (both scripts have the ids before and subject). New string. */
char *lint_case_rename(const char *script, const char *id, const char *parent);

/* All cases of a dialect, sorted by rule. Array of LintCase*. */
GPtrArray *lint_cases_read(const char *dialect);

/* The second script with a suppression above each of the lines. New string. */
char *lint_case_suppressed(const LintCase *lint_case);

/* What is wrong with the findings of the revision of this id; NULL: nothing. New string. allowed: they
 * are to be suppressed, and their lines moved accordingly. */
char *lint_case_judge(const LintCase *lint_case, const MigLintResult *result, const char *id,
                      gboolean allowed);

/* migrate.ini with everything on; more: further lines of [migrate]. New string. */
char *lint_cases_settings(const char *url, const char *more);

/* Fails when a rule has no case that is caught, or none that is not. */
void lint_cases_check_coverage(const GPtrArray *cases);

#endif
