"""The program."""

import os

from migrate_provider import load_module, require, run


def _add_arguments(parser):
    parser.add_argument(
        "--database", metavar="ALIAS", default="default", help="which of DATABASES (default: default)"
    )
    parser.add_argument(
        "--app", metavar="LABEL", action="append", help="only this application; may be given again"
    )


def _produce(arguments):
    require("django", "Django>=4.2")
    os.environ["DJANGO_SETTINGS_MODULE"] = arguments.target
    load_module(arguments.target)

    from .ddl import statements
    from .project import find_models, set_up

    connection = set_up(arguments.target, arguments.database, arguments.dialect)
    return statements(connection, find_models(connection, arguments.app))


def main():
    """Runs it. Returns the exit status."""
    return run("migrate-django", _produce, "the settings module, as mysite.settings", _add_arguments)
