/* Reading SQLite's CREATE statements, and how a schema's objects are spelled for SQLite.
 *
 * Objects and attributes (r: rendering only, not compared):
 *
 *   table          options ("STRICT, WITHOUT ROWID", sorted; absent if none), sql (r: as stored)
 *   column         type (upper case, words joined by one space, "DECIMAL(10, 2)"; absent if none),
 *                  not-null ("NOT NULL", "NOT NULL ON CONFLICT IGNORE"…),
 *                  default, collation (upper case), generated ("STORED (a + b)"),
 *                  definition (r: the column's text in the CREATE statement, comments kept)
 *   constraint     type ("PRIMARY KEY", "UNIQUE", "CHECK", "FOREIGN KEY"), columns
 *                  ("a, b COLLATE NOCASE DESC"), expression (CHECK), conflict, autoincrement,
 *                  references (table), ref-columns, on-delete, on-update, match, deferrable,
 *                  definition (r), written-in (r: name of the column whose definition holds it;
 *                  absent: it is a table constraint). Parent: the table. A column constraint and
 *                  the same one written as a table constraint are equal, except where SQLite treats
 *                  them differently (INTEGER PRIMARY KEY DESC). Name: the CONSTRAINT name; unnamed
 *                  ones are called by what they are: "primary key", "unique (a, b)",
 *                  "check (x > 0)", "foreign key (a) references t".
 *   index          unique, columns (expressions, COLLATE, DESC), where, sql (r). Parent: the table.
 *   view           definition (columns and SELECT), sql (r)
 *   trigger        definition, sql (r). Parent: the table or view.
 *   virtual table  definition, sql (r). Its shadow tables are no objects.
 *
 * Identifiers inside compared values are spelled bare and lower case where they need no quotes
 * (SQLite names ignore ASCII case), else in double quotes; keywords are upper case; comments and
 * layout do not count. Literals stay as they are.
 *
 * What SQLite does anyway is left out, so that it makes no difference whether it is written: NULL,
 * DEFAULT NULL, COLLATE BINARY, ON CONFLICT ABORT, ASC, NO ACTION, MATCH SIMPLE and every DEFERRABLE
 * clause but DEFERRABLE INITIALLY DEFERRED. A literal default loses its parentheses, and a bare word
 * that SQLite takes for a string becomes one ('x'). Nothing else is thought about: REFERENCES t and
 * REFERENCES t (id) differ. */
#ifndef MIG_SQLITE_DDL_H
#define MIG_SQLITE_DDL_H

#include <glib.h>

#include "core/lexer.h"
#include "core/schema.h"

extern const MigLexRules mig_lex_rules_sqlite;

/* A column or a constraint inside CREATE TABLE. Offsets are bytes into the statement's text. */
typedef struct {
    char *name;           /* column: its name; constraint: CONSTRAINT name or NULL */
    gsize offset, length; /* of the whole item, without the comma */
} MigSqliteItem;

/* Values of columns and constraints are spelled as the attributes above; NULL: absent. */
typedef struct {
    MigSqliteItem item;
    char *type, *not_null, *default_value, *collation, *generated;
    GPtrArray *constraints; /* of MigSqliteConstraint*: those written in the column */
} MigSqliteColumn;

typedef struct {
    MigSqliteItem item;
    const char *type; /* static: "PRIMARY KEY", "UNIQUE", "CHECK", "FOREIGN KEY" */
    char *columns, *expression, *conflict;
    char *references, *ref_columns; /* as spelled */
    char *ref_table;                /* the referenced table's name as it is */
    const char *on_delete, *on_update; /* static */
    char *match;
    gboolean deferred, autoincrement;
} MigSqliteConstraint;

typedef struct {
    gsize title_offset, title_length; /* the table's name with a "schema." in front, if any */
    char *name;
    gboolean strict, without_rowid, autoincrement;
    const char *rowid_alias; /* the INTEGER PRIMARY KEY column that is the rowid, or NULL */
    GPtrArray *columns;      /* of MigSqliteColumn*, in order */
    GPtrArray *constraints;  /* of MigSqliteConstraint*: table constraints */
} MigSqliteTable;

/* Parses a stored or typed CREATE TABLE statement (not CREATE TABLE … AS, which SQLite stores
 * as a plain one). MIG_E_INTERNAL when SQLite took what we cannot read. */
MigSqliteTable *mig_sqlite_table_parse(const char *sql, GError **error);
void mig_sqlite_table_free(MigSqliteTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigSqliteTable, mig_sqlite_table_free)

/* The CREATE TABLE text with only the table's name (and "schema.") replaced by the quoted
 * new_name; all else, comments included, is kept. New string. */
char *mig_sqlite_table_retitle(const char *sql, const char *new_name, GError **error);

/* Adds a table's objects (table, columns, constraints) to a schema from its stored text. */
MigObject *mig_sqlite_table_add(MigSchema *schema, const char *name, const char *sql,
                                GError **error);

/* A name as a quoted identifier: "a""b". New string. */
char *mig_sqlite_quote_name(const char *name);
char *mig_sqlite_quote_literal(const char *text);

#endif
