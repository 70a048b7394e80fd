/* To add a command: write cmd_NAME.c with `const Command command_NAME`, name the file in
 * cmd/Makefile.am.inc, and put one line in the table below. Help, man page, completion and the
 * parser follow from the table; nothing else is to be edited. */
#include "cmd/command.h"

/* One line a command, in the order of help. */
/* clang-format off */
const Command *const commands[] = {
    &command_init,
    &command_list_templates,
    &command_revision,
    &command_merge,
    &command_rebase,
    &command_import,
    &command_edit,
    &command_upgrade,
    &command_downgrade,
    &command_switch,
    &command_current,
    &command_stamp,
    &command_ensure_version,
    &command_verify,
    &command_lint,
    &command_explain,
    &command_diff,
    &command_inspect,
    &command_history,
    &command_heads,
    &command_branches,
    &command_show,
    &command_status,
    &command_check,
    &command_repair,
    &command_completion,
    &command_help,
    NULL,
};
/* clang-format on */
