/* Commands that serve several databases (-n repeated), one after the other. */
#ifndef MIG_CMD_DATABASES_H
#define MIG_CMD_DATABASES_H

#include <jansson.h>

#include "cmd/command.h"

/* What to do with one of them; like CommandFunc. */
typedef int (*DatabaseFunc)(Invocation *invocation, MigProject *project, GError **error);

/* Runs func for each; stops at the first error, which then names the database when there are
 * several. Otherwise the highest status. */
int databases_run(Invocation *invocation, DatabaseFunc func, GError **error);

/* A JSON object that begins with what database it is about: "name" (of -n, or null), "url". */
json_t *database_json(MigProject *project);

/* Version rows for people: "12ab, 34cd", or "base". New string. */
char *rows_text(const GPtrArray *row_ids);

/* Whether the log keeps the script of an id; rows: of MigLogRow*, or NULL. And their ids as JSON. */
gboolean is_logged(const GPtrArray *rows, const char *id);
json_t *logged_json(const GPtrArray *rows);

#endif
