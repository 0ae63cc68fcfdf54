"""Where a dotted name is imported from: its module, the name to import, and what follows it."""

from __future__ import annotations

import ast
from typing import NamedTuple

from prefect_migrate.reference import names_of
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name


class Home(NamedTuple):
    """`from module import name`, and `rest` (`.get`) behind it; `name` is "" for a top-level package."""

    module: str
    name: str
    rest: str = ""

    @property
    def expression(self) -> str:
        return self.name + self.rest


def home_of(dotted: str, target: Target) -> Home:
    """Split a dotted name at its innermost module; a module itself is imported from its package."""
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:length])
        if names_of(module, target) is not None:
            return Home(module, parts[length], "".join(f".{part}" for part in parts[length + 1 :]))
    return Home(".".join(parts[:-1]), parts[-1])


def is_module(dotted: str, target: Target) -> bool:
    """Whether the target has a module of this name."""
    return names_of(dotted, target) is not None


def is_free(file: PythonFile, name: str, meaning: str, *, by_star: bool = False) -> bool:
    """Whether a file has no other use for a name than `meaning`, which it imports already, perhaps `by_star`."""
    for node in file.named(name):
        bindings = file.bindings_of(node)
        if any(binding.target != meaning for binding in bindings) or not (bindings or by_star):
            return False
    binding_nodes = (node for kind in _BINDING for node in file.of_type(kind))
    return not any(name in _bound_otherwise(node, meaning) for node in binding_nodes)


_BINDING: tuple[type[ast.AST], ...] = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ImportFrom, ast.Import, ast.arg,
)  # fmt: skip


def _bound_otherwise(node: ast.AST, meaning: str) -> list[str]:
    """The names that a definition, a parameter or an import binds, unless an import binds them to `meaning`."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.ImportFrom):
        return [bound_name(alias) for alias in node.names if f"{node.module}.{alias.name}" != meaning]
    if isinstance(node, ast.Import):
        return [bound_name(alias) for alias in node.names]
    return [node.arg] if isinstance(node, ast.arg) else []
