#!/bin/sh
# Models of SQLAlchemy by chance: a history of ours makes what create_all() makes. ORM_SEEDS: which ones
# instead of the usual.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_python
need_postgresql
seeds=${ORM_SEEDS:-1 2 3}

# agree MIGRATE-URL: the project's database is made by a revision, $orm_url's by create_all().
agree() {
    orm_project sqlalchemy:generated_models:metadata "$1"
    printf 'include_schemas = true\nmodel_cache = generated_models.py\n' >>migrate.ini
    cp "$srcdir/tests/lib/generated_models.py" .
    echo "seed $ORM_SEED"
    run_ok migrate -x "seed=$ORM_SEED" revision --autogenerate -m first
    run_ok migrate upgrade head
    run_ok migrate -x "seed=$ORM_SEED" check
    "$python" generated_models.py "$orm_sqlalchemy_url"
    expect_agreement "$orm_url"
    run_ok migrate downgrade base
    rm -r versions
}

scenario 'on SQLite' <<'EOS'
export MIGRATE_DIALECT=sqlite ORM_SEED
for ORM_SEED in $seeds; do
    orm_url=sqlite:///orm.db orm_sqlalchemy_url=sqlite:///orm.db
    agree sqlite:///app.db
    rm app.db orm.db
done
EOS

scenario 'on PostgreSQL' <<'EOS'
export MIGRATE_DIALECT=postgresql ORM_SEED
for ORM_SEED in $seeds; do
    fresh_database
    make_orm_database
    agree "$url"
done
EOS
