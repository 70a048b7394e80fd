"""Models as statements, as Peewee's own create_tables() makes the tables."""

import peewee
from migrate_provider import ProviderError

DATABASES = {"sqlite": peewee.SqliteDatabase, "postgresql": peewee.PostgresqlDatabase}


def _literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


class _Recorder:
    """A database that keeps what it is to execute. It never connects."""

    index_value_literals = True

    def execute_sql(self, sql, params=None, *_, **__):
        for value in params or ():
            sql = sql.replace(self.param, _literal(value), 1)
        self.recorded.append(sql)

    def sequence_exists(self, *_, **__):
        return False

    def table_exists(self, *_, **__):
        return False


def _database_class(models, dialect):
    """The project's own class where it is one for the dialect: it may know more types."""
    base = DATABASES[dialect]
    for model in models:
        database = model._meta.database
        database = getattr(database, "obj", database)
        if isinstance(database, base):
            return type(database)
    return base


def _create(models, database):
    database.create_tables(models, safe=False)
    if isinstance(database, peewee.SqliteDatabase):
        return
    for model in peewee.sort_models(models):
        for field in model._meta.sorted_fields:
            if getattr(field, "deferred", False):
                model._schema.create_foreign_key(field)


def _schemas(models):
    return sorted({model._meta.schema for model in models if model._meta.schema})


def statements(models, dialect):
    """What makes the tables, with their schemas."""
    own_class = _database_class(models, dialect)
    database = type("Recorder", (_Recorder, own_class), {})("none")
    database.recorded = []
    schemas = _schemas(models)
    if schemas and dialect == "sqlite":
        raise ProviderError(f"the models are in schema '{schemas[0]}', and SQLite has none")
    try:
        with database.bind_ctx(models, bind_refs=True, bind_backrefs=False):
            _create(models, database)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ProviderError(f"Peewee cannot write the tables for {dialect}: {what}") from error
    created = [f'CREATE SCHEMA IF NOT EXISTS "{name}"' for name in schemas if name != "public"]
    return created + database.recorded
