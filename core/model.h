/* The model: the state the database should have, as DDL text from files, folders or commands. */
#ifndef MIG_MODEL_H
#define MIG_MODEL_H

#include "core/project.h"

/* One text of the model. */
typedef struct {
    char *name;   /* for messages: the file as the user would type it, or the setting's
                     entry: "exec:COMMAND" */
    char *text;   /* UTF-8, BOM removed */
    gsize length; /* bytes */
} MigModelPart;

/* All texts in order (array of MigModelPart*). MIG_E_MODEL when there is no model, a file cannot be
 * read or is not UTF-8, a folder holds no .sql file, a command fails or prints nothing. */
GPtrArray *mig_model_read(MigProject *project, GError **error);

/* Reads an SQL file, or all of a folder with those below it; path is absolute. */
GPtrArray *mig_model_read_path(MigProject *project, const char *path, GError **error);
void mig_model_part_free(MigModelPart *part);

/* Runs a text on scratch. Statements that only change rows are left out, with one notice. An error
 * is MIG_E_MODEL with file, line, column and the engine's message. */
gboolean mig_model_execute(MigProject *project, MigConnection *scratch, const MigModelPart *part,
                           GError **error);

#endif
