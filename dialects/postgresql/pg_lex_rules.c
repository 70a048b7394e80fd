#include "dialects/postgresql/pg_model.h"

const MigLexRules mig_lex_rules_postgresql = {
    .dollar_quotes = TRUE,
    .escape_strings = TRUE,
    .nested_comments = TRUE,
    .dollar_in_words = TRUE,
    .atomic_bodies = TRUE,
    .copy_data = TRUE,
};
