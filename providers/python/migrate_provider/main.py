"""The frame of a provider's program."""

import argparse
import os
import shlex
import sys
import traceback

from .error import ProviderError

DIALECTS = ("sqlite", "postgresql")


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise ProviderError(message)


def _parse(name, target_help, add_arguments):
    parser = _Parser(prog=name)
    parser.add_argument("target", help=target_help)
    parser.add_argument(
        "--dialect",
        choices=DIALECTS,
        default=os.environ.get("MIGRATE_DIALECT") or None,
        help="the kind of the database (default: MIGRATE_DIALECT)",
    )
    if add_arguments:
        add_arguments(parser)
    try:
        more = shlex.split(os.environ.get("MIGRATE_MODEL_ARGS", ""))
    except ValueError as error:
        raise ProviderError(f"the model's arguments cannot be split: {error}") from None
    arguments = parser.parse_args([*sys.argv[1:], *more])
    if arguments.dialect not in DIALECTS:
        known = " and ".join(DIALECTS)
        raise ProviderError(
            f"'{arguments.dialect or ''}' is no dialect for models; there are {known}"
        )
    return arguments


def _take_output():
    """Standard output for DDL alone: what the models' own code prints goes to standard error."""
    sys.stdout.flush()
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    return output


def _is_ours(frame):
    name = frame.f_globals.get("__name__", "")
    return name.startswith(("alembic.", "importlib.", "migrate_")) or name == "importlib"


def _show_traceback(error):
    """From the first line of the user's own on."""
    trace = error.__traceback__
    while trace is not None and _is_ours(trace.tb_frame):
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace)


def _tell(error):
    if error.__cause__ is not None:
        _show_traceback(error.__cause__)
    print("error:", *str(error).split(), file=sys.stderr)
    if error.hint:
        print("hint:", *error.hint.split(), file=sys.stderr)


def _as_script(statements):
    return "".join(f"{statement};\n\n" for statement in statements)


def run(name, produce, target_help, add_arguments=None, write=_as_script):
    """Runs a provider: write() makes what it prints of what produce(arguments) returns, which for models
    are statements without semicolon. Returns the status."""
    sys.path.insert(0, os.getcwd())
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        output = _take_output()
        text = write(produce(_parse(name, target_help, add_arguments)))
    except ProviderError as error:
        _tell(error)
        return 1
    with output:
        output.write(text)
    return 0
