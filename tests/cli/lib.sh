# A small library for scenario tests of the built program, to be sourced by tests/cli/t_NAME.sh:
#
#     . "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
#
#     scenario 'heads of an empty project' <<'EOS'
#     run_ok migrate init
#     run migrate heads
#     expect_status 0
#     expect_out ''
#     expect_err_like 'no revisions'
#     EOS
#
# Each scenario is one test: its lines run under `set -e` in a subshell, in an empty folder of its
# own (whose path holds a space), with `migrate` on PATH, HOME in the sandbox and a clean
# environment. The first command or expectation that fails ends it, and what was expected and got
# is shown as TAP diagnostics. Functions defined before the scenario may be used in it. The plan is
# printed when the script ends; MIGRATE_TEST_KEEP=1 keeps the sandbox.
#
#   run CMD…              runs; keeps stdout, stderr and $status, whatever they are
#   run_ok CMD…           the same, and expects exit status 0
#   run_fails N CMD…      the same, and expects exit status N and something on stderr
#   run_tty CMD…          runs on a terminal (stdout and stderr together are then its stdout)
#   answer_tty TEXT CMD…  the same; TEXT (a printf format) is typed when a question is on the screen
#   expect_status N       of the last run
#   expect_out [TEXT]     stdout is exactly TEXT and a newline ('' : nothing at all); without TEXT
#   expect_err [TEXT]     it is read from stdin (a here-document)
#   expect_out_like RE    some line of stdout (stderr) matches the extended regular expression
#   expect_err_like RE
#   expect_out_unlike RE  no line does
#   expect_err_unlike RE
#   expect_files FILE…    the folder holds exactly these files, at any depth, in any order
#   expect_file FILE…     each exists      expect_no_file FILE…  none exists
#   expect_content FILE   the file's content is what stdin says
#   expect_same A B       two files have the same content
#   expect_sql DB SQL [TEXT]  what sqlite3 prints for SQL is TEXT (or stdin)
#   fail MESSAGE          ends the scenario
#   skip REASON           ends it without judgement (a failure with MIGRATE_TEST_REQUIRE_ALL=1)
#   fresh_database [NAME] makes an empty PostgreSQL database (default: one with a new name); its
#                         URL is $url, its name $database
#   expect_pg SQL [TEXT]  what psql prints for SQL in $database (columns by '|') is TEXT (or stdin)
#   need_postgresql       outside scenarios: starts a server for the file (of the major version
#                         MIGRATE_TEST_VERSION, when that is set); skips it when none is installed
#   need_python           outside scenarios: $python is an interpreter that has the ORMs; skips the
#                         file when tests/lib/python.sh was not run
#   need_node             outside scenarios: $node_modules is a folder with the ORM of Node; skips the
#                         file when tests/lib/node.sh was not run
#   need_go               outside scenarios: Go has the modules of examples/gorm-notes; skips the file
#                         when tests/lib/go.sh was not run
#   need_java             outside scenarios: $jars is a folder with those of Hibernate; skips the file
#                         when tests/lib/java.sh was not run
#   need PROGRAM…         outside scenarios: skips the whole file when one is not installed
#
# $out and $err name the files with the last run's output; $srcdir is the top of the sources.

set -u
: "${MIGRATE_BIN:?names the program under test}"
srcdir=$(cd "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}" && pwd)
_bin=$MIGRATE_BIN
_require_all=${MIGRATE_TEST_REQUIRE_ALL:-}
_keep=${MIGRATE_TEST_KEEP:-}
_root=$(mktemp -d "${TMPDIR:-/tmp}/migrate-cli.XXXXXX") || exit 99
_count=0

for _name in $(env | sed -n 's/^\(MIGRATE_[A-Za-z0-9_]*\)=.*/\1/p; s/^\(PG[A-Z]*\)=.*/\1/p'); do
    case $_name in
    MIGRATE_TEST_POSTGRESQL* | MIGRATE_TEST_PYTHON | MIGRATE_TEST_NODE) ;;
    MIGRATE_TEST_GO | MIGRATE_TEST_JAVA) ;;
    *) unset "$_name" ;;
    esac
done
unset DATABASE_URL NO_COLOR EDITOR VISUAL COLUMNS XDG_CACHE_HOME XDG_CONFIG_HOME
mkdir "$_root/bin" "$_root/home"
ln -s "$_bin" "$_root/bin/migrate"
PATH=$_root/bin:$PATH
HOME=$_root/home
TZ=UTC LC_ALL=C.UTF-8 TERM=xterm
MIGRATE_PROVIDERS=$srcdir/providers
export PATH HOME TZ LC_ALL TERM MIGRATE_PROVIDERS

_finish() {
    _status=$?
    trap - EXIT
    if [ "$_status" -eq 0 ]; then
        echo "1..$_count"
    else
        echo "Bail out! the test script ended with status $_status"
    fi
    [ -z "${cluster:-}" ] || "$srcdir/tests/lib/cluster.sh" stop "$cluster"
    [ -n "$_keep" ] || rm -rf "$_root"
    exit "$_status"
}
trap _finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

scenario() {
    _count=$((_count + 1))
    _case="$_root/case $_count"
    mkdir -p "$_case/work"
    cat >"$_case/body"
    out=$_case/out err=$_case/err
    : >"$out"
    : >"$err"
    (
        trap - EXIT
        set -e
        cd "$_case/work"
        . "$_case/body"
    ) </dev/null >"$_case/log" 2>&1
    _result=$?
    if [ "$_result" -eq 0 ]; then
        echo "ok $_count - $1"
    elif [ -f "$_case/skip" ] && [ -z "$_require_all" ]; then
        echo "ok $_count - $1 # SKIP $(cat "$_case/skip")"
    else
        echo "not ok $_count - $1"
        [ ! -f "$_case/skip" ] || sed 's/^/# skipped: /' "$_case/skip"
        sed 's/^/# /' "$_case/log"
        [ ! -f "$_case/command" ] || { sed 's/^/# last run: /' "$_case/command"; echo; }
        sed 's/^/# stderr: /' "$err"
    fi
}

_skip_file() {
    [ -z "$_require_all" ] || { echo "# $1"; exit 1; }
    echo "1..0 # SKIP $1"
    trap - EXIT
    rm -rf "$_root"
    exit 0
}

need() {
    for _program in "$@"; do
        command -v "$_program" >/dev/null 2>&1 || _skip_file "'$_program' is not installed"
    done
}

need_postgresql() {
    need psql
    _status=0
    cluster=$(MIGRATE_TEST_OWNER=$$ "$srcdir/tests/lib/cluster.sh" start ${MIGRATE_TEST_VERSION:-}) ||
        _status=$?
    [ "$_status" -ne 77 ] || _skip_file 'no PostgreSQL server is installed'
    [ "$_status" -eq 0 ] || exit 1
}

need_python() {
    python=${MIGRATE_TEST_PYTHON:-}
    [ -n "$python" ] || _skip_file 'the ORMs of Python are not installed'
}

need_node() {
    need node
    node_modules=${MIGRATE_TEST_NODE:-}
    [ -n "$node_modules" ] || _skip_file 'the ORM of Node is not installed'
}

need_go() {
    need go
    [ -n "${MIGRATE_TEST_GO:-}" ] || _skip_file 'the modules of GORM are not there'
    GOMODCACHE=$MIGRATE_TEST_GO/modules GOCACHE=$MIGRATE_TEST_GO/cache GOPROXY=off GOFLAGS=-tags=libsqlite3
    export GOMODCACHE GOCACHE GOPROXY GOFLAGS
}

need_java() {
    need java javac
    jars=${MIGRATE_TEST_JAVA:-}
    [ -n "$jars" ] || _skip_file 'the jars of Hibernate are not there'
}

# _psql DATABASE OPTION…
_psql() {
    _in=$1
    shift
    psql -h "$cluster" -U postgres -d "$_in" -XqAt -v ON_ERROR_STOP=1 "$@"
}

fresh_database() {
    _databases=$((${_databases:-0} + 1))
    database=${1:-case${_count}_$_databases}
    _psql postgres -v name="$database" <<'SQL' || fail "cannot make the database '$database'"
CREATE DATABASE :"name" TEMPLATE template0;
SQL
    url="postgresql://postgres@/$database?host=$cluster"
}

expect_pg() {
    _psql "$database" -c "$1" >"$_case/sql" || fail "psql failed on: $1"
    shift
    _expect_text "the answer of $database" "$_case/sql" "$@"
}

fail() {
    echo "$*"
    exit 1
}

skip() {
    echo "$*" >"$_case/skip"
    exit 1
}

run() {
    printf '%s ' "$@" >"$_case/command"
    echo >>"$_case/command"
    status=0
    "$@" >"$out" 2>"$err" </dev/null || status=$?
}

run_ok() {
    run "$@"
    expect_status 0
}

run_fails() {
    _expected=$1
    shift
    run "$@"
    expect_status "$_expected"
    [ -s "$err" ] || fail "'$*' failed without a word on stderr"
}

_quote_words() {
    for _word in "$@"; do
        printf '%s' "$_word" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/' /"
    done
}

# script(1) starts the command by a shell: the exit status is to be the command's, not that of a
# shell which the terminal interrupts beside it.
_on_terminal() {
    _quote_words "$@" >"$_case/command"
    SHELL=/bin/sh script -qefc "exec $(cat "$_case/command")" /dev/null
}

# Types TEXT when a question, or after a minute when none, is on the screen.
_type() {
    _tries=0
    until grep -q '?' "$out" || [ "$_tries" -ge 600 ]; do
        sleep 0.1
        _tries=$((_tries + 1))
    done
    printf "$1"
    sleep 0.5
}

answer_tty() {
    _text=$1
    shift
    : >"$out"
    status=0
    _type "$_text" | _on_terminal "$@" >"$out" 2>"$err" || status=$?
}

run_tty() {
    status=0
    _on_terminal "$@" >"$out" 2>"$err" </dev/null || status=$?
}

expect_status() {
    [ "$status" -eq "$1" ] || fail "expected exit status $1, got $status"
}

# _expect_text NAME FILE [TEXT]
_expect_text() {
    if [ $# -lt 3 ]; then
        cat >"$_case/expected"
    elif [ -z "$3" ]; then
        : >"$_case/expected"
    else
        printf '%s\n' "$3" >"$_case/expected"
    fi
    cmp -s "$_case/expected" "$2" && return 0
    echo "$1 is not as expected (-expected, +got):"
    diff -u "$_case/expected" "$2" | sed 1,2d
    exit 1
}

expect_out() { _expect_text stdout "$out" "$@"; }
expect_err() { _expect_text stderr "$err" "$@"; }

# _expect_like NAME FILE RE
_expect_like() {
    if ! grep -Eq -e "$3" "$2"; then
        echo "no line of $1 matches: $3"
        sed "s/^/$1: /" "$2"
        exit 1
    fi
}

_expect_unlike() {
    if grep -Eq -e "$3" "$2"; then
        echo "a line of $1 matches: $3"
        sed "s/^/$1: /" "$2"
        exit 1
    fi
}

expect_out_like() { _expect_like stdout "$out" "$1"; }
expect_err_like() { _expect_like stderr "$err" "$1"; }
expect_out_unlike() { _expect_unlike stdout "$out" "$1"; }
expect_err_unlike() { _expect_unlike stderr "$err" "$1"; }

expect_files() {
    find . ! -type d | sed 's|^\./||' | LC_ALL=C sort >"$_case/files"
    for _file in "$@"; do
        printf '%s\n' "$_file"
    done | LC_ALL=C sort >"$_case/expected files"
    _expect_text 'the list of files' "$_case/files" <"$_case/expected files"
}

expect_file() {
    for _file in "$@"; do
        [ -e "$_file" ] || fail "there is no file '$_file'"
    done
}

expect_no_file() {
    for _file in "$@"; do
        [ ! -e "$_file" ] || fail "there is a file '$_file'"
    done
}

expect_content() {
    expect_file "$1"
    _expect_text "$1" "$1"
}

expect_same() {
    diff -u "$1" "$2" || fail "'$1' and '$2' differ"
}

expect_sql() {
    _db=$1
    sqlite3 "$_db" "$2" >"$_case/sql" || fail "sqlite3 failed on: $2"
    shift 2
    _expect_text "the answer of $_db" "$_case/sql" "$@"
}
