"""Reads an environment of Alembic, for `migrate import alembic`: its revisions, and their SQL."""
