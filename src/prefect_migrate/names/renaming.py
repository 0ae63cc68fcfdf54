"""Give an imported name its new name: in the import, and where the file reads it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from os import fsencode
from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.findings import CannotFix, Edit
from prefect_migrate.names.places import Home, is_free
from prefect_migrate.names.problems import Problem
from prefect_migrate.names.statements import Moved
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name

_DECLARING: tuple[type[ast.Global | ast.Nonlocal], ...] = (ast.Global, ast.Nonlocal)


@dataclass(slots=True)
class Renaming:
    """The new import of a name, and the edits of its uses."""

    moved: Moved
    edits: list[Edit] = field(default_factory=list)


def renaming_of(context: FileContext, file: PythonFile, problem: Problem, home: Home) -> Renaming:
    """Keep the local name where it can be seen from outside, by `as`.  Raises CannotFix."""
    alias = problem.use.node
    assert isinstance(alias, ast.alias)
    local = bound_name(alias)
    if not home.rest and (alias.asname or home.name == local):
        return Renaming(Moved(home.module, home.name, alias.asname))
    reads = list(reads_of(file, problem, local))
    if not reads or is_seen_elsewhere(context, file, local) or not _can_rename(file, local, home):
        if home.rest:
            raise CannotFix(f"`{local}` is handed on under its own name")
        return Renaming(Moved(home.module, home.name, local))
    edits = [Edit(*file.span(node), home.expression) for node in reads]
    return Renaming(Moved(home.module, home.name), edits)


def reads_of(file: PythonFile, problem: Problem, local: str) -> Iterator[ast.Name]:
    """Where the name that this very import binds is read."""
    for node in file.named(local):
        if _is_bound_by(file, node, problem.use.statement):
            yield node


def _is_bound_by(file: PythonFile, node: ast.Name, statement: ast.AST | None) -> bool:
    return any(binding.node is statement for binding in file.bindings_of(node))


def _can_rename(file: PythonFile, local: str, home: Home) -> bool:
    """Whether nothing but plain reads names it, and the new name is free."""
    if not is_free(file, home.name, f"{home.module}.{home.name}"):
        return False
    if re.search(rf"#[ \t]*type:.*\b{re.escape(local)}\b", file.text.text):
        return False
    word = re.compile(rf"\b{re.escape(local)}\b")
    return not (
        any(len(file.bindings_of(node)) != 1 or not isinstance(node.ctx, ast.Load) for node in file.named(local))
        or any(local in node.names for kind in _DECLARING for node in file.of_type(kind))
        or any(isinstance(node.value, str) and word.search(node.value) for node in file.of_type(ast.Constant))
    )


def is_seen_elsewhere(context: FileContext, file: PythonFile, local: str) -> bool:
    """Whether another module of the repository may take the name from this one."""
    path = PurePosixPath(file.path)
    if path.name == "__init__.py":
        return True
    name, module = local.encode(), fsencode(path.stem)
    project = context.project
    others = [project.read(other) or b"" for other in project.python_with(module) if other != file.path]
    others = [data for data in others if name in data]
    # `patch("module.name")` and the like: no import tells of it.
    dotted = re.compile(rb"\b" + re.escape(module) + rb"\." + name + rb"\b")
    return any(dotted.search(data) for data in others) or (bool(others) and is_imported_elsewhere(project, file, local))
