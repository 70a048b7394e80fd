"""Finds the tables of what a target names."""

import inspect

from migrate_provider import ProviderError
from sqlalchemy import MetaData


def _is_flask(found):
    """A Flask-SQLAlchemy extension. It is known by what it has: the package may not be there."""
    return isinstance(getattr(found, "metadatas", None), dict)


def _of_extension(found, bind):
    by_bind = found.metadatas
    if bind is not None and bind not in by_bind:
        known = ", ".join(sorted(repr(key) for key in by_bind if key is not None))
        raise ProviderError(
            f"there is no bind '{bind}'", f"There are {known}." if known else "There are none."
        )
    return [by_bind[bind]]


def _extension_of_application(found, target):
    extension = found.extensions.get("sqlalchemy")
    if extension is None or not _is_flask(extension):
        raise ProviderError(
            f"the application '{target}' has no Flask-SQLAlchemy extension",
            "Call db.init_app(app) where it is made.",
        )
    return extension


def _one(found, target, bind):
    if isinstance(getattr(found, "extensions", None), dict):
        found = _extension_of_application(found, target)
    if _is_flask(found):
        return _of_extension(found, bind)
    if bind is not None:
        raise ProviderError(f"'{target}' has no binds: they are Flask-SQLAlchemy's")
    if isinstance(found, MetaData):
        return [found]
    if isinstance(getattr(found, "metadata", None), MetaData):
        return [found.metadata]
    return None


def _made_by(function, target):
    try:
        return function()
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ProviderError(f"calling '{target}' failed: {what}") from error


def _kinds(found, target, bind):
    if isinstance(found, (list, tuple)):
        return [metadata for each in found for metadata in _kinds(each, target, bind)]
    if inspect.isroutine(found):
        return _kinds(_made_by(found, target), target, bind)
    result = _one(found, target, bind)
    if result is None:
        raise ProviderError(
            f"'{target}' is of type '{type(found).__name__}', not a declarative base, a MetaData, a "
            "Flask-SQLAlchemy extension or a Flask application"
        )
    return result


def metadatas(found, target, bind):
    """The MetaData, at least one table in them, of what the target names."""
    result = _kinds(found, target, bind)
    if not any(metadata.tables for metadata in result):
        raise ProviderError(
            f"'{target}' holds no table",
            "Let its module import those that define the models.",
        )
    return result


def _can_be_target(found):
    if hasattr(found, "__table__"):
        return False
    return isinstance(found, MetaData) or isinstance(getattr(found, "metadata", None), MetaData)


def candidates(module):
    """What a module holds that has tables, when the target names nothing in it: it has to be one."""
    by_metadata = {}
    for name, value in sorted(vars(module).items()):
        if _can_be_target(value):
            metadata = value if isinstance(value, MetaData) else value.metadata
            by_metadata.setdefault(id(metadata), (name, value))
    if len(by_metadata) != 1:
        names = ", ".join(f"{module.__name__}:{name}" for name, _ in by_metadata.values())
        raise ProviderError(
            f"'{module.__name__}' is a module, and which object in it has the tables is not said",
            f"Write one of {names}." if names else "Write it as in app.models:Base.",
        )
    return next(iter(by_metadata.values()))[1]
