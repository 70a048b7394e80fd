/* Symbols: taking them apart, and finding what they name. */
#include "core/revspec_priv.h"

#include <string.h>

#include "core/suggest.h"

void
mig_spec_clear(MigSpec *spec)
{
    g_clear_pointer(&spec->text, g_free);
    g_clear_pointer(&spec->label, g_free);
    g_clear_pointer(&spec->symbol, g_free);
    g_clear_pointer(&spec->distance, g_free);
    g_clear_pointer(&spec->lineage, mig_revision_set_free);
}

/* Splits "SYM+2"; FALSE (and nothing set) when text is no relative symbol as a whole. */
static gboolean
parse_relative(const char *text, MigSpec *spec)
{
    const char *sign = strpbrk(text, "+-");

    if (!sign || !g_ascii_isdigit(sign[1]) || sign[1 + strspn(sign + 1, "0123456789")] != '\0')
        return FALSE;
    guint64 steps = g_ascii_strtoull(sign + 1, NULL, 10);

    spec->steps = (int)MIN(steps, G_MAXINT);
    if (*sign == '-')
        spec->steps = -spec->steps;
    spec->distance = g_strdup(sign);
    spec->symbol = sign > text ? g_strndup(text, sign - text) : NULL;
    return TRUE;
}

typedef struct {
    GPtrArray *names;     /* of char*: ids and labels */
    GPtrArray *revisions; /* of MigRevision*, each once */
} Names;

/* All names that start with prefix ("" for all), in load order, within a set (NULL: anywhere). */
static void
collect_names(const MigGraph *graph, const char *prefix, const MigRevisionSet *within, Names *ret)
{
    const GPtrArray *all = mig_graph_revisions(graph);

    ret->names = g_ptr_array_new();
    ret->revisions = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        MigRevision *revision = all->pdata[i];
        guint before = ret->names->len;

        if (within && !mig_revision_set_has(within, revision))
            continue;
        if (g_str_has_prefix(revision->id, prefix))
            g_ptr_array_add(ret->names, (gpointer)revision->id);
        for (guint j = 0; j < revision->own_labels->len; j++) {
            if (g_str_has_prefix(revision->own_labels->pdata[j], prefix))
                g_ptr_array_add(ret->names, revision->own_labels->pdata[j]);
        }
        if (ret->names->len > before)
            g_ptr_array_add(ret->revisions, revision);
    }
}

static void
clear_names(Names *names)
{
    g_ptr_array_unref(names->names);
    g_ptr_array_unref(names->revisions);
}

static void
set_unknown(const MigGraph *graph, const char *what, const char *word, GError **error)
{
    Names all;

    if (!error)
        return;
    collect_names(graph, "", NULL, &all);
    g_ptr_array_add(all.names, NULL);
    const char *near = mig_suggest(word, (const char *const *)all.names->pdata);

    mig_set_error(error, MIG_E_UNKNOWN_REVISION, "no such %s '%s'", what, word);
    if (near)
        mig_error_set_hint(*error, "Did you mean '%s'?", near);
    else
        mig_error_set_hint(*error, "`migrate history` lists all revisions and labels.");
    clear_names(&all);
}

#define MAX_LISTED 10

static void
set_ambiguous(const char *what, const char *word, const GPtrArray *names, GError **error)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < names->len && i < MAX_LISTED; i++)
        g_string_append_printf(list, "%s'%s'", i ? ", " : "", (const char *)names->pdata[i]);
    if (names->len > MAX_LISTED)
        g_string_append_printf(list, " and %u more", names->len - MAX_LISTED);
    mig_set_error(error, MIG_E_AMBIGUOUS, "%s '%s' is ambiguous: it begins %s", what, word,
                  list->str);
    if (error)
        mig_error_set_hint(*error, "Write more of the id.");
    g_string_free(list, TRUE);
}

/* A whole id or label, else a unique prefix of one; with a set, a prefix counts only there. */
static MigRevision *
find_name(const MigGraph *graph, const char *what, const char *word, const MigRevisionSet *within,
          GError **error)
{
    MigRevision *found = mig_graph_find(graph, word);
    Names names;

    if (!found)
        found = mig_graph_find_label(graph, word);
    if (found)
        return found;
    if (*word == '\0') {
        set_unknown(graph, what, word, error);
        return NULL;
    }
    collect_names(graph, word, within, &names);
    if (names.revisions->len == 1)
        found = names.revisions->pdata[0];
    else if (names.revisions->len > 1)
        set_ambiguous(what, word, names.names, error);
    else if (within)
        found = find_name(graph, what, word, NULL, error);
    else
        set_unknown(graph, what, word, error);
    clear_names(&names);
    return found;
}

gboolean
mig_spec_parse(const MigGraph *graph, const char *text, MigSpec *ret_spec, GError **error)
{
    g_auto(MigSpec) spec = {0};
    const char *at = strchr(text, '@');
    const char *rest = at ? at + 1 : text;

    spec.text = g_strdup(text);
    if (at) {
        spec.label = g_strndup(text, at - text);
        spec.branch = find_name(graph, "branch", spec.label, NULL, error);
        if (!spec.branch)
            return FALSE;
        spec.lineage = mig_graph_lineage(graph, spec.branch);
    }
    if (!parse_relative(rest, &spec))
        spec.symbol = g_strdup(rest);
    *ret_spec = spec;
    spec = (MigSpec){0};
    return TRUE;
}

static gboolean
check_member(const MigSpec *spec, const MigRevision *revision, GError **error)
{
    if (!spec->lineage || mig_revision_set_has(spec->lineage, revision))
        return TRUE;
    mig_set_error(error, MIG_E_NOT_IN_BRANCH, "revision '%s' is not a member of branch '%s'",
                  revision->id, spec->label);
    return FALSE;
}

/* Members of list that are in the spec's lineage; takes list. */
static GPtrArray *
keep_members(const MigSpec *spec, GPtrArray *list)
{
    for (guint i = 0; spec->lineage && i < list->len;) {
        if (mig_revision_set_has(spec->lineage, list->pdata[i]))
            i++;
        else
            g_ptr_array_remove_index(list, i);
    }
    return list;
}

static GPtrArray *
find_heads(const MigGraph *graph, const MigSpec *spec)
{
    if (!spec->lineage)
        return mig_graph_real_heads(graph);
    return keep_members(spec, mig_graph_heads(graph));
}

static GPtrArray *
find_current(const MigSpec *spec, const GPtrArray *rows, GError **error)
{
    if (!rows) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT,
                      "'%s' stands for what the database holds, and no database is asked here",
                      spec->text);
        return NULL;
    }
    return keep_members(spec, g_ptr_array_copy((GPtrArray *)rows, NULL, NULL));
}

GPtrArray *
mig_spec_symbol(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows, GError **error)
{
    const char *symbol = spec->symbol;

    if (g_str_equal(symbol, "base"))
        return g_ptr_array_new();
    if (g_str_equal(symbol, "current"))
        return find_current(spec, rows, error);
    if (g_str_equal(symbol, "heads"))
        return find_heads(graph, spec);
    g_autoptr(GPtrArray) found = NULL;

    if (g_str_equal(symbol, "head")) {
        MigRevision *ignored;

        found = find_heads(graph, spec);
        if (!mig_spec_single(spec, found, &ignored, error))
            return NULL;
    } else {
        MigRevision *revision = find_name(graph, "revision", symbol, spec->lineage, error);

        if (!revision || !check_member(spec, revision, error))
            return NULL;
        found = g_ptr_array_new();
        g_ptr_array_add(found, revision);
    }
    return g_steal_pointer(&found);
}

gboolean
mig_spec_single(const MigSpec *spec, const GPtrArray *revisions, MigRevision **ret, GError **error)
{
    if (revisions->len <= 1) {
        *ret = revisions->len ? revisions->pdata[0] : NULL;
        return TRUE;
    }
    g_autofree char *names = mig_revision_names(revisions);
    gboolean is_heads = g_str_equal(spec->symbol, "head") || g_str_equal(spec->symbol, "heads");

    mig_set_error(error, is_heads ? MIG_E_MULTIPLE_HEADS : MIG_E_AMBIGUOUS,
                  "'%s' is not one revision: there are several %s: %s", spec->text,
                  is_heads ? "heads" : "rows", names);
    if (error && is_heads)
        mig_error_set_hint(*error, "Name one of them, say 'heads' for all, or join them with "
                                   "`migrate merge heads`.");
    return FALSE;
}
