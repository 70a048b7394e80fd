#include "cmd/findings.h"

#include <string.h>

#include "cmd/output.h"

const char *const finding_formats[] = {"text", "json", "github", "sarif", "junit", NULL};

const char *
finding_level_name(FindingLevel level)
{
    static const char *const names[] = {
        [FINDING_INFO] = "info", [FINDING_WARNING] = "warning", [FINDING_ERROR] = "error"};

    return names[level];
}

guint
report_count(const Report *report, FindingLevel level)
{
    guint n = 0;

    for (guint i = 0; i < report->findings->len; i++) {
        const Finding *finding = &g_array_index(report->findings, Finding, i);

        n += finding->level >= level && !finding->allowed;
    }
    return n;
}

char *
report_path(const char *file)
{
    static const char *const roots[] = {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"};
    g_autofree char *absolute = g_canonicalize_filename(file, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(roots); i++) {
        const char *root = g_getenv(roots[i]);
        g_autofree char *folder = root && *root ? g_canonicalize_filename(root, NULL) : NULL;
        gsize length = folder ? strlen(folder) : 0;

        if (length > 0 && strncmp(absolute, folder, length) == 0 && absolute[length] == '/')
            return g_strdup(absolute + length + 1);
    }
    return g_strdup(g_str_has_prefix(file, "./") ? file + 2 : file);
}

static void
print_lines(const Invocation *invocation, const char *word, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        g_autofree char *shown = printable(*line);

        out_styled(invocation, STYLE_DIM, "    %-7s", line == lines ? word : "");
        out("%s\n", shown);
    }
}

static void
print_finding(const Invocation *invocation, const Finding *finding)
{
    static const Style styles[] = {[FINDING_INFO] = STYLE_DIM,
                                   [FINDING_WARNING] = STYLE_WARNING,
                                   [FINDING_ERROR] = STYLE_BAD};
    g_autofree char *message = printable(finding->message);
    g_autofree char *file = finding->file ? printable(finding->file) : NULL;

    if (file && finding->line)
        out("%s:%d:%d: ", file, finding->line, MAX(finding->column, 1));
    else if (file)
        out("%s: ", file);
    out_styled(invocation, finding->allowed ? STYLE_DIM : styles[finding->level], "%s %s",
               finding->allowed ? "allowed" : finding_level_name(finding->level),
               finding->rule.id);
    if (finding->rule.name)
        out(" %s", finding->rule.name);
    out(": %s\n", message);
    if (finding->blocks)
        print_lines(invocation, "blocks", finding->blocks);
    if (finding->allowed)
        print_lines(invocation, "reason", finding->allowed);
    else if (finding->safe)
        print_lines(invocation, "safe", finding->safe);
}

void
report_print_text(const Invocation *invocation, const Report *report)
{
    for (guint i = 0; i < report->findings->len; i++) {
        const Finding *finding = &g_array_index(report->findings, Finding, i);

        if (!finding->allowed || invocation->verbose > 0)
            print_finding(invocation, finding);
    }
}

static json_t *
number_or_null(int number)
{
    return number > 0 ? json_integer(number) : json_null();
}

static json_t *
finding_json(const Finding *finding)
{
    json_t *object = json_object();

    json_object_set_new(object, "rule", json_string(finding->rule.id));
    json_object_set_new(object, "name", text_json(finding->rule.name));
    json_object_set_new(object, "severity", json_string(finding_level_name(finding->level)));
    json_object_set_new(object, "revision", text_json(finding->revision));
    json_object_set_new(object, "file", text_json(finding->file));
    json_object_set_new(object, "line", number_or_null(finding->line));
    json_object_set_new(object, "column", number_or_null(finding->column));
    json_object_set_new(object, "end_line", number_or_null(finding->end_line));
    json_object_set_new(object, "message", json_string(finding->message));
    json_object_set_new(object, "blocks", text_json(finding->blocks));
    json_object_set_new(object, "safe", text_json(finding->safe));
    json_object_set_new(object, "allowed", text_json(finding->allowed));
    return object;
}

json_t *
report_json(const Report *report)
{
    json_t *object = json_object(), *list = json_array(), *examined = json_array();

    for (guint i = 0; i < report->findings->len; i++)
        json_array_append_new(list, finding_json(&g_array_index(report->findings, Finding, i)));
    for (guint i = 0; i < report->examined->len; i++)
        json_array_append_new(
            examined, text_json(g_array_index(report->examined, Examined, i).revision));
    json_object_set_new(object, "ok", json_boolean(report_count(report, FINDING_ERROR) == 0 &&
                                                   !report->stopped));
    json_object_set_new(object, "examined", examined);
    json_object_set_new(object, "findings", list);
    json_object_set_new(object, "stopped",
                        report->stopped ? error_as_json(report->stopped) : json_null());
    return object;
}

void
report_print(const Invocation *invocation, const Report *report)
{
    switch (invocation->format) {
    case FORMAT_TEXT:
        report_print_text(invocation, report);
        break;
    case FORMAT_JSON:
        out_json(report_json(report));
        break;
    case FORMAT_GITHUB:
        report_print_github(report);
        break;
    case FORMAT_SARIF:
        out_json(report_sarif(report));
        break;
    case FORMAT_JUNIT:
        report_print_junit(report);
        break;
    }
}
