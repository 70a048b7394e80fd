/* Statements as parse trees (libpg_query), for lint. */
#ifndef MIG_PG_LINT_PARSE_H
#define MIG_PG_LINT_PARSE_H

#include <glib.h>
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

/* One statement. */
typedef struct {
    PgQuery__ParseResult *tree; /* NULL: it could not be read */
    char *problem;              /* why not */
} MigPgParsed;

/* Reads statements (of const char*) on a stack of its own: trees may be deep. Array of MigPgParsed*. */
GPtrArray *mig_pg_parse(const GPtrArray *texts);
/* Frees such an array with all that is in it. NULL-safe. */
void mig_pg_parsed_free(GPtrArray *parsed);

/* The statement's node; NULL when it could not be read, or is empty. */
const PgQuery__Node *mig_pg_parsed_node(const MigPgParsed *parsed);

/* The text of a String node; NULL for any other. */
const char *mig_pg_node_text(const PgQuery__Node *node);

/* Names of a list of String nodes, joined by dots, the last one only, and with commas, each spelled as
 * an identifier. New strings. */
char *mig_pg_nodes_dotted(size_t n, PgQuery__Node *const *nodes);
const char *mig_pg_nodes_last(size_t n, PgQuery__Node *const *nodes);
char *mig_pg_nodes_listed(size_t n, PgQuery__Node *const *nodes);

/* Where a list has an option with this name (DefElem); NULL: nowhere. */
const PgQuery__DefElem *mig_pg_find_option(size_t n, PgQuery__Node *const *options,
                                           const char *name);
/* Whether it is there and not turned off. */
gboolean mig_pg_has_option(size_t n, PgQuery__Node *const *options, const char *name);

/* Calls func for the messages of a kind anywhere below a message (itself included), until it returns
 * TRUE; whether it did. Those further down than trees of sane statements reach are left out. */
typedef gboolean (*MigPgFindFunc)(const ProtobufCMessage *found, gpointer user_data);
gboolean mig_pg_find(const ProtobufCMessage *message, const ProtobufCMessageDescriptor *kind,
                     MigPgFindFunc func, gpointer user_data);
/* A node's own message; NULL: it is none. */
const ProtobufCMessage *mig_pg_node_message(const PgQuery__Node *node);

/* Calls func for the function calls anywhere below a message, until it returns TRUE; whether it did. */
typedef gboolean (*MigPgCallFunc)(const PgQuery__FuncCall *call, gpointer user_data);
gboolean mig_pg_find_call(const ProtobufCMessage *message, MigPgCallFunc func, gpointer user_data);

#endif
