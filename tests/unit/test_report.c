/* What is printed, and where: data and steps as JSON on stdout, talk and errors on stderr. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <unistd.h>

#include "cmd/progress.h"

/* What stdout and stderr got. */
typedef struct {
    char *out, *err;
} Printed;

static char *
read_back(FILE *file)
{
    GString *text = g_string_new(NULL);
    int c;

    rewind(file);
    while ((c = fgetc(file)) != EOF)
        g_string_append_c(text, (char)c);
    fclose(file);
    return g_string_free(text, FALSE);
}

/* Sends the event, or reports the error, with both streams caught in files. */
static Printed
print(const Invocation *invocation, const MigEvent *event, const GError *error)
{
    FILE *files[] = {tmpfile(), tmpfile()};
    const int kept[] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};

    fflush(stdout);
    dup2(fileno(files[0]), STDOUT_FILENO);
    dup2(fileno(files[1]), STDERR_FILENO);
    if (event)
        report_event(event, (void *)invocation);
    if (error)
        report_error(invocation, error);
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        dup2(kept[i], i == 0 ? STDOUT_FILENO : STDERR_FILENO);
        close(kept[i]);
    }
    return (Printed){read_back(files[0]), read_back(files[1])};
}

static void
assert_printed(Printed printed, const char *out_text, const char *err_text)
{
    g_autofree char *got_out = printed.out, *got_err = printed.err;

    assert_string_equal(got_out, out_text);
    assert_string_equal(got_err, err_text);
}

static const MigEvent step_done = {
    .kind = MIG_EVENT_STEP_DONE,
    .revision = "9b2f6c1e04aa",
    .title = "add age column",
    .direction = "upgrade",
    .rows_before = "4f1c0d2e77b3",
    .rows_after = "9b2f6c1e04aa",
    .step = 2,
    .n_steps = 3,
    .elapsed_ms = 12,
};
static const MigEvent warning = {.kind = MIG_EVENT_WARNING, .message = "mind the gap"};
static const MigEvent notice = {.kind = MIG_EVENT_NOTICE, .message = "nothing to do"};
static const MigEvent debug = {.kind = MIG_EVENT_DEBUG, .message = "url from migrate.ini:3"};

static void
steps_are_lines(void **state)
{
    const Invocation plain = {0}, colored = {.color_err = TRUE}, quiet = {.quiet = TRUE};
    MigEvent fast = step_done;

    assert_printed(print(&plain, &step_done, NULL), "",
                   "upgrade 4f1c0d2e77b3 -> 9b2f6c1e04aa  add age column (12 ms)\n");
    assert_printed(print(&colored, &step_done, NULL), "",
                   "upgrade \033[33m4f1c0d2e77b3\033[0m -> \033[33m9b2f6c1e04aa\033[0m  add age "
                   "column (12 ms)\n");
    assert_printed(print(&quiet, &step_done, NULL), "", "");
    fast.elapsed_ms = 0;
    fast.title = "";
    assert_printed(print(&plain, &fast, NULL), "",
                   "upgrade 4f1c0d2e77b3 -> 9b2f6c1e04aa (<1 ms)\n");
}

static void
steps_are_data_as_json(void **state)
{
    const Invocation json = {.format = FORMAT_JSON, .quiet = TRUE};
    const Invocation verbose = {.format = FORMAT_JSON, .verbose = 1};
    MigEvent begin = step_done;

    begin.kind = MIG_EVENT_STEP_BEGIN;
    assert_printed(print(&json, &step_done, NULL),
                   "{\"event\":\"step_done\",\"direction\":\"upgrade\",\"revision\":"
                   "\"9b2f6c1e04aa\",\"title\":\"add age column\",\"rows_before\":"
                   "\"4f1c0d2e77b3\",\"rows_after\":\"9b2f6c1e04aa\",\"step\":2,\"n_steps\":3,"
                   "\"elapsed_ms\":12}\n",
                   "");
    assert_printed(print(&json, &begin, NULL), "", "");
    Printed printed = print(&verbose, &begin, NULL);

    assert_true(g_str_has_prefix(printed.out, "{\"event\":\"step_begin\","));
    assert_printed(printed, printed.out, "");
}

static void
messages_are_talk(void **state)
{
    const Invocation plain = {0}, quiet = {.quiet = TRUE}, verbose = {.verbose = 1};
    const Invocation json = {.format = FORMAT_JSON};

    assert_printed(print(&plain, &notice, NULL), "", "nothing to do\n");
    assert_printed(print(&quiet, &notice, NULL), "", "");
    assert_printed(print(&quiet, &warning, NULL), "", "warning: mind the gap\n");
    assert_printed(print(&plain, &debug, NULL), "", "");
    assert_printed(print(&verbose, &debug, NULL), "", "url from migrate.ini:3\n");
    assert_printed(print(&json, &notice, NULL), "",
                   "{\"event\":\"notice\",\"message\":\"nothing to do\"}\n");
}

/* Names and titles come from others: they must not steer the terminal. */
static void
control_characters_are_spelled_out(void **state)
{
    const Invocation plain = {0}, colored = {.color_err = TRUE};
    const MigEvent nasty = {.kind = MIG_EVENT_NOTICE,
                            .message = "\033]0;x\007\r a\tb\n\x7f \xc2\x9b \xff \xc3\xa9"};
    g_autoptr(GError) error = mig_error_new(MIG_E_CYCLE, "a\033[2Jb");
    MigEvent step = step_done;

    step.title = "\033[31mred";
    assert_printed(print(&plain, &nasty, NULL), "",
                   "\\x1b]0;x\\x07\\x0d a\tb\n\\x7f \\x9b \\xff \xc3\xa9\n");
    assert_printed(print(&plain, &step, NULL), "",
                   "upgrade 4f1c0d2e77b3 -> 9b2f6c1e04aa  \\x1b[31mred (12 ms)\n");
    assert_printed(print(&plain, NULL, error), "", "error E315: a\\x1b[2Jb\n");
    assert_printed(print(&colored, NULL, error), "",
                   "\033[1;31merror\033[0m E315: a\\x1b[2Jb\n");
}

static GError *
make_error(void)
{
    GError *error = mig_error_new(MIG_E_STATEMENT, "no such table: 'x'");

    mig_error_set_location(error, "versions/1.sql", 2, 3, "--\nDROP TABLE x;", 16);
    mig_error_set_hint(error, "Correct the script.");
    mig_error_add_related(error, mig_error_new(MIG_E_CYCLE, "bytes \xff"));
    return error;
}

static void
errors_as_text(void **state)
{
    const Invocation plain = {0}, colored = {.color_err = TRUE};
    g_autoptr(GError) error = make_error();
    Printed printed = print(&colored, NULL, error);

    assert_printed(print(&plain, NULL, error), "",
                   "error E401: no such table: 'x'\n  at versions/1.sql:2:3\n"
                   "    2 | DROP TABLE x;\n      |   ^\n  hint: Correct the script.\n"
                   "error E315: bytes \\xff\n");
    assert_true(g_str_has_prefix(printed.err, "\033[1;31merror\033[0m E401: no such table"));
    assert_non_null(strstr(printed.err, "\033[32m  hint:\033[0m Correct"));
    assert_printed(printed, "", printed.err);
}

static void
errors_as_json(void **state)
{
    const Invocation json = {.format = FORMAT_JSON};
    g_autoptr(GError) error = make_error();
    g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "gone");

    assert_printed(print(&json, NULL, error), "",
                   "{\"error\":{\"code\":\"E401\",\"message\":\"no such table: 'x'\","
                   "\"exit_status\":4,\"file\":\"versions/1.sql\",\"line\":2,\"column\":3,"
                   "\"source_line\":\"DROP TABLE x;\",\"hint\":\"Correct the script.\","
                   "\"related\":[{\"code\":\"E315\",\"message\":\"bytes \xef\xbf\xbd\","
                   "\"exit_status\":3}]}}\n");
    assert_printed(print(&json, NULL, foreign), "",
                   "{\"error\":{\"code\":null,\"message\":\"gone\",\"exit_status\":3}}\n");
}

static void
progress_fits_the_terminal(void **state)
{
    const MigEvent half = {.kind = MIG_EVENT_STATEMENT,
                           .revision = "9b2f6c1e04aa",
                           .step = 3,
                           .n_steps = 4,
                           .statement = 2,
                           .n_statements = 5};
    g_autofree char *whole = progress_text(&half, 999, 79);
    g_autofree char *narrow = progress_text(&half, 0, 20);
    g_autofree char *seconds = progress_text(&half, 59999, 79);
    g_autofree char *minutes = progress_text(&half, 61000, 79);
    MigEvent index = half;

    index.kind = MIG_EVENT_PROGRESS;
    index.message = "index i\033, building index: loading tuples in tree";
    index.done = 43;
    index.total = 99;
    g_autofree char *work = progress_text(&index, 4200, 200);

    assert_true(g_str_has_suffix(seconds, ", statement 2 of 5, 59 s"));
    assert_true(g_str_has_suffix(minutes, ", statement 2 of 5, 1:01 min"));

    assert_string_equal(whole, "[############............] 3/4 9b2f6c1e04aa, statement 2 of 5");
    assert_string_equal(work, "[############............] 3/4 9b2f6c1e04aa, statement 2 of 5, index "
                              "i\\x1b, building index: loading tuples in tree 43 %, 4.2 s");
    assert_string_equal(narrow, "[############.......");
    index.message = "index größe";
    g_autofree char *cut = progress_text(&index, 0, 72);

    assert_string_equal(cut,
                        "[############............] 3/4 9b2f6c1e04aa, statement 2 of 5, index grö");
}

static void
durations_are_short(void **state)
{
    static const struct {
        gint64 ms;
        const char *text;
    } cases[] = {
        {0, "<1 ms"},         {1, "1 ms"},         {999, "999 ms"},         {1000, "1.0 s"},
        {9999, "9.9 s"},      {10000, "10 s"},     {59999, "59 s"},         {60000, "1:00 min"},
        {3599999, "59:59 min"}, {3600000, "1:00 h"}, {90061000, "25:01 h"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = duration_text(cases[i].ms);

        assert_string_equal(text, cases[i].text);
    }
}

static void
work_is_an_event(void **state)
{
    const Invocation plain = {0}, json = {.format = FORMAT_JSON};
    const Invocation verbose = {.format = FORMAT_JSON, .verbose = 1};
    const MigEvent work = {.kind = MIG_EVENT_PROGRESS,
                           .message = "index i, building index",
                           .direction = "upgrade",
                           .revision = "a1",
                           .step = 1,
                           .n_steps = 2,
                           .statement = 3,
                           .n_statements = 4,
                           .elapsed_ms = 1001,
                           .done = 5,
                           .total = 6};

    assert_printed(print(&plain, &work, NULL), "", "");
    assert_printed(print(&json, &work, NULL), "", "");
    assert_printed(print(&verbose, &work, NULL),
                   "{\"event\":\"progress\",\"message\":\"index i, building index\","
                   "\"direction\":\"upgrade\",\"revision\":\"a1\",\"step\":1,\"n_steps\":2,"
                   "\"statement\":3,\"n_statements\":4,\"elapsed_ms\":1001,\"done\":5,"
                   "\"total\":6}\n",
                   "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_lines),   cmocka_unit_test(steps_are_data_as_json),
        cmocka_unit_test(messages_are_talk),
        cmocka_unit_test(control_characters_are_spelled_out), cmocka_unit_test(errors_as_text),
        cmocka_unit_test(durations_are_short), cmocka_unit_test(work_is_an_event),
        cmocka_unit_test(errors_as_json),    cmocka_unit_test(progress_fits_the_terminal),
    };

    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
