"""What runs while a module is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import is_main_guard
from prefect_migrate.source.tree import children_of

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def runs_at_import(file: PythonFile, node: ast.AST) -> bool:
    """Whether a node lies in no function, and under no `if __name__ == "__main__":`."""
    outers = list(file.enclosing(node))
    guarded = any(isinstance(outer, ast.If) and is_main_guard(outer) for outer in outers)
    return not guarded and not any(isinstance(outer, _FUNCTIONS) for outer in outers)


def nodes_at_import(file: PythonFile) -> Iterator[ast.AST]:
    """The nodes for which `runs_at_import` holds, in no order; most of a file's lie in functions."""
    waiting: list[ast.AST] = list(file.tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _FUNCTIONS) or (isinstance(node, ast.If) and is_main_guard(node)):
            continue
        waiting += children_of(node)
