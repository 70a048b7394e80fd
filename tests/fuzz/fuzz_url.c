/* Database URLs. A password must not be in what is shown: the same URL with another password must
 * look the same. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "core/error.h"
#include "core/redact.h"
#include "core/url.h"

static char *
shown(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigUrl) url = mig_url_parse(text, "/here", &error);
    g_autofree char *line = mig_redact_line(text, NULL);

    g_assert(!url != !error);
    g_assert(!url || g_utf8_validate(url->display, -1, NULL));
    g_assert(!url || (url->path != NULL) == (url->query != NULL));
    g_assert(!url || !url->path || *url->path == '/' || strcmp(url->path, ":memory:") == 0);
    return url ? g_strdup(url->display) : mig_error_format(error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = size ? g_strndup((const char *)data, size) : g_strdup("");
    g_autofree char *first = shown(text);

    if (strpbrk(text, "@?&"))
        return 0;
    /* Without any such sign the text can stand as part of a password. */
    g_autofree char *with_text = g_strconcat("postgresql://u:_", text, "@h/db", NULL);
    g_autofree char *with_other = g_strconcat("postgresql://u:_x@h/db", NULL);
    g_autoptr(MigUrl) url = mig_url_parse(with_text, "/here", NULL);
    g_autofree char *other = shown(with_other);

    g_assert(!url || strcmp(url->display, other) == 0);
    return 0;
}
