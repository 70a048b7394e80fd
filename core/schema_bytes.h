/* A state as bytes and back, for the cache. */
#ifndef MIG_SCHEMA_BYTES_H
#define MIG_SCHEMA_BYTES_H

#include "core/schema.h"

/* The sealed state as bytes, a checksum in front. The format is this version's own. */
GByteArray *mig_schema_to_bytes(const MigSchema *schema);

/* The sealed state; NULL when the bytes are not such a state, whole and unchanged. */
MigSchema *mig_schema_from_bytes(const guint8 *bytes, gsize length);

#endif
