#include "core/lint_allow.h"

#include <string.h>

/* One rule of a suppression. */
typedef struct {
    char *id;
    char *reason;      /* "" when there is none */
    gsize offset;      /* of the comment in the script's text */
    gsize from, to;    /* findings at these offsets are covered */
    gboolean whole;    /* … or all of the script's */
    gboolean used;
} Allow;

static void
allow_free(gpointer data)
{
    Allow *allow = data;

    g_free(allow->id);
    g_free(allow->reason);
    g_free(allow);
}

GPtrArray *
mig_lint_allow_new(void)
{
    return g_ptr_array_new_with_free_func(allow_free);
}

/* What follows `-- migrate: allow` in a comment; NULL when it is no such line. New string. */
static char *
directive(const char *text, MigToken comment)
{
    static const char *const words[] = {"--", "migrate:", "allow"};
    g_autofree char *line = g_strndup(text + comment.offset, comment.length);
    char *at = line;

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        at += strspn(at, " \t");
        if (!g_str_has_prefix(at, words[i]))
            return NULL;
        at += strlen(words[i]);
    }
    if (*at && !strchr(" \t\r", *at))
        return NULL;
    return g_strdup(g_strstrip(at));
}

/* Takes one comment; its range is settled later. */
static void
take(GPtrArray *allows, const char *rest, gsize offset)
{
    gsize length = strcspn(rest, " \t");
    g_autofree char *list = g_strndup(rest, length);
    g_auto(GStrv) ids = g_strsplit(list, ",", -1);
    const char *reason = rest + length;

    reason += strspn(reason, " \t:-");
    for (char **id = ids; *id || id == ids; id++) {
        Allow *allow = g_new0(Allow, 1);

        allow->id = g_strdup(*id ? *id : "");
        allow->reason = g_strdup(reason);
        allow->offset = offset;
        g_ptr_array_add(allows, allow);
        if (!*id)
            break;
    }
}

/* The statement that a comment is about: the one it is in, that ends on its line, or that follows. */
static const MigStatement *
statement_of(const GArray *statements, const char *text, gsize offset)
{
    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);
        gsize end = statement->end;

        if (offset < statement->offset)
            return statement;
        if (offset < end || !memchr(text + end, '\n', offset - end))
            return statement;
    }
    return NULL;
}

static void
settle(Allow *allow, const GArray *statements, const char *text, gsize base)
{
    const MigStatement *statement = statement_of(statements, text, allow->offset - base);

    allow->whole = statement == NULL;
    if (!statement)
        return;
    allow->from = base + statement->offset;
    allow->to = base + statement->end;
}

void
mig_lint_allow_read(GPtrArray *allows, const MigLexRules *rules, const char *script_text,
                    const MigBlock *block)
{
    const char *text = script_text + block->offset;
    g_autoptr(GArray) statements = mig_split(rules, text, block->length, NULL, NULL);
    guint first = allows->len;
    MigSplitter splitter;
    MigPart part;

    mig_splitter_init(&splitter, rules, text, block->length);
    for (;;) {
        MigToken token = mig_splitter_next(&splitter, &part);

        if (token.kind == MIG_TOKEN_END || token.kind == MIG_TOKEN_ERROR)
            break;
        g_autofree char *rest =
            token.kind == MIG_TOKEN_COMMENT ? directive(text, token) : NULL;

        if (rest)
            take(allows, rest, block->offset + token.offset);
    }
    for (guint i = first; statements && i < allows->len; i++)
        settle(allows->pdata[i], statements, text, block->offset);
}

static gboolean
covers(const Allow *allow, const MigLintFinding *finding)
{
    if (g_ascii_strcasecmp(allow->id, finding->rule->id) != 0)
        return FALSE;
    return allow->whole || finding->whole ||
           (finding->offset >= allow->from && finding->offset < allow->to);
}

/* A suppression without a reason is used (it is a finding already) and covers nothing. */
static void
cover(Allow *allow, GPtrArray *findings, guint first)
{
    for (guint i = first; i < findings->len; i++) {
        MigLintFinding *finding = findings->pdata[i];

        if (!covers(allow, finding))
            continue;
        allow->used = TRUE;
        if (*allow->reason && !finding->allowed)
            finding->allowed = g_strdup(allow->reason);
    }
}

static void
judge(const Allow *allow, MigLintReport *report)
{
    const char *near = mig_lint_rule_near(allow->id);

    if (!mig_lint_rule(allow->id)) {
        MigLintFinding *finding = mig_lint_find(report, "RV016", allow->offset,
                                                "the suppression names no rule: '%s'", allow->id);

        if (near)
            mig_lint_safe(finding, "Did you mean '%s'?", near);
        return;
    }
    if (!*allow->reason)
        mig_lint_safe(mig_lint_find(report, "RV015", allow->offset,
                                    "the suppression of %s gives no reason and has no effect",
                                    allow->id),
                      "-- migrate: allow %s REASON", allow->id);
    else if (!allow->used)
        mig_lint_find(report, "RV016", allow->offset, "the suppression of %s hides nothing",
                      allow->id);
}

void
mig_lint_allow_apply(GPtrArray *allows, MigLintReport *report, guint first)
{
    GPtrArray *findings = mig_lint_report_findings(report);

    for (guint i = 0; i < allows->len; i++)
        cover(allows->pdata[i], findings, first);
    for (guint i = 0; i < allows->len; i++)
        judge(allows->pdata[i], report);
}
