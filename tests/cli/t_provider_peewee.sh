#!/bin/sh
# The example for Peewee: its own create_tables() and a history of ours make the same schema, and the
# application works on ours.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_python
need_postgresql

start() {
    cp -R "$srcdir/examples/peewee-notes/." .
    chmod -R u+w .
    mkdir -p versions
    printf 'python = "%s"\n' "$python" >>migrate.ini
}

use() {
    "$python" - <<'PY'
import peewee
from models import Note, Notebook, database

with database:
    book = Notebook.create(name="one")
    note = Note.create(notebook=book, title="Hello")
    assert Note.get_by_id(note.id).written_at
    Note.update(stars=5).where(Note.id == note.id).execute()
    for wrong in (lambda: Notebook.create(name="one"), lambda: Note.create(notebook=book, title="x", stars=6)):
        try:
            with database.atomic():
                wrong()
        except peewee.IntegrityError:
            continue
        raise SystemExit("it was taken")
    assert [note.stars for note in book.notes] == [5]
    book.delete_instance()
    assert Note.select().count() == 0
PY
}

# create_tables() in another database: what it names on SQLite and on PostgreSQL.
create_tables() {
    "$python" - "$1" <<'PY'
import sys
import peewee
import models

database = models.database
if isinstance(database, peewee.SqliteDatabase):
    database.init(sys.argv[1])
else:
    database.init(sys.argv[1], **database.connect_params)
with database:
    database.create_tables(getattr(models, "TABLES", None) or [models.Notebook, models.Note])
PY
}

tell_the_story() {
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    run_ok migrate check
    use
    sed -i 's/^    text = .*/&\n    colour = peewee.CharField(max_length=6, null=True)/' models.py
    run_ok migrate revision --autogenerate -m 'add colour'
    run_ok migrate upgrade head
    run_ok migrate check
    use
}

scenario 'on SQLite' <<'EOS'
start
tell_the_story
create_tables orm.db
expect_agreement sqlite:///orm.db
EOS

scenario 'on PostgreSQL' <<'EOS'
start
fresh_database
PGHOST=$cluster PGUSER=postgres DATABASE=$database
export PGHOST PGUSER DATABASE
sed -i "s|^url = .*|url = $url|" migrate.ini
tell_the_story
make_orm_database
create_tables "$orm_database"
expect_agreement "$orm_url"
EOS

# Models with what the ORM has; $1: the class of the database.
all_kinds() {
    cat >models.py <<PY
import os
from peewee import *

database = $1


class Base(Model):
    class Meta:
        database = database


class Stamped(Base):
    made = TimestampField()


class Everything(Stamped):
    big = BigIntegerField(unique=True)
    blob = BlobField(null=True)
    flag = BooleanField(index=True)
    char = FixedCharField(max_length=3, column_name="Char Ü")
    day = DateField()
    exact = DecimalField(max_digits=8, decimal_places=3)
    double = DoubleField(constraints=[SQL("DEFAULT 1.5")])
    real = FloatField()
    ip = IPField()
    key = UUIDField()
    moment = TimeField(collation=None)

    class Meta:
        table_name = "every thing"
        constraints = [Check("big > 0"), SQL("UNIQUE (\"day\", \"double\")")]


class Composite(Base):
    left = ForeignKeyField(Everything, on_update="CASCADE")
    right = IntegerField()

    class Meta:
        primary_key = CompositeKey("left", "right")


class Node(Base):
    code = CharField(primary_key=True, max_length=10)
    parent = ForeignKeyField("self", null=True, backref="children")


class Student(Base):
    name = CharField()


class Course(Base):
    title = CharField()
    students = ManyToManyField(Student, backref="courses")


Everything.add_index(Everything.index(Everything.day, Everything.big.desc(), name="partial",
    where=(Everything.char != "it's 100%") & (Everything.big > 7)))
Everything.add_index(SQL("CREATE INDEX plain ON \"every thing\" (\"real\")"))
TABLES = [Everything, Composite, Node, Student, Course, Course.students.get_through_model()]
PY
}

scenario 'what Peewee has, on SQLite' <<'EOS'
start
all_kinds 'SqliteDatabase("notes.db")'
run_ok migrate revision --autogenerate -m first
run_ok migrate upgrade head
run_ok migrate check
create_tables orm.db
expect_agreement sqlite:///orm.db
sed -i 's/:models$/:models:TABLES/' migrate.ini
run_ok migrate check
EOS

scenario 'what Peewee has, on PostgreSQL' <<'EOS'
start
fresh_database
PGHOST=$cluster PGUSER=postgres
export PGHOST PGUSER
sed -i "s|^url = .*|url = $url|" migrate.ini
all_kinds 'PostgresqlDatabase("none", host=os.environ["PGHOST"], user=os.environ["PGUSER"])'
run_ok migrate revision --autogenerate -m first
run_ok migrate upgrade head
run_ok migrate check
make_orm_database
create_tables "$orm_database"
expect_agreement "$orm_url"
EOS

scenario 'what is wrong is named' <<'EOS'
start
echo 'x = 1' >nothing.py
while IFS='|' read -r target error; do
    sed -i "s/^model.*/model = peewee:$target/" migrate.ini
    run_fails 3 migrate check
    [ "$(head -n 1 "$err")" = "error E208: model 'peewee:$target': $error" ] || fail "$(cat "$err")"
done <<'EOF'
nowhere|there is no module 'nowhere'
models:Nothing|module 'models' has no 'Nothing'
models:os|'models:os' is of type 'module', not a model or a list of models
nothing|'nothing' holds no model
EOF
sed -i "s/^model.*/model = peewee:models:Base/" migrate.ini
run_ok migrate diff empty model
expect_out_like '^CREATE TABLE "?note"?'
EOS
