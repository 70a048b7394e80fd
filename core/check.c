#include "core/check.h"

#include <string.h>

#include "core/changed.h"
#include "core/error.h"
#include "core/lint_rules.h"
#include "core/since.h"
#include "core/steps.h"
#include "core/store.h"

static void
finding_free(gpointer data)
{
    MigFinding *finding = data;

    g_free(finding->message);
    g_free(finding->file);
    g_free(finding->sql);
    g_free(finding->diff);
    g_free(finding->hint);
    g_free(finding);
}

static const char *
rule_of(const char *answer)
{
    const MigLintElsewhere *one = mig_lint_elsewhere_answer(answer);

    return one ? one->id : NULL;
}

static MigFinding *G_GNUC_PRINTF(4, 5)
    add(GPtrArray *findings, const char *reason, gboolean ok, const char *format, ...)
{
    MigFinding *finding = g_new0(MigFinding, 1);
    va_list args;

    va_start(args, format);
    finding->message = g_strdup_vprintf(format, args);
    va_end(args);
    finding->reason = reason;
    finding->rule = rule_of(reason);
    finding->ok = ok;
    g_ptr_array_add(findings, finding);
    return finding;
}

static const char *
plural(guint n)
{
    return n == 1 ? "" : "s";
}

static void
add_fault(GPtrArray *findings, const GError *fault)
{
    const MigErrorDetails *details = mig_error_details(fault);
    MigFinding *finding = add(findings, "graph", FALSE, "%s", fault->message);

    finding->file = g_strdup(details ? details->file : NULL);
    finding->line = details ? details->line : 0;
    finding->rule = rule_of(mig_error_code_name(fault->code));
    finding->hint = g_strdup(details ? details->hint : NULL);
}

static gboolean
is_graph_fault(const GError *fault)
{
    return fault->domain == MIG_ERROR && fault->code >= MIG_E_REVISION_ID &&
           fault->code <= MIG_E_CYCLE;
}

/* NULL without error: the graph is unsound. */
static MigGraph *
ask_graph(MigProject *project, GPtrArray *findings, GError **error)
{
    g_autoptr(GError) fault = NULL;
    MigGraph *graph = mig_project_graph(project, &fault);

    if (graph) {
        guint n = mig_graph_revisions(graph)->len;

        add(findings, "graph", TRUE, "the graph is sound: %u revision%s", n, plural(n));
        return graph;
    }
    if (!is_graph_fault(fault)) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return NULL;
    }
    const MigErrorDetails *details = mig_error_details(fault);

    add_fault(findings, fault);
    for (guint i = 0; details->related && i < details->related->len; i++)
        add_fault(findings, details->related->pdata[i]);
    return NULL;
}

static void
ask_heads(const MigGraph *graph, GPtrArray *findings)
{
    g_autoptr(GPtrArray) heads = mig_graph_real_heads(graph);
    g_autofree char *ids = mig_revision_join(heads);

    if (heads->len < 2) {
        add(findings, "heads", TRUE, heads->len ? "one head: %s" : "no revision yet%s", ids);
        return;
    }
    MigFinding *finding = add(findings, "heads", FALSE, "%u heads: %s", heads->len, ids);

    finding->hint = g_strdup("Join them: migrate merge heads -m MESSAGE");
}

/* The rows, when the database stands somewhere; NULL without error: it does not. */
static GPtrArray *
ask_rows(MigProject *project, const MigGraph *graph, GPtrArray *findings, GError **error)
{
    g_autoptr(GPtrArray) ids = mig_project_row_ids(project, error);
    g_autoptr(GError) fault = NULL;

    if (!ids)
        return NULL;
    GPtrArray *rows = mig_steps_rows(graph, ids, &fault);

    if (rows)
        return rows;
    if (fault->code != MIG_E_UNKNOWN_ROW && fault->code != MIG_E_OVERLAP) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return NULL;
    }
    MigFinding *finding =
        add(findings, fault->code == MIG_E_UNKNOWN_ROW ? "unknown-row" : "not-at-head", FALSE, "%s",
            fault->message);

    finding->hint = g_strdup(mig_error_details(fault)->hint);
    return NULL;
}

static gboolean
ask_position(const MigGraph *graph, const GPtrArray *rows, GPtrArray *findings,
             gboolean *ret_at_heads, GError **error)
{
    g_autoptr(GPtrArray) steps = mig_steps_upgrade(graph, rows, "heads", error);
    g_autofree char *ids = mig_revision_join(rows);

    if (!steps)
        return FALSE;
    *ret_at_heads = steps->len == 0;
    if (*ret_at_heads) {
        add(findings, "not-at-head", TRUE, "the database is at head%s%s", *ids ? ": " : "", ids);
        return TRUE;
    }
    MigFinding *finding =
        add(findings, "not-at-head", FALSE, "the database is %u revision%s behind, at %s",
            steps->len, plural(steps->len), *ids ? ids : "base");

    finding->hint = g_strdup("Apply them: migrate upgrade heads");
    return TRUE;
}

/* What changed about a script's SQL, and about its parents. */
static void
add_changed(GPtrArray *findings, const MigChangedScript *script)
{
    MigFinding *finding;

    if (script->upgrade || script->downgrade) {
        g_autofree char *text = mig_changed_describe(script);

        finding = add(findings, "changed-script", FALSE, "changed since it was applied: %s", text);
        finding->file = g_strdup(script->revision->script->path);
        finding->diff = g_strdup(script->diff);
        finding->hint = g_strdup_printf(
            "Put the script back as it was and write a new revision instead, or take it as it is "
            "now: migrate repair --accept %s",
            script->revision->id);
    }
    if (script->parents) {
        g_autofree char *text = mig_changed_describe_parents(script);

        finding = add(findings, "changed-parent", FALSE, "%s", text);
        finding->file = g_strdup(script->revision->script->path);
        finding->line = script->revision->script->down_line;
        finding->hint = g_strdup_printf(
            "Put its parents back, or take it as it is now: migrate repair --accept %s",
            script->revision->id);
    }
}

static gboolean
ask_scripts(MigProject *project, const GPtrArray *rows, GPtrArray *findings, GError **error)
{
    g_autoptr(GPtrArray) changed = mig_changed_scripts(project, rows, error);

    if (!changed)
        return FALSE;
    if (changed->len == 0)
        add(findings, "changed-script", TRUE, "no applied script was changed");
    for (guint i = 0; i < changed->len; i++)
        add_changed(findings, changed->pdata[i]);
    return TRUE;
}

static void
add_edited(GPtrArray *findings, const MigChangedScript *script, const MigSince *since)
{
    g_autofree char *what =
        script->upgrade || script->downgrade ? mig_changed_describe(script) : NULL;
    MigFinding *finding =
        what ? add(findings, "edited-script", FALSE, "edited here, and '%s' has it already: %s",
                   since->ref, what)
             : add(findings, "edited-script", FALSE, "'%s' has other parents here than in '%s'",
                   script->revision->id, since->ref);

    finding->file = g_strdup(script->revision->script->path);
    finding->line = what ? 0 : script->revision->script->down_line;
    finding->diff = g_strdup(script->diff);
    finding->hint =
        g_strdup_printf("Others may have applied it. Take it back (git checkout %.12s -- "
                        "%s) and write a new revision instead.",
                        since->base, script->revision->script->path);
}

static void
add_deleted(GPtrArray *findings, const MigDeletedScript *deleted, const char *ref)
{
    MigFinding *finding = add(findings, "deleted-script", FALSE,
                              "deleted here, and '%s' has it already: %s", ref, deleted->id);

    finding->file = g_strdup(deleted->path);
    finding->hint = g_strdup_printf(
        "Others may have applied it. Take it back: git checkout %s -- :/%s", ref, deleted->path);
}

static void
add_foretold(GPtrArray *findings, const MigSince *since)
{
    if (since->merge_fault) {
        add(findings, "heads-after-merge", FALSE,
            "once merged with '%s' the graph would not be sound: %s", since->ref,
            since->merge_fault->message);
        return;
    }
    if (since->heads->len == 0) {
        add(findings, "heads-after-merge", TRUE, "merged with '%s' there are no further heads",
            since->ref);
        return;
    }
    g_autofree char *heads = mig_rows_join(since->heads);
    MigFinding *finding = add(findings, "heads-after-merge", FALSE,
                              "once merged with '%s' there would be %u heads: %s", since->ref,
                              since->heads->len, heads);

    finding->hint =
        since->their_heads->len == 1
            ? g_strdup_printf("Merge '%s' (git merge %s), then put your revisions behind theirs: "
                              "migrate rebase %s; or, when yours are applied somewhere already, "
                              "join them: migrate merge heads -m MESSAGE",
                              since->ref, since->ref, (char *)since->their_heads->pdata[0])
            : g_strdup_printf("Merge '%s' (git merge %s), then join the heads: migrate merge heads "
                              "-m MESSAGE",
                              since->ref, since->ref);
}

/* Of an unsound graph: whether it lacks what was deleted. */
static gboolean
ask_git_of_deleted(MigProject *project, const char *ref, GPtrArray *findings, GError **error)
{
    g_autoptr(GPtrArray) deleted = mig_since_deleted(project, ref, error);

    for (guint i = 0; deleted && i < deleted->len; i++)
        add_deleted(findings, deleted->pdata[i], ref);
    return deleted != NULL;
}

static gboolean
ask_git(MigProject *project, const char *ref, GPtrArray *findings, GError **error)
{
    g_autoptr(MigSince) since = mig_since(project, ref, error);

    if (!since)
        return FALSE;
    for (guint i = 0; i < since->changed->len; i++)
        add_edited(findings, since->changed->pdata[i], since);
    for (guint i = 0; i < since->deleted->len; i++)
        add_deleted(findings, since->deleted->pdata[i], ref);
    if (since->changed->len == 0 && since->deleted->len == 0)
        add(findings, "edited-script", TRUE, "no script of '%s' was edited or deleted", ref);
    add_foretold(findings, since);
    return TRUE;
}

static gboolean
ask_difference(MigProject *project, gboolean against_versions, GPtrArray *findings, GError **error)
{
    const MigAutogenerateOptions options = {.against_versions = against_versions, .no_proof = TRUE};
    const char *side = against_versions ? "versions" : "database";
    g_autoptr(MigDifference) difference = mig_autogenerate(project, &options, error);

    if (!difference)
        return FALSE;
    for (guint i = 0; i < difference->unmanaged->len; i++)
        mig_project_tell(project, MIG_EVENT_NOTICE, "unmanaged: %s",
                         (char *)difference->unmanaged->pdata[i]);
    guint n = difference->changes->len;

    if (n == 0) {
        add(findings, "difference", TRUE, "the %s and the model are equal", side);
        return TRUE;
    }
    MigFinding *finding = add(findings, "difference", FALSE,
                              "%u difference%s between the %s and the model", n, plural(n), side);

    finding->sql = mig_plan_sql(difference->upgrade);
    finding->hint =
        g_strdup_printf("Write a revision: migrate revision --autogenerate%s -m MESSAGE",
                        against_versions ? " --against versions" : "");
    return TRUE;
}

/* Asked only where the answer is no: most databases have no such steps at all. */
static gboolean
ask_half_done(MigProject *project, GPtrArray *findings, GError **error)
{
    g_autoptr(GPtrArray) steps = mig_store_half_done(project, error);

    for (guint i = 0; steps && i < steps->len; i++) {
        const MigLogRow *row = steps->pdata[i];

        add(findings, "half-done", FALSE,
            "half-done: %s of %s, block %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, row->direction,
            row->revision, row->blocks_done + 1, row->blocks_total)
            ->hint = g_strdup("What is done and how to go on: migrate status");
    }
    return steps != NULL;
}

static gboolean
ask_database(MigProject *project, const MigGraph *graph, GPtrArray *findings, GError **error)
{
    GError *fault = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    gboolean at_heads = FALSE;
    guint n_before = findings->len;

    if (!ask_half_done(project, findings, error))
        return FALSE;
    gboolean half_done = findings->len > n_before;

    rows = ask_rows(project, graph, findings, &fault);
    if (!rows) {
        if (fault)
            g_propagate_error(error, fault);
        return !fault;
    }
    return ask_position(graph, rows, findings, &at_heads, error) &&
           ask_scripts(project, rows, findings, error) &&
           (!at_heads || half_done || ask_difference(project, FALSE, findings, error));
}

GPtrArray *
mig_check(MigProject *project, const MigCheckOptions *options, GError **error)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(finding_free);
    GError *fault = NULL;
    MigGraph *graph = ask_graph(project, findings, &fault);

    if (fault) {
        g_propagate_error(error, fault);
        return NULL;
    }
    if (!graph) {
        if (options->since && !ask_git_of_deleted(project, options->since, findings, error))
            return NULL;
        return g_steal_pointer(&findings);
    }
    ask_heads(graph, findings);
    if (options->since && !ask_git(project, options->since, findings, error))
        return NULL;
    if (options->against_versions ? ask_difference(project, TRUE, findings, error)
                                  : ask_database(project, graph, findings, error))
        return g_steal_pointer(&findings);
    return NULL;
}
