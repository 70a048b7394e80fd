"""Opens an environment and runs its env.py, as Alembic's own commands do."""

import argparse
import configparser
import inspect
import os
import re
import sys
import warnings
from datetime import datetime

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError, to_tuple
from migrate_provider import ProviderError

from .refusal import REFUSAL
from .render import Renderer

_OTHER_DIALECT = ("connection", "url", "dialect_name", "dialect_opts", "transactional_ddl")
_TRAILER = re.compile(r"^(?:Revision ID|Revises|Create Date|Branch Labels|Depends on): *(.*)$", re.I)


def _what(error):
    return f"{type(error).__name__}: {error}"


def _open(path, arguments):
    folder = os.path.dirname(path)
    options = {"cmd_opts": argparse.Namespace(x=arguments.x), "stdout": sys.stderr}
    if "toml_file" in inspect.signature(Config).parameters:
        toml = os.path.join(folder, "pyproject.toml")
        options["toml_file"] = toml if os.path.exists(toml) else None
    config = Config(path, **options)
    # Flask-Migrate leaves it out, for its folder is that of the file.
    if config.get_main_option("script_location") is None and os.path.exists(
        os.path.join(folder, "env.py")
    ):
        config.set_main_option("script_location", folder.replace("%", "%%"))
    # Whatever env.py makes of it, it is no database that could be reached.
    config.set_main_option("sqlalchemy.url", f"{arguments.dialect}://")
    return config, ScriptDirectory.from_config(config)


def _read_scripts(directory):
    """All scripts, each behind those that it needs, in the order in which Alembic runs them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Revision .* is present more than once")
        warnings.filterwarnings("error", message="Revision .* referenced from .* is not present")
        try:
            return list(directory.walk_revisions("base", "heads"))[::-1]
        except (CommandError, UserWarning) as error:
            raise ProviderError(f"the scripts cannot be read: {error}") from None
        except (Exception, SystemExit) as error:
            raise ProviderError(f"the scripts cannot be read: {_what(error)}") from error


class _Run:
    """One run of env.py, in which all is rendered where it would run its migrations."""

    def __init__(self, config, directory, scripts, dialect):
        self.environment = EnvironmentContext(config, directory, as_sql=True)
        self.scripts = scripts
        self.dialect = dialect
        self.context = self.rendered = None
        self._configure = self.environment.configure
        self.environment.configure = self.configure
        self.environment.run_migrations = self.run_migrations

    def configure(self, *_, **options):
        """Takes env.py's options, but for the database."""
        options = {name: value for name, value in options.items() if name not in _OTHER_DIALECT}
        options["literal_binds"] = True
        # With the style "named" no percent sign is doubled for a driver, and none is needed.
        self._configure(
            dialect_name=self.dialect, dialect_opts={"paramstyle": "named"}, **options
        )
        self.context = self.environment.get_context()
        # SQLAlchemy doubles backslashes until a server has told it that strings are standard ones.
        self.context.dialect._backslash_escapes = False
        # BEGIN and COMMIT around it all: the scripts are transactions anyway.
        self.context.impl.static_output = lambda text: None

    def run_migrations(self, **arguments):
        if self.rendered is not None:
            raise ProviderError(
                "env.py runs the migrations more than once, as for several databases",
                "Let it run those of one, such as by -x KEY=VALUE, or leave it out with --no-env.",
            )
        self.rendered = Renderer(self.context, arguments).render_all(self.scripts)

    def run(self, directory, no_env):
        with self.environment:
            if no_env:
                self.configure()
                self.run_migrations()
            else:
                directory.run_env()
        if self.rendered is None:
            raise ProviderError("env.py runs no migrations")


def _list(value):
    return [str(each) for each in to_tuple(value, default=())]


def _date(text):
    try:
        return datetime.fromisoformat(text.strip()).isoformat(timespec="seconds")
    except ValueError:
        return text.strip() or None


def _message(script):
    """The script's documentation without the lines that Alembic put there; and the date of those."""
    lines, created = [], None
    for line in script.longdoc.splitlines():
        trailer = _TRAILER.match(line)
        if not trailer:
            lines.append(line)
        elif line.lower().startswith("create date"):
            created = _date(trailer[1])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip()), created


def _describe(script, rendered):
    message, created = _message(script)
    return {
        "revision": script.revision,
        "path": os.path.abspath(script.path),
        "down_revision": _list(script.down_revision),
        "depends_on": _list(script.dependencies),
        "branch_labels": _list(getattr(script.module, "branch_labels", None)),
        "message": message,
        "created": created,
        **rendered,
    }


def read(arguments):
    """The environment as one object: what C needs to write our scripts."""
    path = os.path.abspath(arguments.target)
    os.chdir(os.path.dirname(path))
    try:
        config, directory = _open(path, arguments)
    except (CommandError, configparser.Error, OSError, ValueError) as error:
        raise ProviderError(f"the environment cannot be opened: {error}") from None
    scripts = _read_scripts(directory)
    run = _Run(config, directory, scripts, arguments.dialect)
    try:
        run.run(directory, arguments.no_env)
    except (Exception, SystemExit) as error:
        if isinstance(error, ProviderError):
            raise
        raise ProviderError(
            f"env.py failed: {_what(error)}",
            "Run it as Alembic would be (-x, environment variables), or leave it out with --no-env.",
        ) from error
    return {
        "version_table": run.context.version_table,
        "version_table_schema": run.context.version_table_schema,
        "refusal": REFUSAL[arguments.dialect],
        "revisions": [
            _describe(script, run.rendered[script.revision]) for script in scripts
        ],
    }
