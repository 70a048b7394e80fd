/* The texts built into the program from cmd/templates/, and the project templates of `migrate init`
 * made of them. */
#ifndef MIG_CMD_TEMPLATE_H
#define MIG_CMD_TEMPLATE_H

#include <glib.h>

typedef struct {
    const char *path;  /* in the new project; a folder ends in '/' */
    const char *text;  /* NULL for a folder; "@URL@" stands for the database's URL, "@MODEL@" for
                          the model */
    gboolean is_model; /* not made when the model is another one */
} TemplateFile;

typedef struct {
    const char *name;
    const char *summary;       /* one line, no full stop */
    gboolean is_single;        /* of one database: --url and --model have a place in it */
    const TemplateFile *files; /* in the order of making, a folder before what is in it; ended by a
                                  NULL path */
    const char *first_steps;   /* commands to type next, a line each; the first edits the model */
} Template;

/* All of them, ended by a NULL name; the first is the default. */
extern const Template templates[];
extern const char *const template_names[];

const Template *template_find(const char *name);

/* The texts, generated from the files of the same names. */
extern const char template_generic_migrate_ini[], template_generic_model_sql[],
    template_multidb_migrate_ini[], template_multidb_model_users_sql[],
    template_multidb_model_orders_sql[], template_completion_migrate_bash[],
    template_completion_migrate_fish[], template_completion_migrate_zsh[];

#endif
