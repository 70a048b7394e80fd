# For scenarios with models of an ORM, to be sourced behind lib.sh and pg.sh.

# orm_project MODEL URL: starts a project, or starts it over.
orm_project() {
    mkdir -p versions
    printf '[migrate]\nurl = %s\nmodel = %s\npython = "%s"\n' "$2" "$1" "$python" >migrate.ini
}

# An empty database for the ORM to fill, beside $database: its URL is $orm_url, and for SQLAlchemy
# $orm_sqlalchemy_url.
make_orm_database() {
    _ours=$database _our_url=$url
    fresh_database
    orm_database=$database orm_url=$url
    orm_sqlalchemy_url=postgresql+psycopg${url#postgresql}
    database=$_ours url=$_our_url
}

# reload DATABASE: what pg_dump says of a copy of it. The server spells an expression in another way when
# it is made from what the catalog says of it: (ARRAY['a'::varchar])::text[] becomes
# ARRAY[('a'::varchar)::text].
reload() {
    _original=$database
    fresh_database
    pg_dump -h "$cluster" -U postgres --schema-only "$1" | _psql "$database" -o /dev/null
    dump_sorted "$database"
    database=$_original
}

# expect_agreement URL: the project's database and the ORM's, at URL, have the same schema: for
# `migrate diff` both ways, and for pg_dump.
expect_agreement() {
    for _way in "live $1" "$1 live"; do
        # shellcheck disable=SC2086 # two words
        run migrate diff $_way --exit-code
        [ "$status" -eq 0 ] || fail "diff $_way: status $status: $(cat "$out" "$err")"
    done
    case $1 in
    postgresql:*)
        dump_sorted "$orm_database" >orm.dump
        dump_sorted "$database" >ours.dump
        cmp -s orm.dump ours.dump || reload "$orm_database" >orm.dump
        expect_same orm.dump ours.dump
        ;;
    esac
}

# commands README: what it says to type.
commands() {
    sed -n 's/^    \$ //p' "$1"
}
