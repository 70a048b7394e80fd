/* Findings of lint, and what a dialect does for it: the slot `lint` of MigDialect. */
#ifndef MIG_LINT_REPORT_H
#define MIG_LINT_REPORT_H

#include "core/config_lint.h"
#include "core/dialect.h"
#include "core/graph.h"
#include "core/lint_rules.h"

typedef struct {
    const MigLintRule *rule;
    MigLintSeverity severity; /* by the settings, and by the size of the table */
    const MigRevision *revision;
    const char *file;         /* as the user would type it; NULL: a script from memory */
    gsize offset;             /* into the script's text, bytes */
    int line, column;         /* from 1, column in characters */
    int end_line;             /* of the statement */
    char *message;            /* what happens, with the names of the statement; one line */
    char *blocks;             /* who waits for what and how long; NULL: nobody, or not known */
    char *safe;               /* the safe way for this statement: SQL or sentences, lines */
    char *allowed;            /* reason of the suppression that covers it; NULL: none does */
    gboolean whole;           /* about the whole script, not about a statement */
    gboolean fails;           /* the statement cannot succeed */
} MigLintFinding;

/* Collects findings about the statement at hand. */
typedef struct _MigLintReport MigLintReport;

/* A statement of a script. */
typedef struct {
    const char *text; /* of the statement; NUL-terminated copy */
    gsize length;
    gsize offset;     /* in the script's text */
    const char *data; /* rows of COPY … FROM stdin; NULL: none */
    gsize data_length;
} MigLintStatement;

/* A block of an upgrade. Neighbouring blocks that share a transaction are one. */
typedef struct {
    const MigRevision *revision;
    gboolean off;           /* outside transactions */
    GPtrArray *statements;  /* of MigLintStatement* */
    const char *file;
    const char *text;       /* of the script */
    gsize text_length;
} MigLintBlock;

/* Adds a finding at an offset (bytes) of the statement at hand. The message is one line, without a
 * full stop. Belongs to the report; valid until the next call. */
MigLintFinding *mig_lint_find(MigLintReport *report, const char *id, gsize offset,
                              const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Appends a line to the safe way of a finding; without any, it is the rule's own. finding may be NULL. */
void mig_lint_safe(MigLintFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Says who waits for how long. */
void mig_lint_blocks(MigLintFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Lowers the severity to at most this. */
void mig_lint_soften(MigLintFinding *finding, MigLintSeverity severity);

/* DS008: what is dropped under this name was not made by the versions. asked: there is a live database;
 * live: it has it. */
void mig_lint_find_unmade(MigLintReport *report, const char *name, gboolean asked, gboolean live);

/* Whether a rule was found for the statement at hand. */
gboolean mig_lint_has(const MigLintReport *report, const char *id);

/* Whether anybody wants to know: for rules that cost queries. */
gboolean mig_lint_wants(const MigLintReport *report, const char *id);

/* Whether ST010 has anything to compare names with. */
gboolean mig_lint_wants_names(const MigLintReport *report);

/* ST010: whether a new name is as the settings want it. title: as people are shown it. */
void mig_lint_check_name(MigLintReport *report, MigLintName kind, const char *name,
                         const char *title, gsize offset);

/* Live tables up to this size (bytes) are small. */
gint64 mig_lint_small_table(const MigLintReport *report);

/* How long going through bytes takes at so many MB a second, in words: "6 min". New string. */
char *mig_lint_duration(gint64 bytes, int mb_per_second);

/* What a dialect does. A run goes over blocks in order; each of its statements is first examined,
 * against the state that scratch is in, and then run there. */
typedef struct _MigLintDriver {
    /* live: the database whose tables' sizes count; NULL: none. The settings of [lint] that are about
     * the dialect are in config. New, or NULL with error. */
    gpointer (*open)(MigConnection *scratch, MigConnection *live, const MigConfig *config,
                     GError **error);
    void (*close)(gpointer run); /* NULL-safe */
    /* A revision begins: what there is now is what others use. */
    gboolean (*revision)(gpointer run, GError **error);
    gboolean (*begin)(gpointer run, const MigLintBlock *block, GError **error);
    gboolean (*examine)(gpointer run, guint index, MigLintReport *report, GError **error);
    /* Runs the statement that was examined; a failure is located in the script. */
    gboolean (*execute)(gpointer run, guint index, GError **error);
    gboolean (*end)(gpointer run, GError **error);
    /* All is done: takes back what a later revision mended, see mig_lint_take_back(); or NULL. */
    void (*settle)(gpointer run, MigLintReport *report);
} MigLintDriver;

/* Takes back an earlier finding of a rule, at an offset of a script. */
void mig_lint_take_back(MigLintReport *report, const char *id, const MigRevision *revision,
                        gsize offset);

/* ---- for the engine ---- */

/* Severities are those of the settings. */
MigLintReport *mig_lint_report_new(const MigConfig *config);
void mig_lint_report_free(MigLintReport *report);

/* The statement (or, NULL, the whole script) that findings are about from now on. */
void mig_lint_report_at(MigLintReport *report, const MigRevision *revision,
                        const MigLintStatement *statement);

/* All findings so far (of MigLintFinding*). */
GPtrArray *mig_lint_report_findings(MigLintReport *report);

/* Whether one of the statement at hand says that it fails. */
gboolean mig_lint_report_explains_failure(const MigLintReport *report);

#endif
