#!/bin/sh
# usage: generate_revisions.sh FOLDER COUNT SHAPE
#
# Makes a project with COUNT revisions for measuring: migrate.ini, an SQLite URL and versions/.
# SHAPE: linear   each revision on top of the one before
#        merging  two branches of 24 revisions each between merges: a merge every 50
# The n-th revision makes a table of two columns and drops it again.
set -eu
folder=$1 count=$2 shape=$3

mkdir -p "$folder/versions"
printf '[migrate]\nurl = sqlite:///app.db\n' >"$folder/migrate.ini"
awk -v folder="$folder/versions" -v count="$count" -v shape="$shape" '
# Ids that do not sort like the history, as random ones do not.
function id(n) {
    return sprintf("%06x%06x", (n * 7919 + 12345) % 16777216, n)
}

function parents(n,   at) {
    if (n == 0)
        return ""
    at = n % 50
    if (shape != "merging" || (at > 1 && at != 26))
        return id(n - 1)
    if (at == 26)
        return id(n - 25)
    return at == 0 ? id(n - 25) ", " id(n - 1) : id(n - 1)
}

BEGIN {
    for (n = 0; n < count; n++) {
        file = folder "/" id(n) "_add_table_" n ".sql"
        print "-- add table " n > file
        print "--" > file
        print "-- revision: " id(n) > file
        print "-- down_revision: " parents(n) > file
        print "-- branch_labels:" > file
        print "-- depends_on:" > file
        print "-- created: 2026-11-21T10:00:00Z" > file
        print "" > file
        print "-- migrate: upgrade" > file
        print "CREATE TABLE table_" n " (id integer PRIMARY KEY, name text NOT NULL);" > file
        print "" > file
        print "-- migrate: downgrade" > file
        print "DROP TABLE table_" n ";" > file
        close(file)
    }
}'
