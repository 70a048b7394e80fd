#include "cmd/ask.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
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

/* SIGINT is held back from before a question is on the screen, and let in only while its answer is
 * waited for: an interrupt is then told from the end of input whenever it comes. */
typedef struct {
    sigset_t mask;
    struct sigaction interrupt;
} SignalState;

static void
hold_interrupts(SignalState *ret_before)
{
    const struct sigaction notice = {.sa_handler = be_interrupted};
    sigset_t interrupt;

    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &ret_before->mask);
    sigaction(SIGINT, &notice, &ret_before->interrupt);
}

static void
release_interrupts(const SignalState *before)
{
    sigaction(SIGINT, &before->interrupt, NULL);
    sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

/* Bytes up to the end of the line, without stdio: it would swallow what is meant for the editor
 * that may follow. Less than 0 with errno EINTR: interrupted. */
static gssize
read_bytes(GString *line, const sigset_t *mask)
{
    char c;
    gssize got;

    do {
        fd_set input;

        FD_ZERO(&input);
        FD_SET(STDIN_FILENO, &input);
        if (pselect(STDIN_FILENO + 1, &input, NULL, NULL, NULL, mask) < 0)
            return -1;
        got = read(STDIN_FILENO, &c, 1);
        if (got == 1)
            g_string_append_c(line, c);
    } while (got == 1 && c != '\n');
    return got;
}

/* A line of the terminal; NULL with an error when there is none. */
static char *
read_line(const SignalState *before, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);
    const gssize got = read_bytes(line, &before->mask);
    const gboolean interrupted = got < 0 && errno == EINTR;

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

/* The answer to one asking. */
static char *
ask(const MigProject *project, const MigRenameQuestion *question, GError **error)
{
    SignalState before;

    hold_interrupts(&before);
    put_question(project, question);
    fflush(stderr);
    char *answer = read_line(&before, error);

    release_interrupts(&before);
    return answer;
}

gboolean
ask_rename(MigProject *project, const MigRenameQuestion *question, int *ret_choice, void *user_data,
           GError **error)
{
    (void)user_data;
    for (;;) {
        g_autofree char *answer = ask(project, question, error);

        if (!answer)
            return FALSE;
        if (understand(question, answer, ret_choice))
            return TRUE;
    }
}
