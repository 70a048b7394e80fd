#include "tests/unit/unit.h"

#include <signal.h>
#include <sys/resource.h>

#include "core/error.h"
#include "core/revision.h"
#include "core/new_file.h"
#include "core/revision_private.h"
#include "tests/unit/sandbox.h"

static void
slugs(void **state)
{
    static const struct {
        const char *message;
        int max_length;
        const char *slug;
    } cases[] = {
        {"Add age column", 40, "add_age_column"},
        {"  it's a \"test\" -- of/../paths; ", 40, "it_s_a_test_of_paths"},
        {"snake_case stays", 40, "snake_case_stays"},
        {"", 40, ""},
        {NULL, 40, ""},
        {"!?", 40, ""},
        {"a\nb", 40, "a_b"},
        {"ÄRGER über été 日本語 Ω2", 40, "ärger_über_été_日本語_ω2"},
        {"cafe\xcc\x81 x", 40, "cafe\xcc\x81_x"},
        {"one two three", 13, "one_two_three"},
        {"one two three", 12, "one_two_"},
        {"one two three", 8, "one_two_"},
        {"one two three", 7, "one_"},
        {"onetwothree", 6, "onetwo_"},
        {"éééééé é", 4, "éééé_"},
        {"x", 0, ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *slug = mig_revision_slug(cases[i].message, cases[i].max_length);

        assert_string_equal(slug, cases[i].slug);
    }
}

/* A project in the current folder, with the settings given as "key=value" lines. */
static MigConfig *
config_with(const char *settings)
{
    g_autofree char *here = g_get_current_dir();
    MigConfig *config = mig_config_new(here);
    g_auto(GStrv) lines = g_strsplit(settings, "\n", -1);

    for (char **line = lines; *line && **line; line++) {
        g_auto(GStrv) pair = g_strsplit(*line, "=", 2);
        g_autoptr(GError) error = NULL;

        mig_config_set(config, pair[0], pair[1], "migrate.ini:7", &error);
        assert_no_error(error);
    }
    return config;
}

/* The same by way of a migrate.ini. */
static MigConfig *
config_from_file(const char *settings)
{
    g_autofree char *text = g_strconcat("[migrate]\n", settings, "\n", NULL);
    const MigConfigOptions options = {.file = "migrate.ini"};
    g_autoptr(GError) error = NULL;

    sandbox_write("migrate.ini", text);
    MigConfig *config = mig_config_load(&options, &error);

    assert_no_error(error);
    return config;
}

static void
file_names(void **state)
{
    static const struct {
        const char *settings, *message, *name;
    } cases[] = {
        {"", "Add it", "ab12_add_it.sql"},
        {"", "", "ab12.sql"},
        {"", NULL, "ab12.sql"},
        {"file_template=%%(rev)s_%%(slug)s", "m", "ab12_m.sql"},
        {"file_template=%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s_%(slug)s",
         "m", "2026_03_07_0508-ab12_m.sql"},
        {"file_template=%(year)d_%(month)02d_%(day)2d_%(second)-3dx%(epoch)d", "m",
         "2026_03_ 7_9  x1772860089.sql"},
        {"file_template=%(month)s.%(rev).2s_100%_%%_%(slug)4s", "m", "3.ab_100%_%%_   m.sql"},
        {"timezone=Europe/Berlin\nfile_template=%(hour)d-%(rev)s", "m", "6-ab12.sql"},
        {"timezone=UTC\nfile_template=%(hour)d-%(rev)s", "m", "5-ab12.sql"},
        {"truncate_slug_length=5", "abc def ghi", "ab12_abc_.sql"},
        {"recursive_version_locations=true\nfile_template=%(year)d/%(month).2d/%(slug)s", "é",
         "2026/03/é.sql"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MigConfig) config = config_with(cases[i].settings);
        g_autoptr(GError) error = NULL;
        g_autofree char *name =
            mig_revision_file_name(config, "ab12", cases[i].message, 1772860089, &error);

        assert_no_error(error);
        assert_string_equal(name, cases[i].name);
    }
}

static void
bad_file_templates(void **state)
{
    static const struct {
        const char *settings, *message, *hint;
    } cases[] = {
        {"file_template=%(reb)s", "unknown token '%(reb)s'", "Did you mean 'rev'?"},
        {"file_template=%(xyzzy)s", "unknown token '%(xyzzy)s'", "The tokens are rev, slug,"},
        {"file_template=%(rev", "a token has no ')'", NULL},
        {"file_template=%(rev)", "the token '%(rev)' does not end in 's'", NULL},
        {"file_template=%(rev)d", "the token '%(rev)' does not end in 's'", NULL},
        {"file_template=%(year)x", "the token '%(year)' does not end in 's' or 'd'", NULL},
        {"file_template=%(year)9999d", "the token '%(year)' is wider than 255", NULL},
        {"file_template=%(year)d/%(rev)s",
         "the file name '2026/ab12' is in a sub-folder, which is not "
         "read",
         "recursive_version_locations = true"},
        {"file_template=/tmp/%(rev)s", "the file name '/tmp/ab12' is an absolute path", NULL},
        {"recursive_version_locations=true\nfile_template=../%(rev)s",
         "the file name '../ab12' has an empty part or '..' in it", NULL},
        {"recursive_version_locations=true\nfile_template=a//%(rev)s",
         "the file name 'a//ab12' has an empty part or '..' in it", NULL},
        {"recursive_version_locations=true\nfile_template=.a/%(rev)s",
         "the file name '.a/ab12' is hidden and would not be read", NULL},
        {"file_template=%(slug)s", "the file name is empty", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MigConfig) config = config_with(cases[i].settings);
        g_autoptr(GError) error = NULL;
        g_autofree char *name = mig_revision_file_name(config, "ab12", "", 1772860089, &error);

        assert_null(name);
        assert_int_equal(error->code, MIG_E_TEMPLATE);
        assert_true(g_str_has_suffix(error->message, cases[i].message));
        assert_string_equal(mig_error_details(error)->file, "migrate.ini");
        assert_int_equal(mig_error_details(error)->line, 7);
        if (cases[i].hint)
            assert_non_null(strstr(mig_error_details(error)->hint, cases[i].hint));
    }
}

static void
write_script(const char *path, const char *header)
{
    g_autofree char *text =
        g_strdup_printf("-- %s\n%s\n-- migrate: upgrade\n-- migrate: downgrade\n", path, header);

    sandbox_write(path, text);
}

/* a <- b <- c, d beside; e on its own with label other. */
static void
write_graph(void)
{
    write_script("versions/a.sql", "-- revision: aa\n-- down_revision:");
    write_script("versions/b.sql", "-- revision: bb\n-- down_revision: aa\n-- branch_labels: main");
    write_script("versions/c.sql", "-- revision: cc\n-- down_revision: bb");
    write_script("versions/d.sql", "-- revision: dd\n-- down_revision: aa");
    write_script("versions/e.sql", "-- revision: ee\n-- down_revision:\n-- branch_labels: other");
}

static GPtrArray *
list(const char *words)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(words ? words : "", " ", -1);

    for (char **part = parts; *part && **part; part++)
        g_ptr_array_add(out, g_strdup(*part));
    return out;
}

static char *
join(const GPtrArray *strings)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < strings->len; i++)
        g_string_append_printf(out, "%s%s", i ? " " : "", (const char *)strings->pdata[i]);
    return g_string_free(out, FALSE);
}

/* The header of the script as "down|deps|labels". */
static char *
header_of(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigScript) script = mig_script_open(path, &error);

    assert_no_error(error);
    g_autofree char *down = join(script->down);
    g_autofree char *deps = join(script->deps);
    g_autofree char *labels = join(script->labels);

    return g_strdup_printf("%s|%s|%s", down, deps, labels);
}

typedef struct {
    const char *heads, *deps, *labels;
    gboolean splice;
    const char *header; /* what it comes to … */
    int code;           /* … or the error */
    const char *message;
} HeadCase;

static void
check_heads(const HeadCase *one)
{
    g_autoptr(MigConfig) config = config_from_file("");
    g_autoptr(MigProject) project = mig_project_new(config);
    g_autoptr(GPtrArray) heads = list(one->heads);
    g_autoptr(GPtrArray) deps = list(one->deps);
    g_autoptr(GPtrArray) labels = list(one->labels);
    const MigRevisionOptions options = {.message = "New one",
                                        .rev_id = "new",
                                        .heads = heads,
                                        .depends_on = deps,
                                        .branch_labels = labels,
                                        .splice = one->splice};
    g_autoptr(GError) error = NULL;
    g_autofree char *path = mig_revision_write(project, &options, NULL, &error);

    if (one->header) {
        assert_no_error(error);
        assert_string_equal(path, "versions/new_new_one.sql");
        g_autofree char *header = header_of(path);

        assert_string_equal(header, one->header);
        assert_non_null(mig_graph_find(mig_project_graph(project, NULL), "new"));
        g_unlink(path);
        return;
    }
    assert_null(path);
    assert_int_equal(error->code, one->code);
    if (one->message)
        assert_string_equal(error->message, one->message);
    assert_false(g_file_test("versions/new_new_one.sql", G_FILE_TEST_EXISTS));
}

static void
parents_deps_and_labels(void **state)
{
    static const HeadCase cases[] = {
        {NULL, NULL, NULL, FALSE, NULL, MIG_E_MULTIPLE_HEADS,
         "there are several heads: 'cc', 'dd', 'ee'"},
        {"cc", NULL, NULL, FALSE, "cc||", 0, NULL},
        {"main@head", NULL, NULL, FALSE, "cc||", 0, NULL},
        {"heads", NULL, NULL, FALSE, "cc dd ee||", 0, NULL},
        {"dd cc", NULL, NULL, FALSE, "dd cc||", 0, NULL},
        {"base", NULL, "third", FALSE, "||third", 0, NULL},
        {"bb", NULL, NULL, FALSE, NULL, MIG_E_BAD_ARGUMENT, "revision 'bb' is not a head"},
        {"bb", NULL, NULL, TRUE, "bb||", 0, NULL},
        {"main", NULL, NULL, TRUE, "bb||", 0, NULL},
        {"cc-1", NULL, NULL, TRUE, "bb||", 0, NULL},
        {"cc cc", NULL, NULL, FALSE, NULL, MIG_E_BAD_ARGUMENT,
         "revision 'cc' is given twice as a parent"},
        {"cc base", NULL, NULL, FALSE, NULL, MIG_E_BAD_ARGUMENT,
         "base cannot be a parent beside others"},
        {"cc aa", NULL, NULL, TRUE, NULL, MIG_E_OVERLAP,
         "parent 'aa' is an ancestor of parent 'cc'"},
        {"cc", "ee", NULL, FALSE, "cc|ee|", 0, NULL},
        {"cc", "other dd", NULL, FALSE, "cc|other dd|", 0, NULL},
        {"cc", "other@head e", NULL, FALSE, "cc|ee|", 0, NULL},
        {"cc", "zz", NULL, FALSE, NULL, MIG_E_UNKNOWN_REVISION, NULL},
        {"cc", NULL, "x y", FALSE, "cc||x y", 0, NULL},
        {"cc", NULL, "x-y", FALSE, NULL, MIG_E_REVISION_ID, "'x-y' is not a legal branch label"},
        {"cc", NULL, "head", FALSE, NULL, MIG_E_REVISION_ID, "'head' is not a legal branch label"},
    };

    write_graph();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_heads(&cases[i]);
}

static void
label_clash_writes_nothing(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = config_from_file("");
    g_autoptr(MigProject) project = mig_project_new(config);
    g_autoptr(GPtrArray) heads = list("cc");
    g_autoptr(GPtrArray) labels = list("other");
    const MigRevisionOptions options = {.heads = heads, .branch_labels = labels, .rev_id = "new"};

    write_graph();
    assert_null(mig_revision_write(project, &options, NULL, &error));
    assert_int_equal(error->code, MIG_E_LABEL_CLASH);
    assert_string_equal(mig_error_details(error)->state_now, "nothing was written");
    assert_false(g_file_test("versions/new.sql", G_FILE_TEST_EXISTS));
}

static void
bad_ids_are_refused(void **state)
{
    static const struct {
        const char *id;
        int code;
    } cases[] = {{"a-b", MIG_E_REVISION_ID},
                 {"", MIG_E_REVISION_ID},
                 {"base", MIG_E_REVISION_ID},
                 {"../x", MIG_E_REVISION_ID},
                 {"aa", MIG_E_DUPLICATE_ID}};

    write_script("versions/a.sql", "-- revision: aa\n-- down_revision:");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MigConfig) config = config_from_file("");
        g_autoptr(MigProject) project = mig_project_new(config);
        const MigRevisionOptions options = {.rev_id = cases[i].id};

        assert_null(mig_revision_write(project, &options, NULL, &error));
        assert_int_equal(error->code, cases[i].code);
    }
}

static void
first_revision_is_a_base(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = config_from_file("");
    g_autoptr(MigProject) project = mig_project_new(config);
    const MigRevisionOptions options = {.message = "été \"x\"\nmigrate: upgrade",
                                        .upgrade = "CREATE TABLE x(a);\n",
                                        .irreversible = TRUE};
    g_autofree char *id = NULL;

    assert_int_equal(g_mkdir("versions", 0700), 0);
    g_autofree char *path = mig_revision_write(project, &options, &id, &error);

    assert_no_error(error);
    g_autofree char *expected = g_strdup_printf("versions/%s_été_x_migrate_upgrade.sql", id);
    g_autoptr(MigScript) script = mig_script_open(path, &error);

    assert_no_error(error);
    assert_string_equal(path, expected);
    assert_string_equal(script->id, id);
    assert_string_equal(script->message, "été \"x\"");
    assert_int_equal(script->down->len, 0);
    assert_int_equal(strlen(script->created), strlen("2026-11-21T10:00:00Z"));
    assert_true(mig_script_load_body(script, &mig_lex_rules_generic, &error));
    assert_int_equal(script->blocks->len, 1);
}

static void
created_is_in_the_time_zone(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = config_from_file("timezone = Asia/Kolkata");
    g_autoptr(MigProject) project = mig_project_new(config);
    const MigRevisionOptions options = {.rev_id = "aa"};

    assert_int_equal(g_mkdir("versions", 0700), 0);
    g_autofree char *path = mig_revision_write(project, &options, NULL, &error);

    assert_no_error(error);
    g_autoptr(MigScript) script = mig_script_open(path, &error);

    assert_string_equal(script->created + strlen("2026-11-21T10:00:00"), "+05:30");
}

static void
existing_file_is_kept(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = config_from_file("file_template=fixed");
    g_autoptr(MigProject) project = mig_project_new(config);
    const MigRevisionOptions options = {.message = "m"};
    g_autofree char *text = NULL;

    write_script("versions/fixed.sql", "-- revision: aa\n-- down_revision:");
    assert_null(mig_revision_write(project, &options, NULL, &error));
    assert_int_equal(error->code, MIG_E_EXISTS);
    assert_true(g_file_get_contents("versions/fixed.sql", &text, NULL, NULL));
    assert_non_null(strstr(text, "revision: aa"));
}

static guint
count_files(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint n = 0;

    assert_non_null(dir);
    while (g_dir_read_name(dir))
        n++;
    return n;
}

/* A full disk, made by a limit on the size of files. */
static void
failed_write_leaves_nothing(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *here = g_get_current_dir();
    g_autofree char *path = g_build_filename(here, "new/deep/a.sql", NULL);
    g_autofree char *text = g_strnfill(100000, 'x');
    struct rlimit before, limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 4096;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    gboolean written = mig_new_file_write(here, path, "new/deep/a.sql", text, &error);

    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    assert_false(written);
    assert_int_equal(error->code, MIG_E_FILE);
    assert_non_null(strstr(error->message, "'new/deep/a.sql'"));
    assert_int_equal(count_files("."), 0);
}

static void
sub_folders_of_the_template_are_made(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config =
        config_from_file("recursive_version_locations=true\nfile_template=x/%(slug)s/%(rev)s");
    g_autoptr(MigProject) project = mig_project_new(config);
    const MigRevisionOptions options = {.message = "m", .rev_id = "aa"};

    assert_int_equal(g_mkdir("versions", 0700), 0);
    g_autofree char *path = mig_revision_write(project, &options, NULL, &error);

    assert_no_error(error);
    assert_string_equal(path, "versions/x/m/aa.sql");
    assert_non_null(mig_graph_find(mig_project_graph(project, NULL), "aa"));
}

static char *
write_into(const char *settings, const char *head, const char *version_path, GError **error)
{
    g_autoptr(MigConfig) config = config_from_file(settings);
    g_autoptr(MigProject) project = mig_project_new(config);
    g_autoptr(GPtrArray) heads = list(head);
    const MigRevisionOptions options = {
        .rev_id = "new", .heads = heads, .version_path = version_path};
    char *path = mig_revision_write(project, &options, NULL, error);

    if (path)
        g_unlink(path);
    return path;
}

static void
place_among_several_locations(void **state)
{
    static const char two[] = "version_locations=one, two";
    static const struct {
        const char *settings, *head, *version_path, *path;
    } cases[] = {
        {two, "aa", NULL, "one/new.sql"},
        {two, "bb", NULL, "two/new.sql"},
        {two, "base", NULL, "one/new.sql"},
        {two, "aa", "two", "two/new.sql"},
        {two, "aa", "./two/", "two/new.sql"},
        {two, "aa", "link", "link/new.sql"},
        {two, "aa", "three", NULL},
        {two, "aa", "two/deep", NULL},
        {"version_locations=one, two\nrecursive_version_locations=true", "cc", "two/deep",
         "two/deep/new.sql"},
        {"version_locations=one, two\nrecursive_version_locations=true", "cc", NULL, "two/new.sql"},
    };

    write_script("one/a.sql", "-- revision: aa\n-- down_revision:");
    write_script("two/b.sql", "-- revision: bb\n-- down_revision:");
    write_script("two/deep/c.sql", "-- revision: cc\n-- down_revision:");
    write_script("three/d.sql", "-- revision: dd\n-- down_revision:");
    assert_int_equal(symlink("two", "link"), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path =
            write_into(cases[i].settings, cases[i].head, cases[i].version_path, &error);

        if (cases[i].path) {
            assert_no_error(error);
            assert_string_equal(path, cases[i].path);
        } else {
            assert_null(path);
            assert_int_equal(error->code, MIG_E_BAD_ARGUMENT);
            assert_string_equal(mig_error_details(error)->hint,
                                "The version locations are 'one', 'two'.");
        }
    }
}

static void
template_of_the_project_is_used(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = config_from_file("");
    g_autoptr(MigProject) project = mig_project_new(config);
    const MigRevisionOptions options = {.message = "m", .rev_id = "aa", .upgrade = "A;"};
    g_autofree char *text = NULL;

    assert_int_equal(g_mkdir("versions", 0700), 0);
    sandbox_write("script.sql.in",
                  "-- ours\n-- revision: ${rev}\n-- down_revision: ${down_revision}\n"
                  "-- migrate: upgrade\n${upgrade}\n");
    g_autofree char *path = mig_revision_write(project, &options, NULL, &error);

    assert_no_error(error);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_true(g_str_has_prefix(text, "-- ours\n-- revision: aa\n"));
    sandbox_write("script.sql.in", "-- ${nope}\n");
    const MigRevisionOptions again = {.message = "m", .rev_id = "bb"};

    assert_null(mig_revision_write(project, &again, NULL, &error));
    assert_int_equal(error->code, MIG_E_TEMPLATE);
    assert_string_equal(mig_error_details(error)->file, "script.sql.in");
    assert_int_equal(mig_error_details(error)->line, 1);
}

#define in_sandbox(test) cmocka_unit_test_setup_teardown(test, sandbox_enter, sandbox_leave)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slugs),
        cmocka_unit_test(file_names),
        cmocka_unit_test(bad_file_templates),
        in_sandbox(parents_deps_and_labels),
        in_sandbox(label_clash_writes_nothing),
        in_sandbox(bad_ids_are_refused),
        in_sandbox(first_revision_is_a_base),
        in_sandbox(created_is_in_the_time_zone),
        in_sandbox(existing_file_is_kept),
        in_sandbox(failed_write_leaves_nothing),
        in_sandbox(sub_folders_of_the_template_are_made),
        in_sandbox(place_among_several_locations),
        in_sandbox(template_of_the_project_is_used),
    };

    return cmocka_run_group_tests_name("revision", tests, NULL, NULL);
}
