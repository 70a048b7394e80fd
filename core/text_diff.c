/* Myers' greedy algorithm ("An O(ND) difference algorithm and its variations", 1986), with an end. */
#include "core/text_diff.h"

#include <string.h>

#define CONTEXT 3
/* Differences beyond which the rest is told as removed and added. */
#define MAX_DIFFERENCES 1000

typedef struct {
    char sign; /* ' ', '-' or '+' */
    const char *line;
    guint old_line, new_line; /* from 0: where in either text */
} Edit;

typedef struct {
    char **old_lines, **new_lines;
    guint n_old, n_new;
    GArray *edits; /* of Edit, backwards until they are turned */
} Diff;

/* Lines without their ends; a last line without an end is a line too. */
static char **
split_lines(const char *text, guint *ret_n)
{
    char **lines = g_strsplit(text, "\n", -1);
    guint n = g_strv_length(lines);

    if (n > 0 && *lines[n - 1] == '\0')
        g_clear_pointer(&lines[--n], g_free);
    for (guint i = 0; i < n; i++) {
        gsize length = strlen(lines[i]);

        if (length > 0 && lines[i][length - 1] == '\r')
            lines[i][length - 1] = '\0';
    }
    *ret_n = n;
    return lines;
}

static void
add_edit(Diff *diff, char sign, guint old_line, guint new_line)
{
    const char *line = sign == '+' ? diff->new_lines[new_line] : diff->old_lines[old_line];
    const Edit edit = {sign, line, old_line, new_line};

    g_array_append_val(diff->edits, edit);
}

/* Walks from the end of the area (x, y lines behind first) back over the furthest points that each
 * number of differences reached. */
static void
walk_back(Diff *diff, const GPtrArray *reached, guint first, int x, int y)
{
    for (int d = (int)reached->len - 1; d >= 0; d--) {
        const int *before = d > 0 ? (const int *)((GArray *)reached->pdata[d - 1])->data : NULL;
        int k = x - y, middle = d - 1; /* of the array before */
        gboolean down =
            d > 0 && (k == -d || (k != d && before[middle + k - 1] < before[middle + k + 1]));
        int from_x = d == 0 ? 0 : down ? before[middle + k + 1] : before[middle + k - 1];
        int from_y = d == 0 ? 0 : from_x - (down ? k + 1 : k - 1);

        while (x > from_x && y > from_y) {
            x--, y--;
            add_edit(diff, ' ', first + (guint)x, first + (guint)y);
        }
        if (d > 0 && down)
            add_edit(diff, '+', first + (guint)x, first + (guint)--y);
        else if (d > 0)
            add_edit(diff, '-', first + (guint)--x, first + (guint)y);
    }
}

/* The furthest x on diagonal k with d differences, before equal lines are followed. */
static int
furthest(const int *before, int d, int k)
{
    int middle = d - 1;

    if (d == 0)
        return 0;
    if (k == -d || (k != d && before[middle + k - 1] < before[middle + k + 1]))
        return before[middle + k + 1];
    return before[middle + k - 1] + 1;
}

/* Edits of the area between what both texts begin and end with; FALSE when they are too many.
 * Each round's diagonals -d … d are kept as d's own array, those out of use are 0. */
static gboolean
compare_area(Diff *diff, guint first, int n_old, int n_new)
{
    g_autoptr(GPtrArray) reached = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

    for (int d = 0; d <= MAX_DIFFERENCES; d++) {
        const int *before = d > 0 ? (const int *)((GArray *)reached->pdata[d - 1])->data : NULL;
        GArray *round = g_array_sized_new(FALSE, TRUE, sizeof(int), (guint)(2 * d + 1));

        g_array_set_size(round, (guint)(2 * d + 1));
        g_ptr_array_add(reached, round);
        for (int k = -d; k <= d; k += 2) {
            int x = furthest(before, d, k), y = x - k;

            while (x < n_old && y < n_new && y >= 0 &&
                   strcmp(diff->old_lines[first + (guint)x], diff->new_lines[first + (guint)y]) == 0)
                x++, y++;
            g_array_index(round, int, d + k) = x;
            if (x >= n_old && y >= n_new) {
                walk_back(diff, reached, first, n_old, n_new);
                return TRUE;
            }
        }
    }
    return FALSE;
}

static void
turn_around(GArray *edits, guint first)
{
    for (guint i = first, j = edits->len; i + 1 < j; i++) {
        const Edit edit = g_array_index(edits, Edit, --j);

        g_array_index(edits, Edit, j) = g_array_index(edits, Edit, i);
        g_array_index(edits, Edit, i) = edit;
    }
}

static void
compare(Diff *diff)
{
    guint first = 0, old_end = diff->n_old, new_end = diff->n_new;

    while (first < old_end && first < new_end &&
           strcmp(diff->old_lines[first], diff->new_lines[first]) == 0) {
        add_edit(diff, ' ', first, first);
        first++;
    }
    while (old_end > first && new_end > first &&
           strcmp(diff->old_lines[old_end - 1], diff->new_lines[new_end - 1]) == 0)
        old_end--, new_end--;
    if (compare_area(diff, first, (int)(old_end - first), (int)(new_end - first))) {
        turn_around(diff->edits, first);
    } else {
        for (guint i = first; i < old_end; i++)
            add_edit(diff, '-', i, first);
        for (guint i = first; i < new_end; i++)
            add_edit(diff, '+', old_end, i);
    }
    for (; old_end < diff->n_old; old_end++, new_end++)
        add_edit(diff, ' ', old_end, new_end);
}

static const Edit *
edit_at(const Diff *diff, guint index)
{
    return &g_array_index(diff->edits, Edit, index);
}

/* Where the hunk that begins at a difference ends: before more equal lines than two contexts. */
static guint
end_of_hunk(const Diff *diff, guint begin)
{
    guint last = begin;

    for (guint i = begin; i < diff->edits->len && i - last <= 2 * CONTEXT + 1; i++) {
        if (edit_at(diff, i)->sign != ' ')
            last = i;
    }
    return MIN(last + 1 + CONTEXT, diff->edits->len);
}

/* "3", or "3,7"; without a line the number is that of the line before. */
static void
append_place(GString *out, char sign, guint line, guint n)
{
    g_string_append_printf(out, " %c%u", sign, n > 0 ? line + 1 : line);
    if (n != 1)
        g_string_append_printf(out, ",%u", n);
}

static void
append_hunk(GString *out, const Diff *diff, guint begin, guint end)
{
    guint n_old = 0, n_new = 0;

    for (guint i = begin; i < end; i++) {
        n_old += edit_at(diff, i)->sign != '+';
        n_new += edit_at(diff, i)->sign != '-';
    }
    g_string_append(out, "@@");
    append_place(out, '-', edit_at(diff, begin)->old_line, n_old);
    append_place(out, '+', edit_at(diff, begin)->new_line, n_new);
    g_string_append(out, " @@\n");
    for (guint i = begin; i < end; i++)
        g_string_append_printf(out, "%c%s\n", edit_at(diff, i)->sign, edit_at(diff, i)->line);
}

/* Keeps the first lines and counts the others. */
static void
shorten(GString *out, guint max_lines)
{
    const char *end = out->str;
    guint n = 0, left_out = 0;

    for (; n < max_lines && *end; n++)
        end = strchr(end, '\n') + 1;
    for (const char *at = end; *at; at = strchr(at, '\n') + 1)
        left_out++;
    if (left_out == 0)
        return;
    g_string_truncate(out, (gsize)(end - out->str));
    g_string_append_printf(out, "… and %u more line%s\n", left_out, left_out == 1 ? "" : "s");
}

char *
mig_text_diff(const char *old_text, const char *new_text, const char *old_name,
              const char *new_name, guint max_lines)
{
    Diff diff = {.edits = g_array_new(FALSE, FALSE, sizeof(Edit))};
    GString *out = g_string_new(NULL);

    diff.old_lines = split_lines(old_text, &diff.n_old);
    diff.new_lines = split_lines(new_text, &diff.n_new);
    compare(&diff);
    for (guint i = 0; i < diff.edits->len;) {
        if (edit_at(&diff, i)->sign == ' ') {
            i++;
            continue;
        }
        guint end = end_of_hunk(&diff, i);

        if (out->len == 0)
            g_string_append_printf(out, "--- %s\n+++ %s\n", old_name, new_name);
        append_hunk(out, &diff, i > CONTEXT ? i - CONTEXT : 0, end);
        i = end;
    }
    if (max_lines > 0)
        shorten(out, max_lines);
    g_strfreev(diff.old_lines);
    g_strfreev(diff.new_lines);
    g_array_unref(diff.edits);
    return g_string_free(out, FALSE);
}
