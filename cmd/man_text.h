/* The parts of migrate(1) that are prose and not a table of commands or settings. */
#ifndef MIG_CMD_MAN_TEXT_H
#define MIG_CMD_MAN_TEXT_H

typedef struct {
    const char *term, *text;
} ManEntry;

/* A section: what stands before its entries (NULL: nothing), and these, ended by a NULL term. */
typedef struct {
    const char *title;
    const char *text;
    const ManEntry *entries;
} ManSection;

/* What stands before the settings and behind them, each ended by a NULL title. */
extern const ManSection man_sections_before[], man_sections_behind[];

#endif
