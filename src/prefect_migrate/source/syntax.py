"""Small questions about syntax."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from prefect_migrate.source.tree import Nodes

#: A name, but not the attribute behind a dot.
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
#: Functions whose texts are for people, and arguments whose texts are.
_TELLING = frozenset({"print", "debug", "info", "warning", "error", "critical", "exception", "log", "echo", "secho"})
_TEXTS = frozenset({"name", "description", "help", "title", "flow_run_name", "task_run_name", "tags", "version"})


def used_names(nodes: Nodes) -> set[str]:
    """All names that the code reads, those in `__all__` and in quoted annotations included."""
    found = {node.id for node in nodes.by_type.get(ast.Name, ()) if not isinstance(node.ctx, ast.Store)}
    for node in nodes.by_type.get(ast.Constant, ()):
        if isinstance(node.value, str) and _may_be_reference(node.value) and _may_refer(nodes.parents, node):
            found.update(_NAME.findall(node.value))
    return found


def _may_be_reference(value: str) -> bool:
    """A string that `__all__` or a quoted annotation may hold: no spaces but those of a type."""
    if len(value) >= 200:
        return False
    squeezed = value.strip().replace(", ", ",").replace(" | ", "|")
    return bool(re.fullmatch(r"[\w.\[\], |\"']+", value)) and " " not in squeezed


def _may_refer(parents: dict[ast.AST, ast.AST], string: ast.Constant) -> bool:
    """Whether a string stands where one may name something: not as a default, a text that is printed, a tag."""
    node: ast.AST = string
    parent = parents.get(node)
    while isinstance(parent, (ast.List, ast.Tuple, ast.Set, ast.Starred, ast.BinOp)):
        node, parent = parent, parents.get(parent)
    if isinstance(parent, (ast.Assign, ast.AugAssign)):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)
    if isinstance(parent, ast.AnnAssign):
        return node is not parent.value
    if isinstance(parent, ast.keyword):
        return node is string and parent.arg not in _TEXTS
    if isinstance(parent, ast.Call):
        return getattr(parent.func, "attr", getattr(parent.func, "id", "")) not in _TELLING
    return not isinstance(parent, (ast.JoinedStr, ast.arguments, ast.Return, ast.Compare, ast.Dict, ast.Expr))


def bound_name(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.split(".")[0]


def stands_loose(parents: Mapping[ast.AST, ast.AST], node: ast.expr) -> bool:
    """Whether an `await` in the place of an expression needs no parentheses."""
    parent = parents[node]
    loose = isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr, ast.keyword, ast.Call))
    return loose and getattr(parent, "func", None) is not node


def is_main_guard(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`"""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test))
        and any(isinstance(part, ast.Constant) and part.value == "__main__" for part in ast.walk(node.test))
    )
