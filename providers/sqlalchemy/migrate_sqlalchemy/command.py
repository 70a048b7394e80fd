"""The program."""

from migrate_provider import find, load_module, require, run, split_target


def _add_arguments(parser):
    parser.add_argument("--bind", metavar="KEY", help="only the tables of this bind (Flask-SQLAlchemy)")


def _produce(arguments):
    module_name, symbol = split_target(arguments.target, "app.models:Base")
    require("sqlalchemy", "SQLAlchemy>=2.0")

    from .ddl import statements
    from .find import candidates, metadatas

    module = load_module(module_name)
    found = find(module, symbol) if symbol else candidates(module)
    return statements(metadatas(found, arguments.target, arguments.bind), arguments.dialect)


def main():
    """Runs it. Returns the exit status."""
    return run(
        "migrate-sqlalchemy",
        _produce,
        "MODULE:NAME of a declarative base, a MetaData, a Flask-SQLAlchemy extension, a Flask "
        "application, or a function that returns one",
        _add_arguments,
    )
