"""Which name means what: scopes, bindings and guards of one Python file.

A small stand-in for LibCST's qualified names, some forty times cheaper: one pass over `ast` notes every binding
and the scope in which each name is read.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from prefect_migrate.source.binder import Binder
from prefect_migrate.source.binder import absolute_module as absolute_module
from prefect_migrate.source.binder import imported_modules as imported_modules
from prefect_migrate.source.guards import GuardKind as GuardKind
from prefect_migrate.source.guards import guard_of_test as guard_of_test
from prefect_migrate.source.scope import Binding as Binding
from prefect_migrate.source.scope import GuardedRegion
from prefect_migrate.source.scope import Scope as Scope

_BUILTINS = frozenset(dir(builtins))


class Meaning(NamedTuple):
    """What an expression refers to.

    `name` is dotted (`prefect.deployments.Deployment.build_from_flow`).  `certain` is false when another binding of
    the same name could be meant; `guard` tells of an import that a `try` or a version check protects.
    """

    name: str
    certain: bool = True
    guard: GuardKind | None = None


class ScopeTable:
    """All scopes of a module, and the scope of every name that is read in it."""

    def __init__(self, tree: ast.Module, package: str = "") -> None:
        self.module = Scope(tree, None)
        binder = Binder(self.module, package)
        binder.run(tree)
        self.guards: list[GuardedRegion] = binder.guards
        self._scope_of = binder.scope_of
        self._scopes = binder.scopes
        self._imported = binder.imported
        self._imported_names = {binding.name for binding in binder.imported}
        self._meanings: dict[int, Meaning | None] = {}
        self.aliases = binder.aliases
        self.has_stars = binder.has_stars

    def __del__(self) -> None:
        """Scopes and bindings know each other; so that their tree goes at once, and not when the collector runs."""
        for scope in getattr(self, "_scopes", ()):
            scope.bindings.clear()

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope that a Name (or a function, class or call that was visited) is read in."""
        return self._scope_of.get(id(node), self.module)

    def guard_at(self, line: int) -> GuardKind | None:
        """The innermost guard around a line, if any but TYPE_CHECKING."""
        found: GuardedRegion | None = None
        for region in self.guards:
            if region.first <= line <= region.last and (found is None or region.first >= found.first):
                found = region
        return found.kind if found else None

    def meaning(self, node: ast.expr) -> Meaning | None:
        """The dotted name that a Name or an Attribute chain stands for, if imports alone tell."""
        root: Any = node
        while root.__class__ is ast.Attribute:
            root = root.value
        inner = self._meaning_of_name(root) if root.__class__ is ast.Name else None
        if inner is None or root is node:
            return inner
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        return Meaning(".".join([inner.name, *reversed(attributes)]), inner.certain, inner.guard)

    def _meaning_of_name(self, node: ast.Name) -> Meaning | None:
        if node.id not in self._imported_names and not self.has_stars:
            return None
        scope = self.scope_of(node)
        bindings = scope.lookup(node.id)
        if not bindings:
            return _star_meaning(scope, node.id)
        # The same list, and so the same meaning, for every read of the name below its scope.
        key = id(bindings)
        if key not in self._meanings:
            self._meanings[key] = _meaning_of(bindings)
        return self._meanings[key]

    def import_bindings(self) -> Iterator[Binding]:
        """Every name that an import statement binds, anywhere in the file."""
        return iter(self._imported)


def _star_meaning(scope: Scope, name: str) -> Meaning | None:
    stars = [module for module in scope.star_modules() if module.split(".")[0].startswith("prefect")]
    if not stars or name in _BUILTINS:
        return None
    return Meaning(f"{stars[-1]}.{name}", certain=len(scope.star_modules()) == 1)


def _meaning_of(bindings: Sequence[Binding]) -> Meaning | None:
    imported = [binding for binding in bindings if binding.target]
    if not imported:
        return None
    targets = {binding.target for binding in imported}
    chosen = imported[0]
    guard = next((binding.guard for binding in imported if binding.guard not in (None, "type-checking")), None)
    certain = len(targets) == 1 and len(imported) == len(bindings)
    return Meaning(chosen.target or "", certain, guard)
