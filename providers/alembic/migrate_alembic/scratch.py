"""Records on a scratch database of SQLite what Alembic cannot render offline: its batch mode, which
looks at the tables."""

import re
import sqlite3

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

from .bind import Unrenderable
from .recorder import Irreversible, Recorder

_OFFLINE_ONLY = ("as_sql", "literal_binds", "output_buffer", "starting_rev", "fn", "script")
_LOOK = re.compile(r"\s*(PRAGMA|SELECT \w+ FROM.*\bsqlite_(temp_)?master\b)", re.IGNORECASE | re.DOTALL)


class Scratch:
    """A database that follows the scripts one after another, in the order of an upgrade."""

    def __init__(self, offline, arguments, only_offline):
        self._offline = offline
        self._arguments = arguments
        self._only_offline = only_offline
        self._raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        engine = create_engine("sqlite://", creator=lambda: self._raw, poolclass=StaticPool)
        self._connection = engine.connect()
        recorded = self._configure()
        recorded.impl.prep_table_for_batch = self._before_copy
        self._recorder = Recorder(recorded, self._raw.execute)
        self._plain = self._configure()
        self._guarded = False
        self._lost = None
        event.listen(engine, "before_cursor_execute", self._watch)

    def follow(self, script, rendered):
        """Goes up a script; renders what only the offline mode cannot."""
        if (script.revision, "upgrade") in self._only_offline:
            self._record(script, "upgrade", rendered)
        if "upgrade" in rendered["problems"]:
            self._attempt(script, lambda: self._run_script(script))
        elif not rendered["recorded"]:
            self._attempt(script, lambda: self._run_blocks(rendered["upgrade"]))
        if (script.revision, "downgrade") in self._only_offline:
            before = self._save()
            self._record(script, "downgrade", rendered)
            self._restore(before)

    def _configure(self):
        options = self._offline.opts.items()
        return MigrationContext.configure(
            connection=self._connection,
            environment_context=self._offline.environment_context,
            opts={name: value for name, value in options if name not in _OFFLINE_ONLY},
        )

    def _record(self, script, direction, rendered):
        before = self._save()
        try:
            self._guarded = True
            function = getattr(script.module, direction)
            blocks = self._recorder.record(function, self._arguments)
            if self._lost:
                raise Unrenderable(f"it builds on {self._lost}, which does not run on scratch")
            rendered[direction] = blocks
            del rendered["problems"][direction]
            rendered["recorded"] = True
        except (Irreversible, Unrenderable) as why:
            rendered["problems"][direction] = str(why)
            self._restore(before)
        finally:
            self._guarded = False
            self._end()

    def _before_copy(self, _, table):
        """Alembic copies the columns that a table has; a recorded copy has those of the scratch
        database. Where there are others, it must not begin, or it would lose them."""
        name = table.name.replace("'", "''")
        columns = (
            "SELECT group_concat(name, ', ') FROM "
            f"(SELECT name FROM pragma_table_info('{name}') ORDER BY name)"
        )
        found = self._raw.execute(columns).fetchone()[0].replace("'", "''")
        self._recorder.write(
            "CREATE TEMP TABLE before_copy (\n    columns TEXT CONSTRAINT "
            f"\"the table has other columns than this script copies\" CHECK (columns = '{found}')\n)"
        )
        self._recorder.write(f"INSERT INTO temp.before_copy {columns}")
        self._recorder.write("DROP TABLE temp.before_copy")

    def _attempt(self, script, run):
        """What later scripts find must be there, or the tables that they copy would lose columns."""
        before = self._save()
        try:
            run()
        except (Exception, SystemExit):
            self._lost = self._lost or script.revision
            self._restore(before)
        finally:
            self._end()

    def _end(self):
        if self._connection.in_transaction():
            self._connection.commit()
        # autocommit_block() leaves another one behind.
        self._raw.isolation_level = None

    def _run_script(self, script):
        """With all that Alembic gives it."""
        with Operations.context(self._plain):
            script.module.upgrade(**self._arguments)

    def _run_blocks(self, blocks):
        for block in blocks:
            self._raw.executescript(block["sql"])

    def _watch(self, connection, cursor, statement, *_):
        """Whoever finds a way around the recorder must not read or write unseen."""
        if self._guarded and not _LOOK.match(statement):
            self._recorder.refuse("it uses a connection of its own")

    def _save(self):
        saved = sqlite3.connect(":memory:", check_same_thread=False)
        self._raw.backup(saved)
        return saved

    def _restore(self, saved):
        if self._connection.in_transaction():
            self._connection.rollback()
        saved.backup(self._raw)
