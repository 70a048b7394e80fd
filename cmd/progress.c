#include "cmd/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PAUSE_US (G_USEC_PER_SEC / 10)
#define BAR_COLUMNS 24

static gboolean drawn;
static gint64 began_us;     /* of the run */
static gint64 next_draw_us; /* monotonic; 0: nothing was asked for yet */

char *
duration_text(gint64 ms)
{
    if (ms < 1)
        return g_strdup("<1 ms");
    if (ms < 1000)
        return g_strdup_printf("%" G_GINT64_FORMAT " ms", ms);
    if (ms < 10000)
        return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " s", ms / 1000,
                               ms / 100 % 10);
    if (ms < 60000)
        return g_strdup_printf("%" G_GINT64_FORMAT " s", ms / 1000);
    if (ms < 3600000)
        return g_strdup_printf("%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT " min", ms / 60000,
                               ms / 1000 % 60);
    return g_strdup_printf("%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT " h", ms / 3600000,
                           ms / 60000 % 60);
}

/* ", index users_email, building index: 43 %" */
static void
append_work(GString *text, const MigEvent *event)
{
    g_autofree char *what = printable(event->message);

    g_string_append_printf(text, ", %s", what);
    if (event->total > 0)
        g_string_append_printf(text, " %u %%",
                               (unsigned)(MIN(event->done, event->total) * 100 / event->total));
}

char *
progress_text(const MigEvent *event, gint64 elapsed_ms, guint width)
{
    GString *text = g_string_new("[");
    const unsigned done = event->step > 0 ? event->step - 1 : 0;

    for (unsigned i = 0; i < BAR_COLUMNS; i++)
        g_string_append_c(text, i * event->n_steps < done * BAR_COLUMNS ? '#' : '.');
    g_string_append_printf(text, "] %u/%u %s", event->step, event->n_steps, event->revision);
    if (event->n_statements > 1)
        g_string_append_printf(text, ", statement %u of %u", event->statement, event->n_statements);
    if (event->message)
        append_work(text, event);
    if (elapsed_ms >= 1000) {
        g_autofree char *elapsed = duration_text(elapsed_ms);

        g_string_append_printf(text, ", %s", elapsed);
    }
    if (g_utf8_strlen(text->str, -1) > (glong)width)
        g_string_truncate(text, (gsize)(g_utf8_offset_to_pointer(text->str, (glong)width) - text->str));
    return g_string_free(text, FALSE);
}

static guint
terminal_width(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79;
}

void
progress_draw(const MigEvent *event)
{
    const gint64 now_us = g_get_monotonic_time();

    if (next_draw_us == 0) {
        began_us = now_us;
        next_draw_us = now_us + PAUSE_US;
    }
    if (now_us < next_draw_us || !isatty(STDERR_FILENO))
        return;
    g_autofree char *text = progress_text(event, (now_us - began_us) / 1000, terminal_width());

    fprintf(stderr, "\r\033[K%s", text);
    drawn = TRUE;
    next_draw_us = now_us + PAUSE_US;
}

void
progress_erase(void)
{
    if (drawn)
        fputs("\r\033[K", stderr);
    drawn = FALSE;
}
