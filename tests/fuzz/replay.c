/* Runs a fuzz target over files instead of random input: those of its corpus (FUZZ_CORPUS, a folder
 * of tests/fuzz/corpus), one TAP test each, or those given as arguments. An input that makes a
 * target abort is added to the corpus and so stays tested.
 *
 * To look for more, from the source folder after a build in BUILD:
 *   clang -g -fsanitize=fuzzer,address,undefined -I. -IBUILD tests/fuzz/fuzz_ini.c core/X.c… \
 *       $(pkg-config --cflags --libs glib-2.0) && ./a.out tests/fuzz/corpus/ini */
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "tests/fuzz/fuzz.h"

static gboolean
run_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize size;

    if (!g_file_get_contents(path, &text, &size, &error)) {
        printf("# %s\n", error->message);
        return FALSE;
    }
    /* An exact copy, so that reading behind the end is seen by AddressSanitizer. */
    g_autofree uint8_t *data = g_memdup2(text, size);

    return LLVMFuzzerTestOneInput(data, size) == 0;
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_corpus(GPtrArray *paths)
{
    const char *source = g_getenv("MIGRATE_SRCDIR");
    g_autofree char *folder =
        g_build_filename(source ? source : ".", "tests/fuzz/corpus", FUZZ_CORPUS, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(paths, by_name);
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    int failed = 0;

    for (int i = 1; i < argc; i++)
        g_ptr_array_add(paths, g_strdup(argv[i]));
    if (argc == 1)
        add_corpus(paths);
    /* Without inputs this plan counts as an error. */
    printf("1..%u\n", MAX(paths->len, 1));
    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *name = g_path_get_basename(paths->pdata[i]);
        gboolean ok = run_file(paths->pdata[i]);

        printf("%s %u - %s\n", ok ? "ok" : "not ok", i + 1, name);
        fflush(stdout);
        failed += !ok;
    }
    return failed > 0 || paths->len == 0;
}
