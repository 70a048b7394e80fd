"""Finds modules and what is in them, with errors that name what is missing."""

import ast
import difflib
import importlib
import importlib.util
import os
import sys

from .error import ProviderError


def has_package(name):
    """Whether a package is installed."""
    return importlib.util.find_spec(name) is not None


def require(package, distribution, why=None):
    """Imports a package that pip knows as distribution."""
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise ProviderError(f"package '{package}' cannot be imported: {error}") from error
    needed = f", {why}" if why else ""
    raise ProviderError(
        f"there is no package '{package}' for {sys.executable}{needed}",
        f"Install it with `{sys.executable} -m pip install '{distribution}'`, or let 'python' in "
        "migrate.ini name the interpreter that has it.",
    )


def load_module(name):
    """Imports a module of the user's."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise ProviderError(
                f"there is no module '{error.name}'",
                f"It was looked for in '{os.getcwd()}' and where {sys.executable} has its packages.",
            ) from None
        raise ProviderError(f"module '{name}' cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}"
        raise ProviderError(f"module '{name}' cannot be imported: {what}") from error


def split_target(target, example):
    """MODULE:SYMBOL as its two halves; the second may be empty."""
    module, _, symbol = target.partition(":")
    if not module:
        raise ProviderError(f"'{target}' names no module", f"Write it as in {example}.")
    return module, symbol


def find(module, symbol):
    """The object that a symbol names in a module: NAME, NAME.NAME, or a call with plain values."""
    name, parenthesis, _ = symbol.partition("(")
    found = module
    for part in name.split("."):
        found = _attribute(module, found, part, name)
    return _call(found, symbol) if parenthesis else found


def _attribute(module, owner, part, name):
    try:
        return getattr(owner, part)
    except AttributeError:
        near = difflib.get_close_matches(part, dir(owner), 1)
        hint = f"Did you mean '{near[0]}'?" if near else None
        raise ProviderError(f"module '{module.__name__}' has no '{name}'", hint) from None


def _call(function, text):
    try:
        call = ast.parse(text, mode="eval").body
        if not isinstance(call, ast.Call):
            raise ValueError
        positional = [ast.literal_eval(argument) for argument in call.args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (SyntaxError, ValueError):
        raise ProviderError(f"'{text}' is no call with plain values") from None
    return function(*positional, **named)
