"""What the Python providers of migrate have in common.

A provider prints the models of an ORM as DDL. It is run in the folder of migrate.ini, which is put on
the module path, with the database's kind in MIGRATE_DIALECT and further arguments in
MIGRATE_MODEL_ARGS. What goes wrong is told in one line, ``error: …``, with an optional ``hint: …``
behind it.
"""

from .error import ProviderError
from .load import find, has_package, load_module, require, split_target
from .main import DIALECTS, run

__all__ = [
    "DIALECTS",
    "ProviderError",
    "find",
    "has_package",
    "load_module",
    "require",
    "run",
    "split_target",
]
