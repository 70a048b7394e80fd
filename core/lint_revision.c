#include "core/lint_revision.h"

#include <string.h>

static guint
count_statements(const GPtrArray *blocks)
{
    guint n = 0;

    for (guint i = 0; i < blocks->len; i++)
        n += ((const MigLintBlock *)blocks->pdata[i])->statements->len;
    return n;
}

/* Whether the header says why there is no way back. */
static gboolean
gives_reason(const MigScript *script)
{
    g_auto(GStrv) lines = g_strsplit(script->doc, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (g_ascii_strncasecmp(g_strstrip(*line), "irreversible:", strlen("irreversible:")) == 0 &&
            (*line)[strlen("irreversible:")])
            return TRUE;
    }
    return FALSE;
}

static void
check_downgrade(MigLintReport *report, const MigScript *script)
{
    mig_lint_find(report, "RV010", 0, "the revision has no downgrade");
    if (gives_reason(script))
        return;
    MigLintFinding *finding =
        mig_lint_find(report, "RV012", 0, "the revision has no downgrade and does not say why");

    mig_lint_safe(finding, "Write a block `-- migrate: downgrade`, or a line into the header:");
    mig_lint_safe(finding, "-- irreversible: REASON");
}

static void
check_line_ends(MigLintReport *report, const MigScript *script)
{
    const char *cr = memchr(script->text, '\r', script->text_length);

    if (cr)
        mig_lint_find(report, "RV017", (gsize)(cr - script->text),
                      "the script has line ends of Windows");
}

void
mig_lint_revision(MigLintReport *report, const MigRevision *revision, const GPtrArray *blocks,
                  gboolean has_downgrade)
{
    const gboolean is_merge = revision->down->len > 1;
    const guint n = count_statements(blocks);

    if (n == 0 && !is_merge)
        mig_lint_find(report, "RV013", 0, "the upgrade holds no statement");
    if (n > 0 && !has_downgrade)
        check_downgrade(report, revision->script);
    check_line_ends(report, revision->script);
}
