/* The unified diff of two texts. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "core/text_diff.h"

static void
assert_diff(const char *old_text, const char *new_text, const char *expected)
{
    g_autofree char *diff = mig_text_diff(old_text, new_text, "a", "b", 0);

    assert_string_equal(diff, expected);
}

static void
equal_texts_have_no_diff(void **state)
{
    assert_diff("", "", "");
    assert_diff("one\ntwo\n", "one\ntwo\n", "");
    assert_diff("one\r\ntwo\r\n", "one\ntwo", "");
}

static void
changes_are_shown_with_context(void **state)
{
    assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\nsix\n7\n8\n9\n",
                "--- a\n+++ b\n@@ -3,7 +3,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n");
    assert_diff("", "x\n", "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
    assert_diff("x\ny\n", "", "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-x\n-y\n");
    assert_diff("a\nb\n", "b\nc\n", "--- a\n+++ b\n@@ -1,2 +1,2 @@\n-a\n b\n+c\n");
    assert_diff("ü\n\n", "ü\n\n\n", "--- a\n+++ b\n@@ -1,2 +1,3 @@\n ü\n \n+\n");
}

static void
distant_changes_have_hunks_of_their_own(void **state)
{
    assert_diff("x\n1\n2\n3\n4\n5\n6\n7\ny\n", "X\n1\n2\n3\n4\n5\n6\n7\nY\n",
                "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-x\n+X\n 1\n 2\n 3\n"
                "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-y\n+Y\n");
    assert_diff("x\n1\n2\n3\n4\n5\n6\ny\n", "X\n1\n2\n3\n4\n5\n6\nY\n",
                "--- a\n+++ b\n@@ -1,8 +1,8 @@\n-x\n+X\n 1\n 2\n 3\n 4\n 5\n 6\n-y\n+Y\n");
}

static void
long_diffs_are_cut(void **state)
{
    g_autofree char *diff = mig_text_diff("", "1\n2\n3\n4\n", "a", "b", 5);
    g_autofree char *all = mig_text_diff("", "1\n2\n", "a", "b", 5);

    assert_string_equal(diff, "--- a\n+++ b\n@@ -0,0 +1,4 @@\n+1\n+2\n… and 2 more lines\n");
    assert_string_equal(all, "--- a\n+++ b\n@@ -0,0 +1,2 @@\n+1\n+2\n");
}

/* Applies a diff with all its context, or without when it has no hunk. */
static void
check_diff(const char *diff, const char *old_text, const char *new_text)
{
    g_autoptr(GString) removed = g_string_new(NULL), added = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(diff, "\n", -1);
    g_auto(GStrv) old_lines = g_strsplit(old_text, "\n", -1);
    guint at = 0;

    for (char **line = lines + 2; *diff && **line; line++) {
        unsigned old_line, n = 1;

        if (sscanf(*line, "@@ -%u,%u", &old_line, &n) >= 1) {
            for (guint begin = old_line - (n > 0); at < begin; at++) {
                g_string_append_printf(removed, "%s\n", old_lines[at]);
                g_string_append_printf(added, "%s\n", old_lines[at]);
            }
            continue;
        }
        if (**line != '+') {
            g_string_append_printf(removed, "%s\n", *line + 1);
            at++;
        }
        if (**line != '-')
            g_string_append_printf(added, "%s\n", *line + 1);
    }
    for (; *diff && old_lines[at] && old_lines[at + 1]; at++) {
        g_string_append_printf(removed, "%s\n", old_lines[at]);
        g_string_append_printf(added, "%s\n", old_lines[at]);
    }
    assert_string_equal(*diff ? removed->str : old_text, old_text);
    assert_string_equal(*diff ? added->str : old_text, new_text);
}

static char *
random_text(GRand *random, guint max_lines, int letters)
{
    GString *text = g_string_new(NULL);

    for (int i = g_rand_int_range(random, 0, (gint32)max_lines); i > 0; i--)
        g_string_append_printf(text, "%c\n", 'a' + g_rand_int_range(random, 0, letters));
    return g_string_free(text, FALSE);
}

static void
random_diffs_lead_from_one_to_the_other(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(5);

    for (guint i = 0; i < 3000; i++) {
        g_autofree char *old_text = random_text(random, 30, 1 + (int)(i % 20));
        g_autofree char *new_text = random_text(random, 30, 1 + (int)(i % 20));
        g_autofree char *diff = mig_text_diff(old_text, new_text, "a", "b", 0);

        check_diff(diff, old_text, new_text);
    }
}

static void
texts_without_anything_in_common_end_soon(void **state)
{
    g_autoptr(GString) old_text = g_string_new(NULL), new_text = g_string_new(NULL);

    for (int i = 0; i < 20000; i++) {
        g_string_append_printf(old_text, "old %d\n", i);
        g_string_append_printf(new_text, "new %d\n", i);
    }
    g_autofree char *diff = mig_text_diff(old_text->str, new_text->str, "a", "b", 0);

    assert_true(g_str_has_prefix(diff, "--- a\n+++ b\n@@ -1,20000 +1,20000 @@\n-old 0\n-old 1\n"));
    check_diff(diff, old_text->str, new_text->str);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_have_no_diff),
        cmocka_unit_test(changes_are_shown_with_context),
        cmocka_unit_test(distant_changes_have_hunks_of_their_own),
        cmocka_unit_test(long_diffs_are_cut),
        cmocka_unit_test(random_diffs_lead_from_one_to_the_other),
        cmocka_unit_test(texts_without_anything_in_common_end_soon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
