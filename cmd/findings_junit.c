/* JUnit's XML, as viewers of test results read it: a case for each finding, and one for each revision
 * without any. */
#include <string.h>

#include "cmd/findings.h"
#include "cmd/output.h"

/* Text for an attribute or an element, without what XML cannot hold. New string. */
static char *
xml(const char *text)
{
    GString *clean = g_string_new(NULL);
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    for (const char *at = valid; *at; at++) {
        if ((guchar)*at >= 0x20 || *at == '\t' || *at == '\n')
            g_string_append_c(clean, *at);
    }
    char *escaped = g_markup_escape_text(clean->str, (gssize)clean->len);

    g_string_free(clean, TRUE);
    return escaped;
}

static void
print_case(const char *command, const char *name, const char *file, int line)
{
    g_autofree char *shown_name = xml(name), *path = file ? report_path(file) : NULL;
    g_autofree char *shown_path = path ? xml(path) : NULL;

    out("    <testcase classname=\"migrate.%s\" name=\"%s\"", command, shown_name);
    if (shown_path)
        out(" file=\"%s\"", shown_path);
    if (line > 0)
        out(" line=\"%d\"", line);
}

static void
print_finding(const Report *report, const Finding *finding)
{
    g_autofree char *name =
        g_strdup_printf("%s%s%s %s", finding->file ? finding->file : "",
                        finding->file ? ": " : "", finding->rule.id, finding->message);
    g_autoptr(GString) body = g_string_new(NULL);

    if (finding->file)
        g_string_append_printf(body, "%s:%d:%d\n", finding->file, finding->line, finding->column);
    if (finding->blocks)
        g_string_append_printf(body, "blocks: %s\n", finding->blocks);
    if (finding->safe)
        g_string_append_printf(body, "safe:\n%s\n", finding->safe);
    g_autofree char *text = xml(body->str), *message = xml(finding->message);

    print_case(report->command, name, finding->file, finding->line);
    if (finding->allowed) {
        g_autofree char *reason = xml(finding->allowed);

        out(">\n      <skipped message=\"%s\"/>\n    </testcase>\n", reason);
    } else if (finding->level == FINDING_ERROR) {
        out(">\n      <failure type=\"%s\" message=\"%s\">%s</failure>\n    </testcase>\n",
            finding->rule.id, message, text);
    } else {
        out(">\n      <system-out>%s %s</system-out>\n    </testcase>\n",
            finding_level_name(finding->level), text);
    }
}

static gboolean
has_finding(const Report *report, const char *revision)
{
    for (guint i = 0; i < report->findings->len; i++) {
        if (g_strcmp0(g_array_index(report->findings, Finding, i).revision, revision) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
print_stopped(const Report *report)
{
    g_autofree char *text = mig_error_format(report->stopped);
    g_autofree char *shown = xml(text), *message = xml(report->stopped->message);

    print_case(report->command, "all that was to be looked at", NULL, 0);
    out(">\n      <error type=\"%s\" message=\"%s\">%s</error>\n    </testcase>\n",
        mig_error_code_name(report->stopped->code), message, shown);
}

static void
print_suite(const Report *report, guint n_skipped, guint n_clean)
{
    const guint n = report->findings->len + n_clean + (report->stopped != NULL);
    const guint n_failures = report_count(report, FINDING_ERROR);
    const guint n_errors = report->stopped != NULL;

    out("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"migrate\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n"
        "  <testsuite name=\"migrate %s\" tests=\"%u\" failures=\"%u\" errors=\"%u\" "
        "skipped=\"%u\">\n",
        n, n_failures, n_errors, report->command, n, n_failures, n_errors, n_skipped);
}

void
report_print_junit(const Report *report)
{
    guint n_clean = 0, n_skipped = 0;

    for (guint i = 0; i < report->findings->len; i++)
        n_skipped += g_array_index(report->findings, Finding, i).allowed != NULL;
    for (guint i = 0; i < report->examined->len; i++)
        n_clean += !has_finding(report, g_array_index(report->examined, Examined, i).revision);
    print_suite(report, n_skipped, n_clean);
    for (guint i = 0; i < report->examined->len; i++) {
        const Examined *examined = &g_array_index(report->examined, Examined, i);
        g_autofree char *name = g_strdup_printf("%s %s", examined->revision,
                                                examined->title ? examined->title : "");

        if (has_finding(report, examined->revision))
            continue;
        print_case(report->command, g_strchomp(name), examined->file, 0);
        out("/>\n");
    }
    for (guint i = 0; i < report->findings->len; i++)
        print_finding(report, &g_array_index(report->findings, Finding, i));
    if (report->stopped)
        print_stopped(report);
    out("  </testsuite>\n</testsuites>\n");
}
