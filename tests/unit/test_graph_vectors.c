/* Runs every line of tests/data/graph-vectors.txt; see there for the notation. */
#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/revspec.h"
#include "core/steps.h"
#include "tests/lib/graph_util.h"

typedef struct {
    char kind; /* G U D H S R C L */
    int line;
    char *graph;    /* notation of the graph the line is about */
    char *given;    /* what stands before the colon (G: nothing) */
    char *expected; /* what stands after it */
    char *comment;  /* what stands after '#'; "" if nothing */
} Vector;

/* What an error of the file is in this program: the first text that is found decides. */
static const struct {
    const char *text;
    MigErrorCode code;
} gists[] = {
    {"REFUSED", MIG_E_OTHER_BRANCH},
    {"Ambiguous", MIG_E_AMBIGUOUS},
    {"not ancestor", MIG_E_RANGE},
    {"overlaps", MIG_E_OVERLAP},
    {"Destination", MIG_E_RANGE},
    {"is not applied", MIG_E_RANGE},
    {"no such branch", MIG_E_UNKNOWN_REVISION},
    {"is not a member", MIG_E_NOT_IN_BRANCH},
    {"MultipleHeads", MIG_E_MULTIPLE_HEADS},
    {"not located 'd2'", MIG_E_NOT_IN_BRANCH},
    {"not located 'd'", MIG_E_AMBIGUOUS},
    {"not located", MIG_E_UNKNOWN_REVISION},
    {"didn't produce", MIG_E_WALK},
    {"elf-loop", MIG_E_SELF_LOOP},
    {"ycle", MIG_E_CYCLE},
    {"unknown revision", MIG_E_UNKNOWN_PARENT},
    {"already used", MIG_E_LABEL_CLASH},
};

static gboolean
wants_error(const Vector *vector)
{
    return g_str_has_prefix(vector->expected, "ERR") ||
           g_str_has_prefix(vector->expected, "REFUSED");
}

/* Every name that the expected text quotes or calls a revision, and every word with a digit, is
 * quoted in the message too. (Which members of a cycle are named is for test_graph.c.) */
static void
check_names(const char *expected, const char *message)
{
    g_autoptr(GRegex) names =
        g_regex_new("'([\\w.@]+)'|\\b([a-z]+\\d\\w*)|\\brevisions? \\(?([a-z])\\b", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    for (g_regex_match(names, expected, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *name = g_match_info_fetch(match, g_match_info_get_match_count(match) - 1);
        g_autofree char *quoted = g_strdup_printf("'%s'", name);

        if (!strstr(message, quoted))
            fail_msg("%s is not in: %s", quoted, message);
    }
}

static void
check_error(const Vector *vector, const GError *error)
{
    if (!error)
        fail_msg("an error was expected: %s", vector->expected);
    for (gsize i = 0; i < G_N_ELEMENTS(gists); i++) {
        if (!strstr(vector->expected, gists[i].text))
            continue;
        if (error->code != (int)gists[i].code)
            fail_msg("%s instead of %s: %s", mig_error_code_name(error->code),
                     mig_error_code_name(gists[i].code), error->message);
        if (gists[i].code != MIG_E_CYCLE)
            check_names(vector->expected, error->message);
        return;
    }
    fail_msg("no gist is known for: %s", vector->expected);
}

/* Steps as "a b => {rows}". */
static char *
describe_steps(const GPtrArray *steps, const GPtrArray *rows)
{
    GString *text = g_string_new(NULL);
    g_autofree char *left = graph_util_ids(rows, TRUE);

    for (guint i = 0; i < steps->len; i++) {
        const MigStep *step = steps->pdata[i];

        g_string_append_printf(text, "%s ", step->revision->id);
        if (i + 1 == steps->len) {
            g_free(left);
            g_ptr_array_add(step->rows_after, NULL);
            left = g_strjoinv(" ", (char **)step->rows_after->pdata);
        }
    }
    g_string_append_printf(text, "=> {%s}", left);
    return g_string_free(text, FALSE);
}

/* "a b => {d c}" with the rows sorted. */
static char *
sorted_result(const char *expected)
{
    const char *open = strchr(expected, '{');
    g_autofree char *inside = g_strndup(open + 1, strchr(open, '}') - open - 1);
    g_autofree char *sorted = graph_util_sort_words(inside);

    return g_strdup_printf("%.*s{%s}", (int)(open - expected), expected, sorted);
}

static void
check_steps(const MigGraph *graph, const Vector *vector, const char *rows_text, const char *target,
            const char *expected, gboolean all_branches)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = graph_util_revisions(graph, rows_text);
    g_autoptr(GPtrArray) steps =
        vector->kind == 'U' ? mig_steps_upgrade(graph, rows, target, &error)
                            : mig_steps_downgrade(graph, rows, target, all_branches, &error);

    if (wants_error(vector) && !all_branches) {
        assert_null(steps);
        check_error(vector, error);
        return;
    }
    assert_no_error(error);
    g_autofree char *found = describe_steps(steps, rows);
    g_autofree char *wanted = sorted_result(expected);

    assert_string_equal(found, wanted);
}

static void
check_graph(const MigGraph *graph, const Vector *vector, const GError *error)
{
    if (wants_error(vector)) {
        assert_null(graph);
        check_error(vector, error);
        assert_string_not_equal(mig_error_details(error)->file, "");
        assert_true(mig_error_details(error)->line >= 4);
        return;
    }
    assert_no_error(error);
    g_autoptr(GPtrArray) heads = mig_graph_heads(graph);
    g_autoptr(GPtrArray) real_heads = mig_graph_real_heads(graph);
    g_autofree char *names = graph_util_ids(heads, FALSE);
    g_autofree char *real_names = graph_util_ids(real_heads, FALSE);
    g_autofree char *found = g_strdup_printf("heads=%s real=%s", names, real_names);

    assert_string_equal(found, vector->expected);
}

static void
check_list(GPtrArray *found, const GError *error, const Vector *vector, gboolean sorted)
{
    g_autoptr(GPtrArray) list = found;

    if (wants_error(vector)) {
        assert_null(list);
        check_error(vector, error);
        return;
    }
    assert_no_error(error);
    g_autofree char *ids = graph_util_ids(list, sorted);
    const char *expected = g_str_equal(vector->expected, "(none)") ? "" : vector->expected;

    assert_string_equal(ids, expected);
}

static void
check_stamp(const MigGraph *graph, const Vector *vector, const char *rows_text, const char *targets)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = graph_util_revisions(graph, rows_text);
    g_auto(GStrv) words = g_strsplit(targets, " ", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    for (char **word = words; *word; word++)
        g_ptr_array_add(list, *word);
    g_autoptr(GPtrArray) result = mig_steps_stamp(graph, rows, list, &error);

    assert_no_error(error);
    g_autofree char *ids = graph_util_ids(result, TRUE);
    g_autofree char *found = g_strdup_printf("{%s}", ids);
    g_autofree char *wanted = sorted_result(vector->expected);

    assert_string_equal(found, wanted);
}

static void
check_labels(const MigGraph *graph, const Vector *vector)
{
    g_autoptr(GString) found = g_string_new(NULL);
    const GPtrArray *all = mig_graph_revisions(graph);

    for (guint i = 0; i < all->len; i++) {
        const MigRevision *revision = all->pdata[i];

        for (guint j = 0; j < revision->labels->len; j++)
            g_string_append_printf(found, "%s%s[%s]", found->len ? " " : "", revision->id,
                                   (char *)revision->labels->pdata[j]);
    }
    assert_string_equal(found->str, vector->expected);
}

static void
check_line(const MigGraph *graph, const Vector *vector)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) sides = g_strsplit(vector->given, " -> ", 2);
    const char *all = strstr(vector->comment, "with --all-branches: ");
    g_autoptr(GPtrArray) rows = NULL;
    GPtrArray *found;

    switch (vector->kind) {
    case 'U':
    case 'D':
        check_steps(graph, vector, sides[0], sides[1], vector->expected, FALSE);
        if (all)
            check_steps(graph, vector, sides[0], sides[1], strchr(all, ':') + 2, TRUE);
        break;
    case 'S':
        check_stamp(graph, vector, sides[0], sides[1]);
        break;
    case 'H':
        found = mig_revspec_history(graph, vector->given, NULL, &error);
        check_list(found, error, vector, FALSE);
        break;
    case 'R':
        found = mig_revspec_resolve(graph, vector->given, NULL, &error);
        check_list(found, error, vector, FALSE);
        break;
    case 'C':
        rows = graph_util_revisions(graph, vector->given);
        check_list(mig_steps_current(graph, rows), NULL, vector, TRUE);
        break;
    case 'L':
        check_labels(graph, vector);
        break;
    default:
        fail_msg("a line of an unknown kind");
    }
}

static void
run_vector(void **state)
{
    const Vector *vector = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(MigGraph) graph = mig_graph_new(graph_util_scripts(vector->graph), &error);

    if (vector->kind == 'G') {
        check_graph(graph, vector, error);
        return;
    }
    assert_no_error(error);
    check_line(graph, vector);
}

static Vector *
parse_line(const char *text, int number, char **graph)
{
    Vector *vector = g_new0(Vector, 1);
    const char *comment = strstr(text, "   # ");
    g_autofree char *line = g_strndup(text, comment ? (gsize)(comment - text) : strlen(text));
    /* A range may have colons of its own: the one that separates stands between spaces. */
    char *colon = strstr(line + (line[0] == 'H' ? 2 : 1), " : ");

    g_assert_nonnull(colon);
    vector->kind = line[0];
    vector->line = number;
    vector->comment = g_strdup(comment ? comment + 5 : "");
    vector->expected = g_strstrip(g_strdup(colon + 3));
    vector->given = g_strstrip(g_strndup(line + 1, colon - line - 1));
    if (vector->kind == 'G') {
        g_free(*graph);
        *graph = g_strdup(vector->given);
    }
    vector->graph = g_strdup(*graph);
    return vector;
}

static void
vector_free(Vector *vector)
{
    g_free(vector->graph);
    g_free(vector->given);
    g_free(vector->expected);
    g_free(vector->comment);
    g_free(vector);
}

int
main(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests", "data", "graph-vectors.txt", NULL);
    g_autofree char *text = NULL, *graph = NULL;
    g_autoptr(GPtrArray) vectors = g_ptr_array_new_with_free_func((GDestroyNotify)vector_free);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) tests = g_array_new(FALSE, TRUE, sizeof(struct CMUnitTest));

    if (!g_file_get_contents(path, &text, NULL, &error))
        g_error("%s", error->message);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (int i = 0; lines[i]; i++) {
        if (lines[i][0] == '\0' || lines[i][0] == '#')
            continue;
        Vector *vector = parse_line(lines[i], i + 1, &graph);
        char *name = g_strdup_printf("line %d: %c %s", i + 1, vector->kind, vector->given);
        struct CMUnitTest test = {name, run_vector, NULL, NULL, vector};

        g_strdelimit(name, "#", '_');
        g_ptr_array_add(vectors, vector);
        g_ptr_array_add(names, name);
        g_array_append_val(tests, test);
    }
    return _cmocka_run_group_tests("graph-vectors", (struct CMUnitTest *)(gpointer)tests->data,
                                   tests->len, NULL, NULL);
}
