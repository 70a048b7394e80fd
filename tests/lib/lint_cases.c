#include "tests/lib/lint_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK "--> "

static void
case_free(gpointer data)
{
    LintCase *lint_case = data;

    g_free(lint_case->rule);
    g_free(lint_case->title);
    g_free(lint_case->base);
    g_free(lint_case->subject);
    g_array_unref(lint_case->lines);
    g_free(lint_case);
}

/* Builds the two scripts line by line. */
typedef struct {
    LintCase *lint_case;
    GString *base, *subject;
    gboolean in_subject;
} Builder;

static void
add_line(Builder *builder, const char *line)
{
    GString *text = builder->in_subject ? builder->subject : builder->base;
    const char *mark = strstr(line, MARK);

    if (g_str_has_prefix(line, "-- then")) {
        builder->in_subject = TRUE;
        g_string_append_printf(builder->subject, "-- migrate: upgrade%s\n", line + strlen("-- then"));
        return;
    }
    builder->lint_case->alone = builder->lint_case->alone || strcmp(line, "-- alone") == 0;
    g_string_append_printf(text, "%s\n", line);
    if (builder->in_subject && mark && strstr(mark, builder->lint_case->rule)) {
        int number = mig_lex_count_lines(text->str, text->len);

        g_array_append_val(builder->lint_case->lines, number);
        builder->lint_case->stops = strchr(mark, '!') != NULL;
    }
}

static LintCase *
read_case(const char *rule, const char *text)
{
    LintCase *lint_case = g_new0(LintCase, 1);
    Builder builder = {lint_case, g_string_new(NULL), g_string_new(NULL), FALSE};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    lint_case->rule = g_strdup(rule);
    lint_case->title = g_strdup_printf("%s: %s", rule, g_strstrip(lines[0]));
    lint_case->lines = g_array_new(FALSE, FALSE, sizeof(int));
    g_string_append(builder.base, "-- revision: before\n-- down_revision:\n-- migrate: upgrade\n");
    g_string_append(builder.subject, "-- revision: subject\n-- down_revision: before\n");
    for (char **line = lines + 1; *line; line++)
        add_line(&builder, *line);
    g_string_append(builder.base, "-- migrate: downgrade\n");
    g_string_append(builder.subject, "-- migrate: downgrade\n");
    lint_case->base = g_string_free(builder.base, FALSE);
    lint_case->subject = g_string_free(builder.subject, FALSE);
    return lint_case;
}

static void
read_file(GPtrArray *cases, const char *path)
{
    g_autofree char *name = g_path_get_basename(path), *text = NULL;
    g_autofree char *rule = g_strndup(name, strcspn(name, "."));

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    g_auto(GStrv) parts = g_strsplit(text, "-- case:", -1);

    for (char **part = parts + 1; *part; part++)
        g_ptr_array_add(cases, read_case(rule, *part));
}

static int
compare_rules(gconstpointer a, gconstpointer b)
{
    g_autofree char *one = g_path_get_basename(*(char *const *)a);
    g_autofree char *other = g_path_get_basename(*(char *const *)b);

    return strcmp(one, other);
}

static void
add_paths(GPtrArray *paths, const char *name_of_folder)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests", "lint", name_of_folder, NULL);
    GDir *directory = g_dir_open(folder, 0, NULL);

    for (const char *name; directory && (name = g_dir_read_name(directory));) {
        if (g_str_has_suffix(name, ".sql"))
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    }
    if (directory)
        g_dir_close(directory);
}

GPtrArray *
lint_cases_read(const char *dialect)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *cases = g_ptr_array_new_with_free_func(case_free);

    add_paths(paths, "both");
    add_paths(paths, dialect);
    g_ptr_array_sort(paths, compare_rules);
    for (guint i = 0; i < paths->len; i++)
        read_file(cases, paths->pdata[i]);
    return cases;
}

char *
lint_case_suppressed(const LintCase *lint_case)
{
    g_auto(GStrv) lines = g_strsplit(lint_case->subject, "\n", -1);
    GString *out = g_string_new(NULL);
    guint next = 0;

    for (int i = 0; lines[i]; i++) {
        if (next < lint_case->lines->len && g_array_index(lint_case->lines, int, next) == i + 1) {
            g_string_append_printf(out, "-- migrate: allow %s tested\n", lint_case->rule);
            next++;
        }
        g_string_append_printf(out, "%s%s", lines[i], lines[i + 1] ? "\n" : "");
    }
    return g_string_free(out, FALSE);
}

char *
lint_case_rename(const char *script, const char *id, const char *parent)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", 3);

    return g_strdup_printf("-- revision: %s\n-- down_revision: %s\n%s", id, parent, lines[2]);
}

/* Takes a line that was expected; FALSE when none was. */
static gboolean
take(GArray *expected, int line)
{
    for (guint i = 0; i < expected->len; i++) {
        if (g_array_index(expected, int, i) == line) {
            g_array_remove_index(expected, i);
            return TRUE;
        }
    }
    return FALSE;
}

char *
lint_case_judge(const LintCase *lint_case, const MigLintResult *result, const char *id,
                gboolean allowed)
{
    g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(int));
    g_autoptr(GString) wrong = g_string_new(NULL);

    for (guint i = 0; i < lint_case->lines->len; i++) {
        int line = g_array_index(lint_case->lines, int, i) + (allowed ? (int)i + 1 : 0);

        g_array_append_val(expected, line);
    }
    for (guint i = 0; i < result->findings->len; i++) {
        const MigLintFinding *finding = result->findings->pdata[i];
        const char *rule = finding->rule->id;

        if (strcmp(finding->revision->id, id) != 0)
            continue;
        if (strcmp(rule, "RV016") == 0 || strcmp(rule, "CO027") == 0)
            g_string_append_printf(wrong, "%s; ", finding->message);
        if (strcmp(rule, lint_case->rule) != 0)
            continue;
        if (!take(expected, finding->line))
            g_string_append_printf(wrong, "found in line %d: %s; ", finding->line, finding->message);
        if (!finding->allowed != !allowed)
            g_string_append_printf(wrong, "line %d is %sallowed; ", finding->line,
                                   allowed ? "not " : "");
    }
    for (guint i = 0; i < expected->len; i++)
        g_string_append_printf(wrong, "not found in line %d; ", g_array_index(expected, int, i));
    return wrong->len ? g_strdup_printf("%s: %s", lint_case->title, wrong->str) : NULL;
}

char *
lint_cases_settings(const char *url, const char *more)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "[migrate]\nurl = %s\n%s\n[lint]\nsqlite_min = 3.20\n", url, more);
    for (guint i = 0; i < MIG_LINT_N_NAMES; i++)
        g_string_append_printf(text, "%s_names = [^#]*\n", mig_lint_name_kind((MigLintName)i));
    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        if (rule->severity == MIG_LINT_OFF)
            g_string_append_printf(text, "%s = warning\n", rule->id);
    }
    return g_string_free(text, FALSE);
}

void
lint_cases_check_coverage(const GPtrArray *cases)
{
    gboolean complete = TRUE;

    for (guint i = 0; i < cases->len;) {
        const LintCase *first = cases->pdata[i];
        guint caught = 0, clean = 0;

        for (; i < cases->len && strcmp(((LintCase *)cases->pdata[i])->rule, first->rule) == 0; i++) {
            gboolean is_caught = ((LintCase *)cases->pdata[i])->lines->len > 0;

            caught += is_caught;
            clean += !is_caught;
        }
        if (caught > 0 && clean > 0)
            continue;
        complete = FALSE;
        fprintf(stderr, "# %s has no case that is %s\n", first->rule, caught ? "clean" : "caught");
    }
    if (!complete)
        exit(1);
}
