"""What a module takes from Prefect, as expressions that `answer.py` can try."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.oracle.sources import Source

Expression = list[Any]
_STRING_TAKERS = {
    "patch",
    "import_module",
    "import_string",
    "importorskip",
    "setattr",
    "delattr",
    "locate",
    "__import__",
}
_CATCHES = {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"}


@dataclass(frozen=True)
class Use:
    """One thing to try; `lines` are those that the use spans."""

    path: str
    lines: tuple[int, int]
    expression: Expression
    text: str


class Scope:
    """The names of a module or a function: what each is bound to, None where that can't be told."""

    def __init__(self, outer: Scope | None) -> None:
        self.outer = outer
        self.bound: dict[str, list[Expression | None]] = {}

    def bind(self, name: str, value: Expression | None) -> None:
        self.bound.setdefault(name, []).append(value)

    def get(self, name: str) -> Expression | None:
        if name in self.bound:
            values = self.bound[name]
            return values[0] if all(value == values[0] for value in values) else None
        return self.outer.get(name) if self.outer else None


class Collector(ast.NodeVisitor):
    """Two passes: what names are bound to, then what is done with them."""

    def __init__(self, source: Source, own: dict[str, dict[str, str]]) -> None:
        self.source = source
        self.own = own
        self.uses: list[Use] = []
        self.scope = Scope(None)
        self.guards = 0
        self.inner: set[int] = set()

    def run(self) -> list[Use]:
        self._bind_body(self.source.tree.body)
        for statement in self.source.tree.body:
            self.visit(statement)
        return self.uses

    def _add(self, node: ast.AST, expression: Expression, text: str, around: ast.AST | None = None) -> None:
        if not self.guards:
            first, last = self.source.span(around or node)
            self.uses.append(Use(self.source.path, (first, last), expression, text))

    # -- bindings --------------------------------------------------------------------------------------------------

    def _bind_body(self, body: list[ast.stmt]) -> None:
        todo: list[ast.AST] = list(body)
        for node in todo:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.scope.bind(node.name, self._decorated(node))
                continue
            if isinstance(node, ast.ClassDef):
                self.scope.bind(node.name, None)
                continue
            if isinstance(node, ast.Lambda):
                continue
            self._bind(node)
            todo += ast.iter_child_nodes(node)

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                dotted = alias.name if alias.asname else alias.name.partition(".")[0]
                self.scope.bind(alias.asname or dotted, ["name", dotted] if _is_prefect(dotted) else None)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self.scope.bind(alias.asname or alias.name, self._imported(node, alias))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.scope.bind(node.targets[0].id, self.expression(node.value))
            self.inner.add(id(node.targets[0]))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            kind = self.expression(node.annotation)
            self.scope.bind(node.target.id, ["instance", kind] if kind else None)
            self.inner.add(id(node.target))
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            self.scope.bind(node.optional_vars.id, self.expression(node.context_expr))
            self.inner.add(id(node.optional_vars))
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(node.target, ast.Name):
            iterated = self.expression(node.iter)
            self.scope.bind(node.target.id, ["element", iterated] if iterated else None)
            self.inner.add(id(node.target))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in self.inner:
            self.scope.bind(node.id, None)

    def _imported(self, node: ast.ImportFrom, alias: ast.alias) -> Expression | None:
        if not node.level and _is_prefect(node.module or ""):
            return ["name", f"{node.module}.{alias.name}"]
        last = (node.module or "").rpartition(".")[2]
        handed_on = self.own.get(last, {}).get(alias.name)
        return ["name", handed_on] if handed_on else None

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Expression | None:
        if not node.decorator_list:
            return None
        decorator = self.expression(node.decorator_list[0])
        return ["call", decorator, True] if decorator else None

    def expression(self, node: ast.expr) -> Expression | None:
        """What an expression is, in terms of Prefect's names."""
        if isinstance(node, ast.Name):
            return self.scope.get(node.id)
        if isinstance(node, ast.Await):
            return self.expression(node.value)
        if isinstance(node, ast.Attribute):
            owner = self.expression(node.value)
            if owner and owner[0] == "name":
                return ["name", f"{owner[1]}.{node.attr}"]
            return ["attr", owner, node.attr] if owner else None
        if isinstance(node, ast.Call):
            callee = self.expression(node.func)
            if callee and _gives_state(node):
                return ["instance", ["name", "prefect.client.schemas.objects.State"]]
            return ["call", callee, bool(node.args)] if callee else None
        return None

    # -- uses ------------------------------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if _is_prefect(alias.name):
                self._add(node, ["module", alias.name], f"import {alias.name}")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            found = self._imported(node, alias)
            if alias.name == "*" and _is_prefect(node.module or "") and not node.level:
                self._add(node, ["module", node.module], f"from {node.module} import *")
            elif found:
                self._add(alias, found, f"from {found[1]}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        owner = self.expression(node.value)
        if owner and isinstance(node.ctx, ast.Load):
            # Where the owner fails, that is the use to report.
            self._add(node, ["attr", owner, node.attr], ast.unparse(node)[-60:])
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._strings(node)
        callee = self.expression(node.func)
        target, names = node.func, [keyword.arg for keyword in node.keywords if keyword.arg]
        if callee is None and _last(node.func) == "partial" and node.args:
            callee, target = self.expression(node.args[0]), node.args[0]
        for keyword in node.keywords:
            if keyword.arg is None and isinstance(keyword.value, ast.Dict):
                names += [str(key.value) for key in keyword.value.keys if isinstance(key, ast.Constant)]
        for name in names:
            if callee and not name.startswith("_"):
                self._add(node, ["keywords", callee, [name], 0], f"{ast.unparse(target)[-40:]}({name}=)")
        self.generic_visit(node)

    def _strings(self, node: ast.Call) -> None:
        first = node.args[0] if node.args else None
        if _last(node.func) in _STRING_TAKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            creates = any(keyword.arg in ("create", "raising") for keyword in node.keywords)
            if _is_prefect(first.value) and all(part.isidentifier() for part in first.value.split(".")) and not creates:
                self._add(first, ["name", first.value], f"string {first.value}")

    # -- scopes and guards -------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(part)
        self._annotations(node)
        self.scope = Scope(self.scope)
        arguments = node.args
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ):
            if argument is not None:
                kind = self.expression(argument.annotation) if argument.annotation is not None else None
                self.scope.bind(argument.arg, ["instance", kind] if kind else None)
        self._bind_body(node.body)
        for statement in node.body:
            self.visit(statement)
        assert self.scope.outer is not None
        self.scope = self.scope.outer

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def _annotations(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for annotation in [argument.annotation for argument in arguments] + [node.returns]:
            if annotation is not None:
                self.visit(annotation)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer = self.scope
        for part in (*node.decorator_list, *node.bases):
            self.visit(part)
        self.scope = Scope(outer)
        self._bind_body(node.body)
        inner = self.scope
        for statement in node.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.scope = outer
            self.visit(statement)
            self.scope = inner
        self.scope = outer

    def visit_Try(self, node: ast.Try) -> None:
        guarded = any(_catches(handler) for handler in node.handlers)
        self.guards += guarded
        for part in (*node.body, *node.handlers):
            self.visit(part)
        self.guards -= guarded
        for part in (*node.orelse, *node.finalbody):
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        text = ast.unparse(node.test).lower()
        guarded = "version" in text or "hasattr" in text
        self.guards += guarded
        self.generic_visit(node)
        self.guards -= guarded


def _gives_state(node: ast.Call) -> bool:
    given = [keyword.value for keyword in node.keywords if keyword.arg == "return_state"]
    return any(not (isinstance(value, ast.Constant) and value.value is False) for value in given)


def _catches(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or _last(kind) in _CATCHES for kind in kinds)


def _last(node: ast.expr | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_prefect(name: str) -> bool:
    return name == "prefect" or name.startswith(("prefect.", "prefect_"))


def _is_of(use: Use, packages: set[str]) -> bool:
    """Whether a use starts at a package that the repository has itself."""
    innermost: Any = use.expression
    while innermost[0] not in ("name", "module"):
        innermost = innermost[1]
    return innermost[1].partition(".")[0] in packages


def handed_on(all_sources: list[Source]) -> dict[str, dict[str, str]]:
    """Last part of a module's name -> what it imports from Prefect at its top; only where one file has that name."""
    found: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for source in all_sources:
        path = Path(source.path)
        stem = path.parent.name if path.stem == "__init__" else path.stem
        if stem in seen:
            found.pop(stem, None)
            continue
        seen.add(stem)
        for node in source.tree.body:
            if isinstance(node, ast.ImportFrom) and not node.level and _is_prefect(node.module or ""):
                for alias in node.names:
                    found.setdefault(stem, {})[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def uses(all_sources: list[Source]) -> Iterator[Use]:
    """Everything that a repository takes from Prefect."""
    own = handed_on(all_sources)
    packages = {part for source in all_sources for part in Path(source.path).parts[:-1] if part.startswith("prefect_")}
    packages |= {stem for source in all_sources if (stem := Path(source.path).stem).startswith("prefect_")}
    for source in all_sources:
        yield from (use for use in Collector(source, own).run() if not _is_of(use, packages))
