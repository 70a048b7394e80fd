/* Plans and changes as JSON, for the commands that show them. */
#ifndef MIG_CMD_PLAN_JSON_H
#define MIG_CMD_PLAN_JSON_H

#include <jansson.h>

#include "core/order.h"

/* Changes (of MigChange*): array of {"change": "added|dropped|altered|renamed", "kind", "path",
 * "identity", "to_path" (renamed), "attributes" (altered: {name: {"from", "to"}}), "description"}. */
json_t *changes_json(const GPtrArray *changes);

/* Hazards (of MigHazard*): array of {"kind", "text"}. */
json_t *hazards_json(const GPtrArray *hazards);

/* A plan's actions in order: array of {"statements": […], "hazards": [{"kind", "text"}],
 * "notes": […], "transaction": bool}. */
json_t *actions_json(const MigPlan *plan);

#endif
