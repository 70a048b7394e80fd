"""Runs it from this folder, without an installation."""

import os
import sys

sys.dont_write_bytecode, written = True, sys.dont_write_bytecode
here = sys.path.pop(0)
sys.path += [here, os.path.join(here, os.pardir, "python")]

from migrate_alembic.command import main  # noqa: E402

sys.dont_write_bytecode = written
sys.exit(main())
