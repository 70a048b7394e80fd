#!/bin/sh
# usage: generate_model.sh FOLDER TABLES
#
# Makes a project whose model has TABLES tables of 10 columns each, for measuring autogenerate.
set -eu
folder=$1 tables=$2

mkdir -p "$folder/versions"
printf '[migrate]\nurl = sqlite:///app.db\nmodel = model.sql\n' >"$folder/migrate.ini"
awk -v tables="$tables" '
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
    }
}' >"$folder/model.sql"
