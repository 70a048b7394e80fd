#include "core/expand.h"

#include <string.h>

#include "core/error.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

/* `${…}` taken apart; offsets and lengths in bytes from the `$`. */
typedef struct {
    gboolean is_extra;
    gsize name_at, name_length;
    gsize default_at, default_length;
    gboolean has_default;
    gsize length; /* of the whole */
} Variable;

/* The value of a -x key, the last one counts; NULL when there is none. */
static const char *
lookup_extra(const GPtrArray *extra, const char *key)
{
    gsize length = strlen(key);

    for (guint i = extra ? extra->len : 0; i > 0; i--) {
        const char *pair = extra->pdata[i - 1];

        if (strncmp(pair, key, length) == 0 && pair[length] == '=')
            return pair + length + 1;
    }
    return NULL;
}

#define MAX_DEPTH 50

/* Length of a default up to its closing brace, over variables inside it; G_MAXSIZE: none closes,
 * or they are nested deeper than anyone means. */
static gsize
default_length(const char *text)
{
    int depth = 0;

    for (gsize i = 0; text[i] && depth < MAX_DEPTH; i++) {
        if (text[i] == '$' && text[i + 1] == '{')
            depth++;
        else if (text[i] == '}' && depth-- == 0)
            return i;
    }
    return G_MAXSIZE;
}

static gboolean
parse_variable(const char *text, Variable *ret_variable)
{
    Variable v = {.name_at = 2};

    if (text[0] != '$' || text[1] != '{')
        return FALSE;
    if (g_str_has_prefix(text + 2, "x:")) {
        v.is_extra = TRUE;
        v.name_at = 4;
        v.name_length = strspn(text + 4, LETTERS DIGITS ".-");
    } else if (strspn(text + 2, LETTERS) > 0) {
        v.name_length = strspn(text + 2, LETTERS DIGITS);
    }
    if (v.name_length == 0)
        return FALSE;
    gsize end = v.name_at + v.name_length;

    if (g_str_has_prefix(text + end, ":-")) {
        v.has_default = TRUE;
        v.default_at = end + 2;
        v.default_length = default_length(text + v.default_at);
        if (v.default_length == G_MAXSIZE)
            return FALSE;
        end = v.default_at + v.default_length;
    }
    if (text[end] != '}')
        return FALSE;
    v.length = end + 1;
    *ret_variable = v;
    return TRUE;
}

static gboolean
fail_unset(const Variable *variable, const char *name, GError **error)
{
    g_autoptr(GError) own = NULL;

    if (variable->is_extra) {
        own = mig_error_new(MIG_E_CONFIG_VALUE, "'%s' is not given with -x", name);
        mig_error_set_hint(own, "Give it as -x %s=VALUE, or write ${x:%s:-default}.", name, name);
    } else {
        own = mig_error_new(MIG_E_CONFIG_VALUE, "environment variable '%s' is not set", name);
        mig_error_set_hint(own, "Set it, or write ${%s:-default}.", name);
    }
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

static gboolean
append_variable(GString *out, const char *text, const Variable *variable,
                const MigExpandScope *scope, gsize *offset, GError **error)
{
    g_autofree char *name = g_strndup(text + variable->name_at, variable->name_length);
    const char *value = variable->is_extra ? lookup_extra(scope->extra, name) : g_getenv(name);

    if (value && (*value || !variable->has_default)) {
        if (!g_utf8_validate(value, -1, NULL)) {
            mig_set_error(error, MIG_E_CONFIG_VALUE, "the value of '%s' is not UTF-8", name);
            return FALSE;
        }
        g_string_append(out, value);
        return TRUE;
    }
    if (!variable->has_default)
        return fail_unset(variable, name, error);
    g_autofree char *inner = g_strndup(text + variable->default_at, variable->default_length);
    gsize inner_offset = 0;
    g_autofree char *expanded = mig_expand(inner, scope, &inner_offset, error);

    if (!expanded) {
        *offset += variable->default_at + inner_offset;
        return FALSE;
    }
    g_string_append(out, expanded);
    return TRUE;
}

char *
mig_expand(const char *value, const MigExpandScope *scope, gsize *ret_offset, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *at = value;

    while (*at) {
        Variable variable;
        gsize offset = at - value;

        if (g_str_has_prefix(at, "%(here)s")) {
            g_string_append(out, scope->here);
            at += strlen("%(here)s");
        } else if (!parse_variable(at, &variable)) {
            g_string_append_c(out, *at++);
        } else if (append_variable(out, at, &variable, scope, &offset, error)) {
            at += variable.length;
        } else {
            if (ret_offset)
                *ret_offset = offset;
            return NULL;
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
