/* The constraint clauses of CREATE TABLE, in columns and behind them. */
#ifndef MIG_SQLITE_CONSTRAINT_PARSE_H
#define MIG_SQLITE_CONSTRAINT_PARSE_H

#include "dialects/sqlite/sqlite_reader.h"

/* Where a table's parser stands. */
typedef struct {
    MigSqliteReader reader;
    MigSqliteTable *table;
    MigSqliteConstraint *last_key; /* the foreign key that a DEFERRABLE clause belongs to */
    char *name;                    /* CONSTRAINT name waiting for its constraint */
    guint name_at;                 /* token of the first CONSTRAINT word; valid with name */
    const char *failed;            /* what could not be read; NULL: nothing */
} MigSqliteTableParser;

/* Reads one clause of a column (CONSTRAINT name, DEFAULT, REFERENCES …). FALSE when none is next. */
gboolean mig_sqlite_parse_column_clause(MigSqliteTableParser *parser, MigSqliteColumn *column);

/* Reads one table constraint, or a CONSTRAINT name. FALSE when none is next. */
gboolean mig_sqlite_parse_table_constraint(MigSqliteTableParser *parser);

void mig_sqlite_constraint_free(gpointer constraint);

#endif
