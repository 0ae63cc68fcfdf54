"""Which of several assignments to a name counts where it is read."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import Binding

_SURE = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))
_SCOPES = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
#: The part of a statement that is worked out once, before the others.
_HEADERS: dict[type[ast.AST], str] = {ast.If: "test", ast.For: "iter", ast.AsyncFor: "iter"}
#: What runs where it stands, so that it sees what the code around it does.
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)


def binding_in_force(file: PythonFile, node: ast.Name) -> Binding | None:
    """The binding that a read of a name sees, where the order of the statements tells; else None.

    It is the only one, or the last before the read that every way to it comes by, with no other since.
    """
    bindings = file.bindings_of(node)
    if len(bindings) < 2:
        return bindings[0] if bindings else None
    scope = file.scopes.scope_of(node)
    while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
        scope = scope.parent
    if any(binding.scope is not scope for binding in bindings) or isinstance(node.ctx, ast.Del):
        return None
    return _Search(file, bindings, scope.node).from_(file.statement_of(node))


class _Search:
    """The way from a read back to the beginning of its scope."""

    def __init__(self, file: PythonFile, bindings: Sequence[Binding], scope: ast.AST) -> None:
        self.file = file
        self.scope = scope
        #: Each binding with all that it stands in, itself included.
        self.places = [(binding, {binding.node, *file.enclosing(binding.node)}) for binding in bindings]

    def from_(self, node: ast.AST) -> Binding | None:
        if any(self._is_elsewhere(binding.node) for binding, _ in self.places) or self._changes_meanwhile(node):
            return None
        while node is not self.scope:
            parent = self.file.parents[node]
            for earlier in reversed(_before(parent, node)):
                inside = self._within(earlier)
                if inside:
                    return inside[0] if len(inside) == 1 and _is_sure(inside[0], earlier) else None
            if isinstance(parent, (ast.With, ast.AsyncWith)):
                own = [one for one in self._within(parent) if self.file.statement_of(one.node) is parent]
                if own:
                    return own[0] if len(own) == 1 else None
            elif self._may_come_from(parent, node):
                return None
            node = parent
        return None

    def _within(self, node: ast.AST) -> list[Binding]:
        return [binding for binding, place in self.places if node in place]

    def _is_elsewhere(self, node: ast.AST) -> bool:
        """Whether a binding stands in a function within the scope, which may run at any time: `global`, `nonlocal`."""
        return next(outer for outer in self.file.enclosing(node) if isinstance(outer, _SCOPES)) is not self.scope

    def _changes_meanwhile(self, statement: ast.AST) -> bool:
        """Whether the statement of the read has a binding that may come before it: `(x := 1)`, a loop's own."""
        header = _HEADERS.get(type(statement))
        inside = self._within(getattr(statement, header) if header else statement)
        return any(not isinstance(statement, _SURE) or binding.node is not statement for binding in inside)

    def _may_come_from(self, parent: ast.AST, node: ast.AST) -> bool:
        """Whether another part of what is around may have run before, or runs again."""
        if isinstance(parent, _LOOPS):
            return bool(self._within(parent))
        if isinstance(parent, _TRIES):
            return node not in parent.body and bool(self._within(parent))
        if isinstance(parent, (ast.ExceptHandler, ast.match_case, ast.Match)):
            return bool(self._within(parent))
        return False


def _before(parent: ast.AST, node: ast.AST) -> list[ast.AST]:
    """The statements before one in its block."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and node in block:
            return list(block[: block.index(node)])
    return []


def _is_sure(binding: Binding, statement: ast.AST) -> bool:
    """Whether the statement binds the name whenever it is done, and does so itself."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return isinstance(binding.node, ast.Name) and any(
            node is binding.node for item in statement.items for node in ast.walk(item)
        )
    return isinstance(statement, _SURE) and binding.node is statement
