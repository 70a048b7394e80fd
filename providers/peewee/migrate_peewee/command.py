"""The program."""

from migrate_provider import find, load_module, require, run, split_target


def _produce(arguments):
    module_name, symbol = split_target(arguments.target, "app.models")
    require("peewee", "peewee>=3.17")

    from .ddl import statements
    from .find import models_below, models_of_module

    module = load_module(module_name)
    models = (
        models_below(find(module, symbol), arguments.target)
        if symbol
        else models_of_module(module)
    )
    return statements(models, arguments.dialect)


def main():
    """Runs it. Returns the exit status."""
    return run("migrate-peewee", _produce, "MODULE, or MODULE:NAME of the models' base class or a list")
