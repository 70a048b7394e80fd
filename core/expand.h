/* Variables in the values of migrate.ini. */
#ifndef MIG_EXPAND_H
#define MIG_EXPAND_H

#include <glib.h>

/* Where variables come from. */
typedef struct {
    const char *here;       /* %(here)s */
    const GPtrArray *extra; /* ${x:KEY}: of char* "KEY=VALUE", the last one counts; may be NULL */
} MigExpandScope;

/* Replaces %(here)s, ${NAME} (environment), ${x:KEY} (-x) and both with `:-default`, which is taken
 * when the variable is unset or empty, and may hold variables itself. Any other % or $ stands for
 * itself, and what a variable holds is not looked at again. A variable that is unset and has no
 * default is MIG_E_CONFIG_VALUE, *ret_offset (may be NULL) its offset in value. New string. */
char *mig_expand(const char *value, const MigExpandScope *scope, gsize *ret_offset, GError **error);

#endif
