#include "dialects/sqlite/sqlite_dialect.h"

#include "dialects/sqlite/sqlite_ddl.h"
#include "dialects/sqlite/sqlite_driver.h"
#include "dialects/sqlite/sqlite_introspect.h"
#include "dialects/sqlite/sqlite_lint.h"
#include "dialects/sqlite/sqlite_plan.h"
#include "dialects/sqlite/sqlite_sample.h"
#include "dialects/sqlite/sqlite_unmanaged.h"

static const char *const schemes[] = {"sqlite", NULL};

const MigDialect mig_dialect_sqlite = {
    .name = "sqlite",
    .schemes = schemes,
    .capabilities = MIG_CAP_TRANSACTIONAL_DDL | MIG_CAP_FILE_DATABASE | MIG_CAP_ATOMIC_REVISION,
    .lex_rules = &mig_lex_rules_sqlite,
    .default_schema = "main",
    .catalog_prefix = "sqlite_",
    .file_magic = "SQLite format 3",
    .text_type = "text",
    .bigint_type = "integer",
    .serial_type = "integer PRIMARY KEY",
    .now_expression = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",

    .connect = mig_sqlite_connect,
    .adopt = mig_sqlite_adopt,
    .open_scratch = mig_sqlite_open_scratch,
    .close = mig_sqlite_close,

    .quote_name = mig_sqlite_quote_name,
    .quote_literal = mig_sqlite_quote_literal,

    .query = mig_sqlite_query,
    .execute = mig_sqlite_execute,
    .read_rows = mig_sqlite_read_rows,
    .has_table = mig_sqlite_has_table,

    .units_begin = mig_sqlite_units_begin,
    .unit_submit = mig_sqlite_unit_submit,
    .units_end = mig_sqlite_units_end,

    .is_transaction_control = mig_sqlite_is_transaction_control,
    .needs_bare = mig_sqlite_needs_bare,
    .judge_bare = mig_sqlite_judge_bare,
    .sets_session = mig_sqlite_sets_session,

    .statement_facts = mig_sqlite_statement_facts,

    .offline_prologue = mig_sqlite_offline_prologue,
    .offline_begin = mig_sqlite_offline_begin,
    .offline_commit = mig_sqlite_offline_commit,
    .offline_enter = mig_sqlite_offline_enter,
    .offline_leave = mig_sqlite_offline_leave,
    .offline_encode = mig_sqlite_offline_encode,
    .offline_assert_rows = mig_sqlite_offline_assert_rows,

    .introspect = mig_sqlite_read_state,
    .plan = mig_sqlite_plan,
    .dump = mig_sqlite_dump,
    .sample_value = mig_sqlite_sample_value,
    .lint = &mig_sqlite_lint,
};
