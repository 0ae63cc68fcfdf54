"""Where a function changes the object that it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour.runs import Function, own_nodes

_COLLECTIONS = frozenset({"list", "dict", "set", "List", "Dict", "Set", "MutableMapping", "MutableSequence"})
#: Methods that change any of them, and those which only lists have that nothing common shares.
_MUTATORS = frozenset(
    {
        "append",
        "extend",
        "insert",
        "remove",
        "clear",
        "pop",
        "popitem",
        "update",
        "setdefault",
        "add",
        "sort",
        "reverse",
    }
)
_OF_LISTS = frozenset({"append", "extend"})


def changes_of(function: Function) -> Iterator[tuple[str, ast.AST]]:
    """(parameter, first change) of each list, dict or set that is changed in place; those bound anew are left out."""
    nodes = sorted(own_nodes(function), key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    for argument in arguments:
        known = _is_collection(argument.annotation)
        if argument.arg in bound or (argument.annotation is not None and not known):
            continue
        found = next((node for node in nodes if _changes(node, argument.arg, known=known)), None)
        if found is not None:
            yield argument.arg, found


def _is_collection(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return getattr(annotation, "attr", getattr(annotation, "id", None)) in _COLLECTIONS


def _changes(node: ast.AST, name: str, *, known: bool) -> bool:
    if isinstance(node, ast.Subscript):
        return known and isinstance(node.ctx, (ast.Store, ast.Del)) and _is(node.value, name)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        method = node.value.func
        is_own = isinstance(method, ast.Attribute) and _is(method.value, name)
        return is_own and getattr(method, "attr", "") in (_MUTATORS if known else _OF_LISTS)
    return False


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
