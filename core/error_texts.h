/* What the codes of errors mean: for `explain` and the manual. */
#ifndef MIG_ERROR_TEXTS_H
#define MIG_ERROR_TEXTS_H

#include "core/error.h"

typedef struct {
    MigErrorCode code;
    const char *title; /* one line, no full stop */
    const char *why;   /* cause, and what state it leaves; sentences */
    const char *cure;  /* what to do next; sentences */
} MigErrorText;

/* All of them by number, ended by code MIG_OK. */
extern const MigErrorText mig_error_texts[];

/* That of "E401" (any case); NULL: there is none. */
const MigErrorText *mig_error_text(const char *name);

#endif
