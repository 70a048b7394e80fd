/* Workflow commands of GitHub Actions: an annotation for each finding. */
#include <string.h>

#include "cmd/findings.h"
#include "cmd/output.h"

/* The escapes of a message; those of a property, which a comma or colon would end, too. */
static char *
escape(const char *text, gboolean is_property)
{
    GString *escaped = g_string_new(NULL);

    for (; *text; text++) {
        if (*text == '%' || *text == '\r' || *text == '\n' ||
            (is_property && (*text == ':' || *text == ',')))
            g_string_append_printf(escaped, "%%%02X", (guchar)*text);
        else
            g_string_append_c(escaped, *text);
    }
    return g_string_free(escaped, FALSE);
}

static void
append_place(GString *line, const Finding *finding)
{
    if (!finding->file)
        return;
    g_autofree char *path = report_path(finding->file);
    g_autofree char *file = escape(path, TRUE);

    g_string_append_printf(line, "file=%s,", file);
    if (!finding->line)
        return;
    g_string_append_printf(line, "line=%d,endLine=%d,", finding->line,
                           MAX(finding->end_line, finding->line));
    /* GitHub wants no columns where the lines differ. */
    if (finding->end_line <= finding->line)
        g_string_append_printf(line, "col=%d,", MAX(finding->column, 1));
}

static void
print_annotation(const Finding *finding)
{
    static const char *const words[] = {
        [FINDING_INFO] = "notice", [FINDING_WARNING] = "warning", [FINDING_ERROR] = "error"};
    g_autoptr(GString) line = g_string_new("::"), body = g_string_new(finding->message);
    g_autofree char *title = g_strdup_printf("%s%s%s", finding->rule.id, finding->rule.name ? " " : "",
                                             finding->rule.name ? finding->rule.name : "");
    g_autofree char *shown_title = escape(title, TRUE);

    if (finding->blocks)
        g_string_append_printf(body, "\nblocks: %s", finding->blocks);
    if (finding->safe)
        g_string_append_printf(body, "\nsafe:\n%s", finding->safe);
    g_autofree char *message = escape(body->str, FALSE);

    g_string_append_printf(line, "%s ", words[finding->level]);
    append_place(line, finding);
    out("%stitle=%s::%s\n", line->str, shown_title, message);
}

void
report_print_github(const Report *report)
{
    for (guint i = 0; i < report->findings->len; i++) {
        const Finding *finding = &g_array_index(report->findings, Finding, i);

        if (!finding->allowed)
            print_annotation(finding);
    }
    if (!report->stopped)
        return;
    const MigErrorDetails *details = mig_error_details(report->stopped);
    const Finding stopped = {.rule = {.id = mig_error_code_name(report->stopped->code)},
                             .level = FINDING_ERROR,
                             .file = details ? details->file : NULL,
                             .line = details ? details->line : 0,
                             .column = details ? details->column : 0,
                             .message = report->stopped->message};

    print_annotation(&stopped);
}
