/* Rules of lint about indexes. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

#define MAX_PLAIN_COLUMNS 3

static const char *
text_of(const MigPgLint *lint)
{
    return ((MigLintStatement *)lint->block->statements->pdata[lint->index])->text;
}

/* The statement's text with CONCURRENTLY behind the word INDEX, in place of IF NOT EXISTS. New string. */
static char *
with_concurrently(const char *text)
{
    static const char *const if_not_exists[] = {"IF", "NOT", "EXISTS"};
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, strlen(text));
    do {
        token = mig_lexer_next_code(&lexer);
    } while (token.kind != MIG_TOKEN_END && !mig_token_is(text, token, "INDEX"));
    gsize end = token.offset + token.length, behind = end;

    for (gsize i = 0; i < G_N_ELEMENTS(if_not_exists); i++) {
        token = mig_lexer_next_code(&lexer);
        if (!mig_token_is(text, token, if_not_exists[i]))
            break;
        behind = token.offset + token.length;
    }
    return g_strdup_printf("%.*s CONCURRENTLY%s", (int)end, text, text + behind);
}

static void
tell_off_block(MigLintFinding *finding, const char *statement)
{
    mig_lint_safe(finding, "-- migrate: upgrade transaction=off");
    mig_lint_safe(finding, "%s;", statement);
}

/* What comes in steps that must each be committed: the rest of an index's or a constraint's making. */
static gboolean
is_a_step(const MigPgParsed *parsed)
{
    const PgQuery__Node *node = mig_pg_parsed_node(parsed);

    return node && (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT ||
                    node->node_case == PG_QUERY__NODE__NODE_INDEX_STMT ||
                    node->node_case == PG_QUERY__NODE__NODE_DROP_STMT ||
                    node->node_case == PG_QUERY__NODE__NODE_RENAME_STMT ||
                    node->node_case == PG_QUERY__NODE__NODE_VARIABLE_SET_STMT);
}

/* Statements of an off block that could share a transaction with others. */
static void
check_company(MigPgLint *lint, MigLintReport *report)
{
    if (!lint->block->off)
        return;
    for (guint i = 0; i < lint->block->statements->len; i++) {
        const MigLintStatement *other = lint->block->statements->pdata[i];

        if (i == lint->index || mig_pg_needs_bare(other->text, other->length) ||
            is_a_step(lint->parsed->pdata[i]))
            continue;
        mig_lint_find(report, "PG006", 0,
                      "its block holds statements that do not have to be outside a transaction");
        return;
    }
}

static void
tell_partitions(MigPgLint *lint, MigLintFinding *finding, const MigPgRelation *table,
                const PgQuery__IndexStmt *index)
{
    g_autoptr(GPtrArray) leaves = mig_pg_lint_ask_all(
        lint,
        "SELECT t.relid::text FROM pg_catalog.pg_partition_tree(?1::oid) AS t WHERE t.isleaf"
        " ORDER BY 1",
        table->oid, NULL);
    const char *name = *index->idxname ? index->idxname : "index_name";
    const char *unique = index->unique ? "UNIQUE " : "";

    mig_lint_safe(finding, "CREATE %sINDEX %s ON ONLY %s (...);", unique, name, table->title);
    mig_lint_safe(finding, "-- and for each partition, in a block with transaction=off:");
    for (guint i = 0; i < leaves->len; i++) {
        const char *leaf = leaves->pdata[i];

        mig_lint_safe(finding, "CREATE %sINDEX CONCURRENTLY %s_%u ON %s (...);", unique, name, i + 1,
                      leaf);
        mig_lint_safe(finding, "ALTER INDEX %s ATTACH PARTITION %s_%u;", name, name, i + 1);
    }
}

/* The keys of an index as text; *ret_plain: they are plain columns only. New string. */
static char *
keys_of(const PgQuery__IndexStmt *index, gboolean *ret_plain)
{
    GString *out = g_string_new(NULL);

    *ret_plain = TRUE;
    for (size_t i = 0; i < index->n_index_params; i++) {
        const char *name = index->index_params[i]->index_elem->name;
        g_autofree char *quoted = *name ? mig_pg_name(name) : NULL;

        *ret_plain = *ret_plain && quoted;
        g_string_append_printf(out, "%s%s", out->len ? ", " : "", quoted ? quoted : "...");
    }
    return g_string_free(out, FALSE);
}

static void
check_unique(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table,
             const PgQuery__IndexStmt *index)
{
    gboolean plain;
    g_autofree char *keys = keys_of(index, &plain);
    MigLintFinding *finding = mig_lint_find(
        report, "CO007", 0, "fails when two rows of %s have the same (%s)", table->title, keys);

    if (plain)
        mig_lint_safe(finding, "SELECT %s, count(*) FROM %s GROUP BY %s HAVING count(*) > 1;", keys,
                      table->title, keys);
    mig_lint_find(report, "BC005", 0,
                  "code that writes two rows of %s with the same (%s) fails from here on",
                  table->title, keys);
}

static void
check_shape(MigPgLint *lint, MigLintReport *report, const MigPgRelation *table,
            const PgQuery__IndexStmt *index)
{
    gboolean plain;
    g_autofree char *keys = keys_of(index, &plain);

    if (!index->unique && index->n_index_params > MAX_PLAIN_COLUMNS)
        mig_lint_find(report, "ST007", 0, "index %s has %zu columns", index->idxname,
                      index->n_index_params);
    if (strcmp(index->access_method, "hash") == 0)
        mig_lint_find(report, "ST009", 0, "index %s is a hash index", index->idxname);
    if (index->unique || !plain || index->where_clause ||
        strcmp(index->access_method, "btree") != 0 || !mig_lint_wants(report, "ST008"))
        return;
    g_autofree char *longer = mig_pg_lint_ask(
        lint,
        "SELECT i.indexrelid::pg_catalog.regclass FROM pg_catalog.pg_index AS i"
        " WHERE i.indrelid = ?1::oid AND i.indpred IS NULL AND i.indexprs IS NULL AND"
        " (SELECT string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.n) || ', '"
        "  FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)"
        "  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)"
        " LIKE replace(replace(?2, '\\', '\\\\'), '_', '\\_') || ', %' ORDER BY 1 LIMIT 1",
        table->oid, keys, NULL);

    if (longer)
        mig_lint_find(report, "ST008", 0, "index %s serves nothing that %s does not",
                      index->idxname, longer);
}

static void
index_created(MigPgLint *lint, MigLintReport *report, const PgQuery__IndexStmt *index)
{
    g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, index->relation);

    if (index->concurrent) {
        check_company(lint, report);
        if (index->if_not_exists)
            mig_lint_find(report, "PG005", 0,
                          "an INVALID index %s of a build that failed is taken for done",
                          index->idxname);
    }
    if (!table)
        return;
    check_shape(lint, report, table, index);
    if (!table->is_used)
        return;
    if (index->unique)
        check_unique(lint, report, table, index);
    if (index->concurrent)
        return;
    const gboolean parent = table->kind == 'p' && index->relation->inh;
    MigLintFinding *finding =
        mig_lint_find(report, parent ? "PG054" : "PG001", 0, "writes to %s wait while %s is built",
                      table->title, *index->idxname ? index->idxname : "the index");
    g_autofree char *text = with_concurrently(text_of(lint));

    mig_pg_lint_weigh(lint, finding, table, "SHARE", MIG_WORK_BUILD);
    if (table->kind == 'p' && !index->relation->inh)
        mig_lint_soften(finding, MIG_LINT_OFF); /* ON ONLY builds nothing */
    else if (parent)
        tell_partitions(lint, finding, table, index);
    else
        tell_off_block(finding, text);
}

/* The table of an index. */
static MigPgRelation *
table_of(MigPgLint *lint, const char *index_name)
{
    g_autofree char *name = mig_pg_lint_ask(
        lint,
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_index AS i"
        " JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid"
        " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE i.indexrelid = pg_catalog.to_regclass(?1)",
        index_name, NULL);

    return name ? mig_pg_lint_relation_named(lint, name) : NULL;
}

static gboolean
is_made_later(MigPgLint *lint, const char *table)
{
    for (guint i = lint->index + 1; i < lint->parsed->len; i++) {
        const PgQuery__Node *node = mig_pg_parsed_node(lint->parsed->pdata[i]);

        if (node && node->node_case == PG_QUERY__NODE__NODE_INDEX_STMT &&
            strcmp(node->index_stmt->relation->relname, table) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
check_live_use(MigPgLint *lint, MigLintReport *report, const char *name, const char *title)
{
    g_autofree char *scans =
        lint->live ? mig_pg_lint_ask_live(lint,
                                          "SELECT idx_scan FROM pg_catalog.pg_stat_user_indexes"
                                          " WHERE indexrelid = pg_catalog.to_regclass(?1)"
                                          " AND idx_scan > 0",
                                          name, NULL)
                   : NULL;

    if (scans)
        mig_lint_find(report, "BC008", 0, "the live database has used %s %s times", title, scans);
}

static void
index_dropped(MigPgLint *lint, MigLintReport *report, const PgQuery__DropStmt *drop,
              const PgQuery__Node *object)
{
    g_autofree char *title = mig_pg_nodes_dotted(object->list->n_items, object->list->items);
    g_autoptr(MigPgRelation) table = table_of(lint, title);

    if (drop->concurrent)
        check_company(lint, report);
    if (!table || !table->is_used)
        return;
    check_live_use(lint, report, title, title);
    if (is_made_later(lint, table->name))
        mig_lint_find(report, "BC009", 0, "until the new index is made, none serves the queries of %s",
                      table->title);
    if (drop->concurrent || table->kind == 'p')
        return;
    MigLintFinding *finding =
        mig_lint_find(report, "PG002", 0, "dropping %s waits for every query on %s, and holds up all "
                                          "that come behind",
                      title, table->title);
    g_autofree char *text = g_strdup_printf("DROP INDEX CONCURRENTLY %s", title);

    mig_pg_lint_weigh(lint, finding, table, "ACCESS EXCLUSIVE", MIG_WORK_NONE);
    tell_off_block(finding, text);
}

static void
reindexed(MigPgLint *lint, MigLintReport *report, const PgQuery__ReindexStmt *reindex)
{
    g_autoptr(MigPgRelation) named =
        reindex->relation ? mig_pg_lint_relation(lint, reindex->relation) : NULL;
    g_autoptr(MigPgRelation) table =
        named && (named->kind == 'i' || named->kind == 'I') ? table_of(lint, named->title) : NULL;
    const MigPgRelation *subject = table ? table : named;

    if (mig_pg_has_option(reindex->n_params, reindex->params, "concurrently")) {
        check_company(lint, report);
        return;
    }
    if (subject && !subject->is_used)
        return;
    MigLintFinding *finding = mig_lint_find(report, "PG003", 0, "writes to %s wait, and the planning "
                                                                "of reads with them",
                                            subject ? subject->title : "every table in it");

    if (subject)
        mig_pg_lint_weigh(lint, finding, subject, "SHARE", MIG_WORK_BUILD);
    if (named) {
        g_autofree char *text =
            g_strdup_printf("REINDEX %s CONCURRENTLY %s", table ? "INDEX" : "TABLE", named->title);

        tell_off_block(finding, text);
    }
}

void
mig_pg_lint_index(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    if (node->node_case == PG_QUERY__NODE__NODE_INDEX_STMT)
        index_created(lint, report, node->index_stmt);
    else if (node->node_case == PG_QUERY__NODE__NODE_REINDEX_STMT)
        reindexed(lint, report, node->reindex_stmt);
    else if (node->node_case == PG_QUERY__NODE__NODE_DROP_STMT &&
             node->drop_stmt->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX)
        for (size_t i = 0; i < node->drop_stmt->n_objects; i++)
            index_dropped(lint, report, node->drop_stmt, node->drop_stmt->objects[i]);
}
