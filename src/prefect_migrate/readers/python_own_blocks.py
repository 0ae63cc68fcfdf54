"""Reader: infrastructure blocks of classes that the repository derives itself."""

from __future__ import annotations

import ast

from prefect_migrate.project import Project
from prefect_migrate.readers.names import INFRASTRUCTURE, block_class
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, dotted, resolve

_MAX_DEPTH = 5
_BASE = "Infrastructure"


def own_block(project: Project, file: PythonFile, node: ast.expr, depth: int = 0) -> str:
    """What becomes of a block whose class the repository defines; "" if it is none."""
    while isinstance(node, (ast.Await, ast.Call)):
        node = node.value if isinstance(node, ast.Await) else node.func
    if isinstance(node, ast.Attribute) and node.attr == "load":
        node = node.value
    found = resolve(project, file, node)
    if isinstance(found, Definition) and found.value is not None:
        # Not forever: `block = block.load("name")` leads to itself.
        return own_block(project, found.file, found.value, depth + 1) if depth < _MAX_DEPTH else ""
    if not isinstance(found, Definition) or not isinstance(found.node, ast.ClassDef):
        return ""
    base = _base(project, found.file, found.node)
    where = f"`{found.node.name}` is a class of {found.file.path}:{found.node.lineno}"
    if not base:
        return ""
    if base == _BASE:
        return (
            f"{where} that runs flows itself: write a worker, a subclass of `prefect.workers.base.BaseWorker` with its "
            "fields in a `BaseJobConfiguration` and what its `run` does, and make a work pool of that worker's type"
        )
    return (
        f"{where} that adds to {base}: make a work pool of type {INFRASTRUCTURE[base]} with what it sets, or a worker"
        " derived from that type's where it runs flows in another way"
    )


def _base(project: Project, file: PythonFile, cls: ast.ClassDef, depth: int = 0) -> str:
    """The class of Prefect 2 that it derives from: one that has a worker, or `Infrastructure`; "" if neither."""
    for node in cls.bases:
        found = resolve(project, file, node)
        if isinstance(found, Definition):
            inner = found.node if depth < _MAX_DEPTH else None
            base = _base(project, found.file, inner, depth + 1) if isinstance(inner, ast.ClassDef) else ""
        else:
            meaning = dotted(project, file, node)
            name = meaning.name if meaning is not None and meaning.name.startswith("prefect") else ""
            match = block_class(name)
            base = match[0] if match is not None and match[0] in INFRASTRUCTURE else ""
            base = _BASE if name.startswith("prefect.infrastructure.") and name.endswith(f".{_BASE}") else base
        if base:
            return base
    return ""
