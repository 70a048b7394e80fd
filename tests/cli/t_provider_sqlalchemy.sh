#!/bin/sh
# Models of SQLAlchemy: its own create_all() and a history of ours make the same schema.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_python
need_postgresql

models() {
    mkdir -p app
    : >app/__init__.py
    cat >app/models.py
}

blog_models() {
    models <<'PY'
from sqlalchemy import Enum, ForeignKey, String, Text, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

print("this is no DDL")


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    __table_args__ = {"comment": "50% of 'them'"}

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(Enum("reader", "writer", name="kind"), server_default="reader")
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    title: Mapped[str | None] = mapped_column(Text)
    created = mapped_column(Text, server_default=func.current_timestamp())
    author: Mapped[User] = relationship(back_populates="posts")
PY
}

# What create_all() makes of app.models:Base in the database of a URL of SQLAlchemy's.
create_all() {
    "$python" - "$1" <<'PY'
import sys
from sqlalchemy import create_engine
from app.models import Base
Base.metadata.create_all(create_engine(sys.argv[1]))
PY
}

# Two revisions, on the database that migrate.ini names.
tell_the_story() {
    run_ok migrate revision --autogenerate -m 'first'
    run_ok migrate upgrade head
    run_ok migrate check
    sed -i 's/^    kind:/    age: Mapped[int | None]\n&/; s/title: /headline: /; s/(Text)/(Text, info={"renamed_from": "title"})/' \
        app/models.py
    run_ok migrate revision --autogenerate -m 'age, headline'
    script=$(sed -n 's/^created //p' "$out")
    grep -q 'RENAME COLUMN title TO headline' "$script" || fail "$(cat "$script")"
    run_ok migrate upgrade head
    run_ok migrate check
}

scenario 'on SQLite' <<'EOS'
blog_models
orm_project sqlalchemy:app.models:Base sqlite:///app.db
tell_the_story
create_all sqlite:///orm.db
expect_agreement sqlite:///orm.db
run_ok migrate downgrade base
EOS

scenario 'on PostgreSQL, without a driver' <<'EOS'
blog_models
fresh_database
orm_project sqlalchemy:app.models:Base "$url"
sed -i '/^python/d' migrate.ini
echo "python = '$python' -c 'import runpy, sys; sys.modules[\"psycopg\"] = None; sys.argv.pop(0); runpy.run_path(sys.argv[0], run_name=\"__main__\")'" >>migrate.ini
tell_the_story
make_orm_database
create_all "$orm_sqlalchemy_url"
expect_agreement "$orm_url"
run_ok migrate downgrade base
EOS

scenario 'what a target may be' <<'EOS'
models <<'PY'
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import registry

metadata = MetaData()
other = MetaData()
mapper = registry()
Table("t", metadata, Column("id", Integer, primary_key=True))
Table("u", other, Column("id", Integer, primary_key=True))
Table("v", mapper.metadata, Column("id", Integer, primary_key=True))
both = [metadata, other]


class Holder:
    inner = other


def make(which, n=1):
    return globals()[which]


def make_two():
    return both[0]
PY
orm_project 'sqlalchemy:app.models:metadata' sqlite:///app.db
for case in 'metadata t' 'other u' 'mapper v' 'both t u' 'Holder.inner u' 'make("other", n=2) u' \
    'make_two t'; do
    set -- $(echo "$case" | sed 's/(.*)/()/')
    target=${case%" $2"*}
    shift
    printf '[migrate]\nurl = sqlite:///app.db\nmodel = exec:%s %s/sqlalchemy app.models:%s\n' \
        "$python" "$MIGRATE_PROVIDERS" "'$target'" >migrate.ini
    run_ok migrate diff empty model
    [ "$(sed -n 's/^CREATE TABLE \([a-z]*\).*/\1/p' "$out" | xargs)" = "$*" ] || fail "$case: $(cat "$out")"
done
EOS

scenario 'what is wrong is named' <<'EOS'
blog_models
echo 'import missing_one' >app/broken.py
echo '1 / 0' >app/wrong.py
cat >app/empty.py <<'PY'
from sqlalchemy.orm import declarative_base
Base = declarative_base()
PY
cat >app/schema.py <<'PY'
from sqlalchemy import Column, Integer, MetaData, Table
Base = MetaData(schema="x")
Table("t", Base, Column("id", Integer, primary_key=True))
PY
while IFS='|' read -r target error; do
    orm_project "sqlalchemy:$target" sqlite:///app.db
    run_fails 3 migrate check
    [ "$(head -n 1 "$err")" = "error E208: model 'sqlalchemy:$target': $error" ] || fail "$(cat "$err")"
done <<'EOF'
nowhere:Base|there is no module 'nowhere'
app.nowhere.models:Base|there is no module 'app.nowhere'
app.models:Bsae|module 'app.models' has no 'Bsae'
app.models:Base.x|module 'app.models' has no 'Base.x'
app.models:String|'app.models:String' is of type 'type', not a declarative base, a MetaData, a Flask-SQLAlchemy extension or a Flask application
:Base|':Base' names no module
app.broken:Base|module 'app.broken' cannot be imported: No module named 'missing_one'
app.wrong:Base|module 'app.wrong' cannot be imported: ZeroDivisionError: division by zero
app.empty:Base|'app.empty:Base' holds no table
app.models:Base(|'Base(' is no call with plain values
app.schema:Base|the models are in schema 'x', and SQLite has none
EOF
EOS

scenario 'a missing package and wrong arguments' <<'EOS'
blog_models
orm_project sqlalchemy:app.models:Base sqlite:///app.db
"$python" -m venv --without-pip bare
sed -i 's/^python.*/python = bare\/bin\/python/' migrate.ini
run_fails 3 migrate check
expect_err_like "there is no package 'sqlalchemy' for .*/bare/bin/python"
expect_err_like "hint: Install it with .*-m pip install 'SQLAlchemy>=2.0'"
orm_project sqlalchemy:app.models:Base sqlite:///app.db
echo 'model_args = --nonsense' >>migrate.ini
run_fails 3 migrate check
expect_err_like "^error E208: model 'sqlalchemy:app.models:Base': unrecognized arguments: --nonsense$"
EOS
