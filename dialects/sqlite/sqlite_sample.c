/* Literals for sample rows, by the affinity that SQLite gives a type. {n} is the row's number from
 * 1, {a} its letter. */
#include <string.h>

#include "dialects/sqlite/sqlite_plan.h"
#include "dialects/sqlite/sqlite_sample.h"

static const char *const integers[] = {"{n}", "-{n}", "{n}00", "{n}0000", "202000{n}", NULL};
static const char *const reals[] = {"{n}.5", "-{n}.5", "0.{n}", "{n}00.5", "{n}0000.5", NULL};
static const char *const numbers[] = {"{n}.25", "{n}", "0.{n}", "-{n}.25", "{n}00", NULL};
static const char *const truths[] = {"{n} % 2", "1", "0", NULL};
static const char *const moments[] = {"'2024-01-0{n}'", "'2024-01-0{n} 12:30:00'", "'12:30:0{n}'",
                                      "170000000{n}", NULL};
static const char *const blobs[] = {
    "x'0{n}ff'", "x'0{n}'", "x'000102030405060708090a0b0c0d0e0{n}'", "'bytes {n}'", "{n}", NULL};
static const char *const texts[] = {"'sample {n}'",
                                    "'{a}'",
                                    "'{a}x'",
                                    "'{a}xy'",
                                    "'{a}xyz1'",
                                    "'SAMPLE{n}'",
                                    "'sample{n}@example.org'",
                                    "'https://example.org/{n}'",
                                    "'2024-01-0{n}'",
                                    "'2024-01-0{n}T12:30:00Z'",
                                    "'12:30:0{n}'",
                                    "'{\"sample\":{n}}'",
                                    "'[{n}]'",
                                    "'0{n}'",
                                    "'00000000-0000-4000-8000-00000000000{n}'",
                                    "'#00000{n}'",
                                    "''",
                                    NULL};

static gboolean
has_word(const char *type, const char *word)
{
    g_autofree char *upper = g_ascii_strup(type ? type : "", -1);

    return strstr(upper, word) != NULL;
}

static const char *const *
patterns_for(const char *type)
{
    const char *affinity = mig_sqlite_affinity(type);

    if (type && g_ascii_strcasecmp(type, "ANY") == 0)
        return texts; /* no affinity in STRICT tables, NUMERIC in others: such text stays in both */
    if (strcmp(affinity, "INTEGER") == 0)
        return integers;
    if (strcmp(affinity, "TEXT") == 0)
        return texts;
    if (strcmp(affinity, "BLOB") == 0)
        return blobs;
    if (strcmp(affinity, "REAL") == 0)
        return reals;
    if (has_word(type, "BOOL"))
        return truths;
    return has_word(type, "DATE") || has_word(type, "TIME") ? moments : numbers;
}

char *
mig_sqlite_sample_value(const char *type, guint row, guint variant)
{
    const char *const *patterns = patterns_for(type);

    for (guint i = 0; i <= variant; i++) {
        if (!patterns[i])
            return NULL;
    }
    GString *literal = g_string_new(patterns[variant]);
    g_autofree char *number = g_strdup_printf("%u", row + 1);
    g_autofree char *letter = g_strdup_printf("%c", 'a' + (char)(row % 26));

    g_string_replace(literal, "{n}", number, 0);
    g_string_replace(literal, "{a}", letter, 0);
    return g_string_free(literal, FALSE);
}
