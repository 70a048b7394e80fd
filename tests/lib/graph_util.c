#include "tests/lib/graph_util.h"

#include <string.h>

static GPtrArray *
split_list(const char *words)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(words, ",", -1);

    for (char **part = parts; *part; part++) {
        if (**part)
            g_ptr_array_add(list, g_strdup(*part));
    }
    return list;
}

void
graph_util_add(GPtrArray *scripts, const char *id, const char *down, const char *deps,
               const char *labels)
{
    MigScript *script = g_new0(MigScript, 1);

    script->id = g_strdup(id);
    script->down = split_list(down);
    script->deps = split_list(deps);
    script->labels = split_list(labels);
    script->message = g_strdup_printf("message of %s", id);
    script->doc = g_strdup(script->message);
    script->path = g_strdup_printf("%s.sql", id);
    script->id_line = 3;
    script->down_line = 4;
    script->labels_line = 5;
    script->deps_line = 6;
    g_ptr_array_add(scripts, script);
}

GPtrArray *
graph_util_scripts(const char *notation)
{
    GPtrArray *scripts = g_ptr_array_new();
    g_auto(GStrv) words = g_strsplit(notation, " ", -1);

    for (char **word = words; *word; word++) {
        if (**word == '\0')
            continue;
        char *open = strchr(*word, '('), *close = strchr(*word, ')');
        g_autofree char *id = g_strndup(*word, open - *word);
        g_autofree char *inside = g_strndup(open + 1, close - open - 1);
        g_autofree char *labels =
            close[1] == '[' ? g_strndup(close + 2, strlen(close + 2) - 1) : g_strdup("");
        char *semicolon = strchr(inside, ';');

        if (semicolon)
            *semicolon = '\0';
        graph_util_add(scripts, id, inside, semicolon ? semicolon + 1 : "", labels);
    }
    return scripts;
}

GPtrArray *
graph_util_revisions(const MigGraph *graph, const char *words)
{
    GPtrArray *list = g_ptr_array_new();
    g_auto(GStrv) parts = g_strsplit(words, " ", -1);

    for (char **part = parts; *part; part++) {
        if (**part == '\0' || g_str_equal(*part, "-"))
            continue;
        MigRevision *revision = mig_graph_find(graph, *part);

        g_assert_nonnull(revision);
        g_ptr_array_add(list, revision);
    }
    return list;
}

static char *
join(GPtrArray *words)
{
    g_ptr_array_add(words, NULL);
    return g_strjoinv(" ", (char **)words->pdata);
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
graph_util_ids(const GPtrArray *revisions, gboolean sorted)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    for (guint i = 0; i < revisions->len; i++)
        g_ptr_array_add(words, (gpointer)((MigRevision *)revisions->pdata[i])->id);
    if (sorted)
        g_ptr_array_sort(words, by_text);
    return join(words);
}

char *
graph_util_sort_words(const char *text)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);

    for (char **part = parts; *part; part++) {
        if (**part)
            g_ptr_array_add(words, *part);
    }
    g_ptr_array_sort(words, by_text);
    return join(words);
}
