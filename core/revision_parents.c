#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/revision_private.h"
#include "core/revspec.h"

static gboolean
add_once(GPtrArray *list, MigRevision *revision, GError **error)
{
    if (!g_ptr_array_find(list, revision, NULL)) {
        g_ptr_array_add(list, revision);
        return TRUE;
    }
    mig_set_error(error, MIG_E_BAD_ARGUMENT, "revision '%s' is given twice as a parent",
                  revision->id);
    return FALSE;
}

/* The revisions that --head names. */
static GPtrArray *
named_parents(const MigGraph *graph, const GPtrArray *symbols, GError **error)
{
    g_autoptr(GPtrArray) parents = g_ptr_array_new();
    gboolean base = FALSE;

    for (guint i = 0; i < symbols->len; i++) {
        g_autoptr(GPtrArray) found = mig_revspec_resolve(graph, symbols->pdata[i], NULL, error);

        if (!found)
            return NULL;
        base = base || found->len == 0;
        for (guint j = 0; j < found->len; j++)
            if (!add_once(parents, found->pdata[j], error))
                return NULL;
    }
    if (base && symbols->len > 1) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "base cannot be a parent beside others");
        return NULL;
    }
    return g_steal_pointer(&parents);
}

static GPtrArray *
only_head(const MigGraph *graph, GError **error)
{
    g_autoptr(GPtrArray) heads = mig_graph_real_heads(graph);

    if (heads->len <= 1)
        return g_steal_pointer(&heads);
    g_autofree char *names = mig_revision_names(heads);

    mig_set_error(error, MIG_E_MULTIPLE_HEADS, "there are several heads: %s", names);
    mig_error_set_hint(error ? *error : NULL,
                       "Say which one the new revision follows with --head, or join them with "
                       "`migrate merge heads`.");
    return NULL;
}

static gboolean
check_are_heads(const GPtrArray *parents, GError **error)
{
    for (guint i = 0; i < parents->len; i++) {
        MigRevision *parent = parents->pdata[i];

        if (mig_revision_is_head(parent))
            continue;
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "revision '%s' is not a head", parent->id);
        mig_error_set_hint(error ? *error : NULL,
                           "Give --splice to make a new branch from this revision.");
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_no_overlap(const MigGraph *graph, const GPtrArray *parents, GError **error)
{
    for (guint i = 0; i < parents->len; i++) {
        MigRevision *above = parents->pdata[i];
        g_autoptr(GPtrArray) from = g_ptr_array_new();

        g_ptr_array_add(from, above);
        g_autoptr(MigRevisionSet) ancestors = mig_graph_ancestors(graph, from, TRUE);

        for (guint j = 0; j < parents->len; j++) {
            MigRevision *below = parents->pdata[j];

            if (below == above || !mig_revision_set_has(ancestors, below))
                continue;
            mig_set_error(error, MIG_E_OVERLAP, "parent '%s' is an ancestor of parent '%s'",
                          below->id, above->id);
            return FALSE;
        }
    }
    return TRUE;
}

GPtrArray *
mig_revision_parents(const MigGraph *graph, const MigRevisionOptions *options, GError **error)
{
    gboolean named = options->heads && options->heads->len > 0;
    g_autoptr(GPtrArray) parents =
        named ? named_parents(graph, options->heads, error) : only_head(graph, error);

    if (!parents || (!options->splice && !check_are_heads(parents, error)) ||
        !check_no_overlap(graph, parents, error))
        return NULL;
    return g_steal_pointer(&parents);
}

static gboolean
has_label(const MigRevision *revision, const char *label)
{
    for (guint i = 0; i < revision->own_labels->len; i++)
        if (strcmp(revision->own_labels->pdata[i], label) == 0)
            return TRUE;
    return FALSE;
}

GPtrArray *
mig_revision_deps(const MigGraph *graph, const MigRevisionOptions *options, GError **error)
{
    g_autoptr(GPtrArray) deps = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; options->depends_on && i < options->depends_on->len; i++) {
        const char *symbol = options->depends_on->pdata[i];
        MigRevision *revision = mig_revspec_resolve_one(graph, symbol, NULL, error);

        if (!revision)
            return NULL;
        const char *name = has_label(revision, symbol) ? symbol : revision->id;

        if (!g_ptr_array_find_with_equal_func(deps, name, g_str_equal, NULL))
            g_ptr_array_add(deps, g_strdup(name));
    }
    return g_steal_pointer(&deps);
}

/* A path without links and dots; one that is not there, as far as it is written. */
static char *
real_path(const char *path)
{
    char *real = realpath(path, NULL);

    if (!real)
        return g_canonicalize_filename(path, NULL);
    char *copy = g_strdup(real);

    free(real);
    return copy;
}

static gboolean
is_inside(const char *path, const char *folder)
{
    gsize length = strlen(folder);

    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The location that holds path, itself or (when deep) anywhere below; NULL: none. */
static const char *
location_of(const GPtrArray *locations, const char *path, gboolean deep)
{
    g_autofree char *real = real_path(path);

    for (guint i = 0; i < locations->len; i++) {
        g_autofree char *location = real_path(locations->pdata[i]);

        if (deep ? is_inside(real, location) : strcmp(real, location) == 0)
            return locations->pdata[i];
    }
    return NULL;
}

/* --version-path, as it is typed: from the current folder, else from that of migrate.ini. */
static char *
given_folder(MigProject *project, const char *given, const GPtrArray *locations, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    gboolean deep = mig_config_boolean(config, "recursive_version_locations");
    g_autofree char *typed = g_canonicalize_filename(given, NULL);
    g_autofree char *settings = mig_config_resolve_path(config, given);

    if (location_of(locations, typed, deep))
        return g_steal_pointer(&typed);
    if (location_of(locations, settings, deep))
        return g_steal_pointer(&settings);
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < locations->len; i++) {
        g_autofree char *shown = mig_config_display_path(config, locations->pdata[i]);

        g_string_append_printf(all, "%s'%s'", i ? ", " : "", shown);
    }
    mig_set_error(error, MIG_E_BAD_ARGUMENT, "the version path '%s' is not a version location",
                  given);
    mig_error_set_hint(error ? *error : NULL, "The version locations are %s.", all->str);
    return NULL;
}

char *
mig_revision_folder(MigProject *project, const MigRevisionOptions *options,
                    const GPtrArray *parents, GError **error)
{
    g_autoptr(GPtrArray) locations = mig_project_version_locations(project);
    const char *folder = NULL;

    if (options->version_path)
        return given_folder(project, options->version_path, locations, error);
    if (locations->len > 1 && parents->len > 0) {
        const MigRevision *parent = parents->pdata[0];
        g_autofree char *beside = g_path_get_dirname(parent->script->path);

        folder = location_of(locations, beside, TRUE);
    }
    return g_strdup(folder ? folder : locations->pdata[0]);
}
