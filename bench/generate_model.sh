#!/bin/sh
# usage: generate_model.sh FOLDER TABLES [INDEXES]
#
# Makes a project whose model has TABLES tables for measuring autogenerate: of 10 columns each, with a
# primary key, a foreign key, a CHECK and INDEXES indexes (1 or 2; default 1).
set -eu
folder=$1 tables=$2 indexes=${3:-1}

mkdir -p "$folder/versions"
printf '[migrate]\nurl = sqlite:///app.db\nmodel = model.sql\n' >"$folder/migrate.ini"
awk -v tables="$tables" -v indexes="$indexes" '
BEGIN {
    for (n = 0; n < tables; n++) {
        printf "CREATE TABLE table_%d (\n    id integer PRIMARY KEY,\n", n
        for (c = 1; c <= 6; c++)
            printf "    column_%d text NOT NULL DEFAULT %c%c,\n", c, 39, 39
        printf "    amount numeric(10, 2) CHECK (amount >= 0),\n"
        printf "    created_at timestamp DEFAULT CURRENT_TIMESTAMP,\n"
        if (n > 0)
            printf "    parent_id integer REFERENCES table_%d (id)\n);\n", n - 1
        else
            printf "    parent_id integer\n);\n"
        printf "CREATE INDEX index_%d ON table_%d (column_1, column_2);\n", n, n
        if (indexes > 1)
            printf "CREATE INDEX parent_%d ON table_%d (parent_id);\n", n, n
    }
}' >"$folder/model.sql"
