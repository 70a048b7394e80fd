/* A state as JSON (docs/schema-json.md, docs/inspect.schema.json). */
#ifndef MIG_SCHEMA_JSON_H
#define MIG_SCHEMA_JSON_H

#include <jansson.h>

#include "core/schema.h"

/* The whole state; keys and arrays in a fixed order. dialect: the name in "dialect". New reference. */
json_t *mig_schema_to_json(const MigSchema *schema, const char *dialect);

#endif
