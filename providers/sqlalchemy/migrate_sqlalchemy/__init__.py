"""Prints SQLAlchemy models as DDL: migrate's `model = sqlalchemy:MODULE:NAME` and `flask:MODULE:NAME`."""
