"""Prints Peewee models as DDL: migrate's `model = peewee:MODULE`."""
