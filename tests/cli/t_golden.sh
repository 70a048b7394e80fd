#!/bin/sh
# Golden files. Each folder tests/golden/DIALECT/NAME/ is found by itself and holds two models,
# from.sql and to.sql, and what `migrate` makes of them:
#
#   from.json to.json   inspect --format json          from.ddl to.ddl   inspect
#   up.sql down.sql     diff from to, and back
#
# MIGRATE_UPDATE_GOLDEN=1 writes them anew; the run then counts as failed, since nobody has looked at
# them yet.
update=${MIGRATE_UPDATE_GOLDEN:-}
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
need sqlite3

# golden FILE: what the last run printed is what the file says.
golden() {
    if [ -n "$update" ]; then
        cmp -s "$out" "$folder/$1" || cp "$out" "$folder/$1"
    else
        [ -f "$folder/$1" ] || fail "there is no $folder/$1: MIGRATE_UPDATE_GOLDEN=1 writes it"
        expect_same "$folder/$1" "$out"
    fi
}

# What a database made of one model becomes with the statements of a golden file.
leads_from_to() {
    rm -f app.db
    sqlite3 app.db <"$1.sql"
    sqlite3 app.db <"$3"
    run migrate diff --exit-code live "file:$2.sql"
    [ "$status" -eq 0 ] || fail "$3 does not lead to $2.sql: $(cat "$out")"
}

for folder in "$srcdir"/tests/golden/sqlite/*/; do
    folder=${folder%/}
    scenario "${folder##*/}" <<'EOS'
cp "$folder/from.sql" "$folder/to.sql" .
printf '[migrate]\nurl = sqlite:///app.db\n' >migrate.ini
for side in from to; do
    run_ok migrate inspect --format json "file:$side.sql"
    golden "$side.json"
    run_ok migrate inspect "file:$side.sql"
    golden "$side.ddl"
    cp "$out" again.sql
    run_ok migrate inspect file:again.sql
    expect_same again.sql "$out"
done
run_ok migrate diff file:from.sql file:to.sql
golden up.sql
cp "$out" up.out
run_ok migrate diff file:to.sql file:from.sql
golden down.sql
cp "$out" down.out
leads_from_to from to up.out
leads_from_to to from down.out
[ -z "$update" ] || fail "written anew: look at them with git diff $folder"
EOS
done
