"""Notes in notebooks. With DATABASE set they are in that PostgreSQL database."""

import datetime
import os

import peewee

if "DATABASE" in os.environ:
    database = peewee.PostgresqlDatabase(
        os.environ["DATABASE"], host=os.environ.get("PGHOST"), user=os.environ.get("PGUSER")
    )
else:
    database = peewee.SqliteDatabase("notes.db", pragmas={"foreign_keys": 1})


class Base(peewee.Model):
    class Meta:
        database = database


class Notebook(Base):
    name = peewee.CharField(max_length=80, unique=True)


class Note(Base):
    notebook = peewee.ForeignKeyField(Notebook, backref="notes", on_delete="CASCADE")
    title = peewee.CharField()
    text = peewee.TextField(default="")
    stars = peewee.SmallIntegerField(
        constraints=[peewee.SQL("DEFAULT 0"), peewee.Check("stars BETWEEN 0 AND 5")]
    )
    written_at = peewee.DateTimeField(default=datetime.datetime.now, index=True)

    class Meta:
        indexes = ((("notebook", "title"), True),)
