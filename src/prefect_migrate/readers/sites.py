"""Where in the repository a piece of Python stands."""

from __future__ import annotations

import ast

from prefect_migrate.plan.model import Site
from prefect_migrate.source.python import PythonFile


def site_of(file: PythonFile, node: ast.AST) -> Site:
    """The file and the place of a node."""
    place = file.place(node)
    in_file = file.place_in_file(place)
    return Site(file.path, place, None if in_file == place else in_file)
