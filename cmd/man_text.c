#include "cmd/man_text.h"

#include <stddef.h>

static const ManEntry symbols[] = {
    {"head", "The one head; an error that names them when there are several."},
    {"heads", "All heads."},
    {"base", "Before the first revision."},
    {"current", "The revisions that the database stands on (history, show, edit, diff, inspect)."},
    {"ID, LABEL", "That revision; the first characters do when they are unique."},
    {"LABEL@SYMBOL", "The same within one branch: LABEL@head, LABEL@base, LABEL@+1."},
    {"+N, -N", "N revisions up or down from where the database stands."},
    {"SYMBOL+N, SYMBOL-N", "The same from the symbol."},
    {"A:B", "A range, both ends included; history, verify, and scripts made with --sql."},
    {NULL, NULL},
};

static const ManEntry script_lines[] = {
    {"-- revision: ID", "The id. This line and the next must be there."},
    {"-- down_revision: ID, ID", "The parents; empty for a base, several for a merge."},
    {"-- branch_labels: LABEL, LABEL", "Names for the branch that begins here."},
    {"-- depends_on: ID, LABEL", "Revisions that must be applied first."},
    {"-- migrate: upgrade, -- migrate: downgrade",
     "Begins a block. Blocks of one direction run in the order of the file. Without a downgrade "
     "block the revision is irreversible; with an empty one there is nothing to undo. Options "
     "behind the direction: dialect=NAME (only there), name=NAME (only for that section of the "
     "settings), transaction=off (outside a transaction)."},
    {"-- migrate: allow ID,ID REASON",
     "Above a statement, in it or behind it: findings of lint by these rules are no findings here. A "
     "reason must be given. Behind the last statement of a block it is about the whole script."},
    {NULL, NULL},
};

static const ManEntry urls[] = {
    {"sqlite:///FILE", "A file by its path from the folder of the settings."},
    {"sqlite:////FILE", "A file by its absolute path."},
    {"sqlite:FILE", "The same as the first; from the current folder when it is not from the file."},
    {"postgresql://USER@HOST:PORT/DATABASE?OPTION=VALUE",
     "A PostgreSQL database, with all that libpq takes: options (sslmode, service, "
     "options=-csearch_path%3DTENANT …), the environment (PGHOST, PGPASSWORD …), ~/.pgpass. The first "
     "schema of the search path is the default one: scripts leave its name out."},
    {NULL, NULL},
};

static const ManEntry hooks[] = {
    {"hooks", "Names of the commands, in the order in which they run."},
    {"NAME.command", "The command; REVISION_SCRIPT_FILENAME in it stands for the script."},
    {"NAME.cwd", "The folder in which it runs; default the folder of the settings."},
    {NULL, NULL},
};

static const ManEntry exit_statuses[] = {
    {"0", "Done, or nothing to do."},
    {"1", "The answer is no: check, verify, lint, current --check-heads, diff --exit-code, "
          "status --exit-code."},
    {"2", "Wrong usage."},
    {"3", "The configuration, a script or the graph of revisions is wrong."},
    {"4", "The database said no: it cannot be opened, or a statement failed."},
    {"5", "Locked out: another run holds the database."},
    {"6", "Refused: irreversible, destructive without leave, or it would touch another branch."},
    {"7", "Stopped half-way in a block outside transactions; the next run resumes it."},
    {"130, 143", "Stopped by SIGINT or SIGTERM, rolled back."},
    {NULL, NULL},
};

static const ManEntry environment[] = {
    {"MIGRATE_CONFIG", "The settings file, unless -c names one."},
    {"MIGRATE_URL", "The database; wins over url in the settings, and --url over it."},
    {"DATABASE_URL", "The database, when nothing else names one."},
    {"NO_COLOR", "When set and not empty: no colours, unless --color=always asks for them."},
    {"VISUAL, EDITOR", "The editor of 'edit' and 'revision --edit'."},
    {"MIGRATE_X_KEY, MIGRATE_DIALECT",
     "Set for the commands of models and hooks: each -x KEY=VALUE, and the kind of database."},
    {"MIGRATE_MODEL_ARGS", "Set for the commands of models: the setting model_args."},
    {"MIGRATE_PROVIDERS", "The folder of the providers of models, when it is not the installed one."},
    {NULL, NULL},
};

static const ManEntry files[] = {
    {"migrate.ini", "The settings."},
    {"model.sql", "The model: what the database should look like."},
    {"versions/", "The revision scripts."},
    {"script.sql.in", "The template of new scripts, in script_location; optional."},
    {NULL, NULL},
};

const ManSection man_sections_before[] = {
    {"REVISIONS", "Where a command takes a REV, it can be named as", symbols},
    {"SCRIPTS",
     "A revision is a file of SQL in the versions folder. Comments at its begin are its header; "
     "lists are separated by commas.",
     script_lines},
    {"DATABASE URLS", NULL, urls},
    {NULL, NULL, NULL},
};

const ManSection man_sections_behind[] = {
    {"HOOKS",
     "The section [post_write_hooks] of the settings names commands that are run on each new "
     "script.",
     hooks},
    {"EXIT STATUS", NULL, exit_statuses},
    {"ENVIRONMENT", NULL, environment},
    {"FILES", NULL, files},
    {NULL, NULL, NULL},
};
