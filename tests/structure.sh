#!/bin/sh
# The rules of the tree that can be read off the sources: who may include what, who may print,
# how long a piece may be. Prints TAP; each offending line is shown.
set -u
cd "${MIGRATE_SRCDIR:-$(dirname "$0")/..}" || exit 99
count=0
failed=0

sources() {
    find "$@" -name '*.[ch]' ! -name template-texts.c | LC_ALL=C sort
}

# rule NAME OFFENCES: fails when there are offences.
rule() {
    count=$((count + 1))
    if [ -z "$2" ]; then
        echo "ok $count - $1"
        return
    fi
    failed=1
    echo "not ok $count - $1"
    printf '%s\n' "$2" | sed 's/^/# /'
}

# includes HEADERS-RE FOLDER…: "file:line:#include …" of the folders.
includes() {
    re=$1
    shift
    sources "$@" | xargs grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($re)"
}

grep_sources() {
    re=$1
    shift
    sources "$@" | xargs grep -nE "$re"
}

rule 'sqlite3.h is for dialects/sqlite/' \
    "$(includes 'sqlite3\.h' core cmd dialects | grep -v '^dialects/sqlite/')"
rule 'libpq-fe.h and pg_query.h are for dialects/postgresql/' \
    "$(includes 'libpq-fe\.h|pg_query\.h|libpq/' core cmd dialects | grep -v '^dialects/postgresql/')"
rule 'git2.h is for core/vcs*.c' \
    "$(includes 'git2|core/vcs_private\.h' core cmd dialects | grep -vE '^core/vcs(_[a-z]+)?\.[ch]:')"
rule 'core includes neither cmd nor dialects' "$(includes 'cmd/|dialects/' core)"
rule 'dialects do not include cmd' "$(includes 'cmd/' dialects)"
rule 'cmd does not include dialects' "$(includes 'dialects/' cmd)"
rule 'a dialect does not include another' \
    "$(includes 'dialects/' dialects | grep -vE '^dialects/([a-z]+)/.*"dialects/\1/|^dialects/registry')"
rule 'of GLib only glib-2.0' "$(includes 'gio/|json-glib/|glib-object' core cmd dialects)"
rule 'core does not know dialects by name' \
    "$(grep_sources '"(sqlite|postgresql|postgres)"' core |
        grep -vE '^core/(url\.[ch]|dialect\.h):')"
rule 'the public header has no GLib types' \
    "$(grep_sources '\b(g_[a-z_0-9]+|G[A-Z][a-zA-Z]+|gboolean|gchar|guint|gsize|gint64)\b' core/migrate.h)"
rule 'the library neither prints nor exits' \
    "$(grep_sources '(^|[^a-z_A-Z>.])(v?f?printf|f?puts|putchar|perror|_?exit|abort|g_print|g_printerr|g_message|g_warning) ?\(' core dialects |
        grep -v ':[0-9]*: \* ')"
rule 'nothing is left to do' "$(grep_sources '\b(TODO|FIXME|XXX)\b' core cmd dialects tests)"
rule 'files have at most 600 lines' \
    "$(sources core cmd dialects | xargs wc -l | awk '$2 != "total" && $1 > 600')"
rule 'functions have at most 80 lines' "$(sources core cmd dialects | grep '\.c$' | xargs awk '
    FNR == 1 { start = 0 }
    /^{/ { start = FNR }
    /^}/ && start { if (FNR - start > 80) print FILENAME ":" start ": " FNR - start " lines"; start = 0 }
')"
rule 'headers begin with what they are for' "$(sources core cmd dialects | grep '\.h$' | xargs awk '
    FNR == 1 && !/^\/\*/ { print FILENAME }
')"

# What no fragment of the Makefile names is not built, not run, and missing in a release. Who follows the
# README of an example makes more in its folder.
unlisted() {
    find bench cmd core dialects examples providers tests \
        \( -name node_modules -o -name target -o -name versions -o -name '.venv' -o -name build \) -prune -o \
        \( -name '*.[ch]' -o -path 'tests/cli/*.sh' -o -path 'providers/*' -o -path 'examples/*' \) -type f \
        ! -name template-texts.c ! -name Makefile.am.inc ! -name '*.pyc' ! -name '*.db' \
        ! -name package-lock.json -print 2>/dev/null | LC_ALL=C sort | while read -r file; do
        fragments=$(find Makefile.am "${file%%/*}" -name 'Makefile.am*')
        # shellcheck disable=SC2086 # a list of files
        grep -qE "(^|[[:space:]])(%D%|${file%%/*})/${file#*/}( |\$)" $fragments || echo "$file"
    done
}
rule 'every source is named in a Makefile' "$(unlisted)"

echo "1..$count"
exit $failed
