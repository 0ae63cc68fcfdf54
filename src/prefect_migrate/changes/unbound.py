"""Names that code reads and nothing gives a meaning: a rewrite must not bring any in."""

from __future__ import annotations

import ast
import builtins

from prefect_migrate.source.scopes import ScopeTable
from prefect_migrate.source.tree import Nodes

#: What a module has without an assignment.
_ALWAYS_THERE = frozenset({*dir(builtins), "__file__", "__path__", "__builtins__", "__annotations__"})
#: What a class body and its methods have besides.
_IN_CLASSES = frozenset({"__class__", "__module__", "__qualname__"})


def unbound_names(nodes: Nodes) -> set[str]:
    """Names that are read where nothing binds them, or only statements further down in the same scope.

    Nothing is said of a module with a star import, which may bind anything.
    """
    tree = nodes.all[0]
    assert isinstance(tree, ast.Module)
    table = ScopeTable(tree)
    if table.has_stars:
        return set()
    reads = [node for node in nodes.by_type.get(ast.Name, []) if isinstance(node.ctx, ast.Load)]
    return {node.id for node in reads if _is_unbound(table, node)}


def _is_unbound(table: ScopeTable, node: ast.Name) -> bool:
    if node.id in _ALWAYS_THERE or node.id in _IN_CLASSES:
        return False
    scope = table.scope_of(node)
    bindings = scope.lookup(node.id)
    if not bindings:
        return True
    in_order = isinstance(scope.node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef))
    lines = [getattr(binding.node, "lineno", 0) for binding in bindings if binding.scope is scope]
    return in_order and len(lines) == len(bindings) and min(lines) > node.lineno
