"""Prints Django models as DDL: migrate's `model = django:SETTINGS`."""
