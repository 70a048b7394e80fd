#include "dialects/sqlite/sqlite_ddl.h"

const MigLexRules mig_lex_rules_sqlite = {
    .bracket_identifiers = TRUE,
    .backtick_identifiers = TRUE,
    .dollar_in_words = TRUE,
    .trigger_bodies = TRUE,
    .unterminated_comment_ok = TRUE,
};
