/* Sample rows in the making: what their two files share. */
#ifndef MIG_SAMPLE_PRIVATE_H
#define MIG_SAMPLE_PRIVATE_H

#include "core/dialect.h"

typedef struct {
    const MigDialect *dialect;
    MigConnection *scratch;
    const MigSchema *schema;
    GHashTable *leave;    /* set of const MigObject*: tables that stay empty */
    GHashTable *seen;     /* set of const MigObject*: tables tried or about to be */
    GHashTable *literals; /* const MigObject* (column) → GPtrArray of char*: what its rows hold */
    GPtrArray *tried;     /* of const MigObject* */
} Sampler;

/* A column that a row gives a value to. */
typedef struct {
    const MigObject *column;
    const MigObject *refers_to; /* the column it refers to, or NULL… */
    const MigObject *source;    /* …and the one at the end of the chain that begins there */
    GPtrArray *checks;          /* of const char*: expressions over this column alone */
    GPtrArray *hints;           /* of char*: literals that a CHECK mentions beside the column */
    gboolean checked;           /* some CHECK mentions it */
    gboolean nullable;
    GPtrArray *candidates; /* of char*: what can be tried in this row; never empty */
    guint choice;
} Field;

/* Whether an object is a constraint of this type ("FOREIGN KEY", in any case). */
gboolean mig_sample_is_constraint(const MigObject *object, const char *type);

/* What values of a column are spelled by: its type, or the one that a type of the user's own is made
 * of. */
const char *mig_sample_type(const MigObject *column);

/* The table that a FOREIGN KEY constraint refers to. */
const MigObject *mig_sample_referenced(const MigSchema *schema, const MigObject *constraint);

/* The columns of a table that can be given values, in order. New array of Field*. */
GPtrArray *mig_sample_fields(const Sampler *sampler, const MigObject *table);

/* Sets what can be tried for a row; FALSE when the dialect knows no value of the type. */
gboolean mig_sample_field_prepare(const Sampler *sampler, Field *field, guint row);

#endif
