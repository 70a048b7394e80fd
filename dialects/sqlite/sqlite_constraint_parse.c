#include "dialects/sqlite/sqlite_constraint_parse.h"

#include <string.h>

/* Returns FALSE so that a clause can end with it. */
static gboolean
fail(MigSqliteTableParser *parser, const char *what)
{
    if (!parser->failed)
        parser->failed = what;
    return FALSE;
}

void
mig_sqlite_constraint_free(gpointer data)
{
    MigSqliteConstraint *constraint = data;

    g_free(constraint->item.name);
    g_free(constraint->columns);
    g_free(constraint->expression);
    g_free(constraint->conflict);
    g_free(constraint->references);
    g_free(constraint->ref_columns);
    g_free(constraint->ref_table);
    g_free(constraint->match);
    g_free(constraint);
}

/* A new constraint of the column, or of the table when column is NULL. It begins at token from, or
 * at the CONSTRAINT name in front of it. */
static MigSqliteConstraint *
add(MigSqliteTableParser *parser, MigSqliteColumn *column, const char *type, guint from)
{
    MigSqliteConstraint *constraint = g_new0(MigSqliteConstraint, 1);

    constraint->type = type;
    constraint->item.offset =
        mig_sqlite_offset(&parser->reader, parser->name ? parser->name_at : from);
    constraint->item.name = g_steal_pointer(&parser->name);
    if (column)
        constraint->columns = mig_sqlite_spell_name(column->item.name);
    g_ptr_array_add(column ? column->constraints : parser->table->constraints, constraint);
    return constraint;
}

static void
end_here(const MigSqliteTableParser *parser, MigSqliteItem *item)
{
    item->length = mig_sqlite_end(&parser->reader, parser->reader.at) - item->offset;
}

/* "ON CONFLICT word": the word in upper case; NULL when absent or ABORT, the default. */
static char *
conflict_clause(MigSqliteReader *reader)
{
    if (!mig_token_is(reader->text, mig_sqlite_token(reader, reader->at + 1), "CONFLICT") ||
        !mig_sqlite_accept(reader, "ON"))
        return NULL;
    reader->at++;
    g_autofree char *word = mig_sqlite_accept_name(reader);

    return word && g_ascii_strcasecmp(word, "ABORT") != 0 ? g_ascii_strup(word, -1) : NULL;
}

/* "(keys)", spelled. NULL and the parser failed when there is none. */
static char *
key_list(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    guint from = reader->at + 1;

    if (!mig_sqlite_skip_parens(reader)) {
        fail(parser, "a list of columns");
        return NULL;
    }
    return mig_sqlite_spell_keys(reader, from, reader->at - 1);
}

static char *
expression(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    guint from = reader->at + 1;

    if (!mig_sqlite_skip_parens(reader)) {
        fail(parser, "an expression in parentheses");
        return NULL;
    }
    return mig_sqlite_spell(reader, from, reader->at - 1);
}

static gboolean
check_clause(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteConstraint *check = add(parser, column, "CHECK", parser->reader.at - 1);

    g_clear_pointer(&check->columns, g_free);
    check->expression = expression(parser);
    /* SQLite reads a conflict clause here and ignores it. */
    g_free(conflict_clause(&parser->reader));
    end_here(parser, &check->item);
    return TRUE;
}

/* NULL: the default, NO ACTION. */
static const char *
reference_action(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;

    if (mig_sqlite_accept(reader, "SET")) {
        if (mig_sqlite_accept(reader, "NULL"))
            return "SET NULL";
        if (mig_sqlite_accept(reader, "DEFAULT"))
            return "SET DEFAULT";
    } else if (mig_sqlite_accept(reader, "CASCADE")) {
        return "CASCADE";
    } else if (mig_sqlite_accept(reader, "RESTRICT")) {
        return "RESTRICT";
    } else if (mig_sqlite_accept(reader, "NO") && mig_sqlite_accept(reader, "ACTION")) {
        return NULL;
    }
    fail(parser, "an action of a foreign key");
    return NULL;
}

static void
reference_match(MigSqliteReader *reader, MigSqliteConstraint *key)
{
    g_autofree char *word = mig_sqlite_accept_name(reader);

    g_clear_pointer(&key->match, g_free);
    if (word && g_ascii_strcasecmp(word, "SIMPLE") != 0)
        key->match = g_ascii_strup(word, -1);
}

static void
reference_clauses(MigSqliteTableParser *parser, MigSqliteConstraint *key)
{
    MigSqliteReader *reader = &parser->reader;

    while (!parser->failed) {
        if (mig_sqlite_accept(reader, "MATCH"))
            reference_match(reader, key);
        else if (!mig_sqlite_accept(reader, "ON"))
            return;
        else if (mig_sqlite_accept(reader, "DELETE"))
            key->on_delete = reference_action(parser);
        else if (mig_sqlite_accept(reader, "UPDATE"))
            key->on_update = reference_action(parser);
        else if (mig_sqlite_accept(reader, "INSERT"))
            reference_action(parser); /* read and ignored by SQLite */
        else
            fail(parser, "an ON clause of a foreign key");
    }
}

/* Behind REFERENCES. */
static gboolean
references(MigSqliteTableParser *parser, MigSqliteConstraint *key)
{
    MigSqliteReader *reader = &parser->reader;

    key->ref_table = mig_sqlite_accept_name(reader);
    if (!key->ref_table)
        return fail(parser, "the table of a foreign key");
    key->references = mig_sqlite_spell_name(key->ref_table);
    if (mig_sqlite_peek(reader, "("))
        key->ref_columns = key_list(parser);
    reference_clauses(parser, key);
    parser->last_key = key;
    end_here(parser, &key->item);
    return TRUE;
}

/* The foreign key's text ends here, unless something else stands in between. */
static void
extend_key(const MigSqliteTableParser *parser, MigSqliteItem *key, guint clause_at)
{
    if (key->offset + key->length == mig_sqlite_end(&parser->reader, clause_at))
        end_here(parser, key);
}

/* [NOT] DEFERRABLE [INITIALLY DEFERRED|IMMEDIATE], about the foreign key read last. */
static gboolean
deferrable(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    MigToken second = mig_sqlite_token(reader, reader->at + 1);
    gboolean not_deferrable = FALSE, deferred = FALSE;
    guint clause_at = reader->at;

    if (mig_sqlite_peek(reader, "NOT") && mig_token_is(reader->text, second, "DEFERRABLE"))
        not_deferrable = mig_sqlite_accept(reader, "NOT");
    if (!mig_sqlite_accept(reader, "DEFERRABLE"))
        return FALSE;
    if (mig_sqlite_accept(reader, "INITIALLY")) {
        deferred = mig_sqlite_accept(reader, "DEFERRED");
        if (!deferred && !mig_sqlite_accept(reader, "IMMEDIATE"))
            return fail(parser, "INITIALLY");
    }
    if (parser->last_key) {
        parser->last_key->deferred = deferred && !not_deferrable;
        extend_key(parser, &parser->last_key->item, clause_at);
    }
    return TRUE;
}

static gboolean
constraint_name(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    g_autofree char *name = mig_sqlite_accept_name(reader);

    if (!name)
        return fail(parser, "a constraint's name");
    if (!parser->name)
        parser->name_at = reader->at - 2;
    g_free(parser->name);
    parser->name = g_steal_pointer(&name);
    return TRUE;
}

static gboolean
is_literal(const MigSqliteReader *reader, guint from, guint to)
{
    MigToken token = mig_sqlite_token(reader, from);

    if (to - from == 2 &&
        (mig_token_is(reader->text, token, "-") || mig_token_is(reader->text, token, "+"))) {
        token = mig_sqlite_token(reader, from + 1);
        return token.kind == MIG_TOKEN_NUMBER;
    }
    if (to - from != 1)
        return FALSE;
    return token.kind == MIG_TOKEN_NUMBER || token.kind == MIG_TOKEN_STRING ||
           (token.kind == MIG_TOKEN_WORD &&
            mig_sqlite_is_reserved(reader->text + token.offset, token.length));
}

/* The tokens of a default value, spelled; NULL for DEFAULT NULL, which is none. */
static char *
spell_default(const MigSqliteReader *reader, guint from, guint to)
{
    gboolean parens = FALSE;

    while (to - from > 2 && mig_token_is(reader->text, mig_sqlite_token(reader, from), "(") &&
           mig_token_is(reader->text, mig_sqlite_token(reader, to - 1), ")")) {
        MigSqliteReader inner = *reader;

        inner.at = from;
        if (!mig_sqlite_skip_parens(&inner) || inner.at != to)
            break;
        parens = TRUE;
        from++;
        to--;
    }
    MigToken first = mig_sqlite_token(reader, from);

    if (!parens && to - from == 1 && mig_sqlite_token_is_name(first) &&
        first.kind != MIG_TOKEN_STRING && !is_literal(reader, from, to)) {
        g_autofree char *name = mig_token_name(reader->text, first);

        return mig_sqlite_quote_literal(name);
    }
    if (is_literal(reader, from, to) && mig_token_is(reader->text, first, "NULL"))
        return NULL;
    g_autofree char *text = mig_sqlite_spell(reader, from, to);

    return parens && !is_literal(reader, from, to) ? g_strdup_printf("(%s)", text)
                                                   : g_steal_pointer(&text);
}

static gboolean
default_clause(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteReader *reader = &parser->reader;
    guint from = reader->at;

    if (!mig_sqlite_skip_parens(reader)) {
        if (mig_sqlite_peek(reader, "+") || mig_sqlite_peek(reader, "-"))
            reader->at++;
        reader->at++;
    }
    if (reader->at >= reader->tokens->len)
        return fail(parser, "a default value");
    g_free(column->default_value);
    column->default_value = spell_default(reader, from, reader->at);
    return TRUE;
}

static gboolean
not_null_clause(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteReader *reader = &parser->reader;

    reader->at += 2;
    g_autofree char *conflict = conflict_clause(reader);

    g_free(column->not_null);
    column->not_null =
        conflict ? g_strconcat("NOT NULL ON CONFLICT ", conflict, NULL) : g_strdup("NOT NULL");
    return TRUE;
}

static gboolean
collate_clause(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    g_autofree char *name = mig_sqlite_accept_name(&parser->reader);

    if (!name)
        return fail(parser, "a collation");
    g_clear_pointer(&column->collation, g_free);
    if (g_ascii_strcasecmp(name, "BINARY") != 0)
        column->collation = g_ascii_strup(name, -1);
    return TRUE;
}

/* Behind [GENERATED ALWAYS] AS. */
static gboolean
generated_clause(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteReader *reader = &parser->reader;
    g_autofree char *text = expression(parser);

    if (!text)
        return FALSE;
    gboolean stored = mig_sqlite_accept(reader, "STORED");

    if (!stored)
        mig_sqlite_accept(reader, "VIRTUAL");
    g_free(column->generated);
    column->generated = g_strdup_printf("%s (%s)", stored ? "STORED" : "VIRTUAL", text);
    return TRUE;
}

static gboolean
column_primary_key(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteReader *reader = &parser->reader;
    MigSqliteConstraint *key = add(parser, column, "PRIMARY KEY", reader->at - 1);

    if (!mig_sqlite_accept(reader, "KEY"))
        return fail(parser, "PRIMARY KEY");
    if (mig_sqlite_accept(reader, "DESC")) {
        g_autofree char *name = g_steal_pointer(&key->columns);

        key->columns = g_strconcat(name, " DESC", NULL);
    } else {
        mig_sqlite_accept(reader, "ASC");
    }
    key->conflict = conflict_clause(reader);
    key->autoincrement = mig_sqlite_accept(reader, "AUTOINCREMENT");
    end_here(parser, &key->item);
    return TRUE;
}

static gboolean
column_unique(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteConstraint *unique = add(parser, column, "UNIQUE", parser->reader.at - 1);

    unique->conflict = conflict_clause(&parser->reader);
    end_here(parser, &unique->item);
    return TRUE;
}

/* Clauses that are no constraint objects; a CONSTRAINT name in front of one is used up by it. */
static gboolean
column_property(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteReader *reader = &parser->reader;
    MigToken second = mig_sqlite_token(reader, reader->at + 1);

    g_clear_pointer(&parser->name, g_free);
    if (mig_sqlite_accept(reader, "DEFAULT"))
        return default_clause(parser, column);
    if (mig_sqlite_peek(reader, "NOT") && mig_token_is(reader->text, second, "NULL"))
        return not_null_clause(parser, column);
    if (mig_sqlite_accept(reader, "COLLATE"))
        return collate_clause(parser, column);
    if (mig_sqlite_accept(reader, "GENERATED") && !mig_sqlite_accept(reader, "ALWAYS"))
        return fail(parser, "GENERATED ALWAYS");
    if (mig_sqlite_accept(reader, "AS"))
        return generated_clause(parser, column);
    if (mig_sqlite_accept(reader, "NULL")) {
        g_free(conflict_clause(reader));
        return TRUE;
    }
    return deferrable(parser);
}

gboolean
mig_sqlite_parse_column_clause(MigSqliteTableParser *parser, MigSqliteColumn *column)
{
    MigSqliteReader *reader = &parser->reader;

    if (mig_sqlite_accept(reader, "CONSTRAINT"))
        return constraint_name(parser);
    if (mig_sqlite_accept(reader, "PRIMARY"))
        return column_primary_key(parser, column);
    if (mig_sqlite_accept(reader, "UNIQUE"))
        return column_unique(parser, column);
    if (mig_sqlite_accept(reader, "CHECK"))
        return check_clause(parser, column);
    if (mig_sqlite_accept(reader, "REFERENCES"))
        return references(parser, add(parser, column, "FOREIGN KEY", reader->at - 1));
    return column_property(parser, column);
}

/* PRIMARY KEY (…), where AUTOINCREMENT may stand inside the parentheses. */
static gboolean
table_primary_key(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    MigSqliteConstraint *key = add(parser, NULL, "PRIMARY KEY", reader->at - 1);

    if (!mig_sqlite_accept(reader, "KEY"))
        return fail(parser, "PRIMARY KEY");
    guint from = reader->at + 1;

    if (!mig_sqlite_skip_parens(reader))
        return fail(parser, "a list of columns");
    guint to = reader->at - 1;

    key->autoincrement =
        to > from + 1 &&
        mig_token_is(reader->text, mig_sqlite_token(reader, to - 1), "AUTOINCREMENT");
    key->columns = mig_sqlite_spell_keys(reader, from, key->autoincrement ? to - 1 : to);
    key->conflict = conflict_clause(reader);
    end_here(parser, &key->item);
    return TRUE;
}

static gboolean
table_unique(MigSqliteTableParser *parser)
{
    MigSqliteConstraint *unique = add(parser, NULL, "UNIQUE", parser->reader.at - 1);

    unique->columns = key_list(parser);
    unique->conflict = conflict_clause(&parser->reader);
    end_here(parser, &unique->item);
    return TRUE;
}

static gboolean
table_foreign_key(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    MigSqliteConstraint *key = add(parser, NULL, "FOREIGN KEY", reader->at - 1);

    if (!mig_sqlite_accept(reader, "KEY"))
        return fail(parser, "FOREIGN KEY");
    key->columns = key_list(parser);
    if (!mig_sqlite_accept(reader, "REFERENCES"))
        return fail(parser, "REFERENCES");
    if (references(parser, key))
        deferrable(parser);
    return TRUE;
}

gboolean
mig_sqlite_parse_table_constraint(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;

    if (mig_sqlite_accept(reader, "CONSTRAINT"))
        return constraint_name(parser);
    if (mig_sqlite_accept(reader, "PRIMARY"))
        return table_primary_key(parser);
    if (mig_sqlite_accept(reader, "UNIQUE"))
        return table_unique(parser);
    if (mig_sqlite_accept(reader, "CHECK"))
        return check_clause(parser, NULL);
    if (mig_sqlite_accept(reader, "FOREIGN"))
        return table_foreign_key(parser);
    return FALSE;
}
