#!/bin/sh
# usage: generate_reversible.sh FOLDER COUNT URL
#
# Makes a project with COUNT revisions of several statements each whose downgrades lead back, for measuring
# verify: the n-th makes a table with a foreign key and an index, and gives the table that was made ten
# revisions before a column with an index. The SQL is good for either kind of database.
set -eu
folder=$1 count=$2 url=$3

mkdir -p "$folder/versions"
printf '[migrate]\nurl = %s\n' "$url" >"$folder/migrate.ini"
awk -v folder="$folder/versions" -v count="$count" '
BEGIN {
    for (n = 0; n < count; n++) {
        file = sprintf("%s/%05d.sql", folder, n)
        printf "-- revision: r%05d\n-- down_revision: %s\n\n", n,
            (n ? sprintf("r%05d", n - 1) : "") >file
        print "-- migrate: upgrade" >file
        printf "CREATE TABLE t%d (\n    id integer PRIMARY KEY,\n    name varchar(40) NOT NULL", n >file
        if (n > 0)
            printf ",\n    parent integer REFERENCES t%d (id)", n - 1 >file
        print "\n);" >file
        if (n > 0)
            printf "CREATE INDEX t%d_parent ON t%d (parent);\n", n, n >file
        if (n >= 10) {
            printf "ALTER TABLE t%d ADD COLUMN note text;\n", n - 10 >file
            printf "CREATE INDEX t%d_note ON t%d (note);\n", n - 10, n - 10 >file
        }
        print "\n-- migrate: downgrade" >file
        if (n >= 10) {
            printf "DROP INDEX t%d_note;\n", n - 10 >file
            printf "ALTER TABLE t%d DROP COLUMN note;\n", n - 10 >file
        }
        printf "DROP TABLE t%d;\n", n >file
        close(file)
    }
}'
# The same statements for other programs, as verify runs them: up, down, up, a transaction each.
for script in "$folder"/versions/*.sql; do
    for part in upgrade downgrade upgrade; do
        echo 'BEGIN;'
        awk -v part="-- migrate: $part" '/^-- migrate:/ { on = $0 == part; next } on' "$script"
        echo 'COMMIT;'
    done
done >"$folder/plain.sql"
