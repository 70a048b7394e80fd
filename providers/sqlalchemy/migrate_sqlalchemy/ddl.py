"""MetaData as statements, as SQLAlchemy's own create_all() makes them."""

from migrate_provider import ProviderError
from sqlalchemy import create_mock_engine
from sqlalchemy.schema import CreateSchema

HINT = "renamed_from"


def _hint(element):
    name = element.info.get(HINT)
    return f"-- migrate: renamed from {name}\n" if name else ""


def _with_hints(compiler_class):
    """The compiler, which writes what `info` says of a table's or column's former name."""

    class Compiler(compiler_class):
        def visit_create_table(self, create, **options):
            return _hint(create.element) + super().visit_create_table(create, **options).lstrip()

        def visit_create_column(self, create, **options):
            text = super().visit_create_column(create, **options)
            hint = _hint(create.element)
            return f"{hint}\t{text}" if text and hint else text

    return Compiler


def _make_engine(dialect, take):
    """An engine that hands statements to take. No driver is loaded: with the style "named", no
    percent sign is doubled for one."""
    engine = create_mock_engine(f"{dialect}://", take, paramstyle="named")
    engine.dialect.default_schema_name = "public" if dialect == "postgresql" else "main"
    # SQLAlchemy 2.0 doubles backslashes until a server has told it that strings are standard ones.
    engine.dialect._backslash_escapes = False
    engine.dialect.ddl_compiler = _with_hints(engine.dialect.ddl_compiler)
    return engine


def _create_all(metadata, engine):
    try:
        metadata.create_all(engine, checkfirst=False)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ProviderError(
            f"SQLAlchemy cannot write the tables for {engine.dialect.name}: {what}"
        ) from error


def _create_schemas(elements, dialect):
    names = {getattr(getattr(each, "element", None), "schema", None) for each in elements}
    names -= {None, "", dialect.default_schema_name}
    if names and dialect.name == "sqlite":
        raise ProviderError(
            f"the models are in schema '{min(names)}', and SQLite has none",
            "Leave 'schema' out of the models where they are for SQLite.",
        )
    return [CreateSchema(name, if_not_exists=True) for name in sorted(names)]


def statements(all_metadata, dialect):
    """What makes all tables, with the schemas that they are in, in order; nothing twice."""
    elements = []
    engine = _make_engine(dialect, lambda element, *_, **__: elements.append(element))
    for metadata in all_metadata:
        _create_all(metadata, engine)
    elements[:0] = _create_schemas(elements, engine.dialect)
    texts = [str(element.compile(dialect=engine.dialect)).strip() for element in elements]
    return list(dict.fromkeys(texts))
