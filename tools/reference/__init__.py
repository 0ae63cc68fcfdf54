"""Derive the tables of `prefect_migrate.reference` from the published packages.  `python -m tools.reference --help`."""
