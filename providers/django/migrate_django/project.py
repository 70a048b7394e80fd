"""Sets a project up without its database."""

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router
from django.db.migrations.state import ProjectState
from django.db.utils import load_backend
from migrate_provider import ProviderError, has_package, require

BACKENDS = {"sqlite": "django.db.backends.sqlite3", "postgresql": "django.db.backends.postgresql"}
# Django asks the server for its version where PostgreSQL got a feature; there is none to ask.
SERVER_VERSION = 170000


def _engine(configured, dialect):
    """The project's own backend where it is one for the dialect, as that of GeoDjango is."""
    if dialect == "postgresql" and not has_package("psycopg2"):
        require("psycopg", "psycopg[binary]", "which Django needs to write SQL for PostgreSQL")
    try:
        if load_backend(configured).DatabaseWrapper.vendor == dialect:
            return configured
    except (ImproperlyConfigured, ImportError):
        pass
    return BACKENDS[dialect]


def set_up(target, alias, dialect):
    """Loads the project's models for a kind of database. Returns a connection that was not made."""
    databases = getattr(settings, "DATABASES", {})
    if alias not in databases:
        known = ", ".join(f"'{name}'" for name in sorted(databases)) or "none"
        raise ProviderError(f"'{target}' has no database '{alias}'", f"There are {known}.")
    engine = _engine(databases[alias].get("ENGINE", ""), dialect)
    databases[alias] = {"ENGINE": engine, "NAME": ":memory:" if dialect == "sqlite" else "none"}
    try:
        django.setup()
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ProviderError(f"the project of '{target}' cannot be set up: {what}") from error
    connection = connections[alias]
    connection.pg_version = SERVER_VERSION
    return connection


def _labels(wanted):
    labels = [config.label for config in apps.get_app_configs()]
    for label in wanted or []:
        if label not in labels:
            raise ProviderError(f"there is no application '{label}'", f"There are {', '.join(labels)}.")
    return wanted or labels


def find_models(connection, wanted):
    """The models whose tables are in the connection's database, as migrations see them: an automatic
    table between two models gets its key from DEFAULT_AUTO_FIELD there, whatever its application says.
    """
    labels = _labels(wanted)
    models = [
        model
        for model in ProjectState.from_apps(apps).apps.get_models()
        if model._meta.app_label in labels
        and router.allow_migrate_model(connection.alias, model)
        and model._meta.can_migrate(connection)
    ]
    if not models:
        raise ProviderError(
            "no application has a model with a table in this database",
            "Name the applications in INSTALLED_APPS.",
        )
    return models
