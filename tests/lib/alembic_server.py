"""Runs Python programs with Alembic loaded already, for tests that need many: starting it takes long.

alembic_server.py SOCKET listens until the shell that started it has ended. alembic_client.py SOCKET
PROGRAM ARGUMENT… runs one, in its folder and environment and with its files; "-m alembic" is Alembic.
"""

import contextlib
import io
import json
import os
import runpy
import signal
import socket
import sys
import traceback

import alembic.command  # noqa: F401
import alembic.config
import sqlalchemy as sa
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg2  # noqa: F401
import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext


def warm_up():
    """SQLAlchemy does much when something is first used, which no child is to do again."""
    with contextlib.redirect_stdout(io.StringIO()):
        for dialect in "sqlite", "postgresql":
            options = {"as_sql": True, "literal_binds": True}
            op = Operations(MigrationContext.configure(dialect_name=dialect, opts=options))
            table = op.create_table(
                "t",
                sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("other", sa.Enum("a", "b", name="e"), sa.ForeignKey("t.id"), index=True),
                sa.UniqueConstraint("id", "other", name="u"),
                sa.CheckConstraint("id > 0", name="c"),
            )
            op.bulk_insert(table, [{"id": 1, "other": "a"}])
            with op.batch_alter_table("t", copy_from=table) as batch:
                batch.alter_column("id", nullable=False, server_default="1", existing_type=sa.Integer)
    with sa.create_engine("sqlite://").connect() as connection:
        sa.inspect(connection).get_table_names()


def run(argv):
    sys.argv = argv
    if argv[:2] == ["-m", "alembic"]:
        alembic.config.main(argv=argv[2:], prog="alembic")
    else:
        runpy.run_path(argv[0], run_name="__main__")


def status_of(argv):
    try:
        run(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def serve(connection):
    data, files, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not data.endswith(b"\n"):
        data += connection.recv(1 << 20)
    request = json.loads(data)
    for target, file in enumerate(files):
        os.dup2(file, target)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = status_of(request["argv"])
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(bytes([status]))
    os._exit(0)


def main():
    shell = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    warm_up()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(sys.argv[1] + ".new")
        server.listen(64)
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        server.settimeout(0.5)
        while os.getppid() == shell:
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(None)
                if os.fork() == 0:
                    serve(connection)


main()
