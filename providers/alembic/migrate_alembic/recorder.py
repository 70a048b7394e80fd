"""Writes down what a script executes."""

import contextlib
import linecache
import re
import traceback

import alembic
from alembic.operations import Operations
from sqlalchemy import literal, text
from sqlalchemy.schema import DDLElement

from .bind import Bind, Unrenderable

_ENDS_TRANSACTION = {"COMMIT", "COMMIT TRANSACTION", "COMMIT WORK", "END"}
_BEGINS_TRANSACTION = {"BEGIN", "BEGIN TRANSACTION", "BEGIN WORK", "START TRANSACTION"}
_CREATE = re.compile(r"(\s*CREATE (?:TABLE|SEQUENCE|SCHEMA|(?:UNIQUE )?INDEX)) (?!IF )")
_CREATE_TYPE = re.compile(r"\s*CREATE (TYPE|DOMAIN) ")
_DROP = re.compile(r"(\s*DROP \w+) (?!IF )")


def _where_missing(sql):
    """The statement so that it does nothing where it has nothing to do."""
    if _CREATE_TYPE.match(sql):
        body = sql.strip().rstrip(";")
        return f"DO $$\nBEGIN\n    {body};\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND\n$$"
    return _DROP.sub(r"\1 IF EXISTS ", _CREATE.sub(r"\1 IF NOT EXISTS ", sql, count=1), count=1)


def _end(sql):
    """With its semicolon, which no comment may hide."""
    sql = sql.strip()
    if sql.endswith(";"):
        return sql
    return sql + ("\n;" if "--" in sql.rpartition("\n")[2] else ";")


def _why(error):
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _is_deliberate(error, function):
    """Whether the script itself says no, by raising the error in a statement of its own."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(frame.filename, frame.lineno).strip()
    is_own = frame.filename == function.__code__.co_filename and line.startswith("raise")
    return isinstance(error, NotImplementedError) and is_own


def _guessing(compiler):
    """The compiler, which takes a value's own type where a column of a script has none."""

    class Compiler(compiler):
        def render_literal_value(self, value, type_):
            return super().render_literal_value(value, literal(value).type if type_._isnull else type_)

    return Compiler


class Irreversible(Exception):
    """The downgrade says that there is none."""


class Recorder:
    """Takes the place of what executes statements for a migration context. run: executes SQL, to
    follow on a scratch database what the script does; or None."""

    def __init__(self, context, run=None):
        self._context = context
        self.dialect = context.dialect
        self._run = run
        self.dialect.statement_compiler = _guessing(self.dialect.statement_compiler)
        context.impl._exec = self._exec
        context.impl.emit_commit = lambda: self._set_transaction(False)
        context.impl.emit_begin = lambda: self._set_transaction(True)

    def record(self, function, arguments):
        """The blocks that a script's function makes. Unrenderable: it cannot be told."""
        self._blocks, self._problem, self._transaction, self._missing = [], None, True, False
        failure = None
        with Operations.context(self._context), self._instead_of_connection():
            try:
                function(**arguments)
            except Unrenderable:
                pass
            except (Exception, SystemExit) as error:
                if _is_deliberate(error, function):
                    raise Irreversible(str(error)) from error
                failure = _why(error)
        if self._problem or failure:
            raise Unrenderable(self._problem or failure, is_final=self._problem is not None)
        return [
            {"sql": "\n\n".join(statements), "transaction": transaction}
            for transaction, statements in self._blocks
        ]

    @contextlib.contextmanager
    def _instead_of_connection(self):
        """What scripts get of op.get_bind(); Alembic itself gets at the context's connection."""
        before, alembic.op.get_bind = alembic.op.get_bind, lambda: Bind(self)
        try:
            yield
        finally:
            alembic.op.get_bind = before

    def refuse(self, why):
        """Ends the script, and the recording even when the script goes on."""
        self._problem = self._problem or why
        raise Unrenderable(why)

    def write(self, sql):
        """A statement as text."""
        if "\0" in sql:
            self.refuse("it has a NUL character in its SQL")
        word = " ".join(sql.strip().rstrip(";").upper().split())
        if word in _ENDS_TRANSACTION or word in _BEGINS_TRANSACTION:
            self._set_transaction(word in _BEGINS_TRANSACTION)
            return
        if self._missing:
            sql = _where_missing(sql)
        if not self._blocks or self._blocks[-1][0] != self._transaction:
            self._blocks.append((self._transaction, []))
        self._blocks[-1][1].append(_end(sql))
        if self._run:
            self._run(sql)

    def execute(self, construct):
        """A statement of SQLAlchemy, with its values."""
        if isinstance(construct, DDLElement):
            sql = str(construct.compile(dialect=self.dialect)).replace("\n\t", "\n    ")
        else:
            literal = {"literal_binds": True}
            sql = str(construct.compile(dialect=self.dialect, compile_kwargs=literal))
        self.write(sql)

    @contextlib.contextmanager
    def only_where_missing(self, missing):
        """What is created or dropped meanwhile is so only where that is to be done (checkfirst)."""
        before, self._missing = self._missing, self._missing or missing
        try:
            yield
        finally:
            self._missing = before

    def _set_transaction(self, inside):
        self._transaction = inside

    def _exec(self, construct, execution_options=None, multiparams=None, params=None):
        if isinstance(construct, str):
            construct = text(construct)
        for row in multiparams or [params]:
            self.execute(construct.values(**row) if row else construct)
