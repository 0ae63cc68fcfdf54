"""Small questions about syntax."""

from __future__ import annotations

import ast
import re

from prefect_migrate.source.tree import Nodes

#: A name, but not the attribute behind a dot.
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")


def used_names(tree: ast.AST) -> set[str]:
    """All names that the code reads, those in `__all__` and in quoted annotations included."""
    found: set[str] = set()
    nodes = Nodes(tree)
    for node in nodes.all:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            if isinstance(nodes.parents.get(node), ast.JoinedStr):
                continue  # a piece of an f-string, which is no annotation
            found.update(_NAME.findall(node.value) if _may_be_reference(node.value) else ())
    return found


def _may_be_reference(value: str) -> bool:
    """A string that `__all__` or a quoted annotation may hold: no spaces but those of a type."""
    squeezed = value.strip().replace(", ", ",").replace(" | ", "|")
    return bool(re.fullmatch(r"[\w.\[\], |\"']+", value)) and " " not in squeezed


def bound_name(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.split(".")[0]


def is_main_guard(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`"""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test))
        and any(isinstance(part, ast.Constant) and part.value == "__main__" for part in ast.walk(node.test))
    )
