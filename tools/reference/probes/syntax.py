"""What the source of a module says that running it does not: where names come from, which attributes `self` gets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


class Syntax:
    """One module's source.

    `bound`: name -> how it is bound at top level (`defined`, `module`, or the module that it is imported from);
    names that only type checkers see are left out.  `exported`: the literal `__all__`, or None.
    `instance`: class -> attributes that its methods set on `self`.
    """

    def __init__(self, module: str, path: Path) -> None:
        self.module = module
        self.is_package = path.name == "__init__.py"
        self.bound: dict[str, str] = {}
        self.typing_only: set[str] = set()
        self.exported: list[str] | None = None
        self.instance: dict[str, list[str]] = {}
        tree = ast.parse(path.read_text("utf-8"))
        self._walk(tree.body, typing_only=False)
        for name, node in _classes(tree.body, ""):
            self.instance[name] = sorted(set(_self_attributes(node)))

    def _walk(self, body: list[ast.stmt], *, typing_only: bool) -> None:
        for node in body:
            for name, origin in self._bindings(node):
                if not typing_only:
                    self.bound[name] = origin
                elif name not in self.bound:
                    self.typing_only.add(name)
            for inner, typing in _blocks(node):
                self._walk(inner, typing_only=typing_only or typing)

    def _bindings(self, node: ast.stmt) -> Iterator[tuple[str, str]]:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, "defined"
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            yield from self._assigned(node)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], "module"
        elif isinstance(node, ast.ImportFrom):
            origin = self._origin(node)
            for alias in node.names:
                if alias.name != "*":
                    yield alias.asname or alias.name, origin

    def _assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Iterator[tuple[str, str]]:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for element in getattr(target, "elts", [target]):
                if isinstance(element, ast.Name) and not (node.value is None and element.id in self.bound):
                    yield element.id, "defined"
                    if element.id == "__all__" and node.value is not None:
                        self._export(node.value)

    def _export(self, value: ast.expr) -> None:
        try:
            names = [str(name) for name in ast.literal_eval(value)]
        except (ValueError, TypeError):
            return
        self.exported = [*(self.exported or []), *names]

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.module.split(".")
        keep = len(parts) - node.level + (1 if self.is_package else 0)
        return ".".join(parts[:keep] + ([node.module] if node.module else []))


def _blocks(node: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
    """The statements inside a compound statement at top level, and whether only type checkers run them."""
    if isinstance(node, ast.If):
        yield node.body, "TYPE_CHECKING" in ast.unparse(node.test)
        yield node.orelse, False
    elif isinstance(node, ast.Try):
        for body in (node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody):
            yield body, False
    elif isinstance(node, (ast.With, ast.For, ast.While)):
        yield node.body, False


def _classes(body: list[ast.stmt], outer: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            name = f"{outer}{node.name}"
            yield name, node
            yield from _classes(node.body, f"{name}.")
        for inner, _ in _blocks(node):
            yield from _classes(inner, outer)


def _self_attributes(node: ast.ClassDef) -> Iterator[str]:
    """Attributes that the methods assign on their first parameter."""
    for method in node.body:
        if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) or not method.args.args:
            continue
        this = method.args.args[0].arg
        for inner in ast.walk(method):
            if not isinstance(inner, ast.Attribute) or not isinstance(inner.ctx, ast.Store):
                continue
            if isinstance(inner.value, ast.Name) and inner.value.id == this:
                yield inner.attr
