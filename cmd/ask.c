#include "cmd/ask.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

gboolean
ask_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void
be_interrupted(int signal_number)
{
    (void)signal_number;
}

/* Bytes up to the end of the line, without stdio: it would try again after a signal, and swallow
 * what is meant for the editor that may follow. Less than 0: interrupted. */
static gssize
read_bytes(GString *line)
{
    char c;
    gssize got;

    while ((got = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
        g_string_append_c(line, c);
    return got;
}

/* A line of the terminal; NULL with an error when there is none. */
static char *
read_line(GError **error)
{
    const struct sigaction notice = {.sa_handler = be_interrupted};
    g_autoptr(GString) line = g_string_new(NULL);
    struct sigaction before;

    fflush(stderr);
    sigaction(SIGINT, &notice, &before);
    const gssize got = read_bytes(line);
    const gboolean interrupted = got < 0 && errno == EINTR;

    sigaction(SIGINT, &before, NULL);
    if (got == 1)
        return g_strstrip(g_strdup(line->str));
    fputc('\n', stderr);
    mig_set_error(error, interrupted ? MIG_E_INTERRUPTED : MIG_E_NEEDS_ANSWER,
                  interrupted ? "interrupted at a question" : "a question got no answer");
    mig_error_set_state(error ? *error : NULL, "nothing was written");
    mig_error_set_hint(error ? *error : NULL,
                       "Answer it with --rename OLD=NEW, or all such questions with --no-rename.");
    return NULL;
}

static const char *
kept_part(const MigRenameQuestion *question)
{
    return question->from->parent ? "values" : "rows";
}

static void
put_question(const MigProject *project, const MigRenameQuestion *question)
{
    const char *section = mig_config_section(mig_project_config(project));
    const char *title = question->from->title;

    if (section)
        fprintf(stderr, "%s: ", section);
    if (question->to->len == 1) {
        fprintf(stderr, "%s is gone from the model, and %s is new there.\n", title,
                mig_object_name(question->to->pdata[0]));
        fprintf(stderr, "Was it renamed (its %s are kept)? [y/n] ", kept_part(question));
        return;
    }
    fprintf(stderr, "%s is gone from the model. Was it renamed (its %s are kept)?\n", title,
            kept_part(question));
    for (guint i = 0; i < question->to->len; i++)
        fprintf(stderr, "  %u  to %s\n", i + 1, mig_object_name(question->to->pdata[i]));
    fprintf(stderr, "  n  no, it is dropped\n[1-%u/n] ", question->to->len);
}

static gboolean
is_one_of(const char *answer, const char *word)
{
    return g_ascii_strcasecmp(answer, word) == 0 ||
           (g_ascii_tolower(answer[0]) == word[0] && answer[1] == '\0');
}

static gboolean
understand(const MigRenameQuestion *question, const char *answer, int *ret_choice)
{
    guint64 number;

    if (is_one_of(answer, "no")) {
        *ret_choice = -1;
        return TRUE;
    }
    if (question->to->len == 1 && is_one_of(answer, "yes")) {
        *ret_choice = 0;
        return TRUE;
    }
    if (question->to->len == 1 ||
        !g_ascii_string_to_unsigned(answer, 10, 1, question->to->len, &number, NULL))
        return FALSE;
    *ret_choice = (int)number - 1;
    return TRUE;
}

gboolean
ask_rename(MigProject *project, const MigRenameQuestion *question, int *ret_choice, void *user_data,
           GError **error)
{
    (void)user_data;
    for (;;) {
        put_question(project, question);
        g_autofree char *answer = read_line(error);

        if (!answer)
            return FALSE;
        if (understand(question, answer, ret_choice))
            return TRUE;
    }
}
