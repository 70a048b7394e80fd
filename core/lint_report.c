#include "core/lint_report.h"

#include <string.h>

struct _MigLintReport {
    const MigConfig *config;
    GPtrArray *findings;
    const MigRevision *revision;
    const MigLintStatement *statement; /* NULL: the whole script */
    guint first;                       /* of the findings about it */
    GRegex *names[MIG_LINT_N_NAMES];   /* NULL: any */
};

static void
finding_free(gpointer data)
{
    MigLintFinding *finding = data;

    g_free(finding->message);
    g_free(finding->blocks);
    g_free(finding->safe);
    g_free(finding->allowed);
    g_free(finding);
}

MigLintReport *
mig_lint_report_new(const MigConfig *config)
{
    MigLintReport *report = g_new0(MigLintReport, 1);

    report->config = config;
    report->findings = g_ptr_array_new_with_free_func(finding_free);
    for (guint i = 0; i < MIG_LINT_N_NAMES; i++)
        report->names[i] = mig_config_lint_names(config, (MigLintName)i);
    return report;
}

void
mig_lint_report_free(MigLintReport *report)
{
    for (guint i = 0; i < MIG_LINT_N_NAMES; i++)
        g_clear_pointer(&report->names[i], g_regex_unref);
    g_ptr_array_unref(report->findings);
    g_free(report);
}

GPtrArray *
mig_lint_report_findings(MigLintReport *report)
{
    return report->findings;
}

void
mig_lint_report_at(MigLintReport *report, const MigRevision *revision,
                   const MigLintStatement *statement)
{
    report->revision = revision;
    report->statement = statement;
    report->first = report->findings->len;
}

/* Line and column (in characters) of an offset. */
static void
locate(const MigScript *script, gsize offset, int *ret_line, int *ret_column)
{
    gsize start = MIN(offset, script->text_length), end = start;

    while (start > 0 && script->text[start - 1] != '\n')
        start--;
    *ret_line = 1 + mig_lex_count_lines(script->text, start);
    *ret_column = 1 + (int)g_utf8_strlen(script->text + start, (gssize)(end - start));
}

MigLintFinding *
mig_lint_find(MigLintReport *report, const char *id, gsize offset, const char *format, ...)
{
    MigLintFinding *finding = g_new0(MigLintFinding, 1);
    const MigScript *script = report->revision->script;
    const MigLintStatement *statement = report->statement;
    va_list args;

    finding->rule = mig_lint_rule(id);
    g_assert(finding->rule);
    finding->severity = mig_config_lint_severity(report->config, finding->rule);
    finding->revision = report->revision;
    finding->file = script->path;
    finding->whole = !statement;
    finding->offset = offset + (statement ? statement->offset : 0);
    locate(script, finding->offset, &finding->line, &finding->column);
    finding->end_line = finding->line;
    if (statement)
        finding->end_line = 1 + mig_lex_count_lines(script->text,
                                                    statement->offset + statement->length);
    va_start(args, format);
    finding->message = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(report->findings, finding);
    return finding;
}

void
mig_lint_safe(MigLintFinding *finding, const char *format, ...)
{
    va_list args;

    if (!finding)
        return;
    va_start(args, format);
    g_autofree char *line = g_strdup_vprintf(format, args);
    va_end(args);
    char *all = finding->safe ? g_strdup_printf("%s\n%s", finding->safe, line) : g_strdup(line);

    g_free(finding->safe);
    finding->safe = all;
}

void
mig_lint_blocks(MigLintFinding *finding, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_free(finding->blocks);
    finding->blocks = g_strdup_vprintf(format, args);
    va_end(args);
}

void
mig_lint_soften(MigLintFinding *finding, MigLintSeverity severity)
{
    finding->severity = MIN(finding->severity, severity);
}

void
mig_lint_find_unmade(MigLintReport *report, const char *name, gboolean asked, gboolean live)
{
    MigLintFinding *finding = mig_lint_find(
        report, "DS008", 0,
        live ? "the versions did not make %s, and the live database has it"
             : "the versions have no %s: what is dropped is somebody else's",
        name);

    if (!live)
        mig_lint_soften(finding, asked ? MIG_LINT_OFF : MIG_LINT_WARNING);
}

gboolean
mig_lint_has(const MigLintReport *report, const char *id)
{
    for (guint i = report->first; i < report->findings->len; i++) {
        if (strcmp(((MigLintFinding *)report->findings->pdata[i])->rule->id, id) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_lint_wants(const MigLintReport *report, const char *id)
{
    return mig_config_lint_severity(report->config, mig_lint_rule(id)) != MIG_LINT_OFF;
}

gboolean
mig_lint_wants_names(const MigLintReport *report)
{
    for (guint i = 0; i < MIG_LINT_N_NAMES; i++) {
        if (report->names[i])
            return TRUE;
    }
    return FALSE;
}

void
mig_lint_check_name(MigLintReport *report, MigLintName kind, const char *name, const char *title,
                    gsize offset)
{
    const GRegex *regex = report->names[kind];

    if (!regex || g_regex_match(regex, name, 0, NULL))
        return;
    mig_lint_safe(mig_lint_find(report, "ST010", offset, "the name of %s %s is not as agreed",
                                mig_lint_name_kind(kind), title),
                  "Names of this kind match %s (%s_names in section [lint]).",
                  g_regex_get_pattern(regex), mig_lint_name_kind(kind));
}

void
mig_lint_take_back(MigLintReport *report, const char *id, const MigRevision *revision,
                   gsize offset)
{
    for (guint i = 0; i < report->findings->len; i++) {
        MigLintFinding *finding = report->findings->pdata[i];

        if (finding->revision == revision && finding->offset == offset &&
            strcmp(finding->rule->id, id) == 0)
            finding->severity = MIG_LINT_OFF;
    }
}

gint64
mig_lint_small_table(const MigLintReport *report)
{
    return mig_config_lint_small_table(report->config);
}

char *
mig_lint_duration(gint64 bytes, int mb_per_second)
{
    gint64 seconds = bytes / ((gint64)mb_per_second * 1000000);

    if (seconds < 1)
        return g_strdup("less than a second");
    if (seconds < 120)
        return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
    if (seconds < 7200)
        return g_strdup_printf("%" G_GINT64_FORMAT " min", (seconds + 30) / 60);
    return g_strdup_printf("%" G_GINT64_FORMAT " h", (seconds + 1800) / 3600);
}

gboolean
mig_lint_report_explains_failure(const MigLintReport *report)
{
    for (guint i = report->first; i < report->findings->len; i++) {
        if (((MigLintFinding *)report->findings->pdata[i])->fails)
            return TRUE;
    }
    return FALSE;
}
