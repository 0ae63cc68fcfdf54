"""The nodes of a syntax tree and their parents, found in one walk."""

from __future__ import annotations

import ast
from typing import Any

#: Nodes that are always the same few objects (`Load`, `Add`, …) say nothing by themselves and have no parent.
_SHARED = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
#: Fields that hold no nodes, whatever the class.
_PLAIN = frozenset(
    {"ctx", "op", "ops", "attr", "id", "arg", "level", "type_comment", "conversion", "is_async", "kind", "module",
     "simple", "rest", "kwd_attrs", "str"}
)  # fmt: skip
_LEAVES = (ast.Constant, ast.Name, ast.alias, ast.Global, ast.Nonlocal, ast.MatchSingleton, *_SHARED)


class Nodes:
    """`all`: every node, outer before inner; `parents`: the parent of each but the module; `by_type`: those of a class.

    Operators and contexts are left out.
    """

    __slots__ = ("all", "by_type", "parents")

    def __init__(self, tree: ast.AST) -> None:
        self.all: list[ast.AST] = [tree]
        self.parents: dict[ast.AST, ast.AST] = {}
        self.by_type: dict[type[ast.AST], list[Any]] = {}
        found, parents, by_type, fields_of = self.all, self.parents, self.by_type, _FIELDS
        append = found.append
        for node in found:
            cls = node.__class__
            try:
                by_type[cls].append(node)
            except KeyError:
                by_type[cls] = [node]
            for name in fields_of[cls]:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    for child in value:
                        if child is not None:
                            parents[child] = node
                            append(child)
                elif value is not None:
                    parents[value] = node
                    append(value)


def children_of(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, contexts and operators apart."""
    found: list[ast.AST] = []
    for name in _FIELDS[node.__class__]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [child for child in value if child is not None]
        elif value is not None:
            found.append(value)
    return found


def fields_of(node: ast.AST) -> tuple[str, ...]:
    """The fields of a node that may hold nodes which are worth a look."""
    return _FIELDS[node.__class__]


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """Worked out when a class is met first."""

    def __missing__(self, cls: type[ast.AST]) -> tuple[str, ...]:
        # The `arg` of a keyword is a name; no class has an `arg` that is a node.
        plain = _PLAIN if cls.__name__ == "TypeAlias" else _PLAIN | {"name"}
        found = () if issubclass(cls, _LEAVES) else tuple(name for name in cls._fields if name not in plain)
        self[cls] = found
        return found


_FIELDS = _Fields()
