"""Walk a module once and note every binding, and the scope in which each name is read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from prefect_migrate.source.guards import GuardKind, guard_of_test, is_import_guard
from prefect_migrate.source.scope import Binding, BindingKind, GuardedRegion, Scope
from prefect_migrate.source.tree import fields_of


class Binder:
    """Walks the tree once, in the order of the source, and notes what it finds in `module`, `guards` and `scope_of`."""

    def __init__(self, module: Scope, package: str) -> None:
        self.module = self.scope = module
        self.package = package
        self.guard: GuardKind | None = None
        self.guards: list[GuardedRegion] = []
        self.scope_of: dict[int, Scope] = {}
        self.scopes: list[Scope] = [module]
        self.imported: list[Binding] = []
        #: (name, root of the name or the chain that is assigned to it)
        self.aliases: list[tuple[str, str]] = []
        self.has_stars = False

    def run(self, tree: ast.Module) -> None:
        for statement in tree.body:
            self.visit(statement)

    def visit(self, node: ast.AST) -> None:
        _METHODS[node.__class__](self, node)

    def visit_children(self, node: ast.AST) -> None:
        for name in fields_of(node):
            value = getattr(node, name, None)
            if value.__class__ is list:
                for child in value:
                    if isinstance(child, ast.AST):
                        _METHODS[child.__class__](self, child)
            elif isinstance(value, ast.AST):
                _METHODS[value.__class__](self, value)

    def bind(
        self, name: str, kind: BindingKind, node: ast.AST, target: str | None = None, value: ast.expr | None = None
    ) -> None:
        scope = self.scope
        if scope.outer_names:
            scope = scope.outer_names.get(name, scope)
        binding = Binding(name, kind, node, scope, target, value, self.guard)
        known = scope.bindings.get(name)
        if known is None:
            scope.bindings[name] = [binding]
        else:
            known.append(binding)
        if target is not None:
            self.imported.append(binding)
        elif value is not None and value.__class__ in (ast.Name, ast.Attribute):
            root: ast.AST = value
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name):
                self.aliases.append((name, root.id))

    # -- what there is most of, without the way through all of its fields --------------------------------------------

    def visit_Constant(self, node: ast.Constant) -> None:
        """It names nothing."""

    def visit_Attribute(self, node: ast.Attribute) -> None:
        value = node.value
        while isinstance(value, ast.Attribute):
            value = value.value
        _METHODS[value.__class__](self, value)

    def visit_Call(self, node: ast.Call) -> None:
        methods = _METHODS
        methods[node.func.__class__](self, node.func)
        for argument in node.args:
            methods[argument.__class__](self, argument)
        for keyword in node.keywords:
            methods[keyword.value.__class__](self, keyword.value)

    def visit_value(self, node: ast.Expr | ast.Await | ast.Return | ast.Starred | ast.Yield | ast.YieldFrom) -> None:
        if node.value is not None:
            _METHODS[node.value.__class__](self, node.value)

    visit_Expr = visit_Await = visit_Return = visit_Starred = visit_Yield = visit_YieldFrom = visit_value

    def visit_elements(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        for element in node.elts:
            _METHODS[element.__class__](self, element)

    visit_Tuple = visit_List = visit_Set = visit_elements

    def visit_Subscript(self, node: ast.Subscript) -> None:
        _METHODS[node.value.__class__](self, node.value)
        _METHODS[node.slice.__class__](self, node.slice)

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
                self.has_stars = True
            else:
                self.bind(alias.asname or alias.name, "from", node, target=f"{module}.{alias.name}")

    # -- names -----------------------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        self.scope_of[id(node)] = self.scope
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
            self.scope_of[id(node.target)] = self.scope
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
            self.scope_of[id(target)] = self.scope
            self.bind(target.id, "assign", node, value=value)
        else:
            self.visit(target)

    def visit_Global(self, node: ast.Global) -> None:
        for name in node.names:
            self.scope.outer_names[name] = self.module

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            owner = self.scope.parent
            while owner is not None and (owner.is_class or name not in owner.bindings):
                owner = owner.parent
            self.scope.outer_names[name] = owner or self.module

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

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.bind(node.rest, "other", node)
        self.visit_children(node)

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
        self.scope_of[id(node)] = self.scope
        self._enter(node)
        for argument in _parameters(args):
            self.bind(argument.arg, "parameter", argument)
        for part in body:
            self.visit(part)
        assert self.scope.parent is not None
        self.scope = self.scope.parent

    def _enter(self, node: ast.AST) -> None:
        self.scope = Scope(node, self.scope)
        self.scopes.append(self.scope)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self.visit(node.generators[0].iter)
        self._enter(node)
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

    def visit_BinOp(self, node: ast.BinOp) -> None:
        parts: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            parts.append(left.right)
            left = left.left
        for part in (left, *reversed(parts)):
            self.visit(part)

    # -- guards ----------------------------------------------------------------------------------------------

    def visit_Try(self, node: ast.Try) -> None:
        if is_import_guard(node):
            self._guarded("import-guard", [*node.body, *node.handlers])
        else:
            for part in (*node.body, *node.handlers):
                self.visit(part)
        for part in (*node.orelse, *node.finalbody):
            self.visit(part)

    visit_TryStar = visit_Try

    def visit_If(self, node: ast.If) -> None:
        kind = guard_of_test(node.test)
        while kind is None and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            # A long chain of `elif` is no deep one.
            for part in (node.test, *node.body):
                self.visit(part)
            node = node.orelse[0]
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
            self.guards.append(GuardedRegion(kind, first, last))
        for part in body:
            self.visit(part)
        self.guard = outer


class _Methods(dict[type[ast.AST], "Callable[[Binder, Any], None]"]):
    """`visit_X` of the class X, looked up once."""

    def __missing__(self, cls: type[ast.AST]) -> Callable[[Binder, Any], None]:
        found: Callable[[Binder, Any], None] = getattr(Binder, f"visit_{cls.__name__}", Binder.visit_children)
        self[cls] = found
        return found


_METHODS = _Methods()


def absolute_module(node: ast.ImportFrom, package: str) -> str:
    """The dotted module that `from … import` names, relative ones resolved against `package`."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - (node.level - 1)] if node.level > 1 else parts
    return ".".join([*kept, *([node.module] if node.module else [])])


def imported_modules(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    """The dotted names that a statement may import as modules, `from … import name` included."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    module = absolute_module(node, package)
    yield module
    yield from (f"{module}.{alias.name}" for alias in node.names)


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
