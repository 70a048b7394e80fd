"""Finds the models of a module."""

from migrate_provider import ProviderError
from peewee import Model


def _is_model(value):
    return isinstance(value, type) and issubclass(value, Model) and value is not Model


def _all_below(base):
    for model in base.__subclasses__():
        yield model
        yield from _all_below(model)


def _with_table(models):
    """Each once, without the base classes: those that others derive from. With them comes what joins
    them many to many."""
    found = {}
    for model in models:
        if not model.__subclasses__():
            found[model] = None
            for field in model._meta.manytomany.values():
                found[field.through_model] = None
    return list(found)


def _checked(models, target):
    if not models:
        raise ProviderError(
            f"'{target}' holds no model", "Let its module import those that define the models."
        )
    return models


def models_of_module(module):
    """Those that the module has, and for a package those of its modules that it imports."""
    models = [value for _, value in sorted(vars(module).items()) if _is_model(value)]
    models += [
        model
        for model in _all_below(Model)
        if f"{model.__module__}.".startswith(f"{module.__name__}.")
    ]
    return _checked(_with_table(models), module.__name__)


def models_below(found, target):
    """Those of a list, or all that derive from a base class."""
    if isinstance(found, (list, tuple)) and all(map(_is_model, found)):
        return _checked(list(found), target)
    if not (isinstance(found, type) and issubclass(found, Model)):
        raise ProviderError(
            f"'{target}' is of type '{type(found).__name__}', not a model or a list of models"
        )
    own = [found] if _is_model(found) else []
    return _checked(_with_table([*own, *_all_below(found)]), target)
