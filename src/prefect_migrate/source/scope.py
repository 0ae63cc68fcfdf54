"""One scope of a Python file and the bindings in it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Literal

from prefect_migrate.source.guards import GuardKind

BindingKind = Literal["import", "from", "assign", "function", "class", "parameter", "other"]


@dataclass(slots=True)
class Binding:
    """One place that gives a name its meaning.

    `target` is the dotted name that an import binds; `value` is the expression assigned, when there is just one.
    """

    name: str
    kind: BindingKind
    node: ast.AST
    scope: Scope
    target: str | None = None
    value: ast.expr | None = None
    guard: GuardKind | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function or comprehension."""

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    outer_names: dict[str, Scope] = field(default_factory=dict)
    is_class: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_class = isinstance(self.node, ast.ClassDef)

    def lookup(self, name: str) -> list[Binding]:
        """The bindings that a read of `name` in this scope may mean, by Python's scoping rules."""
        scope: Scope | None = self
        while scope is not None:
            if scope.outer_names and name in scope.outer_names:
                scope = scope.outer_names[name]
            found = scope.bindings.get(name)
            if found is not None and (scope is self or not scope.is_class):
                return found
            scope = scope.parent
        return []

    def star_modules(self) -> list[str]:
        """The modules star-imported here or outside."""
        scope: Scope | None = self
        found: list[str] = []
        while scope is not None:
            found += scope.stars
            scope = scope.parent
        return found


@dataclass(frozen=True, slots=True)
class GuardedRegion:
    """Lines (1-based, inclusive) that run only when an import or a version check says so."""

    kind: GuardKind
    first: int
    last: int
