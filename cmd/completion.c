#include "cmd/completion.h"

#include <string.h>

#include "cmd/template.h"

const char *const completion_shells[] = {"bash", "zsh", "fish", NULL};
const char completion_sources[] = "live model versions empty file:";

static const struct {
    const char *template;
    void (*add_parts)(GPtrArray *parts);
} shells[] = {
    {template_completion_migrate_bash, completion_parts_bash},
    {template_completion_migrate_zsh, completion_parts_zsh},
    {template_completion_migrate_fish, completion_parts_fish},
};

void
completion_add_part(GPtrArray *parts, const char *mark, GString *text)
{
    if (text->len > 0 && text->str[text->len - 1] == '\n')
        g_string_truncate(text, text->len - 1);
    g_ptr_array_add(parts, g_strdup(mark));
    g_ptr_array_add(parts, g_string_free(text, FALSE));
}

char *
completion_script(const char *shell)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    gsize i = 0;

    while (strcmp(completion_shells[i], shell) != 0)
        i++;
    GString *script = g_string_new(shells[i].template);

    shells[i].add_parts(parts);
    for (guint part = 0; part < parts->len; part += 2)
        g_string_replace(script, parts->pdata[part], parts->pdata[part + 1], 0);
    return g_string_free(script, FALSE);
}
