"""The program: prints the environment that a path of alembic.ini names as one JSON document."""

import json
import sys

from migrate_provider import require, run


def _add_arguments(parser):
    parser.add_argument("-x", action="append", default=[], metavar="KEY=VALUE", help="for env.py")
    parser.add_argument("--no-env", action="store_true", help="do not run env.py")


def _produce(arguments):
    # The environment's own folder is often called alembic, too.
    folder = sys.path.pop(0)
    require("alembic", "alembic>=1.8")

    from .environment import read

    sys.path.insert(0, folder)
    return read(arguments)


def main():
    """Runs it. Returns the exit status."""
    return run("migrate-alembic", _produce, "path of alembic.ini", _add_arguments, json.dumps)
