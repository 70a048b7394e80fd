#!/bin/sh
# Environments of Alembic by chance, with its usual operations: nearly all of their revisions are
# rendered, and the schema they make is Alembic's. IMPORT_SEED and IMPORT_COUNT: others than the usual.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
. "$srcdir/tests/cli/alembic.sh"
need sqlite3
need_python
need_postgresql
start_alembic
seed=${IMPORT_SEED:-1}
count=${IMPORT_COUNT:-50}

generated() {
    "$python" "$srcdir/tests/lib/generated_alembic.py" "$@" >"$_case/generated" 2>&1 ||
        fail "$(tail -n 20 "$_case/generated")"
}

# One environment: $ours is the URL of its database, $theirs that of the one which Alembic has upgraded.
move_over() {
    mkdir ours
    printf '[migrate]\nurl = %s\npython = %s\nversion_locations = ours\n' "$ours" "$alembic_python" >migrate.ini
    run_ok migrate import alembic .
    tail -n 1 "$out" >>../shares
    if grep '^not rendered' "$out"; then
        return
    fi
    run_ok migrate upgrade heads
    run_ok migrate diff live "$theirs" --exit-code
    run migrate downgrade base
    if [ "$status" -eq 0 ]; then
        run_ok migrate inspect live
        [ ! -s "$out" ] || fail "left over: $(cat "$out")"
    else
        expect_status 6
        grep -rq 'the rows are gone' ours || fail "$(cat "$err")"
    fi
}

# move_every_second FROM SETUP: at the side of another that does so.
move_every_second() {
    _case=$_case/worker$1
    out=$_case/out err=$_case/err
    mkdir "$_case"
    for n in $(seq "$1" 2 "$count"); do
        echo "seed $seed, environment $n"
        cd "all/$n"
        "$2"
        move_over
        cd ../..
    done
}

move_all_over() {
    move_every_second 1 "$1" &
    first=$!
    move_every_second 2 "$1" &
    wait $! && wait "$first" || fail "$(tail -n 20 "$_case"/worker?/err)"
    awk '{ done += $2; all += $4 } END { print done " of " all; exit done < 0.95 * all || !all }' all/shares ||
        fail 'too few revisions are rendered'
}

on_sqlite() {
    ours=sqlite:///ours.db theirs=sqlite:///theirs.db
}

scenario 'on SQLite' <<'EOS'
generated write "$seed" "$count" all sqlite:///%\(here\)s/theirs.db
generated upgrade all
move_all_over on_sqlite
EOS

# Each environment has a schema of its own.
on_postgresql() {
    ours="$url&options=-csearch_path%3De$n" theirs="$orm_url&options=-csearch_path%3De$n"
}

scenario 'on PostgreSQL' <<'EOS'
fresh_database
make_orm_database
for n in $(seq "$count"); do
    echo "CREATE SCHEMA e$n;"
done >schemas.sql
_psql "$database" -f schemas.sql
_psql "$orm_database" -f schemas.sql
generated write "$seed" "$count" all "$orm_sqlalchemy_url&options=-csearch_path=eNUMBER"
generated upgrade all
move_all_over on_postgresql
EOS
