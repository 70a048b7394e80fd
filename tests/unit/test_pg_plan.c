/* Plans between two states on a real server, plain ones and such that serve a live system: every
 * file of tests/unit/pg-plan holds such a pair,
 * "-- from" and "-- to"; a first line "-- since: 14" keeps it from older servers, "-- until: 17"
 * from newer ones. What stands behind "-- has" must be in the plain upgrade, word for word. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/lib/cluster.h"
#include "tests/lib/pg_pair.h"

#define FROM "-- from\n"
#define TO "-- to\n"
#define HAS "-- has\n"

static char *
folder(void)
{
    return g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests", "unit", "pg-plan", NULL);
}

/* The server's major version. */
static int
server_version(void)
{
    g_autofree char *text = pg_pair_server();
    const char *digits = strpbrk(text, "0123456789");

    return digits ? atoi(digits) : 0;
}

static gboolean
is_for_another_server(const char *text)
{
    static const char since[] = "-- since: ", until[] = "-- until: ";

    return (g_str_has_prefix(text, since) && atoi(text + strlen(since)) > server_version()) ||
           (g_str_has_prefix(text, until) && atoi(text + strlen(until)) < server_version());
}

/* Cuts off what a text holds from a marker on; returns what is behind it, or NULL. */
static char *
cut(char *text, const char *marker)
{
    char *at = strstr(text, marker);

    if (!at)
        return NULL;
    *at = '\0';
    return at + strlen(marker);
}

/* Fails; the message of the test alone would be cut off. */
static void
show(const PgPair *pair, const char *name, const char *problem)
{
    g_printerr("%s: %s\n-- upgrade\n%s\n-- downgrade\n%s\n", name, problem,
               pair->upgrade ? pair->upgrade : "", pair->downgrade ? pair->downgrade : "");
    fail_msg("%s", name);
}

static void
leads_there_and_back(const char *name, gboolean online)
{
    g_autofree char *directory = folder();
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *text = NULL;

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    const char *has = cut(text, HAS), *to = cut(text, TO), *from = cut(text, FROM);

    assert_non_null(from);
    assert_non_null(to);
    if (is_for_another_server(text))
        return;
    g_autoptr(PgPair) pair = online ? pg_pair_try_online(from, to) : pg_pair_try(from, to);

    if (pair->problem)
        show(pair, name, pair->problem);
    else if (has && !online && !strstr(pair->upgrade, has))
        show(pair, name, "the upgrade lacks what it should have");
}

static void
leads_plainly(void **state)
{
    leads_there_and_back(*state, FALSE);
}

static void
leads_online(void **state)
{
    leads_there_and_back(*state, TRUE);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_pairs(void)
{
    g_autofree char *path = folder();
    GDir *directory = g_dir_open(path, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (const char *name; directory && (name = g_dir_read_name(directory));) {
        if (g_str_has_suffix(name, ".sql"))
            g_ptr_array_add(names, g_strdup(name));
    }
    if (directory)
        g_dir_close(directory);
    g_ptr_array_sort(names, compare_names);
    return names;
}

int
main(void)
{
    if (!cluster_folder())
        return cluster_skip();
    g_autoptr(GPtrArray) names = list_pairs();
    guint n = names->len;
    g_autofree struct CMUnitTest *tests = g_new0(struct CMUnitTest, 2 * n);

    for (guint i = 0; i < n; i++) {
        tests[i].name = tests[n + i].name = names->pdata[i];
        tests[i].initial_state = tests[n + i].initial_state = names->pdata[i];
        tests[i].test_func = leads_plainly;
        tests[n + i].test_func = leads_online;
    }
    return _cmocka_run_group_tests("pairs", tests, 2 * n, NULL, NULL);
}
