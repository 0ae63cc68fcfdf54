"""Which name means what: scopes, bindings and guards of one Python file.

A small stand-in for LibCST's qualified names, some forty times cheaper: one pass over `ast` notes every binding
and the scope in which each name is read.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

BindingKind = Literal["import", "from", "assign", "function", "class", "parameter", "other"]
GuardKind = Literal["import-guard", "version-guard", "type-checking"]

_BUILTINS = frozenset(dir(builtins))
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
_BROAD_ERRORS = frozenset({"AttributeError", "Exception", "BaseException"})
_VERSION_FLAG = re.compile(r"prefect.*(version|v?[23])|version.*prefect", re.IGNORECASE)


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

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    def lookup(self, name: str) -> list[Binding]:
        """The bindings that a read of `name` in this scope may mean, by Python's scoping rules."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.outer_names:
                scope = scope.outer_names[name]
            if name in scope.bindings and (scope is self or not scope.is_class):
                return scope.bindings[name]
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
class Meaning:
    """What an expression refers to.

    `name` is dotted (`prefect.deployments.Deployment.build_from_flow`).  `certain` is false when another binding of
    the same name could be meant; `guard` tells of an import that a `try` or a version check protects.
    """

    name: str
    certain: bool = True
    guard: GuardKind | None = None


@dataclass(frozen=True, slots=True)
class GuardedRegion:
    """Lines (1-based, inclusive) that run only when an import or a version check says so."""

    kind: GuardKind
    first: int
    last: int


class ScopeTable:
    """All scopes of a module, and the scope of every name that is read in it."""

    def __init__(self, tree: ast.Module, package: str = "") -> None:
        self.module = Scope(tree, None)
        self.guards: list[GuardedRegion] = []
        self._scope_of: dict[int, Scope] = {}
        _Binder(self, package).run(tree)

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
        if isinstance(node, ast.Attribute):
            inner = self.meaning(node.value)
            return Meaning(f"{inner.name}.{node.attr}", inner.certain, inner.guard) if inner else None
        if not isinstance(node, ast.Name):
            return None
        scope = self.scope_of(node)
        bindings = scope.lookup(node.id)
        if not bindings:
            return _star_meaning(scope, node.id)
        return _meaning_of(bindings)

    def import_bindings(self) -> Iterator[Binding]:
        """Every name that an import statement binds, anywhere in the file."""
        scopes = {id(scope): scope for scope in (self.module, *self._scope_of.values())}
        for scope in scopes.values():
            for bindings in scope.bindings.values():
                yield from (binding for binding in bindings if binding.kind in ("import", "from"))


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


class _Binder:
    """Walks the tree once, in the order of the source."""

    def __init__(self, table: ScopeTable, package: str) -> None:
        self.table = table
        self.package = package
        self.scope = table.module
        self.guard: GuardKind | None = None

    def run(self, tree: ast.Module) -> None:
        for statement in tree.body:
            self.visit(statement)

    def visit(self, node: ast.AST) -> None:
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is not None:
            method(node)
        else:
            self.visit_children(node)

    def visit_children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child)

    def bind(self, name: str, kind: BindingKind, node: ast.AST, **facts: object) -> None:
        scope = self.scope.outer_names.get(name, self.scope)
        binding = Binding(name, kind, node, scope, guard=self.guard, **facts)  # type: ignore[arg-type]
        scope.bindings.setdefault(name, []).append(binding)

    # -- imports ---------------------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            self.bind(name, "import", node, target=alias.name if alias.asname else name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = absolute_module(node, self.package)
        for alias in node.names:
            if alias.name == "*":
                self.scope.stars.append(module)
            else:
                self.bind(alias.asname or alias.name, "from", node, target=f"{module}.{alias.name}")

    # -- names -----------------------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        self.table._scope_of[id(node)] = self.scope
        if not isinstance(node.ctx, ast.Load):
            self.bind(node.id, "other", node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._assign(node.target, node, node.value)
        elif isinstance(node.target, ast.Name):
            self.table._scope_of[id(node.target)] = self.scope
        else:
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        inner = self.scope
        while isinstance(self.scope.node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            assert self.scope.parent is not None
            self.scope = self.scope.parent
        self._assign(node.target, node, node.value)
        self.scope = inner

    def _assign(self, target: ast.expr, node: ast.AST, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.table._scope_of[id(target)] = self.scope
            self.bind(target.id, "assign", node, value=value)
        else:
            self.visit(target)

    def visit_Global(self, node: ast.Global) -> None:
        for name in node.names:
            self.scope.outer_names[name] = self.table.module

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            owner = self.scope.parent
            while owner is not None and (owner.is_class or name not in owner.bindings):
                owner = owner.parent
            self.scope.outer_names[name] = owner or self.table.module

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bind(node.name, "other", node)
        self.visit_children(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.bind(node.name, "other", node)
        self.visit_children(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.bind(node.name, "other", node)

    # -- scopes ----------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bind(node.name, "function", node)
        for part in (*node.decorator_list, *_defaults(node.args), *_annotations(node)):
            self.visit(part)
        self._inside(node, node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in _defaults(node.args):
            self.visit(part)
        self._inside(node, node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bind(node.name, "class", node)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._inside(node, None, node.body)

    def _inside(self, node: ast.AST, args: ast.arguments | None, body: Sequence[ast.AST]) -> None:
        self.table._scope_of[id(node)] = self.scope
        self.scope = Scope(node, self.scope)
        for argument in _parameters(args):
            self.bind(argument.arg, "parameter", argument)
        for part in body:
            self.visit(part)
        assert self.scope.parent is not None
        self.scope = self.scope.parent

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self.visit(node.generators[0].iter)
        self.scope = Scope(node, self.scope)
        for index, generator in enumerate(node.generators):
            if index:
                self.visit(generator.iter)
            self.visit(generator.target)
            for condition in generator.ifs:
                self.visit(condition)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(part)
        assert self.scope.parent is not None
        self.scope = self.scope.parent

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    # -- guards ----------------------------------------------------------------------------------------------

    def visit_Try(self, node: ast.Try) -> None:
        if _is_import_guard(node):
            self._guarded("import-guard", [*node.body, *node.handlers])
        else:
            for part in (*node.body, *node.handlers):
                self.visit(part)
        for part in (*node.orelse, *node.finalbody):
            self.visit(part)

    visit_TryStar = visit_Try

    def visit_If(self, node: ast.If) -> None:
        kind = guard_of_test(node.test)
        self.visit(node.test)
        if kind is None:
            for part in (*node.body, *node.orelse):
                self.visit(part)
        elif kind == "type-checking":
            self._guarded(kind, node.body, mark=False)
            for part in node.orelse:
                self.visit(part)
        else:
            self._guarded(kind, [*node.body, *node.orelse])

    def _guarded(self, kind: GuardKind, body: Sequence[ast.AST], *, mark: bool = True) -> None:
        outer, self.guard = self.guard, kind
        if mark and body:
            first = min(getattr(part, "lineno", 1) for part in body)
            last = max(getattr(part, "end_lineno", 1) or 1 for part in body)
            self.table.guards.append(GuardedRegion(kind, first, last))
        for part in body:
            self.visit(part)
        self.guard = outer


def absolute_module(node: ast.ImportFrom, package: str) -> str:
    """The dotted module that `from … import` names, relative ones resolved against `package`."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - (node.level - 1)] if node.level > 1 else parts
    return ".".join([*kept, *([node.module] if node.module else [])])


def _parameters(args: ast.arguments | None) -> list[ast.arg]:
    if args is None:
        return []
    extra = [arg for arg in (args.vararg, args.kwarg) if arg]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *extra]


def _defaults(args: ast.arguments) -> list[ast.expr]:
    return [*args.defaults, *(default for default in args.kw_defaults if default is not None)]


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    found = [argument.annotation for argument in _parameters(node.args) if argument.annotation]
    return [*found, node.returns] if node.returns else found


def _is_import_guard(node: ast.Try) -> bool:
    """A `try` made to survive a failing import; a broad handler counts only around bare imports."""
    if not any(isinstance(part, (ast.Import, ast.ImportFrom)) for part in node.body):
        return False
    caught = {name for handler in node.handlers for name in _caught(handler)}
    if caught & _IMPORT_ERRORS:
        return True
    only_imports = all(isinstance(part, (ast.Import, ast.ImportFrom, ast.Assign)) for part in node.body)
    return only_imports and bool(caught & _BROAD_ERRORS)


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return ["BaseException"]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [kind.id for kind in types if isinstance(kind, ast.Name)]


def guard_of_test(test: ast.expr) -> GuardKind | None:
    """What an `if` protects: a test of TYPE_CHECKING or of Prefect's version."""
    words = list(_words(test))
    if "TYPE_CHECKING" in words:
        return "type-checking"
    return "version-guard" if _VERSION_FLAG.search(" ".join(words)) else None


def _words(test: ast.expr) -> Iterator[str]:
    """Names, attributes and strings of a test, such as `prefect`, `__version__`, `3.0`."""
    if isinstance(test, ast.Attribute):
        yield from _words(test.value)
        yield test.attr
    elif isinstance(test, ast.Name):
        yield test.id
    elif isinstance(test, ast.Constant):
        yield str(test.value)
    else:
        for child in ast.iter_child_nodes(test):
            if isinstance(child, ast.expr):
                yield from _words(child)
