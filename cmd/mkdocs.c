/* A program for the build: writes manual pages and completion scripts into a folder. */
#include <stdio.h>

#include "cmd/completion.h"
#include "cmd/man.h"

/* Takes text. */
static gboolean
save(const char *folder, const char *name, char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    const gboolean saved = g_file_set_contents(path, text, -1, &error);

    if (!saved)
        fprintf(stderr, "mkdocs: %s\n", error->message);
    g_free(text);
    return saved;
}

int
main(int argc, char **argv)
{
    /* In the order of completion_shells: where each shell looks for it. */
    static const char *const scripts[] = {"migrate", "_migrate", "migrate.fish"};

    if (argc != 2)
        return 2;
    gboolean ok = save(argv[1], "migrate.1", man_overview());

    for (const Command *const *command = commands; *command; command++) {
        g_autofree char *name = g_strdup_printf("migrate-%s.1", (*command)->name);

        ok = save(argv[1], name, man_command(*command)) && ok;
    }
    for (gsize i = 0; completion_shells[i]; i++)
        ok = save(argv[1], scripts[i], completion_script(completion_shells[i])) && ok;
    return ok ? 0 : 1;
}
