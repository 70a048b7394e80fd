#include "core/error_texts.h"

const MigErrorText mig_error_texts[] = {
#include "core/error_texts.def"
    {MIG_OK, NULL, NULL, NULL},
};

const MigErrorText *
mig_error_text(const char *name)
{
    for (const MigErrorText *text = mig_error_texts; text->code; text++) {
        if (g_ascii_strcasecmp(mig_error_code_name(text->code), name) == 0)
            return text;
    }
    return NULL;
}
